"""What is kept for a time only goes at night, and whoever comes too late for it is told so, and from where he can go on."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from domain.errors import CursorInvalid
from domain.event import StreamEntry
from domain.mail import MailKind, MailStatus
from persistence import invariants, jobs, retention
from persistence import mail as stored_mail
from persistence.database import Unit
from persistence.tables import events, idempotency_keys, links, sessions
from persistence.tables import jobs as job_rows
from resolvers import event, session, settlement
from resolvers.listing import Listing, PageArguments
from resolvers.retention import KIND, Kept, forget, schedule
from resolvers.wanted import EventFilter
from tests.support import seen
from tests.support.world import ANNA, BO, NORD, World, contact

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)
KEPT = Kept(events=30 * DAY, mails=40 * DAY, keys=7 * DAY, links=20 * DAY)
NOTHING_LOST = Kept(events=365 * DAY, mails=365 * DAY, keys=365 * DAY, links=365 * DAY)


async def log(world: World, **where: str) -> Listing[StreamEntry]:
    return await event.list_page(await world.viewed_by(BO), PageArguments(**where), None, EventFilter())  # type: ignore[arg-type]


async def count(world: World, table: object) -> int:
    async with world.database.read() as reading:
        assert await invariants.check(reading) == ()
        return await reading.connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


async def test_old_events_go_from_the_beginning_and_a_cursor_before_them_is_refused_with_the_earliest(world: World) -> None:
    await seen.collaborate(world, "Beta AB")
    before = await log(world)
    await world.advance(31 * DAY)
    await seen.collaborate(world, "Gamma AB")
    await forget(world.database, KEPT)
    after = await log(world)
    assert [entry.sequence for entry in after.items] == [3, 4]
    assert await count(world, events) == 2
    for where in ({"after": before.cursors[0]}, {"before": before.cursors[0]}):
        with pytest.raises(CursorInvalid) as refused:
            await log(world, **where)
        assert refused.value.code == "CURSOR_EXPIRED"
        assert refused.value.earliest is not None
        assert (await log(world, after=refused.value.earliest)).items == after.items
    # After the last that is gone, nothing was missed.
    assert (await log(world, after=before.cursors[1])).items == after.items
    with pytest.raises(CursorInvalid):
        await anext(followed(world, before.cursors[0]))
    assert (await anext(followed(world, before.cursors[1]))).sequence == 3


async def followed(world: World, cursor: str) -> AsyncIterator[StreamEntry]:
    async for entry in event.follow(await world.viewed_by(BO), cursor, None, EventFilter()):
        yield entry


async def test_an_event_that_was_written_late_is_kept_from_then_on(world: World) -> None:
    asked = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    await world.advance(100 * DAY)
    await settlement.settle(world.database, asked.id)
    await forget(world.database, KEPT)
    [expired] = (await log(world)).items
    async with world.database.read() as reading:
        assert expired.event.occurred_at < reading.now - 60 * DAY


async def test_more_events_than_go_at_once_all_go(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for name in ("Alfa AB", "Beta AB", "Gamma AB"):
        await seen.collaborate(world, name)
    await world.add_customer(await world.viewed_by(ANNA), "Delta AB", NORD, contact("Dora Dal", "dora@delta.example"))
    await world.advance(31 * DAY)
    await asyncio.gather(forget(world.database, KEPT), forget(world.database, KEPT))
    assert await count(world, events) == 0
    assert (await log(world)).items == ()
    # What comes next goes on from the numbers that were.
    await world.activate(await world.viewed_by(ANNA), "Delta AB")
    assert [entry.sequence for entry in (await log(world)).items] == [7]
    assert await count(world, events) == 1


async def test_mails_go_but_not_those_of_a_request_that_waits_or_that_are_still_to_be_sent(world: World) -> None:
    approved, _ = await seen.collaborate(world, "Beta AB")
    for sent in await seen.written(world, approved.id):
        if sent.kind is MailKind.ACTIVATION:

            async def note(unit: Unit, mail_id: str = sent.id) -> None:
                await stored_mail.mark(unit, mail_id, status=MailStatus.SENT, problem=None, sent_at=unit.now, attempts=1)
                await jobs.remove(unit, f"mail:{mail_id}")

            await world.database.write(note)
    installation = replace(world.installation, approval_lifetime=90 * DAY)
    patient = replace(world, installation=installation)
    waiting = (await patient.activate(await patient.viewed_by(ANNA), "Gamma AB")).collaboration
    await world.advance(41 * DAY)
    await forget(world.database, KEPT)
    kinds = [sent.kind for sent in await seen.written(world, approved.id)]
    assert kinds == [MailKind.APPROVED, MailKind.APPROVED]
    assert [sent.kind for sent in await seen.written(world, waiting.id)] == [MailKind.ACTIVATION]


async def test_keys_links_and_sessions_go_when_they_have_ended_long_enough(world: World) -> None:
    asked = (await world.activate(await world.viewed_by(ANNA), "Alfa AB", key="a key")).collaboration
    await session.request_sign_in_link(await world.context(), ANNA, seen.as_advisor(await world.viewed_by(ANNA)).side, None)
    found = [await count(world, table) for table in (idempotency_keys, links)]
    assert found == [1, 2]
    await world.advance(6 * DAY)
    await forget(world.database, KEPT)
    assert [await count(world, table) for table in (idempotency_keys, links)] == [1, 2]
    await world.advance(2 * DAY)
    await forget(world.database, KEPT)
    assert [await count(world, table) for table in (idempotency_keys, links)] == [0, 2]
    # Sign-in links live minutes, approval links as long as the request, sessions of commands 30 days.
    await world.advance(14 * DAY)
    await forget(world.database, KEPT)
    assert await count(world, links) == 1
    await world.advance(60 * DAY)
    await forget(world.database, KEPT)
    # What is still stored as waiting keeps its link until the expiry is written.
    assert [await count(world, table) for table in (links, sessions)] == [1, 0]
    await settlement.settle(world.database, asked.id)
    await forget(world.database, KEPT)
    assert [await count(world, table) for table in (links, sessions)] == [0, 0]


async def test_nothing_goes_that_is_still_to_be_kept(world: World) -> None:
    await seen.collaborate(world, "Gamma AB")
    await world.advance(31 * DAY)
    before = await seen.rows(world)
    await forget(world.database, NOTHING_LOST)
    assert {name: number for name, number in (await seen.rows(world)).items() if number != before[name]} == {
        "jobs": before["jobs"] + 1
    }


async def test_the_job_runs_once_a_night_and_sees_to_the_next(world: World) -> None:
    async def due() -> list[datetime]:
        async with world.database.read() as reading:
            rows = select(job_rows.c.due_at).where(job_rows.c.kind == KIND).order_by(job_rows.c.due_at)
            return list(await reading.connection.scalars(rows))

    await asyncio.gather(*(schedule(world.database) for _ in range(3)))
    [first] = await due()
    assert first.astimezone(UTC).hour in {1, 2}
    await world.advance(DAY)
    await forget(world.database, KEPT)
    await forget(world.database, KEPT)
    assert [later - first for later in await due()] == [timedelta(0), DAY]
