"""Everything that can be asked of a type: its own fields, those of what is not a node, and the plain ones of nodes beyond it."""

from functools import cache

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
)

from schema.api import SCHEMA

GRAPH = SCHEMA.definition


def of(kind: GraphQLOutputType) -> str:
    """Write the selection of what a field returns; nothing for a plain value."""
    named = get_named_type(kind)
    if is_leaf_type(named):
        return ""
    return f"{{ __typename {_members(named) if is_abstract_type(named) else _fields(named)} }}"


@cache
def everything(name: str) -> str:
    """Write the selection of a node, with all its fields."""
    named = GRAPH.type_map[name]
    assert isinstance(named, GraphQLObjectType)
    return " ".join(_field(field_name, field) for field_name, field in named.fields.items() if not _needs(field))


def is_node(named: GraphQLNamedType) -> bool:
    """Tell whether a type has a global id."""
    return isinstance(named, GraphQLObjectType) and any(each.name == "Node" for each in named.interfaces)


def _members(named: GraphQLNamedType) -> str:
    # Members may have fields of one name and different types, so each field goes by a name of its own.
    members = GRAPH.get_possible_types(named)  # type: ignore[arg-type]  # an abstract type, as asked above
    return " ".join(f"... on {member.name} {{ {_fields(member, prefix=f'{member.name}_')} }}" for member in members)


def _fields(named: GraphQLNamedType, *, prefix: str = "") -> str:
    assert isinstance(named, GraphQLObjectType)
    fields = {name: field for name, field in named.fields.items() if not _needs(field)}
    if is_node(named):
        fields = {name: field for name, field in fields.items() if is_leaf_type(get_named_type(field.type))}
    return " ".join(_field(name, field, prefix=prefix) for name, field in fields.items())


def _field(name: str, field: GraphQLField, *, prefix: str = "") -> str:
    return f"{prefix}{name}: {name} {of(field.type)}" if prefix else f"{name} {of(field.type)}"


def _needs(field: GraphQLField) -> bool:
    return any(is_required_argument(argument) for argument in field.args.values())
