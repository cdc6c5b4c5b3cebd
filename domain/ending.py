"""What may become of a service when a collaboration ends, and what becomes of it (domain.md section 4, "Ending")."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from domain import calendar_day, lifecycle, permissions
from domain.approval import APPROVED
from domain.collaboration import Collaboration
from domain.errors import EndOptionNotAllowed, InputProblemCode, InvalidInput, NotPermitted
from domain.lifecycle import Step
from domain.service import InvoiceRecipient, Service, ServiceAfterwards, ServiceSubscription, SubscriptionStatus
from domain.viewer import Side, Viewer

DAYS_AHEAD = 366
_CLOSING = (ServiceAfterwards.READ_ONLY, ServiceAfterwards.END)
_CLOSED = {
    ServiceAfterwards.READ_ONLY: SubscriptionStatus.READ_ONLY,
    ServiceAfterwards.END: SubscriptionStatus.ENDED,
}
# What an end may change; a pending one is its request's, and an ended one is over.
_IN_USE = frozenset({SubscriptionStatus.ACTIVE, SubscriptionStatus.READ_ONLY})


def options(
    viewer: Viewer,
    collaboration: Collaboration,
    now: datetime,
    *,
    service: Service,
    subscription: ServiceSubscription | None,
    shared: bool,
) -> tuple[ServiceAfterwards, ...]:
    """Return what is open to a viewer who sees the collaboration, in the enum's order; empty where he may not end it now.

    `subscription` is the company's to the service, `shared` tells whether another collaboration uses it. What the service
    becomes is for the company to say, and for an office that pays; an office that pays may not leave the bill to the customer
    unasked. If nothing else is left, the service is kept.
    """
    if not _may_end(viewer, collaboration, now):
        return ()
    by_company = viewer.side is Side.COMPANY
    pays = _pays(collaboration, subscription)
    closing = () if shared or not (by_company or pays) else service.end_options
    closed = tuple(option for option in _CLOSING if option in closing)
    return (ServiceAfterwards.KEEP, *closed) if by_company or not pays or not closed else closed


def check_choice(chosen: ServiceAfterwards, allowed: tuple[ServiceAfterwards, ...]) -> None:
    """Refuse what is not among the options of the one who ends it.

    Raises:
        EndOptionNotAllowed: with what is.
    """
    if chosen not in allowed:
        raise EndOptionNotAllowed(allowed)


def check_day(ends_on: date, now: datetime) -> None:
    """Refuse a last day that does not lie 1 to 366 days ahead.

    Raises:
        InvalidInput: DATE_OUT_OF_RANGE at `on`.
    """
    if not timedelta(days=1) <= ends_on - calendar_day.day_of(now) <= timedelta(days=DAYS_AHEAD):
        raise InvalidInput.at(InputProblemCode.DATE_OUT_OF_RANGE, "on")


def shares(collaboration: Collaboration, others: Iterable[Collaboration], moment: datetime) -> bool:
    """Tell whether another collaboration of the same company uses the same service as of a moment, whoever's it is.

    A request that waits uses nothing: else anybody could keep a service from ending by asking for it. Once approved it finds
    the service ended, and activates it anew.
    """
    place = (collaboration.company_id, collaboration.service_id)
    return any(
        other.id != collaboration.id
        and (other.company_id, other.service_id) == place
        and lifecycle.status_at(other, moment) in APPROVED
        for other in others
    )


def outcome(
    ended: Collaboration, chosen: ServiceAfterwards, subscription: ServiceSubscription | None, *, by: Side, shared: bool
) -> tuple[ServiceAfterwards, ServiceSubscription | None]:
    """Return what becomes of the service as things stand at the end, and the subscription to store, None where it stays.

    An end that comes on its day may meet what it did not when it was scheduled: another collaboration that uses the service,
    or a subscription that the company has bought itself. Then the service is kept. Where it is kept and the office paid, the
    customer pays from the end; a closed subscription remembers who paid.
    """
    if shared or not (by is Side.COMPANY or _pays(ended, subscription)):
        chosen = ServiceAfterwards.KEEP
    if subscription is None or subscription.status not in _IN_USE:
        return chosen, None
    settled = subscription
    if chosen in _CLOSED:
        settled = replace(subscription, status=_CLOSED[chosen])
    elif _pays(ended, subscription):
        settled = replace(subscription, invoice_recipient=InvoiceRecipient.CUSTOMER, paying_office_id=None)
    return chosen, None if settled == subscription else settled


def is_paid_anew(afterwards: ServiceAfterwards, settled: ServiceSubscription | None) -> bool:
    """Tell whether the customer pays from an end with such an outcome: the service is kept, and its subscription changes."""
    return afterwards is ServiceAfterwards.KEEP and settled is not None


def _pays(collaboration: Collaboration, subscription: ServiceSubscription | None) -> bool:
    return subscription is not None and subscription.paying_office_id == collaboration.office_id


def _may_end(viewer: Viewer, collaboration: Collaboration, now: datetime) -> bool:
    if lifecycle.find_transition(Step.END, lifecycle.status_at(collaboration, now)) is None:
        return False
    try:
        permissions.check_step(Step.END, viewer, collaboration)
    except NotPermitted:
        return False
    return True
