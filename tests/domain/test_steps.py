"""What each step changes, what it tells, and when it is refused."""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta

import pytest

from domain import scenario, steps
from domain.collaboration import LIVE, REMINDER_LIMIT, Collaboration, CollaborationStatus
from domain.errors import InvalidTransition, ReminderLimitReached, ReminderTooSoon
from domain.event import SYSTEM, Actor, CollaborationEventType
from domain.scenario import ActivationFacts
from domain.service import InvoiceRecipient
from domain.steps import Change, Ids
from domain.viewer import Side
from tests.support import makers

Status = CollaborationStatus
Event = CollaborationEventType

ANNA = Actor(side=Side.OFFICE, id="advisor-anna")
CLEO = Actor(side=Side.COMPANY, id="administrator-cleo")
LATER = makers.NOW + timedelta(hours=24)
LAPSE = makers.NOW + makers.LIFETIME


def approve(collaboration: Collaboration, now: datetime = LATER) -> Change:
    return steps.approve(collaboration, now=now, actor=CLEO, event_id="event-2", invoice_recipient=InvoiceRecipient.CUSTOMER)


def decline(collaboration: Collaboration, now: datetime = LATER) -> Change:
    return steps.decline(collaboration, now=now, actor=CLEO, event_id="event-2", reason="Nej tack.")


def cancel(collaboration: Collaboration, now: datetime = LATER) -> Change:
    return steps.cancel(collaboration, now=now, actor=ANNA, event_id="event-2", reason="Fel kund.")


def remind(collaboration: Collaboration, now: datetime = LATER) -> Change:
    return steps.remind(collaboration, now=now, actor=ANNA, event_id="event-2")


def correct_contact(collaboration: Collaboration, now: datetime = LATER) -> Change:
    return steps.correct_contact(collaboration, now=now, actor=ANNA, event_id="event-2")


Step = Callable[[Collaboration, datetime], Change]
STEPS: dict[Step, tuple[CollaborationEventType, Status, Actor, dict[str, object]]] = {
    approve: (
        Event.APPROVED,
        Status.ACTIVE,
        CLEO,
        {"approved_at": LATER, "invoice_recipient": InvoiceRecipient.CUSTOMER},
    ),
    decline: (Event.DECLINED, Status.DECLINED, CLEO, {"decline_reason": "Nej tack."}),
    cancel: (Event.CANCELLED, Status.CANCELLED, ANNA, {"cancel_reason": "Fel kund."}),
    remind: (Event.REMINDED, Status.AWAITING_APPROVAL, ANNA, {"reminders_sent": 1, "asked_at": LATER}),
    correct_contact: (Event.CONTACT_CORRECTED, Status.AWAITING_APPROVAL, ANNA, {"asked_at": LATER}),
}
EACH = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)


def activate(facts: ActivationFacts) -> Change:
    return steps.activate(
        facts,
        scenario.plan(facts),
        ids=Ids(collaboration="collaboration-1", company="company-alfa", event="event-1"),
        now=makers.NOW,
        lifetime=timedelta(days=30),
        actor=ANNA,
        administrator_created_id=None,
        message="Hej Cleo!",
        previous_id="collaboration-0",
    )


def test_activation_makes_a_request_that_waits_as_it_was_planned() -> None:
    collaboration, _ = activate(makers.facts())
    assert collaboration == makers.collaboration(id="collaboration-1", message="Hej Cleo!", previous_id="collaboration-0")
    assert collaboration.expires_at - collaboration.activated_at == timedelta(days=30)
    assert collaboration.next_reminder_allowed_at == LATER


def test_activation_is_told_as_the_first_version_without_a_status_before() -> None:
    collaboration, event = activate(makers.facts())
    assert (event.id, event.type, event.version) == ("event-1", Event.ACTIVATED, 1)
    assert (event.previous_status, event.status) == (None, Status.AWAITING_APPROVAL)
    assert (event.occurred_at, event.actor) == (makers.NOW, ANNA)
    assert (event.collaboration_id, event.office_id, event.company_id, event.customer_id, event.service_id) == (
        collaboration.id,
        "office-nord",
        "company-alfa",
        "customer-alfa",
        "service-scanner",
    )


def test_terms_are_pinned_where_terms_are_approved() -> None:
    texts = (makers.terms(3), makers.terms(3, language="en"))
    assert activate(makers.facts(company=None, administrators=(), terms=texts))[0].terms_version == 3
    assert activate(makers.facts(terms=texts))[0].terms_version is None


def test_a_request_planned_before_its_task_is_chosen_hangs_on_none() -> None:
    assert activate(makers.facts(task=None))[0].task_id is None


@EACH
def test_a_step_changes_what_it_is_about_and_nothing_else(step: Step) -> None:
    _, status, _, effects = STEPS[step]
    before = makers.collaboration(version=3)
    after, _ = step(before, LATER)
    changed = {field.name for field in fields(after) if getattr(before, field.name) != getattr(after, field.name)}
    expected = {"version": 4, "status": status, **effects}
    assert {name: getattr(after, name) for name in expected} == expected
    assert changed <= expected.keys()


@EACH
def test_a_step_is_told_once_with_who_did_it_and_what_it_led_to(step: Step) -> None:
    event_type, status, actor, _ = STEPS[step]
    after, event = step(makers.collaboration(version=3), LATER)
    assert (event.id, event.type, event.actor, event.occurred_at) == ("event-2", event_type, actor, LATER)
    assert (event.previous_status, event.status) == (Status.AWAITING_APPROVAL, status)
    assert (event.collaboration_id, event.version) == (after.id, after.version) == ("collaboration-alfa", 4)


@EACH
@pytest.mark.parametrize("status", [status for status in Status if status is not Status.AWAITING_APPROVAL])
def test_a_step_is_refused_where_nothing_waits_for_an_answer(step: Step, status: Status) -> None:
    with pytest.raises(InvalidTransition) as refusal:
        step(makers.collaboration(status=status), LATER)
    assert refusal.value.status is status


@EACH
def test_a_step_is_refused_from_the_deadline_on(step: Step) -> None:
    step(makers.collaboration(), LAPSE - timedelta(microseconds=1))
    with pytest.raises(InvalidTransition) as refusal:
        step(makers.collaboration(), LAPSE)
    assert refusal.value.status is Status.EXPIRED


def test_expiry_happened_at_the_deadline_by_nobody_whenever_it_is_written() -> None:
    before = makers.collaboration(version=2)
    after, event = steps.expire(before, event_id="event-9")
    assert (after.status, after.version) == (Status.EXPIRED, 3)
    assert after.status not in LIVE
    assert (event.type, event.occurred_at, event.actor) == (Event.EXPIRED, LAPSE, SYSTEM)
    assert (event.previous_status, event.status, event.version) == (Status.AWAITING_APPROVAL, Status.EXPIRED, 3)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.AWAITING_APPROVAL])
def test_what_does_not_wait_cannot_expire(status: Status) -> None:
    with pytest.raises(ValueError, match="only a request that waits can expire"):
        steps.expire(makers.collaboration(status=status), event_id="event-9")


def test_a_reminder_never_moves_the_deadline() -> None:
    assert remind(makers.collaboration())[0].expires_at == LAPSE


def test_a_reminder_is_refused_within_24_hours_of_the_activation_and_says_when_it_is_not() -> None:
    with pytest.raises(ReminderTooSoon) as refusal:
        remind(makers.collaboration(), LATER - timedelta(microseconds=1))
    assert refusal.value.next_allowed_at == LATER


def test_a_reminder_is_refused_within_24_hours_of_the_one_before() -> None:
    reminded, _ = remind(makers.collaboration())
    with pytest.raises(ReminderTooSoon) as refusal:
        remind(reminded, LATER + timedelta(hours=23, minutes=59))
    assert refusal.value.next_allowed_at == LATER + timedelta(hours=24)
    assert remind(reminded, LATER + timedelta(hours=24))[0].reminders_sent == 2


def test_five_reminders_a_day_apart_are_sent_and_the_sixth_is_refused() -> None:
    collaboration = makers.collaboration()
    for day in range(1, 6):
        collaboration, _ = remind(collaboration, makers.NOW + timedelta(days=day))
    assert collaboration.reminders_sent == REMINDER_LIMIT == 5
    with pytest.raises(ReminderLimitReached) as refusal:
        remind(collaboration, makers.NOW + timedelta(days=6))
    assert refusal.value.limit == 5


def test_the_limit_is_named_before_the_wait_for_waiting_would_not_help() -> None:
    with pytest.raises(ReminderLimitReached):
        remind(makers.collaboration(reminders_sent=5), makers.NOW)


def test_a_closed_request_is_named_before_limit_and_wait() -> None:
    with pytest.raises(InvalidTransition):
        remind(makers.collaboration(status=Status.DECLINED, reminders_sent=5), makers.NOW)
