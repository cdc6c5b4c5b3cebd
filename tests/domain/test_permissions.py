"""Who may take which step, and which buttons a screen may show: every status, viewer and action."""

from datetime import timedelta

import pytest

from domain import calendar_day, lifecycle, permissions
from domain.collaboration import LIVE, CollaborationStatus
from domain.errors import NotPermitted
from domain.lifecycle import Step
from domain.office import CustomerPermission
from domain.permissions import ActionFacts, CollaborationAction, Who
from domain.viewer import Side, Viewer
from tests.support import makers

Status = CollaborationStatus
Action = CollaborationAction

ANNA = makers.advisor_viewer()
OWN_COLLEAGUE = makers.advisor_viewer(id="advisor-ulf", session_id="session-ulf")
FULL_COLLEAGUE = makers.advisor_viewer(id="advisor-bo", permission=CustomerPermission.FULL, session_id="session-bo")
CLEO = makers.administrator_viewer()
VIEWERS: dict[str, Viewer] = {
    "the advisor who activated": ANNA,
    "a colleague with OWN": OWN_COLLEAGUE,
    "a colleague with FULL": FULL_COLLEAGUE,
    "an administrator": CLEO,
}
DAY_LATER = makers.NOW + timedelta(hours=24)
PLAIN = ActionFacts(access_ids=frozenset(), undeliverable=False, self_approval=False)

# What it takes, by viewer in the order above; None: nothing more.
LAW: dict[Step, tuple[str | None, str | None, str | None, str | None]] = {
    Step.APPROVE: ("ADMINISTRATOR", "ADMINISTRATOR", "ADMINISTRATOR", None),
    Step.DECLINE: ("ADMINISTRATOR", "ADMINISTRATOR", "ADMINISTRATOR", None),
    Step.CANCEL: (None, "FULL", None, "ADVISOR"),
    Step.EXPIRE: ("ADMINISTRATOR", "ADMINISTRATOR", "ADMINISTRATOR", "ADVISOR"),
    Step.REMIND: (None, None, None, "ADVISOR"),
    Step.CORRECT_CONTACT: (None, None, None, "ADVISOR"),
    Step.SCHEDULE_END: ("FULL", "FULL", None, None),
    Step.WITHDRAW_END: ("FULL", "FULL", None, None),
    Step.END: ("FULL", "FULL", None, None),
    Step.SUSPEND: ("ADMINISTRATOR", "ADMINISTRATOR", "ADMINISTRATOR", "ADVISOR"),
    Step.RESUME: ("ADMINISTRATOR", "ADMINISTRATOR", "ADMINISTRATOR", None),
    Step.CHANGE_TASK: (None, None, None, "ADVISOR"),
    Step.LINK_TASK: (None, None, None, "ADVISOR"),
}
# Which buttons are offered a day after the activation, by status and viewer; nothing in every other status.
OFFERS: dict[Status, tuple[set[Action], set[Action], set[Action], set[Action]]] = {
    Status.AWAITING_APPROVAL: (
        {Action.CANCEL, Action.REMIND, Action.CHANGE_TASK},
        {Action.REMIND, Action.CHANGE_TASK},
        {Action.CANCEL, Action.REMIND, Action.CHANGE_TASK},
        {Action.APPROVE, Action.DECLINE},
    ),
    Status.ACTIVE: (
        {Action.CHANGE_TASK, Action.OPEN},
        {Action.CHANGE_TASK},
        {Action.END, Action.CHANGE_TASK},
        {Action.END, Action.OPEN},
    ),
    Status.SUSPENDED: (set(), set(), {Action.END}, {Action.END}),
    # The office has scheduled the end, and so may withdraw it.
    Status.ENDING: ({Action.OPEN}, set(), {Action.END, Action.WITHDRAW_END}, {Action.END, Action.OPEN}),
}
NOTHING: tuple[set[Action], set[Action], set[Action], set[Action]] = (set(), set(), set(), set())


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("name", VIEWERS)
def test_a_step_takes_the_right_that_the_law_names(name: str, step: Step) -> None:
    required = LAW[step][list(VIEWERS).index(name)]
    if required is None:
        permissions.check_step(step, VIEWERS[name], makers.collaboration())
        return
    with pytest.raises(NotPermitted) as refusal:
        permissions.check_step(step, VIEWERS[name], makers.collaboration())
    assert refusal.value.required == required


def test_rights_and_lifecycle_name_the_same_sides_for_each_step() -> None:
    sides = {(row.step, side) for row in lifecycle.TRANSITIONS for side in row.sides if side is not Side.SYSTEM}
    assert permissions.RIGHTS.keys() == sides


def test_a_partner_may_cancel_only_what_it_activated() -> None:
    assert permissions.RIGHTS[Step.CANCEL, Side.PARTNER] is Who.ACTIVATOR


def test_a_partner_may_remind_correct_change_the_task_and_cancel_and_nothing_else() -> None:
    steps = {step for step, side in permissions.RIGHTS if side is Side.PARTNER}
    assert steps == {Step.REMIND, Step.CORRECT_CONTACT, Step.CHANGE_TASK, Step.LINK_TASK, Step.CANCEL}


@pytest.mark.parametrize("ended_by", [Side.OFFICE, Side.COMPANY])
def test_withdrawing_is_offered_to_the_side_whose_end_it_is(ended_by: Side) -> None:
    collaboration = makers.collaboration(status=Status.ENDING, ended_by=ended_by)
    offered = {
        viewer.side: Action.WITHDRAW_END in permissions.allowed_actions(viewer, collaboration, DAY_LATER, PLAIN)
        for viewer in (FULL_COLLEAGUE, CLEO)
    }
    assert offered == {side: side is ended_by for side in (Side.OFFICE, Side.COMPANY)}
    assert Action.WITHDRAW_END not in permissions.allowed_actions(ANNA, collaboration, DAY_LATER, PLAIN)


@pytest.mark.parametrize(("ended_by", "other", "required"), [
    (Side.OFFICE, Side.COMPANY, "ADVISOR"), (Side.COMPANY, Side.OFFICE, "ADMINISTRATOR"),
])  # fmt: skip
def test_the_other_sides_end_is_not_withdrawn(ended_by: Side, other: Side, required: str) -> None:
    collaboration = makers.collaboration(status=Status.ENDING, ended_by=ended_by)
    permissions.check_withdrawal(ended_by, collaboration)
    with pytest.raises(NotPermitted) as refusal:
        permissions.check_withdrawal(other, collaboration)
    assert refusal.value.required == required


@pytest.mark.parametrize("status", Status)
def test_one_that_is_unlinked_is_offered_a_task_in_every_live_status(status: Status) -> None:
    unlinked = ActionFacts(access_ids=frozenset(), undeliverable=False, self_approval=False, unlinked=True)
    collaboration = makers.collaboration(status=status)
    assert (Action.CHANGE_TASK in permissions.allowed_actions(ANNA, collaboration, DAY_LATER, unlinked)) is (status in LIVE)
    assert Action.CHANGE_TASK not in permissions.allowed_actions(CLEO, collaboration, DAY_LATER, unlinked)
    linked = Action.CHANGE_TASK in permissions.allowed_actions(ANNA, collaboration, DAY_LATER, PLAIN)
    assert linked is (status in {Status.AWAITING_APPROVAL, Status.ACTIVE})


def test_an_end_that_has_come_and_that_no_job_has_touched_offers_nothing() -> None:
    collaboration = makers.collaboration(status=Status.ENDING, ended_by=Side.OFFICE, ends_on=makers.TODAY)
    come = calendar_day.end_of(makers.TODAY)
    facts = ActionFacts(access_ids=frozenset({ANNA.id}), undeliverable=False, self_approval=False, unlinked=True)
    for viewer in VIEWERS.values():
        assert permissions.allowed_actions(viewer, collaboration, come, facts) == ()


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("name", VIEWERS)
def test_the_buttons_are_those_that_work_in_this_status_for_this_viewer(name: str, status: Status) -> None:
    collaboration = makers.collaboration(status=status, ended_by=Side.OFFICE)
    facts = ActionFacts(access_ids=frozenset({ANNA.id}), undeliverable=False, self_approval=False)
    offered = permissions.allowed_actions(VIEWERS[name], collaboration, DAY_LATER, facts)
    assert set(offered) == OFFERS.get(status, NOTHING)[list(VIEWERS).index(name)]
    assert len(set(offered)) == len(offered)


@pytest.mark.parametrize("viewer", VIEWERS.values(), ids=VIEWERS)
def test_buttons_come_in_the_order_of_the_contract(viewer: Viewer) -> None:
    offered = permissions.allowed_actions(viewer, makers.collaboration(), DAY_LATER, PLAIN)
    assert list(offered) == [action for action in Action if action in offered]


@pytest.mark.parametrize("viewer", VIEWERS.values(), ids=VIEWERS)
def test_a_lapsed_request_that_no_job_has_touched_offers_nothing(viewer: Viewer) -> None:
    collaboration = makers.collaboration()
    assert permissions.allowed_actions(viewer, collaboration, collaboration.expires_at, PLAIN) == ()


def test_reminding_is_offered_24_hours_after_the_latest_mail_that_asked_and_not_before() -> None:
    collaboration = makers.collaboration()
    before = permissions.allowed_actions(OWN_COLLEAGUE, collaboration, DAY_LATER - timedelta(microseconds=1), PLAIN)
    assert Action.REMIND not in before
    assert Action.REMIND in permissions.allowed_actions(OWN_COLLEAGUE, collaboration, DAY_LATER, PLAIN)


def test_reminding_is_offered_five_times() -> None:
    fourth, fifth = makers.collaboration(reminders_sent=4), makers.collaboration(reminders_sent=5)
    assert Action.REMIND in permissions.allowed_actions(OWN_COLLEAGUE, fourth, DAY_LATER, PLAIN)
    assert Action.REMIND not in permissions.allowed_actions(OWN_COLLEAGUE, fifth, DAY_LATER, PLAIN)


def test_reminding_is_not_offered_where_every_address_has_bounced() -> None:
    facts = ActionFacts(access_ids=frozenset(), undeliverable=True, self_approval=False)
    assert permissions.allowed_actions(ANNA, makers.collaboration(), DAY_LATER, facts) == (Action.CANCEL, Action.CHANGE_TASK)


def test_the_correction_of_a_contact_is_offered_to_the_office_where_it_is_the_offices_to_make() -> None:
    facts = ActionFacts(access_ids=frozenset(), undeliverable=True, self_approval=False, correctable=True)
    offered = permissions.allowed_actions(OWN_COLLEAGUE, makers.collaboration(), makers.NOW, facts)
    assert offered == (Action.CORRECT_CONTACT, Action.CHANGE_TASK)
    assert Action.CORRECT_CONTACT not in permissions.allowed_actions(CLEO, makers.collaboration(), makers.NOW, facts)


def test_an_administrator_who_is_an_advisor_of_the_office_is_offered_no_answer() -> None:
    facts = ActionFacts(access_ids=frozenset(), undeliverable=False, self_approval=True)
    assert permissions.allowed_actions(CLEO, makers.collaboration(), DAY_LATER, facts) == ()


@pytest.mark.parametrize("status", Status)
def test_the_service_opens_for_advisors_with_access_while_active_or_ending(status: Status) -> None:
    collaboration = makers.collaboration(status=status)
    usable = status in {Status.ACTIVE, Status.ENDING}
    assert permissions.may_open(ANNA, collaboration, DAY_LATER, frozenset({ANNA.id})) is usable
    assert permissions.may_open(ANNA, collaboration, DAY_LATER, frozenset({FULL_COLLEAGUE.id})) is False


@pytest.mark.parametrize("status", Status)
def test_the_service_opens_for_the_companys_administrators_while_active_or_ending(status: Status) -> None:
    collaboration = makers.collaboration(status=status)
    stranger = makers.administrator_viewer(company_ids=frozenset({"company-beta"}))
    assert permissions.may_open(CLEO, collaboration, DAY_LATER, frozenset()) is (status in {Status.ACTIVE, Status.ENDING})
    assert permissions.may_open(stranger, collaboration, DAY_LATER, frozenset()) is False


def test_a_viewer_of_one_side_cannot_act_for_the_other() -> None:
    assert permissions.require_advisor(ANNA) is ANNA
    assert permissions.require_administrator(CLEO) is CLEO
    with pytest.raises(NotPermitted) as office_only:
        permissions.require_advisor(CLEO)
    with pytest.raises(NotPermitted) as company_only:
        permissions.require_administrator(ANNA)
    assert (office_only.value.required, company_only.value.required) == ("ADVISOR", "ADMINISTRATOR")


def test_a_viewer_has_one_side_and_one_word_for_it() -> None:
    assert (ANNA.kind, ANNA.side) == ("advisor", Side.OFFICE)
    assert (CLEO.kind, CLEO.side) == ("administrator", Side.COMPANY)
