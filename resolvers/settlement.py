"""How an answer settles what the activation prepared: made firm by a yes, undone by a no, and lapses written down."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from domain import calendar_day, lifecycle, preactivation, steps
from domain import service as domain_service
from domain.approval import Evidence
from domain.collaboration import LIVE, Collaboration, CollaborationStatus
from domain.company import Administrator
from domain.errors import DomainError
from domain.mail import MailKind
from domain.scenario import ApprovalKind
from domain.service import InvoiceRecipient, Terms, TermsAcceptance
from domain.viewer import Viewer
from persistence import collaboration, company, event, evidence, ids, jobs, scope, service, session
from persistence.database import Database, Reading, RefusedAfterChangeError, Unit
from resolvers import conclusion, mail, suspension, timetable


async def hold(unit: Unit, collaboration_id: str, *, viewer: Viewer | None) -> Collaboration:
    """Return the collaboration, where the viewer may see it, held until the commit; None stands for the service's own work.

    Its company is held first, by everybody in that order: what concerns one company happens one after the other, and nobody
    waits for somebody who waits for him.

    Raises:
        NotFound: it is not visible, or there is none.
    """
    visible = scope.everything() if viewer is None else scope.collaborations_of(viewer)
    found = await collaboration.get(unit, collaboration_id, scope=visible)
    known = (await company.many(unit, [found.company_id]))[found.company_id]
    await company.find_by_number(unit, known.organisation_number, lock=True)
    return await collaboration.get(unit, collaboration_id, scope=visible, lock=True)


@asynccontextmanager
async def lapses_first(unit: Unit, found: Collaboration) -> AsyncIterator[Collaboration]:
    """Write down first what time has made true, and give the collaboration as it then stands.

    That is a request that has lapsed, and every end of the company's that has come, since it changes what the service is to all
    of them. A refusal inside the block is raised after the commit then: what is true stays written (domain.md section 4).
    """
    async with all_lapses_first(unit, (found,)) as settled:
        yield settled[0]


@asynccontextmanager
async def all_lapses_first(unit: Unit, known: tuple[Collaboration, ...]) -> AsyncIterator[tuple[Collaboration, ...]]:
    """Do the same for several collaborations of one company, which is held.

    What is done in the block settles what the company's other collaborations share, whoever's they are: the unit is widened for
    it, so whatever the viewer named must have been found before.
    """
    await unit.widen()
    ended = await conclusion.write_ends(unit, known[0].company_id) if known else {}
    stands = tuple(ended.get(found.id, found) for found in known)
    settled = tuple([await write_due(unit, found) if lapsed(unit, found) else found for found in stands])
    try:
        yield settled
    except DomainError as refusal:
        if ended or settled != known:
            raise RefusedAfterChangeError(refusal) from refusal
        raise


async def settle(database: Database, collaboration_id: str) -> None:
    """Write what the clock has made of a collaboration, if nobody has written it: a job's work, harmless when repeated."""

    async def work(unit: Unit) -> None:
        known = await collaboration.find(unit, collaboration_id)
        if known is None or not lapsed(unit, known):
            return
        async with lapses_first(unit, await hold(unit, collaboration_id, viewer=None)):
            return

    await database.write(work)


async def write_due(unit: Unit, found: Collaboration) -> Collaboration:
    """Write what the clock has made of a collaboration that is stored as something else, as `lifecycle.status_at` has it."""
    if lifecycle.status_at(found, unit.now) is CollaborationStatus.EXPIRED:
        return await expire(unit, found)
    suspended, happened = await suspension.suspend(unit, found)
    await event.append(unit, [happened])
    return suspended


def lapsed(reading: Reading, found: Collaboration) -> bool:
    """Tell whether the clock has made something else of it than is stored."""
    return lifecycle.status_at(found, reading.now) is not found.status


async def expire(unit: Unit, waiting: Collaboration) -> Collaboration:
    """Write the expiry: undo what was prepared, one event, one notice to the office."""
    expired, happened = steps.expire(waiting, event_id=ids.new_id())
    await collaboration.save(unit, expired, before=waiting)
    await undo(unit, expired)
    await mail.tell_office(unit, await mail.tell_story(unit, expired), MailKind.EXPIRED, {})
    await event.append(unit, [happened])
    return expired


async def undo(unit: Unit, closed: Collaboration) -> None:
    """Undo what the activation prepared, unless another live request needs it; its links die, and so does its expiry job."""
    await jobs.remove(unit, expiry_job(closed.id))
    await timetable.strike(unit, closed.id)
    await session.void_links(unit, closed.id)
    live = await collaboration.live_of_company(unit, closed.company_id)
    others = tuple(other for other in live if other.id != closed.id and lifecycle.status_at(other, unit.now) in LIVE)
    pair = (closed.company_id, closed.service_id)
    current = (await service.find_subscriptions(unit, [pair])).get(pair)
    if current is not None:
        # Whoever works in the service already has no part in what a request prepares.
        asking = CollaborationStatus.AWAITING_APPROVAL
        waiting = tuple(other for other in others if other.service_id == closed.service_id and other.status is asking)
        stored, deleted = preactivation.undo_subscription(current, waiting)
        if stored is not None:
            await service.store_subscription(unit, stored)
        if deleted:
            await service.delete_subscription(unit, *pair)
    if not others:
        await dismiss_pending_administrators(unit, closed.company_id)


async def make_firm(
    unit: Unit, request: Collaboration, accepted: Terms | None, person: Administrator, record: Evidence
) -> tuple[InvoiceRecipient, bool]:
    """Make firm what the approval settles: company, administrator, subscription and terms.

    Return who pays from now on as the two sides see it, and whether another office does.
    """
    await jobs.remove(unit, expiry_job(request.id))
    await timetable.strike(unit, request.id)
    found = (await company.many(unit, [request.company_id]))[request.company_id]
    if not found.registered:
        await company.save(unit, replace(found, registered=True))
    await company.confirm(unit, request.company_id, person.id)
    pair = (request.company_id, request.service_id)
    current = (await service.find_subscriptions(unit, [pair])).get(pair)
    recipient = preactivation.recipient_after_approval(current, request)
    approved = preactivation.approve_subscription(current, request, unit.now)
    if approved is not None:
        await service.store_subscription(unit, approved)
    await _record_terms(unit, request, accepted, person, record)
    paying = None if current is None or approved is not None else current.paying_office_id
    return recipient, paying not in {None, request.office_id}


def expiry_job(collaboration_id: str) -> str:
    """Name the job that writes a request's expiry."""
    return f"expire:{collaboration_id}"


async def dismiss_pending_administrators(unit: Unit, company_id: str) -> None:
    """Take the right of those whom an activation made administrators and no approval has confirmed."""
    for administrator_id in await company.unlink_pending(unit, company_id):
        await dismiss(unit, administrator_id)


async def dismiss(unit: Unit, administrator_id: str) -> None:
    """Forget a person who acts for no company any more, has never come, and has answered nothing."""
    person = (await company.many_administrators(unit, [administrator_id]))[administrator_id]
    left = (await company.companies_of(unit, [administrator_id])).get(administrator_id, ())
    if person.accepted_at is None and not left and not await evidence.names(unit, administrator_id):
        await company.delete_administrator(unit, administrator_id)


async def _record_terms(
    unit: Unit, request: Collaboration, accepted: Terms | None, person: Administrator, record: Evidence
) -> None:
    """Record the version accepted, or, where none was asked for, the one in force, without evidence of reading.

    A company that stands under a version already stays under it: a newer one is its own to accept, not an approval's.
    """
    known = (await service.terms_of(unit, [request.service_id])).get(request.service_id, ())
    if accepted is None and await _stands_under_one(unit, request.company_id, known):
        return
    today = calendar_day.day_of(unit.now)
    terms = accepted or domain_service.in_language(domain_service.terms_in_force(known, today), "sv")
    if terms is None:
        return
    acceptance = TermsAcceptance(
        company_id=request.company_id,
        terms_id=terms.id,
        accepted_at=unit.now,
        accepted_by_id=None if accepted is None else person.id,
        evidence_id=None if accepted is None else record.id,
    )
    await service.accept_terms(unit, request.service_id, acceptance, terms.version)
    if accepted is not None:
        await _spare_others_the_terms(unit, request)


async def _stands_under_one(unit: Unit, company_id: str, versions: tuple[Terms, ...]) -> bool:
    acceptances = (await service.acceptances_of(unit, [company_id])).get(company_id, ())
    return not {one.terms_id for one in acceptances}.isdisjoint(one.id for one in versions)


async def _spare_others_the_terms(unit: Unit, approved: Collaboration) -> None:
    """Ask other offices' waiting requests for the collaboration alone, now that the terms are accepted (section 3)."""
    for other in await collaboration.live_of_company(unit, approved.company_id):
        waits = lifecycle.status_at(other, unit.now) is CollaborationStatus.AWAITING_APPROVAL
        if (
            waits
            and other.service_id == approved.service_id
            and other.id != approved.id
            and other.approval_kind is ApprovalKind.TERMS_AND_CONDITIONS
        ):
            spared = replace(other, approval_kind=ApprovalKind.COLLABORATION, version=other.version + 1)
            await collaboration.save(unit, spared, before=other)
