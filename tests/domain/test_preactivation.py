"""What an activation prepares, what a yes makes of it, and how a no restores what was there before."""

from dataclasses import replace

import pytest

from domain import preactivation
from domain.service import InvoiceRecipient, PriorSubscription, ServiceSubscription, SubscriptionStatus
from tests.support import makers

Status, Recipient = SubscriptionStatus, InvoiceRecipient
OWN = makers.subscription()
READ_ONLY = makers.subscription(status=Status.READ_ONLY)
PENDING = makers.subscription(
    status=Status.PENDING, invoice_recipient=Recipient.OFFICE, paying_office_id="office-nord", started_at=None
)
PAID_BY_OFFICE = makers.collaboration(invoice_recipient=Recipient.OFFICE)
PAID_BY_CUSTOMER = makers.collaboration(invoice_recipient=Recipient.CUSTOMER, office_id="office-syd")


def prepare(current: ServiceSubscription | None, recipient: InvoiceRecipient) -> ServiceSubscription | None:
    return preactivation.prepare_subscription(
        current, company_id="company-alfa", service_id="service-scanner", office_id="office-nord", recipient=recipient
    )


def test_a_subscription_is_prepared_as_pending_for_whoever_pays() -> None:
    assert prepare(None, Recipient.OFFICE) == PENDING
    assert prepare(None, Recipient.CUSTOMER) == replace(PENDING, invoice_recipient=Recipient.CUSTOMER, paying_office_id=None)


@pytest.mark.parametrize("current", [OWN, PENDING], ids=["active", "pending"])
def test_a_subscription_that_is_active_or_shared_already_is_not_touched(current: ServiceSubscription) -> None:
    assert prepare(current, Recipient.OFFICE) is None


@pytest.mark.parametrize("status", [Status.READ_ONLY, Status.ENDED])
def test_what_was_there_before_is_remembered_and_restored_by_a_no(status: SubscriptionStatus) -> None:
    before = makers.subscription(status=status)
    prepared = prepare(before, Recipient.OFFICE)
    assert prepared is not None
    assert prepared.status is Status.PENDING
    assert prepared.prior == PriorSubscription(
        status=status, invoice_recipient=Recipient.CUSTOMER, paying_office_id=None, started_at=makers.NOW
    )
    assert preactivation.undo_subscription(prepared, ()) == (before, False)


def test_a_no_removes_what_was_not_there_before() -> None:
    assert preactivation.undo_subscription(PENDING, ()) == (None, True)


def test_a_no_leaves_the_pending_subscription_to_the_oldest_request_that_waits() -> None:
    heirs = (PAID_BY_CUSTOMER, PAID_BY_OFFICE)
    inherited, gone = preactivation.undo_subscription(replace(PENDING, prior=None), heirs)
    assert not gone
    assert inherited == replace(PENDING, invoice_recipient=Recipient.CUSTOMER, paying_office_id=None)
    inherited, gone = preactivation.undo_subscription(PENDING, heirs[::-1])
    assert (inherited, gone) == (PENDING, False)


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.READ_ONLY, Status.ENDED])
def test_a_no_leaves_alone_what_is_not_pending(status: SubscriptionStatus) -> None:
    assert preactivation.undo_subscription(makers.subscription(status=status), ()) == (None, False)


@pytest.mark.parametrize("current", [None, PENDING, READ_ONLY], ids=["none", "pending", "read-only"])
def test_a_yes_makes_the_subscription_active_with_the_requests_recipient(current: ServiceSubscription | None) -> None:
    by_office = preactivation.approve_subscription(current, PAID_BY_OFFICE, makers.NOW)
    assert by_office == makers.subscription(invoice_recipient=Recipient.OFFICE, paying_office_id="office-nord")
    by_customer = preactivation.approve_subscription(current, PAID_BY_CUSTOMER, makers.NOW)
    assert by_customer == makers.subscription(invoice_recipient=Recipient.CUSTOMER, paying_office_id=None)
    assert preactivation.recipient_after_approval(current, PAID_BY_OFFICE) is Recipient.OFFICE


def test_a_company_that_has_bought_the_service_meanwhile_keeps_its_own_subscription_and_recipient() -> None:
    assert preactivation.approve_subscription(OWN, PAID_BY_OFFICE, makers.NOW) is None
    assert preactivation.recipient_after_approval(OWN, PAID_BY_OFFICE) is Recipient.CUSTOMER
    ours = makers.subscription(invoice_recipient=Recipient.OFFICE, paying_office_id="office-nord")
    assert preactivation.recipient_after_approval(ours, PAID_BY_OFFICE) is Recipient.OFFICE
    assert preactivation.recipient_after_approval(ours, PAID_BY_CUSTOMER) is Recipient.CUSTOMER
