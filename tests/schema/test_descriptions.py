"""The printed schema is the one that is served, and says of everything what it is."""

from collections.abc import Iterator

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, build_schema

from schema import api
from tests.architecture.sources import ROOT

BUILT_IN = {"String", "Int", "Boolean", "ID", "Float"}


def undescribed(text: str) -> Iterator[str]:
    """Yield every type, field, argument, input field and enum value of a schema that has no description."""
    for name, declared in build_schema(text).type_map.items():
        if name.startswith("__") or name in BUILT_IN:
            continue
        if not declared.description:
            yield name
        if isinstance(declared, GraphQLEnumType):
            yield from (f"{name}.{value}" for value, each in declared.values.items() if not each.description)
        if isinstance(declared, GraphQLObjectType | GraphQLInterfaceType):
            for field, each in declared.fields.items():
                if not each.description:
                    yield f"{name}.{field}"
                yield from (f"{name}.{field}({argument})" for argument, one in each.args.items() if not one.description)
        if isinstance(declared, GraphQLInputObjectType):
            yield from (f"{name}.{field}" for field, each in declared.fields.items() if not each.description)


def test_everything_in_the_schema_is_described() -> None:
    assert list(undescribed(api.printed())) == []


def test_what_is_not_described_is_found() -> None:
    text = '"""A."""\ntype Query { a(b: C): Int }\ninput C { d: E }\nenum E { F }'
    assert list(undescribed(text)) == ["Query.a", "Query.a(b)", "C", "C.d", "E", "E.F"]


def test_the_printed_schema_is_that_which_is_served() -> None:
    assert (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8") == api.printed()


def test_descriptions_are_sentences_of_their_own() -> None:
    assert [line for line in api.printed().splitlines() if "Raises:" in line or "domain.md" in line] == []
