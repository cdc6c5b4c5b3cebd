"""How much introspection asks for: counted on the schema itself, with the standard query as the measure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    get_introspection_query,
    get_named_type,
    get_nullable_type,
    introspection_types,
    is_list_type,
    parse,
)

ROOTS = frozenset({"__schema", "__type"})
_COUNTLESS = 1_000_000
# An object takes so many times as long as a value in it.
_OBJECT = 5
# Everything that a version of the specification has tools ask for.
STANDARD_QUERY = get_introspection_query(
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
)


@cache
def limit(schema: GraphQLSchema) -> int:
    """Return as much as the standard query of introspection asks for, and a tenth more."""
    tree = parse(STANDARD_QUERY)
    fragments = {one.name.value: one for one in tree.definitions if isinstance(one, FragmentDefinitionNode)}
    (operation,) = (one for one in tree.definitions if isinstance(one, OperationDefinitionNode))
    (root,) = operation.selection_set.selections
    assert isinstance(root, FieldNode)
    assert root.selection_set is not None
    standard = count(
        schema,
        "__Schema",
        schema,
        root.selection_set.selections,
        fragments=fragments,
        is_left_out=lambda _node: False,
        most=_COUNTLESS,
    )
    return standard * 11 // 10


def count(
    schema: GraphQLSchema,
    kind: str,
    value: object,
    selections: Sequence[SelectionNode],
    *,
    fragments: Mapping[str, FragmentDefinitionNode],
    is_left_out: Callable[[SelectionNode], bool],
    most: int,
) -> int:
    """Count the objects that an introspection asks for, by five, and their fields; stop where they are more than `most`.

    It goes through the schema as the execution will: how many there are hangs on which types lead to which, and any rule of thumb
    could be made to err tenfold.
    """
    info = SimpleNamespace(schema=schema)
    steps = 0
    left: list[tuple[Sequence[SelectionNode], str, object]] = [(selections, kind, value)]
    while left:
        nodes, kind, value = left.pop()
        steps += _OBJECT + len(nodes)
        if steps > most:
            break
        for node in nodes:
            if is_left_out(node):
                continue
            if isinstance(node, InlineFragmentNode):
                left.append((node.selection_set.selections, kind, value))
            elif isinstance(node, FragmentSpreadNode):
                left.append((fragments[node.name.value].selection_set.selections, kind, value))
            elif isinstance(node, FieldNode) and node.selection_set is not None:
                field = _fields(kind)[node.name.value]
                inside = get_named_type(field.type).name
                left.extend((node.selection_set.selections, inside, each) for each in _found(field, value, info))
    return steps


def _fields(kind: str) -> Mapping[str, GraphQLField]:
    declared = introspection_types[kind]
    assert isinstance(declared, GraphQLObjectType)
    fields: Mapping[str, GraphQLField] = declared.fields
    return fields


def _found(field: GraphQLField, value: object, info: Any) -> Iterable[object]:  # noqa: ANN401 - of a resolver's info the schema
    """Return what a field of introspection finds, deprecated parts included."""
    assert field.resolve is not None
    given = {"includeDeprecated": True} if "includeDeprecated" in field.args else {}
    found = field.resolve(value, info, **given)
    if found is None:
        return ()
    items: Iterable[object] = found if is_list_type(get_nullable_type(field.type)) else (found,)
    return items
