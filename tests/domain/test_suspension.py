"""When terms that were not accepted suspend a collaboration, on read and written down, and how it goes on."""

from datetime import date, timedelta

import pytest

from domain import calendar_day, lifecycle, suspension
from domain.collaboration import CollaborationStatus
from domain.errors import InvalidTransition
from domain.event import SYSTEM, Actor, CollaborationEventType
from domain.lifecycle import Step
from domain.viewer import Side
from tests.support import makers

Status = CollaborationStatus
TODAY = makers.TODAY
CLEO = Actor(side=Side.COMPANY, id="administrator-cleo")
LATE = makers.NOW + timedelta(days=30)
INSTANT = timedelta(microseconds=1)
ACTIVE = makers.collaboration(status=Status.ACTIVE, approved_at=makers.NOW, suspends_at=LATE, version=4)
SUSPENDED = makers.collaboration(status=Status.SUSPENDED, approved_at=makers.NOW, suspends_at=LATE, version=5)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


FIRST = (makers.terms(1), makers.terms(1, language="en"))
SECOND = makers.terms(2, effective_from=days(10), grace_days=20)
OPTIONAL = makers.terms(3, effective_from=days(0), mandatory=False, grace_days=0)
SOONER = makers.terms(4, effective_from=days(11), grace_days=2)


def test_the_first_late_day_is_the_earliest_of_the_newer_mandatory_versions() -> None:
    assert suspension.grace_ends((*FIRST, SECOND), 1) == days(30)
    assert suspension.grace_ends((*FIRST, SECOND, OPTIONAL, SOONER), 1) == days(13)
    assert suspension.grace_ends((*FIRST, SECOND, makers.terms(5, effective_from=days(20))), 1) == days(30)


def test_nobody_is_late_without_a_newer_mandatory_version_or_without_having_been_asked() -> None:
    assert suspension.grace_ends((*FIRST, OPTIONAL), 1) is None
    assert suspension.grace_ends((*FIRST, SECOND), 2) is None
    assert suspension.grace_ends((*FIRST, SECOND), None) is None


def test_the_suspension_begins_with_that_day_in_stockholm_or_with_the_use_if_that_is_later() -> None:
    begins = calendar_day.start_of(days(30))
    assert suspension.suspends_at((*FIRST, SECOND), 1, since=makers.NOW) == begins
    assert suspension.suspends_at((*FIRST, SECOND), 1, since=begins + INSTANT) == begins + INSTANT
    assert suspension.suspends_at(FIRST, 1, since=makers.NOW) is None


@pytest.mark.parametrize("status", Status)
def test_only_what_is_active_is_suspended_by_the_clock(status: Status) -> None:
    known = makers.collaboration(status=status, approved_at=makers.NOW, suspends_at=LATE, expires_at=LATE + timedelta(days=9))
    assert lifecycle.status_at(known, LATE - INSTANT) is status
    assert lifecycle.status_at(known, LATE) is (Status.SUSPENDED if status is Status.ACTIVE else status)


@pytest.mark.parametrize("step", [Step.SCHEDULE_END, Step.CHANGE_TASK, Step.SUSPEND])
def test_what_takes_an_active_one_is_refused_once_the_clock_has_suspended_it(step: Step) -> None:
    assert lifecycle.transition(step, ACTIVE, LATE - INSTANT).source is Status.ACTIVE
    with pytest.raises(InvalidTransition) as refusal:
        lifecycle.transition(step, ACTIVE, LATE)
    assert refusal.value.status is Status.SUSPENDED


def test_a_suspension_is_told_as_of_the_moment_when_it_became_true() -> None:
    suspended, event = suspension.suspend(ACTIVE, event_id="event-1")
    assert (suspended.status, suspended.version, suspended.suspends_at) == (Status.SUSPENDED, 5, LATE)
    assert (event.type, event.occurred_at, event.actor) == (CollaborationEventType.SUSPENDED, LATE, SYSTEM)
    assert (event.previous_status, event.status, event.version) == (Status.ACTIVE, Status.SUSPENDED, 5)


@pytest.mark.parametrize(
    "known", [SUSPENDED, makers.collaboration(status=Status.ACTIVE), makers.collaboration(status=Status.ENDING, suspends_at=LATE)]
)
def test_what_is_not_active_or_has_no_terms_that_wait_is_never_written_as_suspended(known: object) -> None:
    with pytest.raises(ValueError, match="can be suspended"):
        suspension.suspend(known, event_id="event-1")  # type: ignore[arg-type]  # parametrised


def test_the_same_collaboration_goes_on_after_the_yes() -> None:
    noted, accepted = suspension.note_accepted(SUSPENDED, now=LATE, actor=CLEO, event_id="event-1", next_suspends_at=None)
    resumed, event = suspension.resume(noted, now=LATE, actor=CLEO, event_id="event-2")
    assert (accepted.type, accepted.previous_status, accepted.status) == (
        CollaborationEventType.TERMS_ACCEPTED,
        Status.SUSPENDED,
        Status.SUSPENDED,
    )
    assert (event.type, event.previous_status, event.status) == (
        CollaborationEventType.RESUMED,
        Status.SUSPENDED,
        Status.ACTIVE,
    )
    assert [accepted.version, event.version, resumed.version] == [6, 7, 7]
    assert (resumed.id, resumed.suspends_at, event.actor) == (SUSPENDED.id, None, CLEO)


def test_what_is_not_suspended_cannot_be_resumed() -> None:
    with pytest.raises(InvalidTransition):
        suspension.resume(ACTIVE, now=makers.NOW, actor=CLEO, event_id="event-1")


def test_telling_of_terms_leaves_the_status_and_is_remembered() -> None:
    noted, event = suspension.note_required(ACTIVE, 2, now=makers.NOW, event_id="event-1")
    assert (noted.terms_told_version, noted.status, noted.version) == (2, Status.ACTIVE, 5)
    assert (event.type, event.previous_status, event.status, event.actor) == (
        CollaborationEventType.TERMS_REQUIRED,
        Status.ACTIVE,
        Status.ACTIVE,
        SYSTEM,
    )
