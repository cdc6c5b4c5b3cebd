"""What an end changes and tells: scheduled, withdrawn, made now, come on its day; and the task that a collaboration gets."""

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

import pytest

from domain import calendar_day, lifecycle, steps, task
from domain.collaboration import LIVE, Collaboration, CollaborationStatus
from domain.errors import ActivationRefusalCode, ActivationRefused, InvalidTransition, NotPermitted
from domain.event import SYSTEM, Actor, CollaborationEventType
from domain.service import ServiceAfterwards
from domain.steps import Change
from domain.viewer import Side
from tests.support import makers

Status = CollaborationStatus
Event = CollaborationEventType
KEEP, READ_ONLY, END = ServiceAfterwards

BO = Actor(side=Side.OFFICE, id="advisor-bo")
CLEO = Actor(side=Side.COMPANY, id="administrator-cleo")
LATER = makers.NOW + timedelta(hours=24)
DAY = date(2026, 3, 20)
COME = datetime(2026, 3, 20, 23, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
NOT_SCHEDULED: dict[str, object] = {"ends_on": None, "ended_by": None, "service_afterwards": None}
Step = Callable[[Collaboration, datetime], Change]


def ending(by: Side = Side.COMPANY, ends_on: date = DAY) -> Collaboration:
    return makers.collaboration(status=Status.ENDING, ends_on=ends_on, ended_by=by, service_afterwards=READ_ONLY, version=3)


def schedule(collaboration: Collaboration, now: datetime) -> Change:
    return steps.schedule_end(collaboration, now=now, actor=CLEO, event_id="event-2", ends_on=DAY, afterwards=READ_ONLY)


def withdraw(collaboration: Collaboration, now: datetime) -> Change:
    return steps.withdraw_end(collaboration, now=now, actor=CLEO, event_id="event-2")


def end(collaboration: Collaboration, now: datetime) -> Change:
    return steps.end(collaboration, now=now, actor=BO, event_id="event-2", afterwards=KEEP)


def change_task(collaboration: Collaboration, now: datetime) -> Change:
    return steps.change_task(collaboration, now=now, actor=BO, event_id="event-2", task_id="task-2", unlinked=False)


def link(collaboration: Collaboration, now: datetime) -> Change:
    return steps.change_task(collaboration, now=now, actor=BO, event_id="event-2", task_id="task-2", unlinked=True)


ENDED: dict[str, object] = {"ends_on": None, "ended_by": Side.OFFICE, "service_afterwards": KEEP, "ended_at": LATER}
# From which status it is taken, what is told, by whom, and where it leads with what; None: it stays.
STEPS: dict[Step, tuple[set[Status], CollaborationEventType, Actor, Status | None, dict[str, object]]] = {
    schedule: (
        {Status.ACTIVE},
        Event.END_SCHEDULED,
        CLEO,
        Status.ENDING,
        {"ends_on": DAY, "ended_by": Side.COMPANY, "service_afterwards": READ_ONLY},
    ),
    withdraw: ({Status.ENDING}, Event.END_WITHDRAWN, CLEO, Status.ACTIVE, NOT_SCHEDULED),
    end: ({Status.ACTIVE, Status.SUSPENDED, Status.ENDING}, Event.ENDED, BO, Status.ENDED, ENDED),
    change_task: ({Status.ACTIVE, Status.AWAITING_APPROVAL}, Event.TASK_CHANGED, BO, None, {"task_id": "task-2"}),
    link: (set(LIVE), Event.TASK_CHANGED, BO, None, {"task_id": "task-2"}),
}


def standing(status: Status) -> Collaboration:
    return ending() if status is Status.ENDING else makers.collaboration(status=status, version=3)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
@pytest.mark.parametrize("status", Status)
def test_a_step_changes_what_it_is_about_and_is_told_once_where_it_may_be_taken(status: Status, step: Step) -> None:
    sources, event_type, actor, target, effects = STEPS[step]
    before = standing(status)
    if status not in sources:
        with pytest.raises(InvalidTransition) as refusal:
            step(before, LATER)
        assert refusal.value.status is status
        return
    after, event = step(before, LATER)
    expected = {"version": 4, "status": target or status, **effects}
    assert {name: getattr(after, name) for name in expected} == expected
    assert {one.name for one in fields(after) if getattr(before, one.name) != getattr(after, one.name)} <= expected.keys()
    assert (event.id, event.type, event.actor, event.occurred_at) == ("event-2", event_type, actor, LATER)
    assert (event.previous_status, event.status, event.version) == (status, target or status, 4)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_no_step_is_taken_once_the_day_is_over(step: Step) -> None:
    with pytest.raises(InvalidTransition) as refusal:
        step(ending(), COME)
    assert refusal.value.status is Status.ENDED


def test_the_other_sides_end_is_not_withdrawn_and_ends_now_all_the_same() -> None:
    with pytest.raises(NotPermitted):
        steps.withdraw_end(ending(), now=LATER, actor=BO, event_id="event-2")
    ended, _ = end(ending(), LATER)
    assert (ended.ended_by, ended.ends_on, ended.service_afterwards) == (Side.OFFICE, None, KEEP)


@pytest.mark.parametrize(
    ("day", "come"),
    [
        (date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),  # clocks go forward in that night
        (date(2026, 10, 24), datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),  # and back in that one
        (date(2027, 12, 31), datetime(2027, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_an_end_comes_at_midnight_in_stockholm_after_its_day(day: date, come: datetime) -> None:
    scheduled = ending(ends_on=day)
    assert lifecycle.scheduled_end(scheduled) == calendar_day.end_of(day) == come
    assert lifecycle.status_at(scheduled, come - INSTANT) is Status.ENDING
    assert lifecycle.status_at(scheduled, come) is Status.ENDED
    assert lifecycle.ended_at(scheduled, come - INSTANT) is None
    assert lifecycle.ended_at(scheduled, come + timedelta(days=400)) == come


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.ENDING])
def test_only_an_end_that_is_scheduled_comes(status: Status) -> None:
    known = makers.collaboration(status=status, ends_on=DAY, ended_at=None if status in LIVE else LATER)
    assert lifecycle.scheduled_end(known) is None
    assert lifecycle.ended_at(known, COME) == known.ended_at
    with pytest.raises(ValueError, match="only an end that was scheduled can come"):
        steps.end_as_scheduled(known, event_id="event-9", afterwards=KEEP)


def test_an_end_that_comes_happened_when_its_day_was_over_by_nobody_whenever_it_is_written() -> None:
    before = ending()
    after, event = steps.end_as_scheduled(before, event_id="event-9", afterwards=KEEP)
    assert (after.status, after.version, after.ended_at) == (Status.ENDED, 4, COME)
    assert (after.ends_on, after.ended_by, after.service_afterwards) == (DAY, Side.COMPANY, KEEP)
    assert (event.type, event.occurred_at, event.actor) == (Event.ENDED, COME, SYSTEM)
    assert (event.previous_status, event.status, event.version) == (Status.ENDING, Status.ENDED, 4)
    assert lifecycle.ended_at(after, COME) == COME


def test_a_task_is_chosen_that_is_active_and_the_customers() -> None:
    task.check_choice(makers.task(), "customer-alfa")
    wrong = {
        ActivationRefusalCode.TASK_NOT_ON_CUSTOMER: makers.task(customer_id="customer-beta", active=False),
        ActivationRefusalCode.TASK_INACTIVE: makers.task(active=False),
    }
    for code, chosen in wrong.items():
        with pytest.raises(ActivationRefused) as refusal:
            task.check_choice(chosen, "customer-alfa")
        assert refusal.value.code is code
