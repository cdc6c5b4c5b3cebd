"""What may become of a service when a collaboration ends: for whom, and where another still uses it."""

import pytest

from domain import ending
from domain.collaboration import CollaborationStatus
from domain.office import CustomerPermission
from domain.service import InvoiceRecipient, ServiceAfterwards, ServiceSubscription
from domain.viewer import Viewer
from tests.support import makers

Status = CollaborationStatus
KEEP, READ_ONLY, END = ServiceAfterwards

ANNA = makers.advisor_viewer()
BO = makers.advisor_viewer(id="advisor-bo", permission=CustomerPermission.FULL)
CLEO = makers.administrator_viewer()
ALL = (END, KEEP, READ_ONLY)

OFFICE_PAYS = makers.subscription(invoice_recipient=InvoiceRecipient.OFFICE, paying_office_id="office-nord")
ANOTHER_PAYS = makers.subscription(invoice_recipient=InvoiceRecipient.OFFICE, paying_office_id="office-syd")
CUSTOMER_PAYS = makers.subscription()


def options(
    viewer: Viewer,
    subscription: ServiceSubscription | None,
    *,
    allowed: tuple[ServiceAfterwards, ...] = ALL,
    shared: bool = False,
    status: CollaborationStatus = Status.ACTIVE,
) -> tuple[ServiceAfterwards, ...]:
    return ending.options(
        viewer,
        makers.collaboration(status=status, approved_at=makers.NOW),
        makers.NOW,
        service=makers.service(end_options=allowed),
        subscription=subscription,
        shared=shared,
    )


def test_an_office_that_pays_may_close_the_service_but_not_leave_the_bill_to_the_customer() -> None:
    assert options(BO, OFFICE_PAYS) == (READ_ONLY, END)


@pytest.mark.parametrize("subscription", [CUSTOMER_PAYS, ANOTHER_PAYS, None], ids=["the customer", "another office", "nobody"])
def test_an_office_that_does_not_pay_leaves_the_service_as_it_is(subscription: ServiceSubscription | None) -> None:
    assert options(BO, subscription) == (KEEP,)


@pytest.mark.parametrize("subscription", [OFFICE_PAYS, CUSTOMER_PAYS, ANOTHER_PAYS, None])
def test_an_administrator_chooses_whoever_pays(subscription: ServiceSubscription | None) -> None:
    assert options(CLEO, subscription) == (KEEP, READ_ONLY, END)


@pytest.mark.parametrize("viewer", [BO, CLEO], ids=["office", "company"])
def test_a_service_that_another_collaboration_uses_is_kept(viewer: Viewer) -> None:
    assert options(viewer, OFFICE_PAYS, shared=True) == (KEEP,)


@pytest.mark.parametrize(
    ("allowed", "office", "company"),
    [
        ((KEEP,), (KEEP,), (KEEP,)),
        ((), (KEEP,), (KEEP,)),
        ((KEEP, END), (END,), (KEEP, END)),
        ((READ_ONLY,), (READ_ONLY,), (KEEP, READ_ONLY)),
    ],
)
def test_a_service_is_closed_only_as_it_allows_and_kept_where_nothing_else_is_left(
    allowed: tuple[ServiceAfterwards, ...], office: tuple[ServiceAfterwards, ...], company: tuple[ServiceAfterwards, ...]
) -> None:
    assert options(BO, OFFICE_PAYS, allowed=allowed) == office
    assert options(CLEO, OFFICE_PAYS, allowed=allowed) == company


@pytest.mark.parametrize("status", Status)
def test_options_are_open_while_there_is_something_to_end(status: CollaborationStatus) -> None:
    can_end = status in {Status.ACTIVE, Status.SUSPENDED, Status.ENDING}
    assert bool(options(BO, OFFICE_PAYS, status=status)) is can_end
    assert bool(options(CLEO, OFFICE_PAYS, status=status)) is can_end


def test_an_advisor_without_full_is_offered_nothing() -> None:
    assert options(ANNA, OFFICE_PAYS) == ()
