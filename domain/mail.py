"""Who is written to: one mail to one person, and what has become of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class MailKind(Enum):
    """What a mail is about."""

    ACTIVATION = "ACTIVATION"
    REMINDER = "REMINDER"
    CONTACT_CORRECTED = "CONTACT_CORRECTED"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    END_SCHEDULED = "END_SCHEDULED"
    END_WITHDRAWN = "END_WITHDRAWN"
    ENDED = "ENDED"
    TERMS_REQUIRED = "TERMS_REQUIRED"
    SUSPENDED = "SUSPENDED"
    RESUMED = "RESUMED"
    BOUNCED = "BOUNCED"
    APPROVER_MISSING = "APPROVER_MISSING"
    SIGN_IN = "SIGN_IN"


ASKING = frozenset({MailKind.ACTIVATION, MailKind.REMINDER, MailKind.CONTACT_CORRECTED})


class MailStatus(Enum):
    """What has become of a mail; it is not the collaboration's status."""

    QUEUED = "QUEUED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    BOUNCED = "BOUNCED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One person to write to; exactly one of the ids is set."""

    name: str
    email: str
    language: str
    administrator_id: str | None = None
    advisor_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail; `content` is what its template needs, as it stood when it was queued, and never a secret."""

    id: str
    kind: MailKind
    collaboration_id: str | None
    recipient: Recipient
    content: dict[str, str | int | bool | list[str] | None]
    link_id: str | None
    status: MailStatus
    problem: str | None
    queued_at: datetime
    sent_at: datetime | None
    attempts: int
