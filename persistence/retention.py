"""What is kept for a time only: the oldest rows go, so many at once, so that nobody waits long for the database."""

from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, exists, select, update

from domain.collaboration import CollaborationStatus
from domain.mail import MailStatus
from persistence.database import Reading, Unit
from persistence.tables import (
    collaborations,
    events,
    idempotency_keys,
    links,
    mailbox_messages,
    mails,
    sessions,
    stream_entries,
    streams,
)

AT_ONCE = 500


async def names_of_streams(reading: Reading) -> tuple[str, ...]:
    """Return every stream."""
    return tuple(await reading.connection.scalars(select(streams.c.id).order_by(streams.c.id)))


async def forget_events(unit: Unit, stream: str, before: datetime) -> int:
    """Forget the stream's oldest events that were recorded before the moment, 500 at most, and return how many.

    A stream is forgotten from its beginning and without a hole: an event stays where an older number stays.
    """
    kept = await unit.connection.execute(select(streams.c.forgotten).where(streams.c.id == stream).with_for_update())
    first = kept.scalar_one()
    oldest = (
        select(stream_entries.c.sequence, stream_entries.c.event_id, events.c.recorded_at)
        .join_from(stream_entries, events)
        .where(stream_entries.c.stream_id == stream, stream_entries.c.sequence > first)
        .order_by(stream_entries.c.sequence)
        .limit(AT_ONCE)
    )
    gone: list[str] = []
    for row in (await unit.connection.execute(oldest)).all():
        if row.recorded_at >= before:
            break
        gone.append(row.event_id)
    if gone:
        last = first + len(gone)
        mine = (stream_entries.c.stream_id == stream) & (stream_entries.c.sequence <= last)
        await unit.connection.execute(delete(stream_entries).where(mine))
        await unit.connection.execute(update(streams).where(streams.c.id == stream).values(forgotten=last))
        told = exists(select(stream_entries.c.event_id).where(stream_entries.c.event_id == events.c.id))
        await unit.connection.execute(delete(events).where(events.c.id.in_(gone), ~told))
    return len(gone)


async def forget_mails(unit: Unit, before: datetime) -> int:
    """Forget mails that were written before the moment, but none that is still to be sent, or whose request still waits."""
    old = (mails.c.queued_at < before) & (mails.c.status != MailStatus.QUEUED) & ~_waits(mails.c.collaboration_id)
    return await _forget(unit, mails, mails.c.id, old)


async def forget_letters(unit: Unit, before: datetime) -> int:
    """Forget what came into the built-in mailbox before the moment."""
    return await _forget(unit, mailbox_messages, mailbox_messages.c.id, mailbox_messages.c.created_at < before)


async def forget_keys(unit: Unit, before: datetime) -> int:
    """Forget idempotency keys that were used before the moment, all at once: the rows are small, and nothing hangs on them."""
    await unit.connection.execute(delete(idempotency_keys).where(idempotency_keys.c.created_at < before))
    return 0


async def forget_links(unit: Unit, before: datetime) -> int:
    """Forget links that went out of use before the moment, but none of a request that is still stored as waiting."""
    old = (links.c.expires_at < before) & ~_waits(links.c.collaboration_id)
    return await _forget(unit, links, links.c.id, old)


async def forget_sessions(unit: Unit, before: datetime) -> int:
    """Forget sessions that ended before the moment."""
    return await _forget(unit, sessions, sessions.c.id, sessions.c.expires_at < before)


def _waits(collaboration_id: ColumnElement[str | None]) -> ColumnElement[bool]:
    waiting = collaborations.c.status == CollaborationStatus.AWAITING_APPROVAL
    return exists(select(collaborations.c.id).where(collaborations.c.id == collaboration_id, waiting))


async def _forget(unit: Unit, table: Table, identity: ColumnElement[str], old: ColumnElement[bool]) -> int:
    gone = list(await unit.connection.scalars(select(identity).where(old).limit(AT_ONCE)))
    if gone:
        await unit.connection.execute(delete(table).where(identity.in_(gone)))
    return len(gone)
