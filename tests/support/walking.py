"""Documents that lead to every field which can be reached from a root, each by the shortest way."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
)

Step = tuple[str, str]


@dataclass(frozen=True)
class Way:
    """A way from a root to a field: the pairs of type and field on it, the last one's own at the end."""

    root: str
    steps: tuple[Step, ...]
    selections: tuple[str, ...]
    closing: str

    @property
    def document(self) -> str:
        """The document that selects the field, and of an object nothing but its type."""
        opened = "".join(f" {{ {one}" for one in self.selections)
        return f"{self.root}{opened}{self.closing}{' }' * opened.count('{ ')}"


def ways(schema: GraphQLSchema, ids: Mapping[str, str]) -> Iterator[Way]:
    """Yield the shortest way to each field below queries and subscriptions.

    `ids` are ids to ask for where an argument must be one, by the argument's name.
    """
    seen: set[Step] = set()
    left: deque[tuple[GraphQLObjectType, Way]] = deque()
    for root, declared in (("query", schema.query_type), ("subscription", schema.subscription_type)):
        assert declared is not None
        left.append((declared, Way(root, (), (), "")))
    while left:
        parent, way = left.popleft()
        for name, field in parent.fields.items():
            if (parent.name, name) in seen:
                continue
            seen.add((parent.name, name))
            below = get_named_type(field.type)
            steps = (*way.steps, (parent.name, name))
            selections = (*way.selections, f"{name}{_arguments(field, ids)}")
            yield Way(way.root, steps, selections, " { __typename }" if is_composite_type(below) else "")
            if isinstance(below, GraphQLObjectType):
                left.append((below, Way(way.root, steps, selections, "")))
            elif isinstance(below, GraphQLUnionType | GraphQLInterfaceType):
                for member in schema.get_possible_types(below):
                    left.append((member, Way(way.root, steps, (*selections, f"... on {member.name}"), "")))


def _arguments(field: GraphQLField, ids: Mapping[str, str]) -> str:
    needed = [name for name, one in field.args.items() if isinstance(one.type, GraphQLNonNull)]
    given = ", ".join(f'{name}: ["{ids[name]}"]' if name == "ids" else f'{name}: "{ids[name]}"' for name in needed)
    return f"({given})" if given else ""
