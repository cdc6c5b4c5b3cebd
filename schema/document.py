"""Reads what is asked and refuses what cannot be executed, in the order of the GraphQL specification, before anything is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLDirective,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    get_argument_values,
    get_directive_values,
    get_named_type,
    get_variable_values,
    parse,
    specified_rules,
)
from graphql import (
    validate as graphql_validate,
)
from graphql.execution.values import VariableValues
from graphql.validation.rules import overlapping_fields_can_be_merged
from graphql.validation.validate import ValidationAbortedError
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from domain.errors import PageSizeInvalid
from domain.viewer import Viewer
from resolvers import listing
from resolvers.listing import PageArguments
from schema import faults, scopes
from schema.asked import Asked
from schema.connection import page_arguments
from schema.faults import Refused, coded, with_code
from schema.served import ServedSchema

MOST_TOKENS = 1_000
# Each error is located by reading the text up to it and counting lines. There is room for every token and every comment on a line
# of its own, and for tokens of 65 letters; what is longer is a value, and belongs into variables.
LONGEST = 65_536
MOST_LINES = 5_000
# Twice what any list of an input may hold, so that its own refusal, which names the place, comes first.
LONGEST_LIST = 2_000
_MOST_PROBLEMS = 20
_RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
# graphql-core counts how often it compares fields that might not go together, and gives up at half a million: up to two seconds.
# Forty repetitions of the same fields stay below this, and it is over in some fifty milliseconds.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 20_000
_PAGING = ("first", "after", "last", "before")
# What may be asked without a token; introspection besides, in development.
_OPEN = frozenset({"requestSignInLink", "signIn", "__typename"})
_INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that was read, with the operation of it that is to be executed."""

    asked: Asked
    tree: DocumentNode
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode] = field(repr=False)

    @property
    def kind(self) -> OperationType:
        """Whether it is a query, a mutation or a subscription."""
        return self.operation.operation

    @property
    def name(self) -> str | None:
        """The operation's name."""
        return None if self.operation.name is None else self.operation.name.value


def read(asked: Asked) -> Document:
    """Parse the document and find the operation that is meant.

    Raises:
        Refused: it is no GraphQL or too long, has more than 1,000 tokens or 200 levels, or leaves open which operation is meant.
    """
    tree = parsed(asked.query)
    operations = [one for one in tree.definitions if isinstance(one, OperationDefinitionNode)]
    named = [one for one in operations if one.name is not None and one.name.value == asked.operation_name]
    found = operations if asked.operation_name is None else named
    if not found:
        raise Refused(coded(faults.OPERATION_UNRESOLVED, "The document has no such operation."))
    if asked.operation_name is None and len(found) > 1:
        raise Refused(coded(faults.OPERATION_UNRESOLVED, "The document has several operations: name one with operationName."))
    fragments = {one.name.value: one for one in tree.definitions if isinstance(one, FragmentDefinitionNode)}
    return Document(asked=asked, tree=tree, operation=found[0], fragments=fragments)


def parsed(text: str) -> DocumentNode:
    """Parse a document.

    Raises:
        Refused: it is no GraphQL or too long, or has more than 1,000 tokens or 200 levels.
    """
    if len(text) > LONGEST:
        raise Refused(coded(faults.LIMIT_EXCEEDED, f"A document has at most {LONGEST:,} characters: send values as variables."))
    if text.count("\n") + text.count("\r") >= MOST_LINES:
        raise Refused(coded(faults.LIMIT_EXCEEDED, f"A document has at most {MOST_LINES:,} lines."))
    try:
        return parse(text, max_lexical_tokens=MOST_TOKENS, max_comments=MOST_TOKENS)
    except GraphQLSyntaxError as error:
        # graphql-core has no class of its own for its limits; a test holds us to its words.
        code = faults.LIMIT_EXCEEDED if error.message.endswith("Parsing aborted.") else faults.PARSE_FAILED
        raise Refused(*with_code(code, [error])) from error


def require_open(document: Document, *, is_production: bool) -> None:
    """Let whoever has no token ask for nothing but what signing in takes, and in development for the schema.

    It comes before validation, so that nobody reads the schema off its errors; the use cases ask for a viewer once more.

    Raises:
        Refused: it takes a token.
    """
    allowed = _OPEN if is_production else _OPEN | _INTROSPECTION
    if any(node.name.value not in allowed for node in root_fields(document)):
        raise faults.unauthenticated()


def check(schema: ServedSchema, document: Document, viewer: Viewer | None) -> VariableValues:
    """Validate the document, coerce the variables, which are returned, and every argument that will be executed; look for scopes.

    Raises:
        Refused: something of it is wrong; page sizes and scopes too, wherever they stand, so that no mutation acts before.
    """
    validate(schema, document.tree)
    known = schema.definition
    if _has_long_list(document.asked.variables):
        raise Refused(coded(faults.LIMIT_EXCEEDED, f"A list has at most {LONGEST_LIST:,} items."))
    definitions = document.operation.variable_definitions or ()
    variables = get_variable_values(known, definitions, dict(document.asked.variables), max_errors=_MOST_PROBLEMS)
    if isinstance(variables, list):
        raise Refused(*with_code(faults.BAD_USER_INPUT, variables))
    if problems := list(_field_problems(known, document, variables, viewer)):
        raise Refused(*problems[:_MOST_PROBLEMS])
    return variables


def validate(schema: ServedSchema, tree: DocumentNode) -> None:
    """Hold a document against the schema.

    Raises:
        Refused: it asks for what the schema does not offer.
    """
    # Each problem looks for names that are alike, so not more are sought than told.
    if errors := graphql_validate(schema.definition, tree, _RULES, max_errors=_MOST_PROBLEMS):
        if isinstance(errors[0], ValidationAbortedError):  # graphql-core's bound on comparing fields with each other
            raise Refused(coded(faults.LIMIT_EXCEEDED, "The document repeats too much to be validated."))
        raise Refused(*with_code(faults.VALIDATION_FAILED, errors[:_MOST_PROBLEMS]))


def _has_long_list(variables: Mapping[str, object]) -> bool:
    """Tell whether a list of the variables is longer than any that we take, before time is spent on its items."""
    left: list[object] = list(variables.values())
    while left:
        value = left.pop()
        if isinstance(value, list):
            if len(value) > LONGEST_LIST:
                return True
            left.extend(value)
        elif isinstance(value, dict):
            left.extend(value.values())
    return False


def root_fields(document: Document, variables: VariableValues | None = None) -> Iterator[FieldNode]:
    """Yield the fields at the root, through fragments, each of which is entered once; with variables, those that are executed."""
    entered: set[str] = set()
    left: list[SelectionNode] = list(document.operation.selection_set.selections)
    while left:
        node = left.pop()
        if variables is not None and is_left_out(node, variables):
            continue
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            left.extend(node.selection_set.selections)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in entered:
            entered.add(node.name.value)
            fragment = document.fragments.get(node.name.value)
            left.extend(() if fragment is None else fragment.selection_set.selections)


def _field_problems(
    schema: GraphQLSchema, document: Document, variables: VariableValues, viewer: Viewer | None
) -> Iterator[GraphQLError]:
    """Yield what is wrong with every field that is not skipped: its arguments, or that a partner has no scope for it.

    Each fragment is entered once: its fields have the same arguments wherever it is spread, so the time is linear.
    """
    root = schema.get_root_type(document.kind)
    entered: set[str] = set()
    left: list[tuple[SelectionNode, GraphQLNamedType | None]] = [
        (node, root) for node in reversed(document.operation.selection_set.selections)
    ]
    while left:
        node, parent = left.pop()
        below = parent
        try:
            if is_left_out(node, variables):
                continue
            if isinstance(node, FieldNode):
                below = _check_field(schema, node, parent, variables, viewer)
        except GraphQLError as error:
            is_coded = error.extensions or error.original_error is not None
            yield error if is_coded else with_code(faults.BAD_USER_INPUT, [error])[0]
            continue
        inner: FieldNode | InlineFragmentNode | FragmentDefinitionNode | None
        if isinstance(node, FragmentSpreadNode):
            inner = None if node.name.value in entered else document.fragments[node.name.value]
            entered.add(node.name.value)
        else:
            assert isinstance(node, FieldNode | InlineFragmentNode)
            inner = node
        if isinstance(inner, InlineFragmentNode | FragmentDefinitionNode) and inner.type_condition is not None:
            below = schema.get_type(inner.type_condition.name.value)
        if inner is not None and inner.selection_set is not None:
            left.extend((one, below) for one in reversed(inner.selection_set.selections))


def is_left_out(node: SelectionNode, variables: VariableValues) -> bool:
    """Tell whether @skip or @include keeps a selection from being executed."""
    return (
        _directive(GraphQLSkipDirective, node, variables) is True or _directive(GraphQLIncludeDirective, node, variables) is False
    )


def _directive(directive: GraphQLDirective, node: SelectionNode, variables: VariableValues) -> bool | None:
    values = get_directive_values(directive, node, variables)
    return None if values is None else bool(values["if"])


def _check_field(
    schema: GraphQLSchema,
    node: FieldNode,
    parent: GraphQLNamedType | None,
    variables: VariableValues,
    viewer: Viewer | None,
) -> GraphQLNamedType | None:
    """Coerce a field's arguments, judge its page and its scope, and return the type that its selection is of.

    Raises:
        GraphQLError: an argument is wrong, or a partner has not the scope.
    """
    if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        return None
    declared = schema.get_field(parent, node.name.value)
    if declared is None:
        return None
    scopes.check(viewer, parent, declared, node)
    values = get_argument_values(declared, node, variables)
    if declared.args.keys() & {"first", "last"}:
        try:
            listing.check(_paging(values))
        except PageSizeInvalid as error:
            raise coded(faults.PAGE_SIZE_INVALID, faults.PAGE_SIZE, nodes=node) from error
    return get_named_type(declared.type)


def _paging(values: Mapping[str, object]) -> PageArguments:
    first, after, last, before = (values.get(name) for name in _PAGING)
    return page_arguments(first, after, last, before)  # type: ignore[arg-type]  # coerced to Int and String above
