"""Ending a collaboration: now or on a day, by either side; taken back by the side that scheduled it; and when it comes."""

from dataclasses import dataclass
from datetime import date, datetime

from domain import ending, lifecycle, permissions, steps
from domain.collaboration import Collaboration
from domain.errors import InputProblemCode, InvalidInput, NotFound, WrongCompany
from domain.event import Actor, CollaborationEvent
from domain.lifecycle import Step
from domain.mail import MailKind
from domain.service import ServiceAfterwards
from domain.viewer import AdministratorViewer, Side, Viewer
from persistence import collaboration, company, event, ids, jobs, service
from persistence.database import Unit
from resolvers import answer, conclusion, due, mail, settlement, suspension
from resolvers.answer import Answered, Taken
from resolvers.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCollaboration:
    """What shall end, and what becomes of the service: `on` is the last day, None means now.

    `company_id` is the company that an administrator acts for, None for an advisor.
    """

    collaboration_id: str
    company_id: str | None
    on: date | None
    afterwards: ServiceAfterwards


async def options(context: Context, known: Collaboration) -> tuple[ServiceAfterwards, ...]:
    """Return the options of an end that are open to the viewer now; empty where he may not end it."""
    shared = await context.load.services.load(known.service_id)
    if shared is None:
        return ()
    subscriptions = await context.load.subscriptions_of_company.load(known.company_id) or ()
    live = await context.load.live_of_company.load(known.company_id) or ()
    return ending.options(
        context.require_viewer(),
        known,
        context.now,
        service=shared,
        subscription=next((one for one in subscriptions if one.service_id == known.service_id), None),
        shared=ending.shares(known, live, context.now),
    )


def ended_at(context: Context, known: Collaboration) -> datetime | None:
    """Return when it ended, as of the operation's time, whether or not anybody has written it."""
    return lifecycle.ended_at(known, context.now)


async def afterwards(context: Context, known: Collaboration) -> ServiceAfterwards | None:
    """Return what becomes, or became, of the service: an end that has come has met what stood against the choice."""
    at = lifecycle.scheduled_end(known)
    if at is None or at > context.now:
        return known.service_afterwards
    chosen, by = due.choice(known)
    subscriptions = await context.load.subscriptions_of_company.load(known.company_id) or ()
    current = next((one for one in subscriptions if one.service_id == known.service_id), None)
    live = await context.load.live_of_company.load(known.company_id) or ()
    return ending.outcome(known, chosen, current, by=by, shared=ending.shares(known, live, at))[0]


async def end(context: Context, asked: EndCollaboration, key: str | None) -> Answered:
    """End a collaboration now, with the office's access in the same transaction, or let it end when a day is over.

    Raises:
        NotFound, WrongCompany, NotPermitted, InvalidTransition: not visible; another company named; without FULL; nothing to end.
        InvalidInput: the day does not lie 1 to 366 days ahead, or no company is named by an administrator, or one by an advisor.
        EndOptionNotAllowed: what shall become of the service is not open to the viewer.
    """
    _check_company(context.require_viewer(), asked.company_id)
    step = Step.END if asked.on is None else Step.SCHEDULE_END

    async def take(unit: Unit, viewer: Viewer) -> Taken:
        held = await _hold(unit, viewer, asked.collaboration_id, asked.company_id, step)
        async with settlement.lapses_first(unit, held) as found:
            lifecycle.transition(step, found, unit.now)
            if asked.on is not None:
                ending.check_day(asked.on, unit.now)
            await _check_choice(unit, viewer, found, asked.afterwards)
            actor = Actor(side=viewer.side, id=viewer.id)
            if asked.on is None:
                return await _end_now(unit, found, actor, asked.afterwards)
            return await _schedule(unit, found, actor, asked.on, asked.afterwards)

    return await answer.take_once(context, "endCollaboration", key, asked, take)


async def withdraw(context: Context, collaboration_id: str, company_id: str | None, key: str | None) -> Answered:
    """Take a scheduled end back before its day is over: the collaboration goes on.

    Raises:
        NotFound, WrongCompany, NotPermitted, InvalidTransition: not visible; another company named; the other side's end, or
            without FULL; no end is scheduled, or it has come.
        InvalidInput: no company is named by an administrator, or one by an advisor.
    """
    _check_company(context.require_viewer(), company_id)

    async def take(unit: Unit, viewer: Viewer) -> Taken:
        held = await _hold(unit, viewer, collaboration_id, company_id, Step.WITHDRAW_END)
        async with settlement.lapses_first(unit, held) as found:
            actor = Actor(side=viewer.side, id=viewer.id)
            goes_on, happened = steps.withdraw_end(found, now=unit.now, actor=actor, event_id=ids.new_id())
            await jobs.remove(unit, conclusion.end_job(found.id))
            told = conclusion.told(found, paid_anew=False) | {"suspended": settlement.lapsed(unit, goes_on)}
            await _store(unit, found, goes_on, happened, MailKind.END_WITHDRAWN, told)
            stands, late = await suspension.see_to(unit, goes_on, occasion="withdrawal")
            return stands, await event.append(unit, [happened, *late])

    asked = {"collaboration": collaboration_id, "company": company_id}
    return await answer.take_once(context, "withdrawEnd", key, asked, take)


async def _hold(unit: Unit, viewer: Viewer, collaboration_id: str, company_id: str | None, step: Step) -> Collaboration:
    """Return the collaboration, held, where the viewer may take the step on it and acts for its company."""
    found = await answer.get_held(unit, viewer, collaboration_id)
    if isinstance(viewer, AdministratorViewer):
        people = (await company.administrators_of(unit, [found.company_id])).get(found.company_id, ())
        if viewer.id not in {person.id for person in people}:
            raise NotFound
        if company_id != found.company_id:
            raise WrongCompany
    permissions.check_step(step, viewer, found)
    return found


async def _check_choice(unit: Unit, viewer: Viewer, found: Collaboration, chosen: ServiceAfterwards) -> None:
    pair = (found.company_id, found.service_id)
    live = await collaboration.live_of_company(unit, found.company_id)
    allowed = ending.options(
        viewer,
        found,
        unit.now,
        service=(await service.many(unit, [found.service_id]))[found.service_id],
        subscription=(await service.find_subscriptions(unit, [pair])).get(pair),
        shared=ending.shares(found, live, unit.now),
    )
    ending.check_choice(chosen, allowed)


async def _end_now(unit: Unit, found: Collaboration, actor: Actor, chosen: ServiceAfterwards) -> Taken:
    await jobs.remove(unit, conclusion.end_job(found.id))
    afterwards, paid_anew = await conclusion.settle(unit, found, chosen, by=actor.side, at=unit.now)
    ended, happened = steps.end(found, now=unit.now, actor=actor, event_id=ids.new_id(), afterwards=afterwards)
    await _store(unit, found, ended, happened, MailKind.ENDED, conclusion.told(ended, paid_anew=paid_anew))
    return ended, await event.append(unit, [happened])


async def _schedule(unit: Unit, found: Collaboration, actor: Actor, day: date, chosen: ServiceAfterwards) -> Taken:
    ending_then, happened = steps.schedule_end(
        found, now=unit.now, actor=actor, event_id=ids.new_id(), ends_on=day, afterwards=chosen
    )
    at = lifecycle.scheduled_end(ending_then) or unit.now
    await jobs.add(unit, id=conclusion.end_job(found.id), kind="end", subject_id=found.id, due_at=at)
    afterwards, settled = await conclusion.foresee(unit, found, chosen, by=actor.side, at=unit.now)
    told = conclusion.told(ending_then, paid_anew=ending.is_paid_anew(afterwards, settled))
    await _store(unit, found, ending_then, happened, MailKind.END_SCHEDULED, told)
    return ending_then, await event.append(unit, [happened])


async def _store(
    unit: Unit,
    found: Collaboration,
    changed: Collaboration,
    happened: CollaborationEvent,
    kind: MailKind,
    told: mail.Content,
) -> None:
    """Write what was done but for its event, and tell the other side."""
    await collaboration.save(unit, changed, before=found)
    story = await mail.tell_story(unit, changed)
    tell = mail.tell_office if happened.actor.side is Side.COMPANY else mail.tell_company
    await tell(unit, story, kind, told)


def _check_company(viewer: Viewer, company_id: str | None) -> None:
    """Let an administrator name the company that he acts for, and an advisor none.

    Raises:
        InvalidInput: it is not so.
    """
    if isinstance(viewer, AdministratorViewer):
        if company_id is None:
            raise InvalidInput.at(InputProblemCode.REQUIRED, "companyId")
    elif company_id is not None:
        raise InvalidInput.at(InputProblemCode.NOT_ALLOWED, "companyId")
