"""The request that lapses by the clock: expired on read before any job has touched it, and written once."""

from datetime import timedelta

import pytest

from domain.collaboration import CollaborationStatus
from domain.errors import (
    InvalidTransition,
)
from domain.event import CollaborationEventType
from domain.mail import MailKind
from resolvers import answer, collaboration, event
from resolvers.listing import PageArguments
from resolvers.wanted import CollaborationFilter, CollaborationOrder
from tests.support.seen import told
from tests.support.world import ANNA, BEA, BO, World

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
    await answer.expire_due(world.database, activated.collaboration.id)
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
