"""What is true of subscriptions: pending only for a request that waits, active for whoever works in the service, and paid."""

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select

from domain.collaboration import CollaborationStatus
from domain.service import InvoiceRecipient, SubscriptionStatus
from persistence.invariants.requests import APPROVED
from persistence.tables import collaborations, subscriptions

_right, _hangs = subscriptions.c, collaborations.c
_pair = and_(_hangs.company_id == _right.company_id, _hangs.service_id == _right.service_id)
_name = (_right.company_id + literal(" ") + _right.service_id).label("row")
_paid_by_office = _right.paying_office_id.is_not(None)


def _needed(*statuses: CollaborationStatus, also: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    query = select(_hangs.id).where(_pair, _hangs.status.in_(statuses))
    return exists(query if also is None else query.where(also))


def _same_payer() -> ColumnElement[bool]:
    by_office = and_(_hangs.invoice_recipient == InvoiceRecipient.OFFICE, _hangs.office_id == _right.paying_office_id)
    by_company = and_(_hangs.invoice_recipient == InvoiceRecipient.CUSTOMER, _right.paying_office_id.is_(None))
    return or_(by_office, by_company)


def _without_service() -> Select[tuple[str]]:
    # A company may end what is its own, or let it be read only: then it has done so after the approval, and pays itself.
    closed = [SubscriptionStatus.READ_ONLY, SubscriptionStatus.ENDED]
    its_own = and_(_right.status.in_(closed), ~_paid_by_office, _right.started_at >= _hangs.approved_at)
    # Another office's request may wait to activate it anew.
    was_its_own = and_(_right.prior_status.in_(closed), _right.prior_started_at >= _hangs.approved_at)
    has = exists(select(_right.company_id).where(_pair, or_(_right.status == SubscriptionStatus.ACTIVE, its_own, was_its_own)))
    return select(_hangs.id).where(_hangs.status.in_(APPROVED), ~has)


CHECKS: dict[str, Select[tuple[str]]] = {
    "a subscription is pending only while a request waits that needs it": select(_name).where(
        _right.status == SubscriptionStatus.PENDING,
        ~_needed(CollaborationStatus.AWAITING_APPROVAL, also=_same_payer()),
    ),
    "a pending subscription has not begun, and one that is not pending keeps nothing to restore": select(_name).where(
        or_(
            and_(_right.status == SubscriptionStatus.PENDING, _right.started_at.is_not(None)),
            and_(_right.status != SubscriptionStatus.PENDING, _right.prior_status.is_not(None)),
        )
    ),
    "an office pays only for a service in which it works with the company": select(_name).where(
        _right.status == SubscriptionStatus.ACTIVE,
        _paid_by_office,
        ~_needed(*APPROVED, also=_hangs.office_id == _right.paying_office_id),
    ),
    "who pays is whom the row names": select(_name).where(
        (_right.invoice_recipient == InvoiceRecipient.OFFICE) != _paid_by_office
    ),
    "who works in a service has a subscription that is active": _without_service(),
}
