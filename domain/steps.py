"""The steps of a collaboration: each takes the value, the time and new ids, and returns the changed value and its event."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain import lifecycle, permissions, reminder
from domain.collaboration import REMINDER_LIMIT, Collaboration, CollaborationStatus
from domain.errors import ReminderLimitReached, ReminderTooSoon
from domain.event import SYSTEM, Actor, CollaborationEvent, CollaborationEventType
from domain.lifecycle import Step
from domain.scenario import ActivationFacts, ActivationPlan
from domain.service import InvoiceRecipient, ServiceAfterwards
from domain.viewer import Side

Change = tuple[Collaboration, CollaborationEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """The new ids that an activation needs."""

    collaboration: str
    company: str
    event: str


def activate(
    facts: ActivationFacts,
    plan: ActivationPlan,
    *,
    ids: Ids,
    now: datetime,
    lifetime: timedelta,
    actor: Actor,
    administrator_created_id: str | None,
    message: str | None,
    previous_id: str | None,
) -> Change:
    """Make the request of an advisor or a partner; it may wait for `lifetime`, and terms are pinned where terms are approved."""
    collaboration = Collaboration(
        id=ids.collaboration,
        office_id=facts.customer.office_id,
        customer_id=facts.customer.id,
        company_id=ids.company,
        service_id=facts.service.id,
        task_id=facts.task.id if facts.task is not None else None,
        status=CollaborationStatus.AWAITING_APPROVAL,
        version=1,
        scenario=plan.scenario,
        approval_kind=plan.approval_kind,
        invoice_recipient=plan.invoice_recipient,
        terms_version=plan.terms[0].version if plan.terms else None,
        message=message,
        activated_by_id=actor.id if actor.side is Side.OFFICE else None,
        activated_by_partner_id=actor.id if actor.side is Side.PARTNER else None,
        activated_at=now,
        expires_at=now + lifetime,
        administrator_created_id=administrator_created_id,
        approved_at=None,
        decline_reason=None,
        cancel_reason=None,
        ends_on=None,
        ended_by=None,
        service_afterwards=None,
        ended_at=None,
        previous_id=previous_id,
        reminders_sent=0,
        asked_at=now,
        suspends_at=None,
        terms_told_version=None,
    )
    return collaboration, make_event(collaboration, CollaborationEventType.ACTIVATED, ids.event, now, actor, None)


def approve(
    collaboration: Collaboration,
    *,
    now: datetime,
    actor: Actor,
    event_id: str,
    invoice_recipient: InvoiceRecipient,
    suspends_at: datetime | None = None,
) -> Change:
    """Make the collaboration usable.

    `invoice_recipient` is who pays as the subscription stands after the approval, `suspends_at` when newer terms that wait for
    the company are late.
    """
    changed, event = _take(Step.APPROVE, collaboration, now, actor, event_id)
    return replace(changed, approved_at=now, invoice_recipient=invoice_recipient, suspends_at=suspends_at), event


def decline(collaboration: Collaboration, *, now: datetime, actor: Actor, event_id: str, reason: str | None) -> Change:
    """Close the request with the administrator's no."""
    changed, event = _take(Step.DECLINE, collaboration, now, actor, event_id)
    return replace(changed, decline_reason=reason), event


def cancel(collaboration: Collaboration, *, now: datetime, actor: Actor, event_id: str, reason: str | None) -> Change:
    """Close the request at the office's wish."""
    changed, event = _take(Step.CANCEL, collaboration, now, actor, event_id)
    return replace(changed, cancel_reason=reason), event


def schedule_end(
    collaboration: Collaboration, *, now: datetime, actor: Actor, event_id: str, ends_on: date, afterwards: ServiceAfterwards
) -> Change:
    """Let it end when the day `ends_on` is over; until then it is used as before."""
    changed, event = _take(Step.SCHEDULE_END, collaboration, now, actor, event_id)
    return replace(changed, ends_on=ends_on, ended_by=actor.side, service_afterwards=afterwards), event


def withdraw_end(collaboration: Collaboration, *, now: datetime, actor: Actor, event_id: str) -> Change:
    """Let it go on, as if no end had been scheduled; terms that were late meanwhile suspend it from now on.

    Raises:
        InvalidTransition: no end is scheduled, or it has come.
        NotPermitted: the other side has scheduled it.
    """
    lifecycle.transition(Step.WITHDRAW_END, collaboration, now)
    permissions.check_withdrawal(actor.side, collaboration)
    changed, event = _take(Step.WITHDRAW_END, collaboration, now, actor, event_id)
    late = None if collaboration.suspends_at is None else max(collaboration.suspends_at, now)
    return replace(changed, ends_on=None, ended_by=None, service_afterwards=None, suspends_at=late), event


def end(collaboration: Collaboration, *, now: datetime, actor: Actor, event_id: str, afterwards: ServiceAfterwards) -> Change:
    """End it now; a later end that was scheduled, by whichever side, falls away."""
    changed, event = _take(Step.END, collaboration, now, actor, event_id)
    return replace(changed, ends_on=None, ended_by=actor.side, service_afterwards=afterwards, ended_at=now), event


def end_as_scheduled(collaboration: Collaboration, *, event_id: str, afterwards: ServiceAfterwards) -> Change:
    """Write down that the end has come; it became true when the last day was over, whenever it is written.

    `afterwards` is what became of the service, as it stood then.
    """
    came = lifecycle.scheduled_end(collaboration)
    row = lifecycle.find_transition(Step.END, collaboration.status)
    if came is None or row is None:
        message = "only an end that was scheduled can come"
        raise ValueError(message)
    changed = replace(
        collaboration,
        status=row.target,
        version=collaboration.version + 1,
        service_afterwards=afterwards,
        ended_at=came,
    )
    return changed, make_event(changed, row.event, event_id, came, SYSTEM, collaboration.status)


def change_task(
    collaboration: Collaboration, *, now: datetime, actor: Actor, event_id: str, task_id: str, unlinked: bool
) -> Change:
    """Hang it on another task; `unlinked` tells that it hangs on no active one, and may be linked in every live status."""
    step = permissions.step_to_task(lifecycle.status_at(collaboration, now), unlinked=unlinked)
    changed, event = _take(step, collaboration, now, actor, event_id)
    return replace(changed, task_id=task_id), event


def expire(collaboration: Collaboration, *, event_id: str) -> Change:
    """Write down that the deadline has passed; it became true at `expires_at`, whenever it is written."""
    lapsed = collaboration.expires_at
    row = lifecycle.find_transition(Step.EXPIRE, collaboration.status)
    if row is None:
        message = "only a request that waits can expire"
        raise ValueError(message)
    changed = replace(collaboration, status=row.target, version=collaboration.version + 1)
    return changed, make_event(changed, row.event, event_id, lapsed, SYSTEM, collaboration.status)


def remind(collaboration: Collaboration, *, now: datetime, actor: Actor, event_id: str) -> Change:
    """Ask again: at most 5 by advisors, each at least 24 hours after the latest mail that asked; the deadline stays.

    Raises:
        InvalidTransition: it does not wait for an answer.
        ReminderLimitReached: the fifth was sent.
        ReminderTooSoon: less than 24 hours have passed.
    """
    lifecycle.transition(Step.REMIND, collaboration, now)
    if collaboration.reminders_sent >= REMINDER_LIMIT:
        raise ReminderLimitReached(REMINDER_LIMIT)
    if now < collaboration.next_reminder_allowed_at:
        raise ReminderTooSoon(collaboration.next_reminder_allowed_at)
    changed, event = _take(Step.REMIND, collaboration, now, actor, event_id)
    return replace(changed, reminders_sent=collaboration.reminders_sent + 1, asked_at=now), event


def remind_by_itself(collaboration: Collaboration, *, now: datetime, event_id: str) -> Change | None:
    """Ask again on one of the automatic days, uncounted among the five; None where the reminder has no place now."""
    if not reminder.is_in_place(collaboration, now):
        return None
    changed, event = _take(Step.REMIND, collaboration, now, SYSTEM, event_id)
    return replace(changed, asked_at=now), event


def correct_contact(collaboration: Collaboration, *, now: datetime, actor: Actor, event_id: str) -> Change:
    """Ask again, and somebody else: the next reminder waits from now, while the deadline and the number of reminders stay.

    Raises:
        InvalidTransition: it does not wait for an answer.
    """
    changed, event = _take(Step.CORRECT_CONTACT, collaboration, now, actor, event_id)
    return replace(changed, asked_at=now), event


def make_event(
    collaboration: Collaboration,
    event_type: CollaborationEventType,
    event_id: str,
    occurred_at: datetime,
    actor: Actor,
    previous_status: CollaborationStatus | None,
) -> CollaborationEvent:
    """Describe what happened to `collaboration`, given as it is after the change."""
    return CollaborationEvent(
        id=event_id,
        collaboration_id=collaboration.id,
        office_id=collaboration.office_id,
        company_id=collaboration.company_id,
        customer_id=collaboration.customer_id,
        service_id=collaboration.service_id,
        version=collaboration.version,
        type=event_type,
        previous_status=previous_status,
        status=collaboration.status,
        occurred_at=occurred_at,
        actor=actor,
    )


def _take(step: Step, collaboration: Collaboration, now: datetime, actor: Actor, event_id: str) -> Change:
    row = lifecycle.transition(step, collaboration, now)
    changed = replace(collaboration, status=row.target, version=collaboration.version + 1)
    return changed, make_event(changed, row.event, event_id, now, actor, row.source)
