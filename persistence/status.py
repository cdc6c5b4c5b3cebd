"""The status of a collaboration as of now, as an expression on its row."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal

from domain.collaboration import CollaborationStatus
from persistence.tables import collaborations


def status_at(now: datetime) -> ColumnElement[Any]:
    """Return the status as of `now` as an expression: the same judgement as `lifecycle.status_at`."""
    stored = collaborations.c.status
    lapsed = and_(stored == CollaborationStatus.AWAITING_APPROVAL, collaborations.c.expires_at <= now)
    late = and_(stored == CollaborationStatus.ACTIVE, collaborations.c.suspends_at <= now)
    return case(
        (lapsed, literal(CollaborationStatus.EXPIRED, stored.type)),
        (late, literal(CollaborationStatus.SUSPENDED, stored.type)),
        else_=stored,
    )
