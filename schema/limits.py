"""How much one operation may ask for: how deep, by how many names, and for how many objects; judged before it does anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationType,
    SelectionNode,
    get_argument_values,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)
from graphql.execution.values import VariableValues

from resolvers.listing import DEFAULT_SIZE
from schema import costs, document, faults, introspection
from schema.document import Document
from schema.faults import Refused, coded

DEPTH = 12
ALIASES = 30
ROOT_FIELDS = 5
MUTATIONS = 5
MUTATIONS_IN_PRODUCTION = 1
INTROSPECTIONS = 2
COST = 20_000
# What a list without pages is taken to have.
LIST_SIZE = 10
# Beyond this nobody counts, and every JSON reader has room for it.
_COUNTLESS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a selection asks for below one object.

    `fixed` objects, and `paged` more for each object of the page that it stands in.
    """

    depth: int = 0
    fixed: int = 0
    paged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an operation costs, in objects; at most a billion is told."""

    requested: int

    def extensions(self) -> dict[str, object]:
        """Return it as every answer tells it."""
        return {"cost": {"requested": self.requested, "maximum": COST}}


def check(schema: GraphQLSchema, read: Document, variables: VariableValues, *, is_production: bool) -> Cost:
    """Judge a valid operation by every limit, and return what it costs.

    Raises:
        Refused: it asks for too much; each error says of what, how much it is and how much is allowed.
    """
    way = Pass(schema, read.fragments, variables)
    found = way.measure(read.operation.selection_set.selections, schema.get_root_type(read.kind))
    cost = Cost(requested=min(found.fixed, _COUNTLESS))
    executed = [node for node in document.root_fields(read, variables) if node.name.value != "__typename"]
    # What goes by one name in the answer is executed once.
    roots = {(node.alias or node.name).value: node.name.value for node in executed}
    judged = [
        (found.depth, DEPTH, "is {} levels deep"),
        (way.aliases, ALIASES, "has {} aliases"),
        (sum(name in introspection.ROOTS for name in roots.values()), INTROSPECTIONS, "asks {} times for the schema"),
        (way.introspected, introspection.limit(schema), "asks for {} parts of the schema or more"),
        (cost.requested, COST, "costs {} objects"),
    ]
    if read.kind is OperationType.MUTATION:
        judged.append((len(roots), MUTATIONS_IN_PRODUCTION if is_production else MUTATIONS, "has {} mutations"))
    else:
        judged.append((len(roots), ROOT_FIELDS, "has {} fields at its root"))
    problems = [
        coded(faults.LIMIT_EXCEEDED, f"The operation {words.format(f'{number:,}')}; at most {most:,} may be asked for.")
        for number, most, words in judged
        if number > most
    ]
    if problems:
        raise Refused(*problems, extensions=cost.extensions())
    return cost


class Pass:
    """One way through a valid operation, in which every fragment is measured once, however often it is spread.

    What @skip and @include leave out counts for nothing, since the variables are known. What stands for different types is added
    up, and a field counts as often as it is written. `visited` is how many selections were looked at.
    """

    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], variables: VariableValues) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables
        self._known: dict[str, Measure] = {}
        self.aliases = 0
        self.introspected = 0
        self.visited = 0

    def measure(self, selections: Sequence[SelectionNode], parent: GraphQLNamedType | None) -> Measure:
        """Add up what the selections ask of one object of the parent's type."""
        depth = fixed = paged = 0
        for node in selections:
            self.visited += 1
            if document.is_left_out(node, self._variables):
                continue
            if isinstance(node, FieldNode):
                found = self._field(node, parent)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                below = parent if condition is None else self._schema.get_type(condition.name.value)
                found = self.measure(node.selection_set.selections, below)
            else:
                assert isinstance(node, FragmentSpreadNode)
                found = self._fragment(node.name.value)
            depth = max(depth, found.depth)
            paged += found.paged
            fixed += found.fixed
        return Measure(depth=depth, fixed=fixed, paged=paged)

    def _fragment(self, name: str) -> Measure:
        found = self._known.get(name)
        if found is None:
            fragment = self._fragments[name]
            below = self._schema.get_type(fragment.type_condition.name.value)
            found = self._known[name] = self.measure(fragment.selection_set.selections, below)
        return found

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Measure:
        if node.alias is not None:
            self.aliases += 1
        name = node.name.value
        if name == "__typename" or not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            return Measure()
        declared = self._schema.get_field(parent, name)
        assert declared is not None, "the document is valid"
        inner = get_named_type(declared.type)
        selections = () if node.selection_set is None else node.selection_set.selections
        below = self.measure(selections, inner)
        if name in introspection.ROOTS:
            self._introspect(declared, node, selections)
            return Measure()
        cost, size = costs.of(declared), self._size(declared, node)
        each = cost.each if cost.each is not None else int(not is_leaf_type(inner))
        inside = below.fixed + below.paged * (DEFAULT_SIZE if size is None else size)
        fixed = paged = 0
        if not is_list_type(get_nullable_type(declared.type)):
            fixed = inside + each * (1 if size is None or cost.counted is None else size)
        elif cost.paged:
            paged = each + inside
        else:
            fixed = (LIST_SIZE if size is None else size) * (each + inside)
        return Measure(depth=1 + below.depth, fixed=fixed, paged=paged)

    def _introspect(self, declared: GraphQLField, node: FieldNode, selections: Sequence[SelectionNode]) -> None:
        named = get_argument_values(declared, node, self._variables).get("name")
        self.introspected += introspection.count(
            self._schema,
            get_named_type(declared.type).name,
            self._schema if named is None else self._schema.get_type(named),
            selections,
            fragments=self._fragments,
            is_left_out=lambda one: document.is_left_out(one, self._variables),
            most=introspection.limit(self._schema) - self.introspected,
        )

    def _size(self, declared: GraphQLField, node: FieldNode) -> int | None:
        """Return how many objects the field's page has, or how many items it is given; None where there is neither."""
        counted = costs.of(declared).counted
        if counted is None and not declared.args.keys() & {"first", "last"}:
            return None
        found: object = get_argument_values(declared, node, self._variables)
        assert isinstance(found, dict)
        if counted is None:
            return next((size for size in (found.get("first"), found.get("last")) if isinstance(size, int)), DEFAULT_SIZE)
        for name in counted.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return len(found) if isinstance(found, list) else 0
