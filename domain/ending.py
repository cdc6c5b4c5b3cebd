"""What may become of a service when a collaboration ends (domain.md section 4, "Ending")."""

from datetime import datetime

from domain import lifecycle, permissions
from domain.collaboration import Collaboration
from domain.errors import NotPermitted
from domain.lifecycle import Step
from domain.service import Service, ServiceAfterwards, ServiceSubscription
from domain.viewer import Side, Viewer

_CLOSING = (ServiceAfterwards.READ_ONLY, ServiceAfterwards.END)


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

    `subscription` is the company's to the service, `shared` tells whether another live collaboration uses it. What the service
    becomes is for the company to say, and for an office that pays; an office that pays may not leave the bill to the customer
    unasked. If nothing else is left, the service is kept.
    """
    if not _may_end(viewer, collaboration, now):
        return ()
    by_company = viewer.side is Side.COMPANY
    pays = subscription is not None and subscription.paying_office_id == collaboration.office_id
    closing = () if shared or not (by_company or pays) else service.end_options
    closed = tuple(option for option in _CLOSING if option in closing)
    return (ServiceAfterwards.KEEP, *closed) if by_company or not pays or not closed else closed


def _may_end(viewer: Viewer, collaboration: Collaboration, now: datetime) -> bool:
    if lifecycle.find_transition(Step.END, lifecycle.status_at(collaboration, now)) is None:
        return False
    try:
        permissions.check_step(Step.END, viewer, collaboration)
    except NotPermitted:
        return False
    return True
