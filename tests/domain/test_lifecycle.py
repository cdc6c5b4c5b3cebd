"""Every status against every step, as domain.md section 4 has it, and the request that lapses by the clock alone."""

from datetime import datetime, timedelta

import pytest

from domain import lifecycle
from domain.collaboration import LIVE, USABLE, CollaborationStatus
from domain.errors import InvalidTransition
from domain.event import CollaborationEventType
from domain.lifecycle import Step
from domain.viewer import Side
from tests.support import makers

Status = CollaborationStatus
Event = CollaborationEventType

# The law, written out once more: which step leads where from which status.
LAW: dict[Step, dict[Status, Status]] = {
    Step.APPROVE: {Status.AWAITING_APPROVAL: Status.ACTIVE},
    Step.DECLINE: {Status.AWAITING_APPROVAL: Status.DECLINED},
    Step.CANCEL: {Status.AWAITING_APPROVAL: Status.CANCELLED},
    Step.EXPIRE: {Status.AWAITING_APPROVAL: Status.EXPIRED},
    Step.REMIND: {Status.AWAITING_APPROVAL: Status.AWAITING_APPROVAL},
    Step.CORRECT_CONTACT: {Status.AWAITING_APPROVAL: Status.AWAITING_APPROVAL},
    Step.SCHEDULE_END: {Status.ACTIVE: Status.ENDING},
    Step.WITHDRAW_END: {Status.ENDING: Status.ACTIVE},
    Step.END: {Status.ACTIVE: Status.ENDED, Status.SUSPENDED: Status.ENDED, Status.ENDING: Status.ENDED},
    Step.SUSPEND: {Status.ACTIVE: Status.SUSPENDED},
    Step.RESUME: {Status.SUSPENDED: Status.ACTIVE},
    Step.CHANGE_TASK: {Status.ACTIVE: Status.ACTIVE, Status.AWAITING_APPROVAL: Status.AWAITING_APPROVAL},
    Step.LINK_TASK: {Status.SUSPENDED: Status.SUSPENDED, Status.ENDING: Status.ENDING},
}
OFFICE, COMPANY, PARTNER, SYSTEM = Side.OFFICE, Side.COMPANY, Side.PARTNER, Side.SYSTEM
SIDES: dict[Step, set[Side]] = {
    Step.APPROVE: {COMPANY},
    Step.DECLINE: {COMPANY},
    Step.CANCEL: {OFFICE, PARTNER},
    Step.EXPIRE: {SYSTEM},
    Step.REMIND: {OFFICE, PARTNER, SYSTEM},
    Step.CORRECT_CONTACT: {OFFICE, PARTNER},
    Step.SCHEDULE_END: {OFFICE, COMPANY},
    Step.WITHDRAW_END: {OFFICE, COMPANY},
    Step.END: {OFFICE, COMPANY, SYSTEM},
    Step.SUSPEND: {SYSTEM},
    Step.RESUME: {COMPANY},
    Step.CHANGE_TASK: {OFFICE, PARTNER},
    Step.LINK_TASK: {OFFICE, PARTNER},
}
EVENTS: dict[Step, CollaborationEventType] = {
    Step.APPROVE: Event.APPROVED,
    Step.DECLINE: Event.DECLINED,
    Step.CANCEL: Event.CANCELLED,
    Step.EXPIRE: Event.EXPIRED,
    Step.REMIND: Event.REMINDED,
    Step.CORRECT_CONTACT: Event.CONTACT_CORRECTED,
    Step.SCHEDULE_END: Event.END_SCHEDULED,
    Step.WITHDRAW_END: Event.END_WITHDRAWN,
    Step.END: Event.ENDED,
    Step.SUSPEND: Event.SUSPENDED,
    Step.RESUME: Event.RESUMED,
    Step.CHANGE_TASK: Event.TASK_CHANGED,
    Step.LINK_TASK: Event.TASK_CHANGED,
}
LAPSE = makers.NOW + makers.LIFETIME
INSTANT = timedelta(microseconds=1)


def test_live_and_closed_are_the_first_four_and_the_last_four() -> None:
    assert set(list(Status)[:4]) == LIVE
    assert {Status.ACTIVE, Status.ENDING} == USABLE


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("status", Status)
def test_a_step_leads_from_a_status_where_the_law_says_and_is_refused_elsewhere(status: Status, step: Step) -> None:
    collaboration = makers.collaboration(status=status)
    target = LAW[step].get(status)
    if target is None:
        with pytest.raises(InvalidTransition) as refusal:
            lifecycle.transition(step, collaboration, makers.NOW)
        assert (refusal.value.collaboration_id, refusal.value.status) == (collaboration.id, status)
        assert lifecycle.find_transition(step, status) is None
        return
    row = lifecycle.transition(step, collaboration, makers.NOW)
    assert (row.step, row.source, row.target) == (step, status, target)
    assert (set(row.sides), row.event) == (SIDES[step], EVENTS[step])


def test_the_table_has_one_row_for_each_step_and_status() -> None:
    keys = [(row.step, row.source) for row in lifecycle.TRANSITIONS]
    assert sorted(keys, key=str) == sorted(((step, status) for step, rows in LAW.items() for status in rows), key=str)


@pytest.mark.parametrize("status", sorted(set(Status) - LIVE, key=str))
def test_a_closed_collaboration_never_changes_again(status: Status) -> None:
    assert [row for row in lifecycle.TRANSITIONS if row.source is status] == []


@pytest.mark.parametrize(
    ("moment", "status"),
    [(LAPSE - INSTANT, Status.AWAITING_APPROVAL), (LAPSE, Status.EXPIRED), (LAPSE + timedelta(days=400), Status.EXPIRED)],
    ids=["just before", "at the deadline", "long after"],
)
def test_a_request_lapses_at_its_deadline_whatever_is_stored(moment: datetime, status: Status) -> None:
    assert lifecycle.status_at(makers.collaboration(), moment) is status


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.AWAITING_APPROVAL])
def test_only_a_request_that_waits_can_lapse(status: Status) -> None:
    assert lifecycle.status_at(makers.collaboration(status=status), LAPSE + timedelta(days=1)) is status


@pytest.mark.parametrize("step", Step)
def test_no_step_can_be_taken_on_a_lapsed_request_that_no_job_has_touched(step: Step) -> None:
    collaboration = makers.collaboration()
    with pytest.raises(InvalidTransition) as refusal:
        lifecycle.transition(step, collaboration, LAPSE)
    assert refusal.value.status is Status.EXPIRED


def test_a_request_can_be_answered_until_the_instant_before_its_deadline() -> None:
    assert lifecycle.transition(Step.APPROVE, makers.collaboration(), LAPSE - INSTANT).target is Status.ACTIVE


def test_the_diagram_shows_every_row_and_every_end_once() -> None:
    lines = lifecycle.diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> AWAITING_APPROVAL: ACTIVATE"]
    assert "    AWAITING_APPROVAL --> CANCELLED: CANCEL (office, partner)" in lines
    assert "    ENDING --> ENDED: END (company, office, system)" in lines
    ends = [f"    {status.value} --> [*]" for status in Status if status not in LIVE]
    assert lines[-4:] == ends
    assert len(lines) == len(set(lines)) == 2 + len(lifecycle.TRANSITIONS) + len(ends)
