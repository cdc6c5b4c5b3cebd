"""The request that lapses by the clock: expired on read before any job has touched it, and written once."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import (
    InvalidTransition,
)
from domain.event import CollaborationEventType
from domain.mail import MailKind
from resolvers import answer, collaboration, event, reminder, settlement
from resolvers.listing import PageArguments
from resolvers.wanted import CollaborationFilter, CollaborationOrder, CollaborationOrderField, EventFilter
from tests.support.seen import told, written
from tests.support.world import ANNA, BEA, BO, CLEO, GAMMA, GUN, SARA, World, contact

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


async def test_a_lapsed_request_is_expired_everywhere_before_any_job_has_touched_it(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    await world.advance(timedelta(days=30) + timedelta(seconds=1))
    anna, bea = await world.viewed_by(ANNA), await world.viewed_by(BEA)
    known = await collaboration.find(anna, activated.collaboration.id)
    assert known is not None
    assert known.status is Status.AWAITING_APPROVAL
    assert collaboration.status(anna, known) is Status.EXPIRED
    order = CollaborationOrder()
    for statuses, expected in ((Status.EXPIRED, 1), (Status.AWAITING_APPROVAL, 0)):
        wanted = CollaborationFilter(statuses=frozenset({statuses}))
        listed = await collaboration.list_page(anna, PageArguments(), wanted, order)
        assert (len(listed.items), await listed.count()) == (expected, expected)
    assert await collaboration.counts(anna, CollaborationFilter()) == ((Status.EXPIRED, 1),)
    assert await collaboration.allowed_actions(bea, known) == ()
    assert await told(world, known) == [Type.ACTIVATED]


async def test_approving_a_lapsed_request_is_refused_and_writes_the_expiry(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    await world.advance(timedelta(days=31))
    with pytest.raises(InvalidTransition) as refused:
        await world.approve(await world.viewed_by(BEA), activated.collaboration)
    assert refused.value.status is Status.EXPIRED
    assert (await world.stored(activated.collaboration.id)).status is Status.EXPIRED
    assert await told(world, activated.collaboration) == [Type.ACTIVATED, Type.EXPIRED]
    await settlement.settle(world.database, activated.collaboration.id)
    written = await collaboration.mails(await world.viewed_by(BO), activated.collaboration)
    assert [one.kind for one in written].count(MailKind.EXPIRED) == 1


async def test_a_lapsed_request_is_activated_anew_at_once(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    first = await world.activate(anna, "Gamma AB")
    await world.advance(timedelta(days=30))
    again = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    assert again.administrator_created is True
    assert again.service_activated is True
    assert again.collaboration.previous_id == first.collaboration.id
    entries = await event.page_of_collaboration(anna, first.collaboration.id, PageArguments())
    assert entries.items[-1].event.occurred_at == first.collaboration.expires_at


async def lapsed(world: World) -> Collaboration:
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    await world.advance(timedelta(days=30))
    return known


async def test_a_lapsed_request_is_expired_in_every_filter_and_order_and_for_every_viewer(world: World) -> None:
    known = await lapsed(world)
    await world.activate(await world.viewed_by(ANNA), "Alfa AB")
    by_status = CollaborationOrder(field=CollaborationOrderField.STATUS, descending=False)
    bo = await world.viewed_by(BO)
    listed = await collaboration.list_page(bo, PageArguments(), CollaborationFilter(), by_status)
    assert [collaboration.status(bo, one) for one in listed.items] == [Status.AWAITING_APPROVAL, Status.EXPIRED]
    for email, expected in ((BO, 1), (ANNA, 1), (BEA, 1), (CLEO, 0), (SARA, 0)):
        viewer = await world.viewed_by(email)
        wanted = CollaborationFilter(statuses=frozenset({Status.EXPIRED}))
        found = await collaboration.list_page(viewer, PageArguments(), wanted, CollaborationOrder())
        assert (len(found.items), await found.count()) == (expected, expected)
        assert dict(await collaboration.counts(viewer, wanted)) == ({Status.EXPIRED: 1} if expected else {})
    assert await collaboration.allowed_actions(bo, known) == ()
    assert await collaboration.access(bo, known) == ()
    assert (await world.stored(known.id)).version == 1


async def approve(world: World, known: Collaboration) -> None:
    await world.approve(await world.viewed_by(BEA), known)


async def decline(world: World, known: Collaboration) -> None:
    await answer.decline(await world.viewed_by(BEA), known.id, known.company_id, None, None)


async def cancel(world: World, known: Collaboration) -> None:
    await answer.cancel(await world.viewed_by(ANNA), known.id, None, None)


async def remind(world: World, known: Collaboration) -> None:
    await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)


@pytest.mark.parametrize("late", [approve, decline, cancel, remind], ids=lambda late: late.__name__)
async def test_whoever_comes_late_is_told_that_it_has_expired_and_it_is_written_once(
    world: World, late: Callable[[World, Collaboration], Awaitable[None]]
) -> None:
    known = await lapsed(world)
    for _ in range(2):
        with pytest.raises(InvalidTransition) as refused:
            await late(world, known)
        assert (refused.value.status, refused.value.collaboration_id) == (Status.EXPIRED, known.id)
    await settlement.settle(world.database, known.id)
    assert await told(world, known) == await told(world, known, BEA) == [Type.ACTIVATED, Type.EXPIRED]
    assert [one.recipient.email for one in await written(world, known.id, MailKind.EXPIRED)] == [ANNA]
    assert (await world.stored(known.id)).version == 2


async def test_an_activation_writes_the_expiry_of_every_office_first_and_names_the_request_before(world: World) -> None:
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Gamma hos Syd", GAMMA, contact("Gun Grå", GUN))
    syds = (await world.activate(sara, "Gamma hos Syd")).collaboration
    mine = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    await world.advance(timedelta(days=30))
    again = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    assert (again.service_activated, again.administrator_created) == (True, True)
    assert again.collaboration.previous_id == mine.id
    assert await told(world, mine) == [Type.ACTIVATED, Type.EXPIRED]
    assert await told(world, syds, SARA) == [Type.ACTIVATED, Type.EXPIRED]
    third_office = await event.list_page(await world.viewed_by(SARA), PageArguments(), None, EventFilter())
    assert [entry.sequence for entry in third_office.items] == [1, 2]
    previous = await collaboration.find(await world.viewed_by(ANNA), mine.id)
    assert previous is not None
    assert previous.status is Status.EXPIRED


async def test_a_job_that_comes_early_late_or_for_nothing_writes_nothing(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    await settlement.settle(world.database, known.id)
    await settlement.settle(world.database, "no such id")
    assert await told(world, known) == [Type.ACTIVATED]
    await answer.cancel(await world.viewed_by(ANNA), known.id, None, None)
    await world.advance(timedelta(days=31))
    await settlement.settle(world.database, known.id)
    assert await told(world, known) == [Type.ACTIVATED, Type.CANCELLED]
