"""The streams: events numbered without gaps in the transaction that made them, one stream per office and per company."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    RowMapping,
    Select,
    and_,
    exists,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from domain import event as domain_event
from domain.collaboration import CollaborationStatus
from domain.event import Actor, CollaborationEvent, CollaborationEventType, StreamEntry
from domain.viewer import AdministratorViewer, Viewer
from persistence import page as paging
from persistence.database import Reading, Unit
from persistence.page import Order, Page, PageRequest, Rows
from persistence.tables import collaborations, events, stream_entries, streams


async def append(unit: Unit, happened: Sequence[CollaborationEvent]) -> tuple[StreamEntry, ...]:
    """Write the events, in their order, into every stream that tells them, and have those streams' readers woken.

    To be called last in a unit of work: it locks the streams' heads, in sorted order, until the commit, so that the order of
    the numbers is the order of the commits (promises.md, Streams and cursors).
    """
    if not happened:
        return ()
    await unit.connection.execute(insert(events), [_row(event) | {"recorded_at": unit.now} for event in happened])
    by_stream: dict[str, list[CollaborationEvent]] = {}
    for event in happened:
        for stream in domain_event.streams(event):
            by_stream.setdefault(stream, []).append(event)
    entries: list[StreamEntry] = []
    for stream in sorted(by_stream):
        told = by_stream[stream]
        head = await _advance(unit, stream, len(told))
        first = head - len(told) + 1
        entries.extend(StreamEntry(stream=stream, sequence=first + offset, event=event) for offset, event in enumerate(told))
    rows = [{"stream_id": e.stream, "sequence": e.sequence, "event_id": e.event.id} for e in entries]
    await unit.connection.execute(insert(stream_entries), rows)
    unit.topics.update(by_stream)
    return tuple(entries)


async def head(reading: Reading, stream: str) -> int:
    """Return the number of the stream's latest event, 0 where there is none yet."""
    found: int | None = await reading.connection.scalar(select(streams.c.head).where(streams.c.id == stream))
    return found or 0


async def forgotten(reading: Reading, stream: str) -> int:
    """Return the number of the stream's last event that is not kept any more, 0 where all are."""
    found: int | None = await reading.connection.scalar(select(streams.c.forgotten).where(streams.c.id == stream))
    return found or 0


async def after(reading: Reading, stream: str, sequence: int, *, limit: int) -> tuple[StreamEntry, ...]:
    """Return up to `limit` entries of the stream that follow `sequence`, in order."""
    query = _entries(stream).where(stream_entries.c.sequence > sequence)
    rows = await reading.connection.execute(query.order_by(stream_entries.c.sequence).limit(limit))
    return tuple(_entry(row) for row in rows.mappings())


async def between(
    reading: Reading,
    stream: str,
    condition: ColumnElement[bool],
    *,
    lower: int | None,
    upper: int | None,
    limit: int,
    backwards: bool,
) -> tuple[StreamEntry, ...]:
    """Return up to `limit` entries that meet the condition, after `lower` and before `upper`, ascending.

    `backwards` takes them from the end.
    """
    query = _entries(stream).where(condition)
    if lower is not None:
        query = query.where(stream_entries.c.sequence > lower)
    if upper is not None:
        query = query.where(stream_entries.c.sequence < upper)
    order = stream_entries.c.sequence.desc() if backwards else stream_entries.c.sequence
    rows = await reading.connection.execute(query.order_by(order).limit(limit))
    found = [_entry(row) for row in rows.mappings()]
    return tuple(reversed(found) if backwards else found)


async def count(reading: Reading, stream: str, condition: ColumnElement[bool]) -> int:
    """Count the stream's entries that meet the condition."""
    query = select(func.count()).select_from(stream_entries.join(events)).where(stream_entries.c.stream_id == stream)
    return await reading.connection.scalar(query.where(condition)) or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events are wanted; None means any."""

    types: frozenset[CollaborationEventType] | None = None
    statuses: frozenset[CollaborationStatus] | None = None
    collaboration_ids: frozenset[str] | None = None
    customer_ids: frozenset[str] | None = None
    service_ids: frozenset[str] | None = None

    def takes(self, event: CollaborationEvent) -> bool:
        """Tell whether the event is wanted."""
        pairs = (
            (self.types, event.type),
            (self.statuses, event.status),
            (self.collaboration_ids, event.collaboration_id),
            (self.customer_ids, event.customer_id),
            (self.service_ids, event.service_id),
        )
        return all(wanted is None or value in wanted for wanted, value in pairs)


def meets(wanted: EventFilter) -> ColumnElement[bool]:
    """Return the filter as a condition: the same judgement as `EventFilter.takes`."""
    pairs: tuple[tuple[Column[Any], frozenset[Any] | None], ...] = (
        (events.c.type, wanted.types),
        (events.c.status, wanted.statuses),
        (events.c.collaboration_id, wanted.collaboration_ids),
        (events.c.customer_id, wanted.customer_ids),
        (events.c.service_id, wanted.service_ids),
    )
    return and_(true(), *(column.in_(list(values)) for column, values in pairs if values is not None))


def on_visible_collaboration(visible: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that the event's collaboration meets the scope."""
    return exists(select(collaborations.c.id).where(collaborations.c.id == events.c.collaboration_id, visible))


async def visible(reading: Reading, collaboration_ids: Collection[str], scope: ColumnElement[bool]) -> frozenset[str]:
    """Return those of the collaborations that the scope lets through."""
    if not collaboration_ids:
        return frozenset()
    query = select(collaborations.c.id).where(collaborations.c.id.in_(set(collaboration_ids)), scope)
    return frozenset(await reading.connection.scalars(query))


async def many(reading: Reading, ids: Collection[str]) -> dict[str, tuple[StreamEntry, ...]]:
    """Return each event's entries, one in each stream that tells it."""
    query = (
        select(events, stream_entries.c.stream_id, stream_entries.c.sequence)
        .join_from(events, stream_entries)
        .where(events.c.id.in_(ids))
    )
    found: dict[str, tuple[StreamEntry, ...]] = {}
    for row in (await reading.connection.execute(query)).mappings():
        found[row["id"]] = (*found.get(row["id"], ()), _entry(row))
    return found


async def page_by_collaboration(
    reading: Reading, collaboration_ids: Collection[str], *, stream_of: ColumnElement[str], request: PageRequest
) -> dict[str, Page[StreamEntry]]:
    """Return the same page of each collaboration's events, as they stand in the stream that `stream_of` names."""

    async def load(ids: Collection[str]) -> dict[str, StreamEntry]:
        query = select(events, stream_entries.c.stream_id, stream_entries.c.sequence).join_from(events, stream_entries)
        query = query.where(events.c.id.in_(list(ids)), stream_entries.c.stream_id == stream_of)
        return {row["id"]: _entry(row) for row in (await reading.connection.execute(query)).mappings()}

    return await paging.pages_of(
        reading,
        _rows_in(stream_of),
        Order(columns=(stream_entries.c.sequence, events.c.id)),
        request,
        load,
        parent=events.c.collaboration_id,
        parents=collaboration_ids,
    )


async def count_by_collaboration(
    reading: Reading, collaboration_ids: Collection[str], *, stream_of: ColumnElement[str]
) -> dict[str, int]:
    """Count each collaboration's events in the stream that `stream_of` names."""
    return await paging.counts_of(reading, _rows_in(stream_of), parent=events.c.collaboration_id, parents=collaboration_ids)


def own_stream(viewer: Viewer) -> ColumnElement[str]:
    """Name the stream in which the viewer reads an event, as an expression on the event's row."""
    if isinstance(viewer, AdministratorViewer):
        return literal(domain_event.company_stream("")).concat(events.c.company_id)
    return literal(domain_event.office_stream(viewer.office_id))


def _rows_in(stream_of: ColumnElement[str]) -> Rows:
    return Rows(
        source=stream_entries.join(events, events.c.id == stream_entries.c.event_id),
        condition=stream_entries.c.stream_id == stream_of,
        identity=events.c.id,
    )


def _entries(stream: str) -> Select[tuple[object, ...]]:
    return (
        select(events, stream_entries.c.stream_id, stream_entries.c.sequence)
        .join_from(stream_entries, events)
        .where(stream_entries.c.stream_id == stream)
    )


async def _advance(unit: Unit, stream: str, by: int) -> int:
    dialect = sqlite if unit.connection.dialect.name == "sqlite" else postgresql
    begin = dialect.insert(streams).values(id=stream, head=0).on_conflict_do_nothing()
    take = update(streams).where(streams.c.id == stream).values(head=streams.c.head + by).returning(streams.c.head)
    taken = await unit.connection.scalar(take)
    if taken is None:
        await unit.connection.execute(begin)
        taken = await unit.connection.scalar(take)
    if taken is None:
        message = f"the stream {stream} has no head"
        raise RuntimeError(message)
    return int(taken)


def _row(event: CollaborationEvent) -> dict[str, object]:
    return {
        "id": event.id,
        "collaboration_id": event.collaboration_id,
        "office_id": event.office_id,
        "company_id": event.company_id,
        "customer_id": event.customer_id,
        "service_id": event.service_id,
        "version": event.version,
        "type": event.type,
        "previous_status": event.previous_status,
        "status": event.status,
        "occurred_at": event.occurred_at,
        "actor_side": event.actor.side,
        "actor_id": event.actor.id,
    }


def _entry(row: RowMapping) -> StreamEntry:
    event = CollaborationEvent(
        id=row["id"],
        collaboration_id=row["collaboration_id"],
        office_id=row["office_id"],
        company_id=row["company_id"],
        customer_id=row["customer_id"],
        service_id=row["service_id"],
        version=row["version"],
        type=row["type"],
        previous_status=row["previous_status"],
        status=row["status"],
        occurred_at=row["occurred_at"],
        actor=Actor(side=row["actor_side"], id=row["actor_id"]),
    )
    return StreamEntry(stream=row["stream_id"], sequence=row["sequence"], event=event)
