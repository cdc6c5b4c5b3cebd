"""Every place in the schema where a client gives an id, found by introspection, and a document that gives one there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_required_argument,
    is_required_input_field,
    parse,
    validate,
)

from schema.api import SCHEMA
from tests.support import selection

GRAPH = SCHEMA.definition
# Objects that are everybody's: there are none of another office.
PUBLIC = frozenset({"Service", "Terms"})
# What each id names, by the name of the argument or the input field, or by the whole position where the name does not say.
_KINDS = {
    "accountManagerId": "Advisor", "activatedById": "Advisor", "ownerId": "Advisor", "participantIds": "Advisor",
    "taskOwnerId": "Advisor", "collaborationId": "Collaboration", "collaborationIds": "Collaboration", "companyId": "Company",
    "customerId": "Customer", "customerIds": "Customer", "serviceId": "Service", "serviceIds": "Service", "taskId": "Task",
    "termsId": "Terms", "Query.customer(id)": "Customer", "Query.task(id)": "Task", "Query.service(id)": "Service",
    "Query.collaboration(id)": "Collaboration", "Query.node(id)": "Node", "Query.nodes(ids)": "Node", "partnerId": "Partner",
}  # fmt: skip
# What else must be given, where it is not an id: by name, else by type.
_SAMPLES: dict[str, object] = {
    "email": "prov@prov.example", "sha256": "0" * 64, "String": "Prov", "OrganisationNumber": "556036-0793", "Int": 1,
    "Boolean": False,
}  # fmt: skip

Pick = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One place: the field that takes the id, in which argument, and through which input fields."""

    owner: GraphQLObjectType
    field: str
    argument: str
    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """Write the place as people read it."""
        return ".".join([f"{self.owner.name}.{self.field}({self.argument})", *self.path])

    @property
    def kind(self) -> str:
        """Name the type of what the id names.

        Raises:
            LookupError: nobody has said what this id names; add it to the table above, and this test walks it.
        """
        kind = _KINDS.get(self.name) or _KINDS.get(self.path[-1] if self.path else self.argument)
        if kind is None:
            message = f"{self.name} takes an id, and tests/support/positions.py does not know of what"
            raise LookupError(message)
        return kind

    def document(self, *besides: str) -> str:
        """Write the operation that takes the id, and these arguments besides, and asks for all that it answers with."""
        field = self.owner.fields[self.field]
        wanted = {self.argument, *besides}
        given = {name: argument for name, argument in field.args.items() if name in wanted or is_required_argument(argument)}
        declared = ", ".join(f"${name}: {argument.type}" for name, argument in given.items())
        passed = ", ".join(f"{name}: ${name}" for name in given)
        call = f"{self.field}({passed}) {selection.of(field.type)}"
        if self.owner is GRAPH.mutation_type:
            return f"mutation ({declared}) {{ {call} }}"
        if self.owner is GRAPH.subscription_type:
            return f"subscription ({declared}) {{ {call} }}"
        if self.owner is GRAPH.query_type:
            return f"query ({declared}) {{ {call} }}"
        return f"query ($own: ID!, {declared}) {{ node(id: $own) {{ ... on {self.owner.name} {{ {call} }} }} }}"

    def variables(self, put: str, own: Pick) -> dict[str, object]:
        """Return the operation's variables: `put` in this place, and the viewer's own wherever else an id must be given."""
        arguments = self.owner.fields[self.field].args
        given = {
            name: _value(argument.type, name, self.path if name == self.argument else None, put, own)
            for name, argument in arguments.items()
            if name == self.argument or is_required_argument(argument)
        }
        return given if is_root(self.owner) else {"own": own(self.owner.name), **given}


def is_root(owner: GraphQLObjectType) -> bool:
    """Tell whether the type is where operations begin."""
    return owner in {GRAPH.query_type, GRAPH.mutation_type, GRAPH.subscription_type}


def positions() -> list[Position]:
    """Return every place where a client gives an id."""
    found: list[Position] = []
    for owner in GRAPH.type_map.values():
        if isinstance(owner, GraphQLObjectType) and not owner.name.startswith("__"):
            for field_name, field in owner.fields.items():
                for argument_name, argument in field.args.items():
                    paths = _paths(argument.type, ())
                    found += [Position(owner=owner, field=field_name, argument=argument_name, path=path) for path in paths]
    return found


def _paths(given: GraphQLInputType, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    named = get_named_type(given)
    if named.name == "ID":
        yield above
    elif isinstance(named, GraphQLInputObjectType):
        for name, field in named.fields.items():
            yield from _paths(field.type, (*above, name))


def _value(given: GraphQLInputType, name: str, path: tuple[str, ...] | None, put: str, own: Pick) -> Any:  # noqa: ANN401 - JSON
    """Make a value for what has the name: `path` leads on to where `put` goes, and is None where that is elsewhere."""
    if isinstance(given, GraphQLNonNull):
        return _value(given.of_type, name, path, put, own)
    if isinstance(given, GraphQLList):
        return [_value(given.of_type, name, path, put, own)]
    if path == ():
        return put
    if isinstance(given, GraphQLInputObjectType):
        return {
            each: _value(field.type, each, path[1:] if path and path[0] == each else None, put, own)
            for each, field in given.fields.items()
            if (path and path[0] == each) or is_required_input_field(field)
        }
    if isinstance(given, GraphQLEnumType):
        return next(iter(given.values))
    return own(_KINDS[name]) if given.name == "ID" else _SAMPLES.get(name, _SAMPLES.get(given.name))


@cache
def checked(text: str) -> DocumentNode:
    """Read and validate a document, once.

    Raises:
        ValueError: it does not fit the schema.
    """
    tree = parse(text)
    if wrong := validate(GRAPH, tree):
        raise ValueError(f"{wrong[0].message} in {text}")
    return tree


def takes_ids(owner: GraphQLObjectType | None) -> frozenset[str]:
    """Name the fields of a type that take an id."""
    return frozenset(position.field for position in positions() if position.owner is owner)
