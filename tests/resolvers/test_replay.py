"""Safe retries: the same key with the same input is answered alike and done once, whoever else uses the same key."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.collaboration import Collaboration, CollaborationStatus
from domain.customer import CompanyForm
from domain.errors import CollaborationAlreadyOpen, IdempotencyKeyReused, InvalidTransition, NotFound
from resolvers import answer, customer, fact, reminder
from resolvers.answer import Answered, ApproveCollaboration, Approved
from resolvers.card import CreateCustomer, UpdateCustomer
from resolvers.context import Context
from tests.support.seen import as_administrator, as_advisor, rows, told, written
from tests.support.world import ALFA, ANNA, BEA, BO, World

pytestmark = pytest.mark.anyio

Do = Callable[[World, Context, Collaboration], Awaitable[Answered | Approved]]


async def approve(world: World, bea: Context, known: Collaboration) -> Approved:
    asked = ApproveCollaboration(collaboration_id=known.id, company_id=known.company_id)
    return await answer.approve(bea, asked, "k")


async def decline(world: World, bea: Context, known: Collaboration) -> Answered:
    return await answer.decline(bea, known.id, known.company_id, "Nej tack", "k")


async def cancel(world: World, bea: Context, known: Collaboration) -> Answered:
    return await answer.cancel(await world.viewed_by(ANNA), known.id, "Fel kund", "k")


async def remind(world: World, bea: Context, known: Collaboration) -> Answered:
    return await reminder.remind(await world.viewed_by(ANNA), known.id, "Hej igen", "k")


EACH = pytest.mark.parametrize("do", [approve, decline, cancel, remind], ids=lambda do: do.__name__)


async def waiting(world: World) -> tuple[Collaboration, Context]:
    """Make a request of Beta's that may be reminded, and open an operation of its administrator."""
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    await world.advance(timedelta(days=1))
    return known, await world.viewed_by(BEA)


@EACH
async def test_an_answer_that_is_sent_again_is_answered_alike_and_not_done_again(world: World, do: Do) -> None:
    known, bea = await waiting(world)
    first = await do(world, bea, known)
    before = await rows(world)
    again = await do(world, bea, known)
    assert again == replace(first, replayed=True)
    assert await rows(world) == before


@EACH
async def test_an_answer_that_is_sent_twice_at_once_is_done_once_and_answered_alike(world: World, do: Do) -> None:
    known, bea = await waiting(world)
    results = await asyncio.gather(*(do(world, bea, known) for _ in range(4)))
    assert sorted(one.replayed for one in results) == [False, True, True, True]
    assert {(one.collaboration.id, one.cursor) for one in results} == {(known.id, results[0].cursor)}
    assert len(await told(world, known)) == 2


async def test_an_activation_that_is_sent_twice_at_once_is_done_once_and_answered_alike(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    results = await asyncio.gather(*(world.activate(anna, "Gamma AB", key="k") for _ in range(8)))
    assert sorted(one.replayed for one in results) == [False] + [True] * 7
    assert len({replace(one, replayed=True).collaboration.id for one in results}) == 1
    assert len(await written(world, results[0].collaboration.id)) == 1


async def test_a_replay_shows_the_collaboration_as_it_stands_now_and_the_rest_as_it_was(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    first = await world.activate(anna, "Beta AB", key="k")
    done = await world.approve(await world.by_link(first.collaboration.id), first.collaboration)
    again = await world.activate(anna, "Beta AB", key="k")
    assert again == replace(first, collaboration=done.collaboration, replayed=True)
    assert again.collaboration.status is CollaborationStatus.ACTIVE


async def test_a_key_belongs_to_who_used_it_and_to_what_it_was_used_for(world: World) -> None:
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    first = await world.activate(anna, "Beta AB", key="k")
    other = await world.activate(bo, "Alfa AB", key="k")
    assert other.replayed is False
    cancelled = await answer.cancel(anna, first.collaboration.id, None, "k")
    assert cancelled.replayed is False
    assert cancelled.collaboration.status is CollaborationStatus.CANCELLED


async def test_another_input_under_a_key_is_refused_and_changes_nothing(world: World) -> None:
    known, bea = await waiting(world)
    await cancel(world, bea, known)
    before = await rows(world)
    with pytest.raises(IdempotencyKeyReused):
        await answer.cancel(await world.viewed_by(ANNA), known.id, "Ett annat skäl", "k")
    assert await rows(world) == before


async def test_a_refused_answer_does_not_burn_its_key_even_where_the_expiry_was_written_with_it(world: World) -> None:
    known, _ = await waiting(world)
    await world.advance(timedelta(days=30))
    for _ in range(2):
        with pytest.raises(InvalidTransition):
            await approve(world, await world.viewed_by(BEA), known)
    again = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    done = await approve(world, await world.viewed_by(BEA), again)
    assert done.collaboration.status is CollaborationStatus.ACTIVE


async def test_a_key_is_forgotten_after_seven_days(world: World) -> None:
    first = await world.activate(await world.viewed_by(ANNA), "Beta AB", key="k")
    await world.advance(timedelta(days=7) - timedelta(minutes=1))
    assert (await world.activate(await world.viewed_by(ANNA), "Beta AB", key="k")).replayed is True
    await world.advance(timedelta(minutes=1))
    with pytest.raises(CollaborationAlreadyOpen) as refused:
        await world.activate(await world.viewed_by(ANNA), "Beta AB", key="k")
    assert refused.value.collaboration_id == first.collaboration.id


async def test_a_field_that_was_left_out_is_not_taken_for_one_that_was_given(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    known = world.customers["Beta AB"]
    await customer.update(anna, UpdateCustomer(customer_id=known.id), "k")
    with pytest.raises(IdempotencyKeyReused):
        await customer.update(anna, UpdateCustomer(customer_id=known.id, name="UNSET"), "k")


async def test_a_replay_shows_nothing_that_the_viewer_may_not_see_any_more(world: World) -> None:
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    card = CreateCustomer(name="Pi AB", organisation_number="212000-1355", company_form=CompanyForm.PUBLIC_BODY)
    created = (await customer.create(anna, card, "card")).value
    assert (await customer.create(anna, card, "card")).value.id == created.id
    given_away = UpdateCustomer(customer_id=created.id, account_manager_id=as_advisor(bo).id, name="Hemligt AB")
    await customer.update(bo, given_away, None)
    with pytest.raises(NotFound):
        await customer.create(anna, card, "card")


async def test_a_token_for_one_company_replays_nothing_of_another(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    other = (await world.activate(await world.viewed_by(ANNA), "Alfa AB")).collaboration
    await fact.add_administrator(world.installation, ALFA, "Bea Bok", BEA)
    bea = await world.viewed_by(BEA)
    asked = ApproveCollaboration(collaboration_id=known.id, company_id=known.company_id)
    await answer.approve(bea, asked, "yes")
    for_alfa = replace(as_administrator(bea), company_ids=frozenset({other.company_id}))
    bea.viewer = for_alfa
    with pytest.raises(NotFound):
        await answer.approve(bea, asked, "yes")
