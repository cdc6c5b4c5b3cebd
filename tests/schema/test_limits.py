"""How much an operation may ask for: each limit at its edge, and what is counted."""

from collections.abc import Mapping

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType

from benchmarks.documents import Worst, worst
from schema import costs, introspection, limits
from schema.api import SCHEMA
from tests.support.measuring import cost, measured, refusals, selections

PAGED = "query ($n: Int) { customers(first: $n) { nodes { id } } }"
ROW = {"name": "Alfa AB", "organisationNumber": "556012-0031", "companyForm": "LIMITED_COMPANY"}
BULK = """
mutation ($input: ImportCustomersInput!) {
  importCustomers(input: $input) {
    ... on ImportCustomersPayload { results { ... on CreateCustomerPayload { customer { id } } } }
  }
}"""


def deep(levels: int) -> str:
    """Ask for an id so many levels deep."""
    return f'{{ collaboration(id: "x"){" { previous" * (levels - 2)} {{ id }}{" }" * (levels - 2)} }}'


def many(number: int, field: str) -> str:
    """Ask for a field under so many names."""
    return f"{{ __typename {' '.join(f'a{place}: {field}' for place in range(number))} }}"


def asked_for(times: int) -> str:
    """Ask so many times for the schema."""
    return f"{{ {' '.join(f'a{place}: __schema {{ description }}' for place in range(times))} }}"


def owners(tasks: int) -> str:
    """Ask for the owners of so many tasks of each of a hundred customers."""
    return f"{{ customers(first: 100) {{ nodes {{ tasks(first: {tasks}) {{ nodes {{ owner {{ id }} }} }} }} }} }}"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ __typename }", 0),
        ("{ viewer { ... on Advisor { id name } } }", 1),
        ("{ customers { nodes { id name } } }", 1 + 20),
        ("{ customers(first: 3) { nodes { id } } }", 1 + 3),
        ("{ customers(last: 3) { nodes { id } } }", 1 + 3),
        ("{ customers(first: null) { nodes { id } } }", 1 + 20),
        ("{ customers(first: 3) { edges { node { id } } pageInfo { endCursor } } }", 1 + 2 * 3 + 1),
        ("{ customers(first: 3) { totalCount } }", 1 + 20),
        ("{ customers(first: 3) { nodes { tasks(first: 5) { nodes { owner { name } } } } } }", 1 + 3 * (1 + 1 + 5 * 2)),
        ("{ customers(first: 3) { nodes { contacts { name } } } }", 1 + 3 * (1 + 10)),
        ("{ customers(first: 3) { ...A } } fragment A on CustomerConnection { nodes { id } }", 1 + 3),
        ("{ a: customers { ...A } b: customers(first: 1) { ...A } } fragment A on CustomerConnection { nodes { id } }", 21 + 2),
        ("{ services { id } }", 10),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', 3),
        ('{ activationPreview(customerId: "a", serviceId: "b") { scenario } }', 10),
        ("{ customers(first: 1) { nodes { collaborationServices { canActivate } } } }", 1 + 1 + 10 * 10),
        ("mutation { signOut(input: {}) { replayed } }", 10),
        ("subscription { collaborationStatusChanged { type collaboration { status } } }", 2),
    ],
)
def test_an_operation_costs_the_objects_that_it_asks_for(query: str, expected: int) -> None:
    assert cost(query) == expected


def test_a_page_is_as_long_as_the_variable_says() -> None:
    assert [cost(PAGED, {"n": number}) for number in (1, 100)] == [2, 101]
    assert [cost(PAGED, variables) for variables in ({}, {"n": None})] == [21, 21]
    assert cost("query ($n: Int = 7) { customers(last: $n) { nodes { id } } }") == 8


def test_a_bulk_call_costs_what_its_items_do_and_each_of_their_results() -> None:
    assert [cost(BULK, {"input": {"rows": [ROW] * number}}) for number in (0, 1, 1_000)] == [0, 7, 7_000]


def test_what_is_left_out_costs_nothing() -> None:
    query = """
    query ($no: Boolean!) {
      __typename
      a: customers @include(if: $no) { nodes { id } }
      ... @skip(if: true) { b: customers { nodes { id } } }
      ...C @include(if: false)
    }
    fragment C on Query { c: customers { nodes { id } } }"""
    assert cost(query, {"no": False}) == 0
    assert cost(query, {"no": True}) == 21


@pytest.mark.parametrize(
    ("fits", "is_too_much", "words"),
    [
        (deep(12), deep(13), "is 13 levels deep; at most 12 may be asked for"),
        (many(30, "__typename"), many(31, "__typename"), "has 31 aliases; at most 30 may be asked for"),
        (many(5, "services { id }"), many(6, "services { id }"), "has 6 fields at its root; at most 5 may be asked for"),
        (asked_for(2), asked_for(3), "asks 3 times for the schema; at most 2 may be asked for"),
        (owners(98), owners(100), "costs 20,201 objects; at most 20,000 may be asked for"),
    ],
    ids=["depth", "aliases", "root", "introspection", "cost"],
)
def test_a_limit_is_kept_at_its_edge_and_named_beyond(fits: str, is_too_much: str, words: str) -> None:
    assert refusals(fits) == []
    assert refusals(is_too_much) == [f"The operation {words}."]


def test_every_limit_that_is_passed_is_named_at_once() -> None:
    pages = "tasks(first: 100) { nodes { customer { " * 5
    words = refusals(f"{{ customers {{ nodes {{ {pages} id {'} } } ' * 5} }} }} }}")
    assert ["levels deep" in words[0], "costs 1,000,000,000 objects" in words[1], len(words)] == [True, True, 2]


def test_production_takes_one_mutation_and_development_five() -> None:
    def sign_outs(number: int) -> str:
        return f"mutation {{ {' '.join(f'a{place}: signOut(input: {{}}) {{ replayed }}' for place in range(number))} }}"

    assert refusals(sign_outs(1), is_production=True) == []
    assert refusals(sign_outs(2), is_production=True) == ["The operation has 2 mutations; at most 1 may be asked for."]
    assert refusals(sign_outs(5)) == []
    assert refusals(sign_outs(6)) == ["The operation has 6 mutations; at most 5 may be asked for."]


def test_the_standard_introspection_is_taken_and_little_more() -> None:
    assert refusals(introspection.STANDARD_QUERY) == []
    twice = introspection.STANDARD_QUERY.replace("types {", "again: types { ...FullType } types {")
    (message,) = refusals(twice)
    assert "parts of the schema or more; at most" in message
    assert (
        refusals(introspection.STANDARD_QUERY.replace("__schema", "__schema @skip(if: true)").replace("query", "query", 1)) == []
    )


def test_the_schema_is_counted_as_it_is_and_not_by_a_rule_of_thumb() -> None:
    _, way = measured('{ __type(name: "Advisor") { fields { name } } }')
    fields = SCHEMA.definition.type_map["Advisor"].fields  # type: ignore[attr-defined]  # an object type
    assert way.introspected == 6 + 6 * len(fields)
    assert measured('{ __type(name: "Nobody") { fields { name } } }')[1].introspected == 6


def test_every_fragment_is_entered_once_however_often_it_is_spread() -> None:
    chain = " ".join(f"fragment F{n} on Customer {{ accountManager {{ id }} ...F{n + 1} ...F{n + 1} }}" for n in range(18))
    query = f"{{ customers(first: 1) {{ nodes {{ ...F0 }} }} }} {chain} fragment F18 on Customer {{ id }}"
    found, way = measured(query)
    assert found.fixed == 2 + 2**18 - 1
    assert way.visited == selections(query)


def test_a_field_that_is_called_as_a_list_of_a_page_has_a_page_above_it() -> None:
    for declared in SCHEMA.definition.type_map.values():
        if isinstance(declared, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in declared.fields.items():
                is_item = name in {"nodes", "edges", "results"} and not field.args
                assert costs.of(field).paged is is_item, f"{declared.name}.{name}"


def test_what_is_not_the_rule_is_told_in_the_description() -> None:
    def told(parent: str, field: str) -> str:
        fields: Mapping[str, object] = SCHEMA.definition.type_map[parent].fields  # type: ignore[attr-defined]  # an object type
        return str(fields[field].description)  # type: ignore[attr-defined]  # a field

    assert told("CustomerConnection", "totalCount").endswith("Cost: 20.")
    assert told("Customer", "collaborationServices").endswith("Cost: 10 for each.")
    assert told("Query", "nodes").endswith("Cost: 1 for each of ids.")
    assert told("Mutation", "importCustomers").endswith("Cost: 5 for each of input.rows.")
    assert "Cost" not in told("CustomerConnection", "nodes") + told("Customer", "name")


def test_the_limits_are_those_that_are_promised() -> None:
    assert (limits.DEPTH, limits.ALIASES, limits.ROOT_FIELDS, limits.COST) == (12, 30, 5, 20_000)
    assert (limits.MUTATIONS_IN_PRODUCTION, limits.MUTATIONS) == (1, 5)


@pytest.mark.parametrize("one", [one for one in worst() if one.code is None], ids=lambda one: one.name)
def test_the_worst_that_is_answered_is_looked_at_once(one: Worst) -> None:
    assert measured(one.query)[1].visited <= selections(one.query)


def test_the_limits_are_what_refuses_the_worst(monkeypatch: pytest.MonkeyPatch) -> None:
    def limited() -> list[str]:
        found = {one.name: refusals(one.query, one.variables) for one in worst() if one.code == "LIMIT_EXCEEDED"}
        return [name for name, words in found.items() if words and words[0].startswith("The operation")]

    assert len(limited()) > 8
    for name in ("DEPTH", "ALIASES", "ROOT_FIELDS", "INTROSPECTIONS", "COST"):
        monkeypatch.setattr(limits, name, 10**12)
    monkeypatch.setattr(introspection, "limit", lambda _schema: 10**6)
    assert limited() == []
