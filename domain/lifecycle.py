"""The lifecycle of a collaboration as a table: what leads where, and who may take the step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from domain import calendar_day
from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import InvalidTransition
from domain.event import CollaborationEventType
from domain.viewer import Side

Status = CollaborationStatus
Event = CollaborationEventType


class Step(Enum):
    """What can be done to a collaboration that exists."""

    APPROVE = "APPROVE"
    DECLINE = "DECLINE"
    CANCEL = "CANCEL"
    EXPIRE = "EXPIRE"
    REMIND = "REMIND"
    CORRECT_CONTACT = "CORRECT_CONTACT"
    SCHEDULE_END = "SCHEDULE_END"
    WITHDRAW_END = "WITHDRAW_END"
    END = "END"
    SUSPEND = "SUSPEND"
    RESUME = "RESUME"
    CHANGE_TASK = "CHANGE_TASK"
    LINK_TASK = "LINK_TASK"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One row: a step leads from a status to a status, by these sides, and is told as this event."""

    step: Step
    source: Status
    target: Status
    sides: frozenset[Side]
    event: Event


def _rows(step: Step, sources: Iterable[Status], target: Status | None, sides: set[Side], event: Event) -> list[Transition]:
    return [
        Transition(step=step, source=source, target=target or source, sides=frozenset(sides), event=event) for source in sources
    ]


_OFFICE, _COMPANY, _PARTNER, _SYSTEM = Side.OFFICE, Side.COMPANY, Side.PARTNER, Side.SYSTEM
_AWAITING, _ENDABLE = (Status.AWAITING_APPROVAL,), (Status.ACTIVE, Status.SUSPENDED, Status.ENDING)

TRANSITIONS: tuple[Transition, ...] = (
    *_rows(Step.APPROVE, _AWAITING, Status.ACTIVE, {_COMPANY}, Event.APPROVED),
    *_rows(Step.DECLINE, _AWAITING, Status.DECLINED, {_COMPANY}, Event.DECLINED),
    *_rows(Step.CANCEL, _AWAITING, Status.CANCELLED, {_OFFICE, _PARTNER}, Event.CANCELLED),
    *_rows(Step.EXPIRE, _AWAITING, Status.EXPIRED, {_SYSTEM}, Event.EXPIRED),
    *_rows(Step.REMIND, _AWAITING, None, {_OFFICE, _PARTNER, _SYSTEM}, Event.REMINDED),
    *_rows(Step.CORRECT_CONTACT, _AWAITING, None, {_OFFICE, _PARTNER}, Event.CONTACT_CORRECTED),
    *_rows(Step.SCHEDULE_END, (Status.ACTIVE,), Status.ENDING, {_OFFICE, _COMPANY}, Event.END_SCHEDULED),
    *_rows(Step.WITHDRAW_END, (Status.ENDING,), Status.ACTIVE, {_OFFICE, _COMPANY}, Event.END_WITHDRAWN),
    *_rows(Step.END, _ENDABLE, Status.ENDED, {_OFFICE, _COMPANY, _SYSTEM}, Event.ENDED),
    *_rows(Step.SUSPEND, (Status.ACTIVE,), Status.SUSPENDED, {_SYSTEM}, Event.SUSPENDED),
    *_rows(Step.RESUME, (Status.SUSPENDED,), Status.ACTIVE, {_COMPANY}, Event.RESUMED),
    *_rows(Step.CHANGE_TASK, (Status.ACTIVE, *_AWAITING), None, {_OFFICE, _PARTNER}, Event.TASK_CHANGED),
    # Only where it hangs on no active task: otherwise the task stays until it goes on, or is over.
    *_rows(Step.LINK_TASK, (Status.SUSPENDED, Status.ENDING), None, {_OFFICE, _PARTNER}, Event.TASK_CHANGED),
)

_BY_STEP_AND_SOURCE = {(row.step, row.source): row for row in TRANSITIONS}


def status_at(collaboration: Collaboration, now: datetime) -> Status:
    """Return the status as of `now`: what time makes true is true before any job has touched it (section 4).

    A request past its deadline is EXPIRED, one whose scheduled end has come is ENDED, and an active one past the grace time of
    terms that wait is SUSPENDED.
    """
    if collaboration.status is Status.AWAITING_APPROVAL and collaboration.expires_at <= now:
        return Status.EXPIRED
    end = scheduled_end(collaboration)
    if end is not None and end <= now:
        return Status.ENDED
    suspends_at = collaboration.suspends_at
    if collaboration.status is Status.ACTIVE and suspends_at is not None and suspends_at <= now:
        return Status.SUSPENDED
    return collaboration.status


def scheduled_end(collaboration: Collaboration) -> datetime | None:
    """Return when the office's access ends: 00:00 in Stockholm of the day after the last one; None where no end is scheduled."""
    if collaboration.status is not Status.ENDING or collaboration.ends_on is None:
        return None
    return calendar_day.end_of(collaboration.ends_on)


def ended_at(collaboration: Collaboration, now: datetime) -> datetime | None:
    """Return when it ended, as of `now`; None where it has not."""
    return scheduled_end(collaboration) if status_at(collaboration, now) is not collaboration.status else collaboration.ended_at


def find_transition(step: Step, source: Status) -> Transition | None:
    """Return the table's row for the step from that status, or None where there is none."""
    return _BY_STEP_AND_SOURCE.get((step, source))


def transition(step: Step, collaboration: Collaboration, now: datetime) -> Transition:
    """Return the row by which the step may be taken now.

    Raises:
        InvalidTransition: the status as of `now` has no such row.
    """
    status = status_at(collaboration, now)
    row = find_transition(step, status)
    if row is None:
        raise InvalidTransition(collaboration.id, status)
    return row


def diagram() -> str:
    """Print the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {Status.AWAITING_APPROVAL.value}: ACTIVATE"]
    for row in TRANSITIONS:
        who = ", ".join(sorted(side.value.lower() for side in row.sides))
        lines.append(f"    {row.source.value} --> {row.target.value}: {row.step.value} ({who})")
    sources = {row.source for row in TRANSITIONS}
    lines.extend(f"    {status.value} --> [*]" for status in Status if status not in sources)
    return "\n".join(lines) + "\n"
