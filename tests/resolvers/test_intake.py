"""The register in bulk, below the API: whom a taken number is named to, and imports side by side."""

import asyncio

import pytest

from domain.customer import CompanyForm, Customer
from domain.errors import CustomerNumberTaken, NotFound
from resolvers import customer, intake
from resolvers.card import CreateCustomer, UpdateCustomer
from resolvers.customer import Changed
from resolvers.intake import Imported
from tests.support.world import ALFA, ANNA, BETA, BO, World

pytestmark = pytest.mark.anyio


def row(name: str, number: str | None = None, organisation_number: str = ALFA) -> CreateCustomer:
    return CreateCustomer(
        name=name, organisation_number=organisation_number, company_form=CompanyForm.OTHER, customer_number=number
    )


def numbers(done: Imported) -> list[str]:
    return [outcome.value.customer_number for outcome in done.outcomes if isinstance(outcome, Changed)]


async def test_a_taken_number_names_its_customer_to_those_alone_who_may_see_it(world: World) -> None:
    hidden = (await customer.create(await world.viewed_by(BO), row("Dold AB", "B1", BETA), None)).value
    for email, named in ((ANNA, None), (BO, hidden.id)):
        (refused,) = (await intake.import_rows(await world.viewed_by(email), [row("Ny AB", "B1")], None)).outcomes
        assert isinstance(refused, CustomerNumberTaken)
        assert refused.customer_id == named


async def test_a_row_that_was_added_is_answered_again_to_those_alone_who_still_see_it(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    rows = [row("Ett AB"), row("Två AB")]
    added = [one.value for one in (await intake.import_rows(anna, rows, "k")).outcomes if isinstance(one, Changed)]
    gone = UpdateCustomer(customer_id=added[0].id, account_manager_id=None)
    await customer.update(await world.viewed_by(BO), gone, None)
    done = await intake.import_rows(anna, rows, "k")
    assert isinstance(done.outcomes[0], NotFound)
    assert (numbers(done), done.created, done.refused, done.replayed) == ([added[1].customer_number], 1, 1, True)


async def test_imports_side_by_side_give_no_number_twice(world: World) -> None:
    bo = await world.viewed_by(BO)
    done = await asyncio.gather(*(intake.import_rows(bo, [row(f"Kund {part}")] * 20, None) for part in range(3)))
    given = [number for one in done for number in numbers(one)]
    assert sorted(given, key=int) == [str(number) for number in range(4, 64)]


async def test_the_same_key_at_the_same_moment_adds_the_rows_once(world: World) -> None:
    bo = await world.viewed_by(BO)
    rows = [row("Ett AB", "E1"), row("Två AB")]
    done = await asyncio.gather(*(intake.import_rows(bo, rows, "k") for _ in range(3)))
    assert {tuple(numbers(one)) for one in done} == {("E1", "4")}
    assert sorted(one.replayed for one in done) == [False, True, True]


async def test_what_an_office_has_already_is_left_out_and_another_offices_cards_do_not_count(world: World) -> None:
    wanted = [
        row("Alfa igen", None, ALFA),
        row("Alfa med nummer", world.customers["Alfa AB"].customer_number, ALFA),
        row("Fel nummer", world.customers["Alfa AB"].customer_number, BETA),
        row("Alfa till", "A2", ALFA),
    ]
    kinds = [type(one) for one in await intake.import_missing(world.installation, world.nord.id, wanted)]
    assert kinds == [type(None), type(None), CustomerNumberTaken, Customer]
    kinds = [type(one) for one in await intake.import_missing(world.installation, world.syd.id, [wanted[1], wanted[0]])]
    assert kinds == [Customer, Customer]
