"""What an activation prepares for its approval, and what becomes of it when the answer is yes or no."""

from dataclasses import replace
from datetime import datetime

from domain.collaboration import Collaboration
from domain.service import InvoiceRecipient, PriorSubscription, ServiceSubscription, SubscriptionStatus


def prepare_subscription(
    current: ServiceSubscription | None,
    *,
    company_id: str,
    service_id: str,
    office_id: str,
    recipient: InvoiceRecipient,
) -> ServiceSubscription | None:
    """Return the pending subscription that an activation stores, or None where one is active or pending already.

    A pending one that a live request made is shared, and the company's own is never touched (domain.md section 3).
    """
    if current is not None and current.status in {SubscriptionStatus.ACTIVE, SubscriptionStatus.PENDING}:
        return None
    prior = None
    if current is not None:
        prior = PriorSubscription(
            status=current.status,
            invoice_recipient=current.invoice_recipient,
            paying_office_id=current.paying_office_id,
            started_at=current.started_at,
        )
    return ServiceSubscription(
        company_id=company_id,
        service_id=service_id,
        status=SubscriptionStatus.PENDING,
        invoice_recipient=recipient,
        paying_office_id=office_id if recipient is InvoiceRecipient.OFFICE else None,
        started_at=None,
        prior=prior,
    )


def approve_subscription(
    current: ServiceSubscription | None, request: Collaboration, now: datetime
) -> ServiceSubscription | None:
    """Return the subscription that an approval makes active, with the request's recipient; None where it is active already.

    If the company has bought the service meanwhile, it keeps exactly one subscription, its own (domain.md section 3, Facts move).
    """
    if current is not None and current.status is SubscriptionStatus.ACTIVE:
        return None
    paid_by_office = request.invoice_recipient is InvoiceRecipient.OFFICE
    return ServiceSubscription(
        company_id=request.company_id,
        service_id=request.service_id,
        status=SubscriptionStatus.ACTIVE,
        invoice_recipient=request.invoice_recipient,
        paying_office_id=request.office_id if paid_by_office else None,
        started_at=now,
        prior=None,
    )


def recipient_after_approval(current: ServiceSubscription | None, request: Collaboration) -> InvoiceRecipient:
    """Return who pays once approved: a subscription that was active already keeps its own recipient."""
    if current is None or current.status is not SubscriptionStatus.ACTIVE:
        return request.invoice_recipient
    return InvoiceRecipient.OFFICE if current.paying_office_id == request.office_id else InvoiceRecipient.CUSTOMER


def undo_subscription(
    current: ServiceSubscription, others_waiting: tuple[Collaboration, ...]
) -> tuple[ServiceSubscription | None, bool]:
    """Return `(subscription to store, whether to delete the row)` after a no.

    `others_waiting` are the other live requests of the same company and service, oldest first: the pending row is theirs
    then. Without any, what was there before is restored. Anything not pending stays.
    """
    if current.status is not SubscriptionStatus.PENDING:
        return None, False
    if others_waiting:
        heir = others_waiting[0]
        paid_by_office = heir.invoice_recipient is InvoiceRecipient.OFFICE
        paying = heir.office_id if paid_by_office else None
        return replace(current, invoice_recipient=heir.invoice_recipient, paying_office_id=paying), False
    if current.prior is None:
        return None, True
    prior = current.prior
    restored = replace(
        current,
        status=prior.status,
        invoice_recipient=prior.invoice_recipient,
        paying_office_id=prior.paying_office_id,
        started_at=prior.started_at,
        prior=None,
    )
    return restored, False
