"""Who may do what to a collaboration: a table by step and side, and the actions that a screen may offer."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from domain import lifecycle
from domain.approval import APPROVED
from domain.collaboration import REMINDER_LIMIT, USABLE, Collaboration, CollaborationStatus
from domain.errors import NotPermitted
from domain.lifecycle import Step
from domain.office import CustomerPermission
from domain.viewer import AdministratorViewer, AdvisorViewer, Side, Viewer


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
    correct, `unlinked`: that it hangs on no active task, and `terms_acceptable`: that newer terms wait for the company's yes,
    and that the viewer may give it.
    """

    access_ids: frozenset[str]
    undeliverable: bool
    self_approval: bool
    correctable: bool = False
    unlinked: bool = False
    terms_acceptable: bool = False


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


def check_step(step: Step, viewer: Viewer, collaboration: Collaboration) -> None:
    """Refuse a viewer who sees the collaboration but may not take the step.

    Raises:
        NotPermitted: naming ADVISOR, ADMINISTRATOR or FULL, whichever it takes.
    """
    who = RIGHTS.get((step, viewer.side))
    if who is None:
        raise NotPermitted(required="ADMINISTRATOR" if viewer.side is not Side.COMPANY else "ADVISOR")
    if who is Who.ANYONE or not isinstance(viewer, AdvisorViewer):
        return
    full = viewer.permission is CustomerPermission.FULL
    activator = viewer.id == collaboration.activated_by_id
    if not (full or (who is Who.ACTIVATOR_OR_FULL and activator)):
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
            return not facts.self_approval
        case _:
            return True
