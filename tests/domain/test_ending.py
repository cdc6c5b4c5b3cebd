"""What may become of a service when a collaboration ends: for whom, and where another still uses it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain import ending
from domain.approval import APPROVED
from domain.collaboration import CollaborationStatus
from domain.errors import EndOptionNotAllowed, InputProblemCode, InvalidInput
from domain.office import CustomerPermission
from domain.service import InvoiceRecipient, ServiceAfterwards, ServiceSubscription, SubscriptionStatus
from domain.viewer import Side, Viewer
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
ENDED = makers.collaboration(status=Status.ACTIVE)
TODAY = makers.TODAY


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


def test_what_is_not_among_the_options_is_refused_with_those() -> None:
    ending.check_choice(KEEP, (KEEP, END))
    with pytest.raises(EndOptionNotAllowed) as refusal:
        ending.check_choice(READ_ONLY, (KEEP, END))
    assert refusal.value.allowed == (KEEP, END)


@pytest.mark.parametrize("days", [1, 2, 365, 366])
def test_an_end_lies_one_to_366_days_ahead(days: int) -> None:
    ending.check_day(TODAY + timedelta(days=days), makers.NOW)


@pytest.mark.parametrize(
    "day", [TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=367), date(9999, 12, 31), date.min], ids=str
)
def test_an_end_today_in_the_past_or_too_far_ahead_is_refused(day: date) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ending.check_day(day, makers.NOW)
    assert [(one.path, one.code) for one in refusal.value.problems] == [(("on",), InputProblemCode.DATE_OUT_OF_RANGE)]


def test_days_ahead_are_counted_in_stockholm() -> None:
    evening = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    ending.check_day(date(2026, 3, 3), evening)
    with pytest.raises(InvalidInput):
        ending.check_day(date(2026, 3, 2), evening)


@pytest.mark.parametrize("status", Status)
def test_a_service_is_shared_with_another_collaboration_of_the_company_that_uses_it(status: CollaborationStatus) -> None:
    mine = makers.collaboration(status=Status.ACTIVE)
    other = makers.collaboration(id="other", office_id="office-syd", status=status)
    assert ending.shares(mine, (mine, other), makers.NOW) is (status in APPROVED)
    assert not ending.shares(mine, (mine, replace(other, service_id="service-archive")), makers.NOW)
    assert not ending.shares(mine, (mine, replace(other, company_id="company-beta")), makers.NOW)


def test_a_lapsed_request_and_an_end_that_has_come_share_nothing() -> None:
    mine = makers.collaboration(status=Status.ACTIVE)
    lapsed = makers.collaboration(id="lapsed", expires_at=makers.NOW)
    come = makers.collaboration(id="come", status=Status.ENDING, ends_on=TODAY - timedelta(days=1))
    assert not ending.shares(mine, (lapsed, come), makers.NOW)
    assert ending.shares(mine, (come,), makers.NOW - timedelta(days=1))


CLOSED = {READ_ONLY: SubscriptionStatus.READ_ONLY, END: SubscriptionStatus.ENDED}


@pytest.mark.parametrize("chosen", CLOSED)
@pytest.mark.parametrize(("by", "paid"), [(Side.OFFICE, OFFICE_PAYS), (Side.COMPANY, OFFICE_PAYS), (Side.COMPANY, CUSTOMER_PAYS)])
def test_a_service_is_closed_as_chosen_and_remembers_who_paid(
    by: Side, paid: ServiceSubscription, chosen: ServiceAfterwards
) -> None:
    outcome = ending.outcome(ENDED, chosen, paid, by=by, shared=False)
    assert outcome == (chosen, replace(paid, status=CLOSED[chosen]))
    assert not ending.is_paid_anew(*outcome)


@pytest.mark.parametrize("by", [Side.OFFICE, Side.COMPANY])
def test_a_service_that_is_kept_is_paid_by_the_customer_from_the_end(by: Side) -> None:
    outcome = ending.outcome(ENDED, KEEP, OFFICE_PAYS, by=by, shared=False)
    assert outcome == (KEEP, CUSTOMER_PAYS)
    assert ending.is_paid_anew(*outcome)
    for paid in (CUSTOMER_PAYS, ANOTHER_PAYS, None):
        assert ending.outcome(ENDED, KEEP, paid, by=by, shared=False) == (KEEP, None)


@pytest.mark.parametrize("chosen", CLOSED)
@pytest.mark.parametrize("by", [Side.OFFICE, Side.COMPANY])
def test_a_service_that_another_uses_by_then_is_kept(by: Side, chosen: ServiceAfterwards) -> None:
    assert ending.outcome(ENDED, chosen, OFFICE_PAYS, by=by, shared=True) == (KEEP, CUSTOMER_PAYS)
    assert ending.outcome(ENDED, chosen, CUSTOMER_PAYS, by=by, shared=True) == (KEEP, None)


@pytest.mark.parametrize("paid", [CUSTOMER_PAYS, ANOTHER_PAYS, None])
def test_an_office_does_not_close_what_it_does_not_pay_for_by_then(paid: ServiceSubscription | None) -> None:
    assert ending.outcome(ENDED, END, paid, by=Side.OFFICE, shared=False) == (KEEP, None)


@pytest.mark.parametrize("status", SubscriptionStatus)
@pytest.mark.parametrize("chosen", ServiceAfterwards)
def test_only_what_is_in_use_is_changed(status: SubscriptionStatus, chosen: ServiceAfterwards) -> None:
    paid = replace(CUSTOMER_PAYS, status=status)
    _, settled = ending.outcome(ENDED, chosen, paid, by=Side.COMPANY, shared=False)
    in_use = status in {SubscriptionStatus.ACTIVE, SubscriptionStatus.READ_ONLY}
    target = CLOSED.get(chosen)
    assert settled == (replace(paid, status=target) if in_use and target not in {None, status} else None)
