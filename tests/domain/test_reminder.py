"""The automatic reminders: on which days they are due, and when one is in its place."""

from datetime import timedelta

import pytest

from domain import reminder, steps
from domain.collaboration import CollaborationStatus
from domain.event import SYSTEM, CollaborationEventType
from tests.support import makers

DAY_3 = makers.NOW + timedelta(days=3)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("lifetime", "days"),
    [(1, []), (3, []), (4, [3]), (10, [3]), (11, [3, 10]), (24, [3, 10]), (30, [3, 10, 24]), (90, [3, 10, 24])],
)
def test_reminders_are_due_on_their_days_before_the_deadline_alone(lifetime: int, days: list[int]) -> None:
    request = makers.collaboration(expires_at=makers.NOW + timedelta(days=lifetime))
    assert reminder.due(request) == {day: makers.NOW + timedelta(days=day) for day in days}


@pytest.mark.parametrize("status", CollaborationStatus)
def test_only_a_request_that_waits_is_reminded_of(status: CollaborationStatus) -> None:
    waits = status is CollaborationStatus.AWAITING_APPROVAL
    assert reminder.is_in_place(makers.collaboration(status=status), DAY_3) is waits


def test_a_request_that_has_lapsed_is_not_reminded_of() -> None:
    assert reminder.is_in_place(makers.collaboration(expires_at=DAY_3), DAY_3 - timedelta(microseconds=1)) is True
    assert reminder.is_in_place(makers.collaboration(expires_at=DAY_3), DAY_3) is False


def test_a_reminder_is_out_of_place_within_24_hours_of_another_mail_that_asked() -> None:
    assert reminder.is_in_place(makers.collaboration(asked_at=DAY_3 - DAY + timedelta(microseconds=1)), DAY_3) is False
    assert reminder.is_in_place(makers.collaboration(asked_at=DAY_3 - DAY), DAY_3) is True
    assert steps.remind_by_itself(makers.collaboration(asked_at=DAY_3), now=DAY_3, event_id="event-2") is None


def test_an_automatic_reminder_is_nobodys_and_does_not_count() -> None:
    before = makers.collaboration(reminders_sent=5, version=3)
    change = steps.remind_by_itself(before, now=DAY_3, event_id="event-2")
    assert change is not None
    after, event = change
    assert (after.reminders_sent, after.asked_at, after.version, after.expires_at) == (5, DAY_3, 4, before.expires_at)
    assert (event.type, event.actor, event.occurred_at) == (CollaborationEventType.REMINDED, SYSTEM, DAY_3)
