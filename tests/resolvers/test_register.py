"""The office's register: cards made, changed, archived and found, with everything wrong refused by its name and path."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.collaboration import CollaborationStatus
from domain.customer import Address, CompanyForm
from domain.errors import (
    ActivationRefused,
    CustomerHasLiveCollaborations,
    CustomerNumberTaken,
    InvalidInput,
    NotFound,
    NotPermitted,
    VersionConflict,
)
from domain.task import TaskPeriod
from resolvers import activation, customer, fact, task
from resolvers.activation import PreviewRequest
from resolvers.card import CreateCustomer, UpdateCustomer
from resolvers.context import Context
from resolvers.listing import PageArguments
from resolvers.task import CreateTask, UpdateTask
from resolvers.wanted import CustomerFilter, CustomerOrder, TaskFilter, TaskOrder
from tests.support.seen import as_advisor, rows
from tests.support.world import ANNA, BEA, BO, SARA, World, contact

pytestmark = pytest.mark.anyio

LISTED = PageArguments(first=100)


async def names(context: Context, wanted: CustomerFilter, order: CustomerOrder | None = None) -> list[str]:
    found = await customer.list_page(context, LISTED, wanted, order or CustomerOrder())
    assert await found.count() == len(found.items)
    return [card.name for card in found.items]


def problems(refused: pytest.ExceptionInfo[InvalidInput]) -> set[tuple[str, str]]:
    return {("/".join(one.path), one.code.name) for one in refused.value.problems}


def new_card(**changes: object) -> CreateCustomer:
    asked = CreateCustomer(name="Omega AB", organisation_number="556111-2227", company_form=CompanyForm.LIMITED_COMPANY)
    return replace(asked, **changes)  # type: ignore[arg-type]  # keywords of the dataclass


async def test_a_card_is_made_with_the_next_free_number_and_its_maker_as_account_manager(world: World) -> None:
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    made = (await customer.create(anna, new_card(customer_number="1041"), None)).value
    assert (made.organisation_number, made.version, made.account_manager_id) == ("5561112227", 1, as_advisor(anna).id)
    following = (await customer.create(bo, new_card(), None)).value
    assert (following.customer_number, following.account_manager_id) == ("1042", None)
    assert await customer.find(anna, following.id) is None
    assert await customer.find(anna, made.id) == made


async def test_everything_that_is_wrong_with_a_card_is_refused_at_once_by_its_path(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    before = await rows(world)
    bad = new_card(
        name=" ",
        organisation_number="556111-2228",
        customer_number="x" * 41,
        address=Address(street="x" * 201, postal_code=None, city="a\x00b", country="SWE"),
        contacts=(
            contact("x" * 10_000, "anna@a.example\nBcc: b@b.example"),
            replace(contact("Gun", "a@a.example, b@b.example"), language="fi"),
        ),
    )
    with pytest.raises(InvalidInput) as refused:
        await customer.create(anna, bad, None)
    assert problems(refused) == {
        ("name", "BLANK"),
        ("organisationNumber", "ORGANISATION_NUMBER_INVALID"),
        ("customerNumber", "TOO_LONG"),
        ("address/street", "TOO_LONG"),
        ("address/city", "NOT_ALLOWED_CHARACTER"),
        ("address/country", "NOT_ALLOWED"),
        ("contacts/0/name", "TOO_LONG"),
        ("contacts/0/email", "EMAIL_INVALID"),
        ("contacts/1/email", "EMAIL_INVALID"),
        ("contacts/1/language", "NOT_ALLOWED"),
        ("contacts/1/isMain", "DUPLICATE"),
    }
    many = tuple(replace(contact(f"P{turn}", None), is_main=False) for turn in range(51))
    with pytest.raises(InvalidInput) as refused:
        await customer.create(anna, new_card(contacts=many), None)
    assert problems(refused) == {("contacts", "TOO_MANY")}
    assert await rows(world) == before


async def test_an_account_manager_is_an_active_advisor_of_the_office(world: World) -> None:
    anna, bo, sara = [await world.viewed_by(email) for email in (ANNA, BO, SARA)]
    await fact.deactivate_advisor(world.installation, BO)
    card = world.customers["Beta AB"]
    for advisor_id in (as_advisor(sara).id, as_advisor(bo).id, "no such id"):
        with pytest.raises(NotFound):
            await customer.create(anna, new_card(account_manager_id=advisor_id), None)
        with pytest.raises(NotFound):
            await customer.update(anna, UpdateCustomer(customer_id=card.id, account_manager_id=advisor_id), None)


async def test_a_number_that_is_taken_is_told_with_the_card_where_it_may_be_seen(world: World) -> None:
    anna, bo, sara = [await world.viewed_by(email) for email in (ANNA, BO, SARA)]
    hidden = (await customer.create(bo, new_card(customer_number="H1"), None)).value
    seen = world.customers["Beta AB"]
    for number, taken_by in (("H1", None), (seen.customer_number, seen.id)):
        for do in (
            customer.create(anna, new_card(customer_number=number), None),
            customer.update(anna, UpdateCustomer(customer_id=world.customers["Alfa AB"].id, customer_number=number), None),
        ):
            with pytest.raises(CustomerNumberTaken) as refused:
                await do
            assert refused.value.customer_id == taken_by
    assert (await customer.create(sara, new_card(customer_number="H1"), None)).value.customer_number == "H1"
    kept = UpdateCustomer(customer_id=hidden.id, customer_number="H1", name="Samma nummer")
    assert (await customer.update(bo, kept, None)).value.version == 2


async def test_an_update_changes_what_is_given_and_counts(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    card = world.customers["Beta AB"]
    changed = (await customer.update(anna, UpdateCustomer(customer_id=card.id, name=" Ny  Beta "), None)).value
    assert changed == replace(card, name="Ny  Beta", version=2, updated_at=changed.updated_at)
    same = (await customer.update(anna, UpdateCustomer(customer_id=card.id, name="Ny  Beta"), None)).value
    assert same == changed
    emptied = UpdateCustomer(customer_id=card.id, address=None, contacts=(), account_manager_id=None, expected_version=2)
    after = (await customer.update(anna, emptied, None)).value
    assert (after.address, after.contacts, after.account_manager_id, after.version) == (None, (), None, 3)
    with pytest.raises(VersionConflict) as refused:
        await customer.update(anna, emptied, None)
    assert refused.value.current_version == 3
    with pytest.raises(InvalidInput):
        await customer.update(anna, UpdateCustomer(customer_id=card.id, customer_number=" "), None)


async def test_of_two_who_change_the_same_version_one_is_told_of_the_conflict(world: World) -> None:
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    card = world.customers["Beta AB"]
    results = await asyncio.gather(
        *(
            customer.update(context, UpdateCustomer(customer_id=card.id, name=name, expected_version=1), None)
            for context, name in ((anna, "Annas"), (bo, "Bos"))
        ),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in results) == ["Changed", "VersionConflict"]


async def test_live_collaborations_keep_a_card_from_the_archive_and_its_identity(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    card = world.customers["Beta AB"]
    known = (await world.activate(anna, "Beta AB")).collaboration
    identity = (
        UpdateCustomer(customer_id=card.id, organisation_number="5561112227"),
        UpdateCustomer(customer_id=card.id, company_form=CompanyForm.OTHER),
    )
    for do in (*(customer.update(anna, asked, None) for asked in identity), customer.archive(anna, card.id, None)):
        with pytest.raises(CustomerHasLiveCollaborations) as refused:
            await do
        assert refused.value.collaboration_ids == (known.id,)
    unchanged = UpdateCustomer(customer_id=card.id, organisation_number="556000-4615", name="Beta och Co AB")
    assert (await customer.update(anna, unchanged, None)).value.name == "Beta och Co AB"
    await world.advance(timedelta(days=30))
    later = await world.viewed_by(ANNA)
    for asked in identity:
        await customer.update(later, asked, None)
    assert (await customer.archive(later, card.id, None)).value.archived is True
    with pytest.raises(ActivationRefused):
        await world.activate(later, "Beta AB")


async def test_an_archived_card_is_listed_where_it_is_asked_for_and_comes_back(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    card = world.customers["Beta AB"]
    archived = (await customer.archive(anna, card.id, None)).value
    assert (await customer.archive(anna, card.id, None)).value == archived
    assert await names(anna, CustomerFilter()) == ["Alfa AB", "Gamma AB"]
    assert await names(anna, CustomerFilter(archived=True)) == ["Beta AB"]
    assert (await customer.restore(anna, card.id, None)).value.version == 3
    assert await names(anna, CustomerFilter()) == ["Alfa AB", "Beta AB", "Gamma AB"]


async def test_ids_of_another_office_and_ids_of_nothing_are_not_found_alike(world: World) -> None:
    anna, sara = await world.viewed_by(ANNA), await world.viewed_by(SARA)
    await world.add_customer(sara, "Syd AB", "5561112227", None)
    other, others_task = world.customers["Syd AB"], world.tasks["Syd AB"]
    said: set[tuple[type[Exception], str]] = set()
    for customer_id, task_id in ((other.id, others_task.id), ("0" * 36, "0" * 36), ("", "")):
        for do in (
            customer.update(anna, UpdateCustomer(customer_id=customer_id, name="Min"), None),
            customer.archive(anna, customer_id, None),
            customer.restore(anna, customer_id, None),
            task.create(anna, CreateTask(customer_id=customer_id, type="Lön", period=TaskPeriod.MONTH), None),
            task.update(anna, UpdateTask(task_id=task_id, active=False), None),
        ):
            with pytest.raises(NotFound) as refused:
                await do
            said.add((type(refused.value), str(refused.value)))
        assert await customer.find(anna, customer_id) is None
        assert await task.find(anna, task_id) is None
        assert await activation.tab_of_customer(anna, customer_id) == ()
        asked = PreviewRequest(customer_id=customer_id, service_id=world.scanner.id)
        assert await activation.preview(anna, asked) is None
        listed = await task.page_of_customer(anna, customer_id, LISTED, TaskFilter(), TaskOrder())
        assert listed.items == ()
    assert said == {(NotFound, "")}


async def test_an_administrator_is_not_permitted_to_keep_the_register_and_sees_none_of_it(world: World) -> None:
    bea = await world.viewed_by(BEA)
    card = world.customers["Beta AB"]
    for do in (
        customer.create(bea, new_card(), None),
        customer.update(bea, UpdateCustomer(customer_id=card.id, name="Min"), None),
        customer.archive(bea, card.id, None),
        customer.restore(bea, card.id, None),
        task.create(bea, CreateTask(customer_id=card.id, type="Lön", period=TaskPeriod.MONTH), None),
        task.update(bea, UpdateTask(task_id=world.tasks["Beta AB"].id, active=False), None),
    ):
        with pytest.raises(NotPermitted, match="ADVISOR"):
            await do
    assert await customer.find(bea, card.id) is None
    assert await names(bea, CustomerFilter()) == []
    assert await task.find(bea, world.tasks["Beta AB"].id) is None


async def test_cards_are_found_by_words_numbers_digits_and_status(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    bo = await world.viewed_by(BO)
    await customer.create(anna, new_card(name="Ödlas Åkeri & Bar AB", customer_number="K-77"), None)
    known = (await world.activate(anna, "Beta AB")).collaboration
    cases = {
        CustomerFilter(search="AKER"): ["Ödlas Åkeri & Bar AB"],
        CustomerFilter(search="bar ödl"): ["Ödlas Åkeri & Bar AB"],
        CustomerFilter(search="k77"): ["Ödlas Åkeri & Bar AB"],
        CustomerFilter(search="556111-22"): ["Ödlas Åkeri & Bar AB"],
        CustomerFilter(search="eta"): [],
        CustomerFilter(search="' OR 1=1 --"): [],
        CustomerFilter(search="%"): [],
        CustomerFilter(organisation_number="16556000-4615"): ["Beta AB"],
        CustomerFilter(organisation_number="556000-4616"): [],
        CustomerFilter(account_manager_id=as_advisor(bo).id): [],
        CustomerFilter(collaboration_status=CollaborationStatus.AWAITING_APPROVAL): ["Beta AB"],
        CustomerFilter(collaboration_status=CollaborationStatus.AWAITING_APPROVAL, service_id=world.archive.id): [],
        CustomerFilter(service_id=known.service_id): ["Beta AB"],
    }
    for wanted, expected in cases.items():
        assert (wanted, await names(anna, wanted)) == (wanted, expected)
    await world.advance(timedelta(days=30))
    later = await world.viewed_by(ANNA)
    assert await names(later, CustomerFilter(collaboration_status=CollaborationStatus.AWAITING_APPROVAL)) == []
    assert await names(later, CustomerFilter(collaboration_status=CollaborationStatus.EXPIRED)) == ["Beta AB"]
    with pytest.raises(InvalidInput):
        await names(anna, CustomerFilter(search="x" * 101))
