"""Asking again: how often, to whom, and what it leaves as it is."""

from datetime import timedelta

import pytest

from domain.collaboration import CollaborationStatus
from domain.errors import (
    RecipientUndeliverable,
    ReminderLimitReached,
    ReminderTooSoon,
)
from domain.event import CollaborationEventType
from domain.mail import MailStatus
from persistence import mail
from persistence.database import Unit
from resolvers import event, reminder, session
from resolvers.listing import PageArguments
from tests.support.seen import (
    told,
)
from tests.support.world import ANNA, BEA, World

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


async def test_reminders_wait_a_day_and_are_five(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    known = activated.collaboration
    await world.advance(timedelta(hours=1))
    with pytest.raises(ReminderTooSoon) as refused:
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    assert refused.value.next_allowed_at == known.activated_at + timedelta(hours=24)
    for sent in range(1, 6):
        await world.advance(timedelta(days=1))
        done = await reminder.remind(await world.viewed_by(ANNA), known.id, "Hej igen", None)
        assert done.collaboration.reminders_sent == sent
        assert done.collaboration.expires_at == known.expires_at
    await world.advance(timedelta(days=1))
    with pytest.raises(ReminderLimitReached):
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    assert await told(world, known) == [Type.ACTIVATED, *[Type.REMINDED] * 5]
    company_side = await world.viewed_by(BEA)
    page = await event.page_of_collaboration(company_side, known.id, PageArguments())
    assert [entry.event.type for entry in page.items] == [Type.ACTIVATED]


async def test_a_reminder_leaves_the_older_link_valid(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    older = await world.link_secret(activated.collaboration.id)
    await world.advance(timedelta(days=1))
    await reminder.remind(await world.viewed_by(ANNA), activated.collaboration.id, None, None)
    assert await world.link_secret(activated.collaboration.id) != older
    opened = await session.sign_in(await world.context(), older, None)
    assert opened.collaboration is not None


async def test_a_bounced_address_is_not_reminded(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    known = activated.collaboration
    async with world.database.read() as reading:
        sent = (await mail.of_collaborations(reading, [known.id]))[known.id][0]

    async def bounce(unit: Unit) -> None:
        await mail.mark(unit, sent.id, status=MailStatus.BOUNCED, problem="550 no such user", sent_at=unit.now, attempts=1)

    await world.database.write(bounce)
    await world.advance(timedelta(days=2))
    with pytest.raises(RecipientUndeliverable, match="550"):
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
