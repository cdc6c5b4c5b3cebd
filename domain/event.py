"""What is told of a collaboration: one event in the office's stream and, for most types, in the company's."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from domain.viewer import Side

if TYPE_CHECKING:
    from domain.collaboration import CollaborationStatus


class CollaborationEventType(Enum):
    """What happened."""

    ACTIVATED = "ACTIVATED"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    REMINDED = "REMINDED"
    CONTACT_CORRECTED = "CONTACT_CORRECTED"
    MAIL_BOUNCED = "MAIL_BOUNCED"
    TASK_CHANGED = "TASK_CHANGED"
    END_SCHEDULED = "END_SCHEDULED"
    END_WITHDRAWN = "END_WITHDRAWN"
    ENDED = "ENDED"
    SUSPENDED = "SUSPENDED"
    RESUMED = "RESUMED"
    MAIL_FAILED = "MAIL_FAILED"
    APPROVER_MISSING = "APPROVER_MISSING"
    TERMS_REQUIRED = "TERMS_REQUIRED"
    TERMS_ACCEPTED = "TERMS_ACCEPTED"


OFFICE_ONLY = frozenset(
    {
        CollaborationEventType.REMINDED,
        CollaborationEventType.CONTACT_CORRECTED,
        CollaborationEventType.MAIL_BOUNCED,
        CollaborationEventType.MAIL_FAILED,
        CollaborationEventType.TASK_CHANGED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it; `id` is None for the system."""

    side: Side
    id: str | None


SYSTEM = Actor(side=Side.SYSTEM, id=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CollaborationEvent:
    """One thing that happened; it holds ids and states only: no names, addresses or numbers (promises.md, Streams)."""

    id: str
    collaboration_id: str
    office_id: str
    company_id: str
    customer_id: str
    service_id: str
    version: int
    type: CollaborationEventType
    previous_status: "CollaborationStatus | None"
    status: "CollaborationStatus"
    occurred_at: datetime
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEntry:
    """An event at its place in one stream; `sequence` counts from 1 without gaps."""

    stream: str
    sequence: int
    event: CollaborationEvent


def office_stream(office_id: str) -> str:
    """Name the office's stream."""
    return f"office:{office_id}"


def company_stream(company_id: str) -> str:
    """Name the company's stream."""
    return f"company:{company_id}"


def streams(event: CollaborationEvent) -> tuple[str, ...]:
    """Return the streams that tell the event, sorted: the order in which their heads are locked."""
    names = [office_stream(event.office_id)]
    if event.type not in OFFICE_ONLY:
        names.append(company_stream(event.company_id))
    return tuple(sorted(names))
