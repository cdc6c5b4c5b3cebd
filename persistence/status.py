"""The status of a collaboration as of now, as an expression on its row."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal

from domain import calendar_day
from domain.collaboration import CollaborationStatus
from persistence.tables import collaborations


def status_at(now: datetime) -> ColumnElement[Any]:
    """Return the status as of `now` as an expression: the same judgement as `lifecycle.status_at`."""
    stored = collaborations.c.status
    lapsed = and_(stored == CollaborationStatus.AWAITING_APPROVAL, collaborations.c.expires_at <= now)
    late = and_(stored == CollaborationStatus.ACTIVE, collaborations.c.suspends_at <= now)
    # The last day is over where it is later in Stockholm; no end is scheduled where there is no such day.
    over = and_(stored == CollaborationStatus.ENDING, collaborations.c.ends_on < calendar_day.day_of(now))
    return case(
        (lapsed, literal(CollaborationStatus.EXPIRED, stored.type)),
        (over, literal(CollaborationStatus.ENDED, stored.type)),
        (late, literal(CollaborationStatus.SUSPENDED, stored.type)),
        else_=stored,
    )
