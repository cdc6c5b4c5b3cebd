"""The answers to a request: an administrator's yes or no, the office's withdrawal, and the clock's expiry."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from domain import approval, calendar_day, permissions, steps
from domain import event as domain_event
from domain import service as domain_service
from domain.approval import AcceptedTerms, Evidence
from domain.collaboration import LIVE, Collaboration
from domain.company import Administrator
from domain.errors import InvalidTransition, NotFound
from domain.event import Actor, CollaborationEvent, StreamEntry
from domain.input_check import InputCheck
from domain.lifecycle import Step
from domain.mail import MailKind, Recipient
from domain.scenario import ApprovalKind
from domain.service import Terms
from domain.text import MESSAGE_LIMIT
from domain.viewer import AdministratorViewer, Side, Viewer
from persistence import collaboration, company, event, evidence, ids, office, scope, service
from persistence.database import Unit
from resolvers import identification, mail, replay, settlement, streams, suspension
from resolvers.context import Context
from resolvers.replay import Kept

Taken = tuple[Collaboration, tuple[StreamEntry, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveCollaboration:
    """The administrator's yes: to which request, for which company, and to which terms."""

    collaboration_id: str
    company_id: str
    accepted_terms: AcceptedTerms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What an approval did; `already_approved` where somebody had approved before and nothing happened now."""

    collaboration: Collaboration
    already_approved: bool
    cursor: str
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The collaboration after the answer, and the answer's place in the viewer's stream."""

    collaboration: Collaboration
    cursor: str
    replayed: bool


async def approve(context: Context, asked: ApproveCollaboration, key: str | None) -> Approved:
    """Approve a collaboration: status, evidence, subscription, terms, mails and event in one transaction.

    Raises:
        NotFound, WrongCompany, SelfApprovalForbidden, InvalidTransition: in the order of domain.md section 4.
        TermsAcceptanceRequired, TermsOutdated, TermsTextMismatch, InvalidInput: as the terms are judged.
        NotPermitted: an advisor who sees the collaboration; terms are asked for, and the sign-in is not sure enough.
    """
    viewer = context.require_viewer()
    use = replay.use_of(context, "approveCollaboration", key, asked)

    async def work(unit: Unit) -> Approved:
        async def do() -> Approved:
            return await _approve(context, unit, viewer, asked)

        async def again(kept: Kept) -> Approved:
            found = await _kept_collaboration(unit, viewer, kept)
            before = bool(kept["already_approved"])
            return Approved(collaboration=found, already_approved=before, cursor=str(kept["cursor"]), replayed=True)

        def keep(done: Approved) -> Kept:
            kept: Kept = {"collaboration": done.collaboration.id, "cursor": done.cursor}
            return kept | {"already_approved": done.already_approved}

        return await replay.once(unit, use, do=do, keep=keep, again=again)

    return await context.database.write(work)


async def decline(context: Context, collaboration_id: str, company_id: str, reason: str | None, key: str | None) -> Answered:
    """Decline a request: what was prepared is undone, and the office is told.

    Raises:
        NotFound, WrongCompany, SelfApprovalForbidden, InvalidTransition: in the order of domain.md section 4.
        NotPermitted: an advisor who sees the collaboration.
        InvalidInput: the reason is too long or holds control characters.
    """
    cleaned = clean(reason, "reason")

    async def take(unit: Unit, viewer: Viewer) -> Taken:
        administrator, waiting = await _get_as_administrator(unit, viewer, collaboration_id)
        async with settlement.lapses_first(unit, waiting) as found:
            await _judge(Step.DECLINE, unit, administrator, found, company_id)
            actor = Actor(side=Side.COMPANY, id=administrator.id)
            declined, happened = steps.decline(found, now=unit.now, actor=actor, event_id=ids.new_id(), reason=cleaned)
            return await _close(unit, found, declined, happened, MailKind.DECLINED)

    asked = {"collaboration": collaboration_id, "company": company_id, "reason": cleaned}
    return await take_once(context, "declineCollaboration", key, asked, take)


async def cancel(context: Context, collaboration_id: str, reason: str | None, key: str | None) -> Answered:
    """Take a request back: what was prepared is undone, links die at once, and those who got mail are told.

    Raises:
        NotFound, NotPermitted, InvalidTransition: not visible; neither its activator nor FULL; it does not wait.
        InvalidInput: the reason is too long or holds control characters.
    """
    cleaned = clean(reason, "reason")

    async def take(unit: Unit, viewer: Viewer) -> Taken:
        waiting = await get_held(unit, viewer, collaboration_id)
        permissions.check_step(Step.CANCEL, viewer, waiting)
        async with settlement.lapses_first(unit, waiting) as found:
            actor = Actor(side=viewer.side, id=viewer.id)
            cancelled, happened = steps.cancel(found, now=unit.now, actor=actor, event_id=ids.new_id(), reason=cleaned)
            return await _close(unit, found, cancelled, happened, MailKind.CANCELLED)

    asked = {"collaboration": collaboration_id, "reason": cleaned}
    return await take_once(context, "cancelCollaboration", key, asked, take)


async def take_once(
    context: Context,
    field: str,
    key: str | None,
    asked: object,
    take: Callable[[Unit, Viewer], Awaitable[Taken]],
) -> Answered:
    """Run one answer in a transaction, once per key; `take` changes the collaboration and appends its event."""
    viewer = context.require_viewer()
    use = replay.use_of(context, field, key, asked)

    async def work(unit: Unit) -> Answered:
        async def do() -> Answered:
            changed, entries = await take(unit, viewer)
            cursor = streams.cursor_in(context, unit, viewer, entries)
            return Answered(collaboration=changed, cursor=cursor, replayed=False)

        async def again(kept: Kept) -> Answered:
            found = await _kept_collaboration(unit, viewer, kept)
            return Answered(collaboration=found, cursor=str(kept["cursor"]), replayed=True)

        def keep(done: Answered) -> Kept:
            return {"collaboration": done.collaboration.id, "cursor": done.cursor}

        return await replay.once(unit, use, do=do, keep=keep, again=again)

    return await context.database.write(work)


async def _approve(context: Context, unit: Unit, viewer: Viewer, asked: ApproveCollaboration) -> Approved:
    administrator, waiting = await _get_as_administrator(unit, viewer, asked.collaboration_id)
    async with settlement.lapses_first(unit, waiting) as found:
        person = await _judge(Step.APPROVE, unit, administrator, found, asked.company_id)
        if found.status in approval.APPROVED:
            cursor = await _latest_cursor(context, unit, found.company_id)
            return Approved(collaboration=found, already_approved=True, cursor=cursor, replayed=False)
        if found.approval_kind is ApprovalKind.TERMS_AND_CONDITIONS:
            permissions.require_assurance(administrator, context.installation.terms_assurance)
        accepted = await _judge_terms(context, unit, found, asked.accepted_terms)
        record = await _record(context, unit, administrator, person, found, accepted)
        recipient, paid_elsewhere = await settlement.make_firm(unit, found, accepted, person, record)
        gone_on = await _spread(unit, found, accepted, person)
        approved, happened = steps.approve(
            found,
            now=unit.now,
            actor=Actor(side=Side.COMPANY, id=person.id),
            event_id=ids.new_id(),
            invoice_recipient=recipient,
            suspends_at=await suspension.foresee(unit, found),
        )
        await collaboration.save(unit, approved, before=found)
        story = await mail.tell_story(unit, approved)
        told: mail.Content = {"approved_by": person.name, "paid_elsewhere": paid_elsewhere}
        await mail.tell_office(unit, story, MailKind.APPROVED, told)
        to = Recipient(name=person.name, email=person.email, language=person.language, administrator_id=person.id)
        await mail.send_receipt(unit, story, to, record, accepted, paid_elsewhere=paid_elsewhere)
        stands, late = await suspension.see_to(unit, approved, occasion="approval")
        entries = await event.append(unit, [*gone_on, happened, *late])
        cursor = streams.cursor_in(context, unit, administrator, entries)
        return Approved(collaboration=stands, already_approved=False, cursor=cursor, replayed=False)


async def _spread(
    unit: Unit, request: Collaboration, accepted: Terms | None, person: Administrator
) -> tuple[CollaborationEvent, ...]:
    """Let what else the company has in use of the service go on, where the approval has accepted its newer terms."""
    if accepted is None:
        return ()
    concerned = await suspension.in_use(unit, request.company_id, request.service_id)
    settled = tuple([await settlement.write_due(unit, one) if settlement.lapsed(unit, one) else one for one in concerned])
    known = await suspension.standing_of(unit, request.company_id, request.service_id)
    return (await suspension.go_on(unit, known, settled, person)).happened


async def _judge(step: Step, unit: Unit, viewer: AdministratorViewer, found: Collaboration, company_id: str) -> Administrator:
    people = (await company.administrators_of(unit, [found.company_id])).get(found.company_id, ())
    person = next((one for one in people if one.id == viewer.id), None)
    if person is None:
        # He has lost the company since the operation was opened: by the end of this request, which he is told, or otherwise.
        raise NotFound if found.status in LIVE else InvalidTransition(found.id, found.status)
    emails = (await office.advisor_emails(unit, [found.office_id])).get(found.office_id, frozenset())
    approval.judge_answer(step, found, viewer, company_id=company_id, email=person.email, advisor_emails=emails, now=unit.now)
    return person


async def _judge_terms(context: Context, unit: Unit, found: Collaboration, named: AcceptedTerms | None) -> Terms | None:
    versions = (await service.terms_of(unit, [found.service_id])).get(found.service_id, ())
    today = calendar_day.day_of(unit.now)
    asked = () if found.terms_version is None else domain_service.terms_to_approve(versions, found.terms_version, today)
    return approval.judge_terms(found, named, versions=versions, asked=asked, language=context.language)


async def _record(
    context: Context,
    unit: Unit,
    viewer: AdministratorViewer,
    person: Administrator,
    found: Collaboration,
    accepted: Terms | None,
) -> Evidence:
    record = approval.make_evidence(
        found,
        person,
        evidence_id=ids.new_id(),
        salt=await company.salt_of(unit, person.id),
        accepted=accepted,
        identification=await identification.identify(context, unit, viewer),
        head=await evidence.head(unit, found.company_id),
        now=unit.now,
    )
    await evidence.append(unit, record)
    return record


async def _close(unit: Unit, found: Collaboration, closed: Collaboration, happened: CollaborationEvent, kind: MailKind) -> Taken:
    await collaboration.save(unit, closed, before=found)
    story = await mail.tell_story(unit, closed)
    if kind is MailKind.CANCELLED:
        await mail.tell_asked(unit, story, kind, {"reason": closed.cancel_reason})
    else:
        await mail.tell_office(unit, story, kind, {"reason": closed.decline_reason})
    await settlement.undo(unit, closed)
    return closed, await event.append(unit, [happened])


async def get_held(unit: Unit, viewer: Viewer, collaboration_id: str) -> Collaboration:
    """Return the collaboration, held with its company until the commit, where the viewer may see it."""
    return await settlement.hold(unit, collaboration_id, viewer=viewer)


async def _get_as_administrator(unit: Unit, viewer: Viewer, collaboration_id: str) -> tuple[AdministratorViewer, Collaboration]:
    found = await get_held(unit, viewer, collaboration_id)
    return permissions.require_administrator(viewer), found


async def _kept_collaboration(unit: Unit, viewer: Viewer, kept: Kept) -> Collaboration:
    """Return what was answered under the key as it stands now, where the viewer may still see it."""
    return await collaboration.get(unit, str(kept["collaboration"]), scope=scope.collaborations_of(viewer))


async def _latest_cursor(context: Context, unit: Unit, company_id: str) -> str:
    sequence = await event.head(unit, domain_event.company_stream(company_id))
    return streams.company_cursor(context, unit, company_id, sequence)


def clean(value: str | None, name: str) -> str | None:
    """Return a reason or message, cleaned; blank counts as none.

    Raises:
        InvalidInput: it is too long or holds control characters.
    """
    check = InputCheck()
    cleaned = None if value is None else check.multiline(value, name, limit=MESSAGE_LIMIT) or None
    check.finish()
    return cleaned
