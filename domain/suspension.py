"""Terms that were not accepted in time: when that is, and the steps of a collaboration that come of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from domain import calendar_day, lifecycle, service
from domain.collaboration import Collaboration
from domain.event import SYSTEM, Actor, CollaborationEventType
from domain.lifecycle import Step
from domain.service import Terms
from domain.steps import Change, make_event


def grace_ends(versions: Iterable[Terms], accepted_version: int | None) -> date | None:
    """Return the first day on which a company that stands under `accepted_version` is late; None where nothing waits for it.

    That is the earliest end of a grace time of the mandatory versions that are newer: a later version gives no more time for an
    earlier one. A company that stands under none has not been asked yet.
    """
    if accepted_version is None:
        return None
    newer = (terms for terms in versions if terms.mandatory and terms.version > accepted_version)
    return min((service.due_at(terms) for terms in newer), default=None)


def suspends_at(versions: Iterable[Terms], accepted_version: int | None, *, since: datetime) -> datetime | None:
    """Return when a collaboration that is in use `since` then is suspended, if nothing more is accepted; None for never."""
    late = grace_ends(versions, accepted_version)
    return None if late is None else max(calendar_day.start_of(late), since)


def suspend(active: Collaboration, *, event_id: str) -> Change:
    """Write down that terms were not accepted in time; it became true at `suspends_at`, whenever it is written."""
    row = lifecycle.find_transition(Step.SUSPEND, active.status)
    if row is None or active.suspends_at is None:
        message = "only what is active, and has terms that wait for it, can be suspended"
        raise ValueError(message)
    changed = replace(active, status=row.target, version=active.version + 1)
    return changed, make_event(changed, row.event, event_id, active.suspends_at, SYSTEM, active.status)


def resume(suspended: Collaboration, *, now: datetime, actor: Actor, event_id: str) -> Change:
    """Let the same collaboration go on, now that its terms are accepted.

    Raises:
        InvalidTransition: it is not suspended.
    """
    row = lifecycle.transition(Step.RESUME, suspended, now)
    changed = replace(suspended, status=row.target, version=suspended.version + 1)
    return changed, make_event(changed, row.event, event_id, now, actor, row.source)


def note_required(concerned: Collaboration, terms_version: int, *, now: datetime, event_id: str) -> Change:
    """Note that the company is told of a mandatory version that is in effect now; the status stays."""
    changed = replace(concerned, version=concerned.version + 1, terms_told_version=terms_version)
    return changed, make_event(changed, CollaborationEventType.TERMS_REQUIRED, event_id, now, SYSTEM, changed.status)


def note_accepted(
    concerned: Collaboration, *, now: datetime, actor: Actor, event_id: str, next_suspends_at: datetime | None
) -> Change:
    """Note that the company has accepted newer terms; the status stays, also where it will be resumed for it."""
    changed = replace(concerned, version=concerned.version + 1, suspends_at=next_suspends_at)
    return changed, make_event(changed, CollaborationEventType.TERMS_ACCEPTED, event_id, now, actor, changed.status)
