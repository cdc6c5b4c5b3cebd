"""The collaboration of an office and a customer in a service, and the approval that makes it usable."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from domain.scenario import ActivationScenario, ApprovalKind
from domain.service import InvoiceRecipient, ServiceAfterwards
from domain.viewer import Side

REMINDER_LIMIT = 5
REMINDER_INTERVAL = timedelta(hours=24)


class CollaborationStatus(Enum):
    """Where a collaboration stands; the first four are live, the last four closed for good."""

    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    ENDING = "ENDING"
    ENDED = "ENDED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


LIVE = frozenset(
    {
        CollaborationStatus.AWAITING_APPROVAL,
        CollaborationStatus.ACTIVE,
        CollaborationStatus.SUSPENDED,
        CollaborationStatus.ENDING,
    }
)
USABLE = frozenset({CollaborationStatus.ACTIVE, CollaborationStatus.ENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaboration:
    """One collaboration as stored; its status as of a moment is `lifecycle.status_at`.

    It was activated by an advisor (`activated_by_id`) or by a partner (`activated_by_partner_id`), never by both.
    `suspends_at` is when an active one is suspended, for terms that the company has not accepted; None where nothing waits.
    `terms_told_version` is the newest mandatory version that the company was told of.
    """

    id: str
    office_id: str
    customer_id: str
    company_id: str
    service_id: str
    task_id: str | None
    status: CollaborationStatus
    version: int
    scenario: ActivationScenario
    approval_kind: ApprovalKind
    invoice_recipient: InvoiceRecipient
    terms_version: int | None
    message: str | None
    activated_by_id: str | None
    activated_by_partner_id: str | None
    activated_at: datetime
    expires_at: datetime
    administrator_created_id: str | None
    approved_at: datetime | None
    decline_reason: str | None
    cancel_reason: str | None
    ends_on: date | None
    ended_by: Side | None
    service_afterwards: ServiceAfterwards | None
    ended_at: datetime | None
    previous_id: str | None
    reminders_sent: int
    asked_at: datetime
    suspends_at: datetime | None
    terms_told_version: int | None

    @property
    def next_reminder_allowed_at(self) -> datetime:
        """24 hours after the latest mail that asked, the activation's included."""
        return self.asked_at + REMINDER_INTERVAL
