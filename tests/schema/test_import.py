"""Customers in bulk: a result for each row, in order, and nothing added twice."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from domain.customer import CompanyForm
from resolvers import customer
from resolvers.card import CreateCustomer
from schema import ids
from tests.schema.conftest import Asking
from tests.support.seen import rows as counted_rows
from tests.support.statements import counted
from tests.support.world import ALFA, BETA, World

pytestmark = pytest.mark.anyio

IMPORT = """
mutation ($input: ImportCustomersInput!) {
  importCustomers(input: $input) {
    __typename
    ... on ImportCustomersPayload {
      created refused replayed
      results {
        __typename
        ... on CreateCustomerPayload {
          replayed customer { id name customerNumber accountManager { name } mainContact { email } address { city } }
        }
        ... on CustomerNumberTaken { takenBy { name } }
        ... on InvalidInput { problems { path code } }
        ... on Error { message }
      }
    }
    ... on InvalidInput { problems { path code } }
    ... on NotPermitted { required }
    ... on Error { message }
  }
}
"""
PAYLOAD = "CreateCustomerPayload"


def row(name: str, number: str | None = None, **changes: object) -> dict[str, Any]:
    wanted = {"name": name, "organisationNumber": "556016-0680", "companyForm": "LIMITED_COMPANY", "customerNumber": number}
    return wanted | changes


async def import_rows(asking: Asking, rows: Sequence[dict[str, Any]], key: str | None = None) -> dict[str, Any]:
    given = {"rows": list(rows), "idempotencyKey": key}
    answer: dict[str, Any] = (await asking.data(await asking.bo(), IMPORT, {"input": given}))["importCustomers"]
    return answer


def kinds(answer: dict[str, Any]) -> list[str]:
    return [result["__typename"] for result in answer["results"]]


async def test_each_row_has_its_result_in_order_and_a_refusal_leaves_the_others_alone(asking: Asking, world: World) -> None:
    sara = (await asking.sara()).require_viewer()
    whole = {
        "address": {"street": "Storgatan 1", "postalCode": "111 22", "city": "Lund"},
        "contacts": [{"name": "Kim", "email": "kim@one.example", "isMain": True}],
        "accountManagerId": ids.encode("Advisor", (await asking.anna()).require_viewer().id),
    }
    answer = await import_rows(
        asking,
        [
            row("Ett AB", "A1", **whole),
            row("Två AB", "A1"),
            row(" ", "A2", contacts=[{"name": "x", "email": "y"}]),
            row("Tre AB", world.customers["Alfa AB"].customer_number),
            row("Fyra AB", accountManagerId=ids.encode("Advisor", sara.id)),
            row("Fem AB", organisationNumber="556061-0680"),
            row("Sex AB"),
        ],
    )
    results = answer["results"]
    taken, bad = "CustomerNumberTaken", "InvalidInput"
    assert kinds(answer) == [PAYLOAD, taken, bad, taken, "NotFound", bad, PAYLOAD]
    assert (answer["created"], answer["refused"], answer["replayed"]) == (2, 5, False)
    assert results[0]["customer"] | {"id": ""} == {
        "id": "",
        "name": "Ett AB",
        "customerNumber": "A1",
        "accountManager": {"name": "Anna Ek"},
        "mainContact": {"email": "kim@one.example"},
        "address": {"city": "Lund"},
    }
    assert [results[place]["takenBy"]["name"] for place in (1, 3)] == ["Ett AB", "Alfa AB"]
    assert results[2]["problems"] == [
        {"path": ["rows", "2", "contacts", "0", "email"], "code": "EMAIL_INVALID"},
        {"path": ["rows", "2", "name"], "code": "BLANK"},
    ]
    found = await customer.find(await asking.bo(), ids.decode("Customer", results[6]["customer"]["id"]))
    assert found is not None
    assert found.name == "Sex AB"


async def test_numbers_that_are_left_out_go_around_those_that_rows_name(asking: Asking, world: World) -> None:
    names = [("Ett", None), ("Två", "70"), ("Tre", None), ("Fyra", "K9"), ("Fem", None), ("Sex", "72"), ("Sju", None)]
    answer = await import_rows(asking, [row(name, number) for name, number in names])
    numbers = [result.get("customer", {}).get("customerNumber") for result in answer["results"]]
    assert numbers == ["4", "70", "71", "K9", "73", "72", "74"]


async def test_numbers_of_ten_digits_are_walked_around(asking: Asking, world: World) -> None:
    answer = await import_rows(asking, [row("Ett", "999999999"), row("Två", "1000000001"), row("Tre"), row("Fyra")])
    numbers = [result["customer"]["customerNumber"] for result in answer["results"]]
    assert numbers == ["999999999", "1000000001", "1000000000", "1000000002"]
    again = await import_rows(asking, [row("Fem")])
    alone = CreateCustomer(name="Sex", organisation_number=ALFA, company_form=CompanyForm.OTHER)
    assert again["results"][0]["customer"]["customerNumber"] == "1000000003"
    assert (await customer.create(await asking.bo(), alone, None)).value.customer_number == "1000000004"


async def test_the_same_key_adds_nothing_twice_and_does_what_was_refused(asking: Asking, world: World) -> None:
    rows = [row("Ett AB"), row("Två AB", organisationNumber="fel"), row("Tre AB")]
    first = await import_rows(asking, rows, "k")
    before = await counted_rows(world)
    second = await import_rows(asking, rows, "k")
    assert await counted_rows(world) == before
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert kinds(first) == kinds(second) == [PAYLOAD, "InvalidInput", PAYLOAD]
    assert [second["results"][place]["customer"] for place in (0, 2)] == [first["results"][place]["customer"] for place in (0, 2)]
    third = await import_rows(asking, [rows[0], row("Två AB"), rows[2], row("Fyra AB")], "k")
    assert [result["replayed"] for result in third["results"]] == [True, False, True, False]
    assert (third["created"], third["refused"], third["replayed"]) == (4, 0, False)


async def test_a_key_that_added_a_row_with_other_values_refuses_the_whole_call(asking: Asking, world: World) -> None:
    await import_rows(asking, [row("Ett AB")], "k")
    before = await counted_rows(world)
    assert (await import_rows(asking, [row("Annat AB"), row("Nytt AB")], "k"))["__typename"] == "IdempotencyKeyReused"
    assert await counted_rows(world) == before


async def test_a_key_is_forgotten_after_seven_days(asking: Asking, world: World) -> None:
    await import_rows(asking, [row("Ett AB")], "k")
    await world.advance(timedelta(days=7))
    again = await import_rows(asking, [row("Ett AB")], "k")
    assert (again["created"], again["replayed"]) == (1, False)


async def test_an_advisor_with_own_keeps_sight_of_what_he_adds_and_hears_of_no_other_customer(
    asking: Asking, world: World
) -> None:
    hidden = CreateCustomer(
        name="Dold AB", organisation_number=BETA, company_form=CompanyForm.LIMITED_COMPANY, customer_number="B1"
    )
    await customer.create(await asking.bo(), hidden, None)
    given = {"rows": [row("Ett AB"), row("Två AB", "B1")]}
    results = (await asking.data(await asking.anna(), IMPORT, {"input": given}))["importCustomers"]["results"]
    assert results[0]["customer"]["accountManager"] == {"name": "Anna Ek"}
    assert (results[1]["__typename"], results[1]["takenBy"]) == ("CustomerNumberTaken", None)


@pytest.mark.parametrize(("number", "code"), [(0, "REQUIRED"), (1_001, "TOO_MANY")])
async def test_none_and_more_than_a_thousand_are_refused_whole(asking: Asking, world: World, number: int, code: str) -> None:
    answer = await import_rows(asking, [row("Ett AB")] * number)
    assert (answer["__typename"], answer["problems"]) == ("InvalidInput", [{"path": ["rows"], "code": code}])


async def test_a_thousand_rows_are_added_and_refused_with_few_statements(asking: Asking, world: World) -> None:
    wanted = [row(f"Kund {place}") for place in range(1_000)]
    with counted(world.database) as statements:
        answer = await import_rows(asking, wanted, "k")
    assert (answer["created"], answer["refused"]) == (1_000, 0)
    assert len(statements) < 40
    numbers = [result["customer"]["customerNumber"] for result in answer["results"]]
    assert numbers == [str(4 + place) for place in range(1_000)]
    with counted(world.database) as statements:
        refused = await import_rows(asking, [row("Igen", number) for number in numbers])
    assert (refused["created"], refused["refused"]) == (0, 1_000)
    assert refused["results"][-1]["takenBy"] == {"name": "Kund 999"}
    assert len(statements) < 20


async def test_only_advisors_import(asking: Asking, world: World) -> None:
    answer = (await asking.data(await asking.bea(), IMPORT, {"input": {"rows": [row("Ett AB")]}}))["importCustomers"]
    assert (answer["__typename"], answer["required"]) == ("NotPermitted", "ADVISOR")
