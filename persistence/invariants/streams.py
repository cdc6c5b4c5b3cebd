"""What is true of streams: numbered without gaps up to their head, each event where it belongs, each status after the last."""

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select

from domain import event as domain_event
from domain.event import OFFICE_ONLY, CollaborationEventType
from persistence.tables import collaborations, events, stream_entries, streams

_entry, _told, _stream = stream_entries.c, events.c, streams.c
_office = literal(domain_event.office_stream("")).concat(_told.office_id)
_company = literal(domain_event.company_stream("")).concat(_told.company_id)
_for_company = _told.type.not_in(list(OFFICE_ONLY))


def _gaps() -> Select[tuple[str]]:
    counted = (
        select(_entry.stream_id, func.count().label("number"), func.max(_entry.sequence).label("last"))
        .group_by(_entry.stream_id)
        .subquery()
    )
    number, last = func.coalesce(counted.c.number, 0), func.coalesce(counted.c.last, _stream.forgotten)
    joined = select(_stream.id).join_from(streams, counted, counted.c.stream_id == _stream.id, isouter=True)
    return joined.where(or_(number != _stream.head - _stream.forgotten, last != _stream.head))


def _in(stream: ColumnElement[str]) -> ColumnElement[bool]:
    return exists(select(_entry.event_id).where(_entry.event_id == _told.id, _entry.stream_id == stream))


def _forgotten_in(stream: ColumnElement[str]) -> ColumnElement[bool]:
    """Tell whether the stream has forgotten the event: then it keeps none that is older."""
    older, kept = events.alias("older"), stream_entries.alias("kept")
    keeps_older = exists(
        select(kept.c.event_id)
        .join_from(kept, older, older.c.id == kept.c.event_id)
        .where(kept.c.stream_id == stream, older.c.recorded_at < _told.recorded_at)
    )
    return and_(_has_forgotten(stream), ~keeps_older)


def _has_forgotten(stream: ColumnElement[str]) -> ColumnElement[bool]:
    return exists(select(_stream.id).where(_stream.id == stream, _stream.forgotten > 0))


def _not_told() -> Select[tuple[str]]:
    missing = [and_(~_in(stream), ~_forgotten_in(stream)) for stream in (_office, _company)]
    return select(_told.id).where(or_(missing[0], and_(_for_company, missing[1])))


def _told_astray() -> Select[tuple[str]]:
    right = or_(_entry.stream_id == _office, and_(_for_company, _entry.stream_id == _company))
    return select(_told.id).join_from(stream_entries, events, events.c.id == _entry.event_id).where(~right)


def _told_twice() -> Select[tuple[str]]:
    grouped = select(_entry.event_id).group_by(_entry.stream_id, _entry.event_id)
    return grouped.having(func.count() > 1)


def _of_another() -> Select[tuple[str]]:
    own = collaborations.c
    differs = or_(
        own.office_id != _told.office_id,
        own.company_id != _told.company_id,
        own.customer_id != _told.customer_id,
        own.service_id != _told.service_id,
        own.version < _told.version,
    )
    return select(_told.id).join_from(events, collaborations, own.id == _told.collaboration_id).where(differs)


def _in_order() -> Select[tuple[str]]:
    """Find an event whose previous status is not the status of the event before, in the order of the office's stream."""
    ordered = (
        select(
            _told.id,
            _told.type,
            _office.label("stream"),
            _told.previous_status,
            func.lag(_told.status).over(partition_by=_told.collaboration_id, order_by=_entry.sequence).label("before"),
            func.lag(_told.version).over(partition_by=_told.collaboration_id, order_by=_entry.sequence).label("earlier"),
            _told.version,
        )
        .join_from(events, stream_entries, and_(_entry.event_id == _told.id, _entry.stream_id == _office))
        .subquery()
    )
    follows = and_(ordered.c.before == ordered.c.previous_status, ordered.c.earlier <= ordered.c.version)
    begins = and_(ordered.c.type == CollaborationEventType.ACTIVATED, ordered.c.previous_status.is_(None))
    begins = or_(begins, _has_forgotten(ordered.c.stream))
    return select(ordered.c.id).where(case((ordered.c.before.is_(None), ~begins), else_=~follows))


def _not_the_latest() -> Select[tuple[str]]:
    later, latest = events.alias("later"), stream_entries.alias("later_entries")
    stream = literal(domain_event.office_stream("")).concat(collaborations.c.office_id)
    newest = (
        select(later.c.status)
        .join_from(later, latest, latest.c.event_id == later.c.id)
        .where(
            later.c.collaboration_id == collaborations.c.id,
            latest.c.stream_id == stream,
        )
        .order_by(latest.c.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(collaborations.c.id).where(
        case((newest.is_(None), ~_has_forgotten(stream)), else_=newest != collaborations.c.status)
    )


CHECKS: dict[str, Select[tuple[str]]] = {
    "a stream is numbered without gaps up to its head": _gaps(),
    "an event stands in every stream that tells it": _not_told(),
    "an event stands in no other stream": _told_astray(),
    "a stream tells an event once": _told_twice(),
    "an event names what its collaboration is, and no version that is still to come": _of_another(),
    "each event goes on from the status of the one before": _in_order(),
    "a collaboration has the status that was told last": _not_the_latest(),
}
