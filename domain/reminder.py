"""The reminders that nobody has to think of: on which days, and whether one is in its place (domain.md section 4)."""

from datetime import datetime, timedelta

from domain import lifecycle
from domain.collaboration import Collaboration, CollaborationStatus

AUTOMATIC_DAYS = (3, 10, 24)


def due(request: Collaboration) -> dict[int, datetime]:
    """Return when a request is reminded of by itself, by day after its activation: only before the deadline."""
    moments = {day: request.activated_at + timedelta(days=day) for day in AUTOMATIC_DAYS}
    return {day: moment for day, moment in moments.items() if moment < request.expires_at}


def is_in_place(request: Collaboration, now: datetime) -> bool:
    """Tell whether an automatic reminder may go out: the request waits, and no mail has asked within 24 hours."""
    waits = lifecycle.status_at(request, now) is CollaborationStatus.AWAITING_APPROVAL
    return waits and now >= request.next_reminder_allowed_at
