"""What fields cost: declared with them, read by the limits, and told in their descriptions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_nullable_type, is_list_type
from strawberry.types.field import StrawberryField

_DECLARED = "cost"
_DEFINITION = "strawberry-definition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a field counts; left out, 1 for each object, and nothing for a scalar.

    `each` is what one object counts, or a scalar. `counted` names the argument, and the path in it, to a list each item of which
    counts as one: "input.items". A list that is `paged` has as many objects as its parent has in its page, or items counted.
    """

    each: int | None = None
    counted: str | None = None
    paged: bool = False


# The metadata of a field that is a page's list.
PAGED: Mapping[str, Cost] = {_DECLARED: Cost(paged=True)}
_NONE = Cost()


def declare(*, each: int | None = None, counted: str | None = None) -> Callable[[StrawberryField], StrawberryField]:
    """Declare what a field costs; the meaning is that of `Cost`."""

    def note(field: StrawberryField) -> StrawberryField:
        field.metadata = MappingProxyType({**field.metadata, _DECLARED: Cost(each=each, counted=counted)})
        return field

    return note


def of(field: GraphQLField) -> Cost:
    """Return what was declared for a field of the schema."""
    definition = field.extensions.get(_DEFINITION)
    found = definition.metadata.get(_DECLARED) if isinstance(definition, StrawberryField) else None
    return found if isinstance(found, Cost) else _NONE


def describe(schema: GraphQLSchema) -> None:
    """Tell in the descriptions of fields what they cost, where it is not the rule."""
    for declared in schema.type_map.values():
        if isinstance(declared, GraphQLObjectType | GraphQLInterfaceType):
            for field in declared.fields.values():
                cost = of(field)
                if cost.each is not None or cost.counted is not None:
                    field.description = f"{field.description or ''} {_words(field, cost)}".strip()


def _words(field: GraphQLField, cost: Cost) -> str:
    each = 1 if cost.each is None else cost.each
    if cost.counted is not None:
        return f"Cost: {each} for each of {cost.counted}."
    return f"Cost: {each} for each." if is_list_type(get_nullable_type(field.type)) else f"Cost: {each}."
