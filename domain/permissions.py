"""Who may do what to a collaboration: a table by step and side, and the actions that a screen may offer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from domain import issuer, lifecycle
from domain.approval import APPROVED
from domain.collaboration import REMINDER_LIMIT, USABLE, Collaboration, CollaborationStatus
from domain.errors import NotPermitted, ScopeRequired
from domain.lifecycle import Step
from domain.office import CustomerPermission
from domain.partner import PartnerScope
from domain.scenario import ApprovalKind
from domain.viewer import AdministratorViewer, AdvisorViewer, OfficeViewer, PartnerViewer, Side, Viewer


class CollaborationAction(Enum):
    """What a screen may offer on a collaboration."""

    APPROVE = "APPROVE"
    DECLINE = "DECLINE"
    CANCEL = "CANCEL"
    REMIND = "REMIND"
    CORRECT_CONTACT = "CORRECT_CONTACT"
    END = "END"
    WITHDRAW_END = "WITHDRAW_END"
    CHANGE_TASK = "CHANGE_TASK"
    ACCEPT_TERMS = "ACCEPT_TERMS"
    OPEN = "OPEN"


class Who(Enum):
    """Who on a side may take a step, of those who see the collaboration."""

    ANYONE = "ANYONE"
    FULL = "FULL"
    ACTIVATOR_OR_FULL = "ACTIVATOR_OR_FULL"
    ACTIVATOR = "ACTIVATOR"


RIGHTS: dict[tuple[Step, Side], Who] = {
    (Step.APPROVE, Side.COMPANY): Who.ANYONE,
    (Step.DECLINE, Side.COMPANY): Who.ANYONE,
    (Step.CANCEL, Side.OFFICE): Who.ACTIVATOR_OR_FULL,
    (Step.CANCEL, Side.PARTNER): Who.ACTIVATOR,
    (Step.REMIND, Side.OFFICE): Who.ANYONE,
    (Step.REMIND, Side.PARTNER): Who.ANYONE,
    (Step.CORRECT_CONTACT, Side.OFFICE): Who.ANYONE,
    (Step.CORRECT_CONTACT, Side.PARTNER): Who.ANYONE,
    (Step.SCHEDULE_END, Side.OFFICE): Who.FULL,
    (Step.SCHEDULE_END, Side.COMPANY): Who.ANYONE,
    (Step.WITHDRAW_END, Side.OFFICE): Who.FULL,
    (Step.WITHDRAW_END, Side.COMPANY): Who.ANYONE,
    (Step.END, Side.OFFICE): Who.FULL,
    (Step.END, Side.COMPANY): Who.ANYONE,
    (Step.RESUME, Side.COMPANY): Who.ANYONE,
    (Step.CHANGE_TASK, Side.OFFICE): Who.ANYONE,
    (Step.CHANGE_TASK, Side.PARTNER): Who.ANYONE,
    (Step.LINK_TASK, Side.OFFICE): Who.ANYONE,
    (Step.LINK_TASK, Side.PARTNER): Who.ANYONE,
}

# An action stands here once the API has its mutation: a screen shows only buttons that work.
OFFERED: dict[CollaborationAction, Step] = {
    CollaborationAction.APPROVE: Step.APPROVE,
    CollaborationAction.DECLINE: Step.DECLINE,
    CollaborationAction.CANCEL: Step.CANCEL,
    CollaborationAction.REMIND: Step.REMIND,
    CollaborationAction.CORRECT_CONTACT: Step.CORRECT_CONTACT,
    CollaborationAction.END: Step.END,
    CollaborationAction.WITHDRAW_END: Step.WITHDRAW_END,
    CollaborationAction.CHANGE_TASK: Step.CHANGE_TASK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFacts:
    """What decides the offer besides the table.

    That is who has access, whether mail to every approver bounced, self-approval, whether the contact is the office's to
    correct, `unlinked`: that it hangs on no active task, `terms_acceptable`: that newer terms wait for the company's yes, and
    that the viewer may give it, and `sure_enough`: that his sign-in suffices for accepting terms.
    """

    access_ids: frozenset[str]
    undeliverable: bool
    self_approval: bool
    correctable: bool = False
    unlinked: bool = False
    terms_acceptable: bool = False
    sure_enough: bool = True


def require_advisor(viewer: Viewer) -> AdvisorViewer:
    """Return the viewer as an advisor.

    Raises:
        NotPermitted: the viewer is not of the office's side.
    """
    if not isinstance(viewer, AdvisorViewer):
        raise NotPermitted(required="ADVISOR")
    return viewer


def require_administrator(viewer: Viewer) -> AdministratorViewer:
    """Return the viewer as an administrator.

    Raises:
        NotPermitted: the viewer is not of the company's side.
    """
    if not isinstance(viewer, AdministratorViewer):
        raise NotPermitted(required="ADMINISTRATOR")
    return viewer


def require_full(viewer: Viewer) -> AdvisorViewer:
    """Return the viewer as an advisor who sees every customer: integrations are managed by such alone.

    Raises:
        NotPermitted: naming ADVISOR or FULL, whichever it takes.
    """
    advisor = require_advisor(viewer)
    if not manages_integrations(advisor):
        raise NotPermitted(required="FULL")
    return advisor


def manages_integrations(viewer: Viewer) -> bool:
    """Tell whether the viewer may manage partners, and see which there are."""
    return isinstance(viewer, AdvisorViewer) and viewer.permission is CustomerPermission.FULL


def require_office(viewer: Viewer) -> OfficeViewer:
    """Return the viewer as an advisor or a partner of an office.

    Raises:
        NotPermitted: the viewer is an administrator.
    """
    if isinstance(viewer, AdministratorViewer):
        raise NotPermitted(required="ADVISOR")
    return viewer


def check_write(viewer: OfficeViewer) -> None:
    """Refuse a partner that may only read.

    Raises:
        NotPermitted: naming the scope.
    """
    if not may_activate(viewer):
        raise NotPermitted(required=PartnerScope.COLLABORATIONS_WRITE.value)


def may_activate(viewer: Viewer) -> bool:
    """Tell whether the viewer may activate collaborations with the customers that it sees."""
    if isinstance(viewer, PartnerViewer):
        return PartnerScope.COLLABORATIONS_WRITE in viewer.scopes
    return isinstance(viewer, AdvisorViewer)


def require_scope(viewer: Viewer, scope: PartnerScope) -> None:
    """Refuse a partner without the scope; what persons see, the scopes do not say.

    Raises:
        ScopeRequired: with the scope.
    """
    if isinstance(viewer, PartnerViewer) and scope not in viewer.scopes:
        raise ScopeRequired(scope)


def sees_personal_data(viewer: Viewer) -> bool:
    """Tell whether addresses and numbers of persons may be shown, where the viewer sees what they belong to."""
    return not isinstance(viewer, PartnerViewer) or PartnerScope.PERSONAL_DATA_READ in viewer.scopes


def require_assurance(viewer: AdministratorViewer, demanded: Mapping[str, frozenset[str]] | None) -> None:
    """Refuse to let terms be accepted after a sign-in that is not as sure as the deployment demands.

    Raises:
        NotPermitted: naming ASSURANCE.
    """
    if not issuer.is_sure_enough(viewer.identity, demanded):
        raise NotPermitted(required="ASSURANCE")


def check_step(step: Step, viewer: Viewer, collaboration: Collaboration) -> None:
    """Refuse a viewer who sees the collaboration but may not take the step.

    Raises:
        NotPermitted: naming ADVISOR, ADMINISTRATOR, FULL or a partner's scope, whichever it takes.
    """
    who = RIGHTS.get((step, viewer.side))
    if who is None:
        raise NotPermitted(required=_side_for(step, viewer.side))
    if isinstance(viewer, AdministratorViewer):
        return
    if isinstance(viewer, PartnerViewer):
        check_write(viewer)
    is_activator = viewer.id in {collaboration.activated_by_id, collaboration.activated_by_partner_id}
    is_full = isinstance(viewer, AdvisorViewer) and viewer.permission is CustomerPermission.FULL
    if who is not Who.ANYONE and not is_full and (who is Who.FULL or not is_activator):
        raise NotPermitted(required="FULL")


def check_withdrawal(side: Side, collaboration: Collaboration) -> None:
    """Refuse to withdraw an end that the other side has scheduled.

    Raises:
        NotPermitted: naming the side whose end it is.
    """
    if collaboration.ended_by is not side:
        raise NotPermitted(required="ADVISOR" if collaboration.ended_by is Side.OFFICE else "ADMINISTRATOR")


def step_to_task(status: CollaborationStatus, *, unlinked: bool) -> Step:
    """Return the step by which it gets another task: one that is unlinked may be linked in every live status."""
    linkable = unlinked and lifecycle.find_transition(Step.LINK_TASK, status) is not None
    return Step.LINK_TASK if linkable else Step.CHANGE_TASK


def allowed_actions(
    viewer: Viewer, collaboration: Collaboration, now: datetime, facts: ActionFacts
) -> tuple[CollaborationAction, ...]:
    """Return what the viewer may do with it now, in the enum's order: the same judgement as the mutations make."""
    return tuple(action for action in CollaborationAction if _is_allowed(action, viewer, collaboration, now, facts))


def may_open(viewer: Viewer, collaboration: Collaboration, now: datetime, access_ids: frozenset[str]) -> bool:
    """Tell whether the shared service may be opened: by advisors with access and by the company, while active or ending."""
    if lifecycle.status_at(collaboration, now) not in USABLE:
        return False
    if isinstance(viewer, AdministratorViewer):
        return collaboration.company_id in viewer.company_ids
    return viewer.id in access_ids


def _side_for(step: Step, side: Side) -> str:
    """Name who may take a step that the side may not."""
    if side is Side.COMPANY or (side is Side.PARTNER and (step, Side.OFFICE) in RIGHTS):
        return "ADVISOR"
    return "ADMINISTRATOR"


def _is_allowed(
    action: CollaborationAction, viewer: Viewer, collaboration: Collaboration, now: datetime, facts: ActionFacts
) -> bool:
    if action is CollaborationAction.OPEN:
        return may_open(viewer, collaboration, now, facts.access_ids)
    if action is CollaborationAction.ACCEPT_TERMS:
        return facts.terms_acceptable and lifecycle.status_at(collaboration, now) in APPROVED
    step = OFFERED.get(action)
    status = lifecycle.status_at(collaboration, now)
    if step is Step.CHANGE_TASK:
        step = step_to_task(status, unlinked=facts.unlinked)
    if step is None or lifecycle.find_transition(step, status) is None:
        return False
    try:
        check_step(step, viewer, collaboration)
    except NotPermitted:
        return False
    return _facts_allow(step, viewer, collaboration, now, facts)


def _facts_allow(step: Step, viewer: Viewer, collaboration: Collaboration, now: datetime, facts: ActionFacts) -> bool:
    """Judge what the tables of rights and statuses leave to the facts."""
    match step:
        case Step.REMIND:
            in_time = now >= collaboration.next_reminder_allowed_at
            return in_time and collaboration.reminders_sent < REMINDER_LIMIT and not facts.undeliverable
        case Step.CORRECT_CONTACT:
            return facts.correctable
        case Step.WITHDRAW_END:
            return collaboration.ended_by is viewer.side
        case Step.APPROVE | Step.DECLINE:
            takes_terms = step is Step.APPROVE and collaboration.approval_kind is ApprovalKind.TERMS_AND_CONDITIONS
            return not facts.self_approval and (facts.sure_enough or not takes_terms)
        case _:
            return True
