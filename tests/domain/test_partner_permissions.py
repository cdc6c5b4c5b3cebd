"""What a partner may do: every step and every action, by its scopes and by who activated."""

from datetime import timedelta

import pytest

from domain import permissions, steps
from domain.collaboration import CollaborationStatus
from domain.errors import NotPermitted, ScopeRequired
from domain.event import Actor
from domain.lifecycle import Step
from domain.office import CustomerPermission
from domain.partner import PartnerScope
from domain.permissions import ActionFacts, CollaborationAction
from domain.scenario import plan
from domain.steps import Ids
from domain.viewer import PartnerViewer, Side, Viewer
from tests.support import makers

Status = CollaborationStatus
Action = CollaborationAction
WRITE = PartnerScope.COLLABORATIONS_WRITE

FLOW = makers.partner_viewer()
OTHER = makers.partner_viewer(id="partner-other")
READER = makers.partner_viewer(scopes=frozenset(PartnerScope) - {WRITE})
PARTNERS: dict[str, PartnerViewer] = {"the one that activated": FLOW, "another": OTHER, "one that may only read": READER}
ANNA = makers.advisor_viewer()
BO = makers.advisor_viewer(id="advisor-bo", permission=CustomerPermission.FULL)
CLEO = makers.administrator_viewer()
DAY_LATER = makers.NOW + timedelta(hours=24)

# What it takes, by partner in the order above; None: nothing more.
LAW: dict[Step, tuple[str | None, str | None, str | None]] = {
    Step.APPROVE: ("ADMINISTRATOR",) * 3,
    Step.DECLINE: ("ADMINISTRATOR",) * 3,
    Step.CANCEL: (None, "FULL", WRITE.value),
    Step.EXPIRE: ("ADMINISTRATOR",) * 3,
    Step.REMIND: (None, None, WRITE.value),
    Step.CORRECT_CONTACT: (None, None, WRITE.value),
    Step.SCHEDULE_END: ("ADVISOR",) * 3,
    Step.WITHDRAW_END: ("ADVISOR",) * 3,
    Step.END: ("ADVISOR",) * 3,
    Step.SUSPEND: ("ADMINISTRATOR",) * 3,
    Step.RESUME: ("ADMINISTRATOR",) * 3,
    Step.CHANGE_TASK: (None, None, WRITE.value),
    Step.LINK_TASK: (None, None, WRITE.value),
}
# Which actions are offered a day after the activation; nothing in every other status, and nothing to one that only reads.
OFFERS: dict[Status, tuple[set[Action], set[Action]]] = {
    Status.AWAITING_APPROVAL: (
        {Action.CANCEL, Action.REMIND, Action.CORRECT_CONTACT, Action.CHANGE_TASK},
        {Action.REMIND, Action.CORRECT_CONTACT, Action.CHANGE_TASK},
    ),
    Status.ACTIVE: ({Action.CHANGE_TASK}, {Action.CHANGE_TASK}),
}


def required(step: Step, viewer: Viewer) -> str | None:
    """Return what the step takes that the viewer has not."""
    collaboration = makers.collaboration(activated_by_id=None, activated_by_partner_id=FLOW.id)
    try:
        permissions.check_step(step, viewer, collaboration)
    except NotPermitted as refusal:
        return refusal.required
    return None


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("name", PARTNERS)
def test_a_step_takes_of_a_partner_what_the_law_names(name: str, step: Step) -> None:
    assert required(step, PARTNERS[name]) == LAW[step][list(PARTNERS).index(name)]


def test_what_a_partner_has_activated_is_cancelled_by_itself_and_by_full_alone() -> None:
    assert [required(Step.CANCEL, viewer) for viewer in (FLOW, BO, ANNA, OTHER)] == [None, None, "FULL", "FULL"]
    by_anna = makers.collaboration()
    permissions.check_step(Step.CANCEL, ANNA, by_anna)
    with pytest.raises(NotPermitted, match="FULL"):
        permissions.check_step(Step.CANCEL, FLOW, by_anna)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("name", PARTNERS)
def test_the_actions_are_those_that_work_in_this_status_for_this_partner(name: str, status: Status) -> None:
    collaboration = makers.collaboration(
        status=status, ended_by=Side.OFFICE, activated_by_id=None, activated_by_partner_id=FLOW.id
    )
    facts = ActionFacts(access_ids=frozenset({ANNA.id}), undeliverable=False, self_approval=False, correctable=True)
    offered = permissions.allowed_actions(PARTNERS[name], collaboration, DAY_LATER, facts)
    writes = name != "one that may only read"
    expected = OFFERS.get(status, (set(), set()))[list(PARTNERS).index(name)] if writes else set()
    assert set(offered) == expected


def test_activating_takes_an_advisor_or_a_partner_with_the_scope() -> None:
    viewers: tuple[Viewer, ...] = (ANNA, BO, FLOW, READER, CLEO)
    assert [permissions.may_activate(viewer) for viewer in viewers] == [True, True, True, False, False]
    assert permissions.require_office(FLOW) is FLOW
    permissions.check_write(ANNA)
    with pytest.raises(NotPermitted, match="ADVISOR"):
        permissions.require_office(CLEO)
    with pytest.raises(NotPermitted, match=WRITE.value):
        permissions.check_write(READER)


def test_partners_are_managed_by_advisors_with_full_alone() -> None:
    assert permissions.require_full(BO) is BO
    for viewer, named in ((ANNA, "FULL"), (CLEO, "ADVISOR"), (FLOW, "ADVISOR")):
        with pytest.raises(NotPermitted, match=named):
            permissions.require_full(viewer)
        assert not permissions.manages_integrations(viewer)


@pytest.mark.parametrize("scope", PartnerScope)
def test_a_scope_is_asked_of_partners_and_implies_no_other(scope: PartnerScope) -> None:
    without = makers.partner_viewer(scopes=frozenset(PartnerScope) - {scope})
    with pytest.raises(ScopeRequired) as refusal:
        permissions.require_scope(without, scope)
    assert refusal.value.scope is scope
    viewers: tuple[Viewer, ...] = (makers.partner_viewer(scopes=frozenset({scope})), ANNA, CLEO)
    for viewer in viewers:
        permissions.require_scope(viewer, scope)
    assert permissions.sees_personal_data(without) is (scope is not PartnerScope.PERSONAL_DATA_READ)


def test_a_partner_is_a_side_of_its_own_and_has_no_access_to_the_shared_service() -> None:
    assert (FLOW.kind, FLOW.side, FLOW.sees_every_customer) == ("partner", Side.PARTNER, True)
    assert (ANNA.sees_every_customer, BO.sees_every_customer) == (False, True)
    active = makers.collaboration(status=Status.ACTIVE)
    assert not permissions.may_open(FLOW, active, DAY_LATER, frozenset({ANNA.id, BO.id}))


def test_a_request_names_the_partner_that_activated_it_and_no_advisor() -> None:
    facts = makers.facts()
    collaboration, told = steps.activate(
        facts,
        plan(facts),
        ids=Ids(collaboration="collaboration-1", company="company-alfa", event="event-1"),
        now=makers.NOW,
        lifetime=timedelta(days=30),
        actor=Actor(side=Side.PARTNER, id=FLOW.id),
        administrator_created_id=None,
        message=None,
        previous_id=None,
    )
    assert (collaboration.activated_by_id, collaboration.activated_by_partner_id) == (None, FLOW.id)
    assert told.actor == Actor(side=Side.PARTNER, id=FLOW.id)
