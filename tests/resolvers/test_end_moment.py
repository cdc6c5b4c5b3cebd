"""Ends of one company that come on several days and are written late: each is judged as of the moment at which it came."""

from datetime import timedelta

import pytest

from domain.collaboration import Collaboration, CollaborationStatus
from domain.event import CollaborationEventType
from domain.service import InvoiceRecipient, ServiceAfterwards, SubscriptionStatus
from resolvers import answer, company, ending, settlement
from tests.support.ends import end, scheduled, tomorrow
from tests.support.seen import collaborate, subscription, told
from tests.support.world import BEA, BETA, BO, SARA, World, contact

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus
KEEP, READ_ONLY, END = ServiceAfterwards


async def syds_request(world: World) -> Collaboration:
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Beta hos Syd", BETA, contact("Bea Bok", BEA))
    return (await world.activate(sara, "Beta hos Syd")).collaboration


async def test_a_request_that_waited_when_the_end_came_has_not_kept_the_service(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    await scheduled(await world.viewed_by(BO), known, END)
    await syds_request(world)
    await world.advance(timedelta(days=40))
    bea = await world.viewed_by(BEA)
    assert await ending.afterwards(bea, await world.stored(known.id)) is END
    [read] = await company.subscriptions(bea, known.company_id)
    await settlement.settle(world.database, known.id)
    kept = await subscription(world, known)
    assert kept is not None
    assert (kept.status, kept.invoice_recipient) == (SubscriptionStatus.ENDED, InvoiceRecipient.OFFICE)
    assert read == kept


async def test_of_two_ends_that_came_the_first_meets_the_second_and_the_second_nobody(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    await end(bea, known, READ_ONLY, on=tomorrow(bea) + timedelta(days=3))
    others = await syds_request(world)
    await world.approve(await world.by_link(others.id), others)
    sara = await world.viewed_by(SARA)
    await end(sara, others, KEEP, on=tomorrow(sara))
    await world.advance(timedelta(days=9))
    [read] = await company.subscriptions(await world.viewed_by(BEA), known.company_id)
    # The job of the later one comes first; it writes both, in the order in which they came.
    await settlement.settle(world.database, known.id)
    first, second = await world.stored(known.id), await subscription(world, known)
    assert second is not None
    assert (first.status, first.service_afterwards, second.status) == (Status.ENDED, READ_ONLY, SubscriptionStatus.READ_ONLY)
    assert read == second
    assert (await told(world, others, SARA))[-1] is Type.ENDED
    assert (await told(world, known, BEA))[-1] is Type.ENDED
    events = [Type.ACTIVATED, Type.APPROVED, Type.END_SCHEDULED, Type.ENDED]
    assert (await told(world, known), await told(world, others, SARA)) == (events, events)


async def test_an_answer_to_another_office_writes_the_end_that_it_meets_as_it_was_chosen(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    await scheduled(await world.viewed_by(BO), known, END)
    others = await syds_request(world)
    await world.advance(timedelta(days=2))
    bea = await world.viewed_by(BEA)
    await answer.decline(bea, others.id, others.company_id, None, None)
    ended = await world.stored(known.id)
    assert (ended.status, ended.service_afterwards) == (Status.ENDED, END)
    assert (await told(world, known))[-1] is Type.ENDED
