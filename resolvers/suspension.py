"""Newer terms in collaborations that are in use: told, suspended for, and gone on after a yes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain import calendar_day, lifecycle
from domain import suspension as rules
from domain.acceptance import Standing
from domain.approval import APPROVED
from domain.collaboration import USABLE, Collaboration, CollaborationStatus
from domain.company import Administrator
from domain.event import Actor, CollaborationEvent
from domain.mail import MailKind
from domain.viewer import Side
from persistence import collaboration, ids, jobs, office, service, standing
from persistence.database import Unit
from resolvers import mail

REQUIRE_JOB, SUSPEND_JOB = "require_terms", "suspend"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneOn:
    """What came of a yes to terms: the collaborations that were suspended and go on, and every event in its order."""

    resumed: tuple[Collaboration, ...]
    happened: tuple[CollaborationEvent, ...]


async def standing_of(unit: Unit, company_id: str, service_id: str) -> Standing:
    """Return how the company stands with the service's terms, of which none is published until the commit."""
    await standing.hold_terms(unit, service_id)
    versions = (await service.terms_of(unit, [service_id])).get(service_id, ())
    return Standing(versions=versions, accepted=await standing.accepted_versions(unit, company_id, service_id))


async def in_use(unit: Unit, company_id: str, service_id: str) -> tuple[Collaboration, ...]:
    """Return what the company has in use of the service, with whichever office, as of now."""
    live = await collaboration.live_of_company(unit, company_id)
    return tuple(one for one in live if one.service_id == service_id and lifecycle.status_at(one, unit.now) in APPROVED)


async def barred_emails(unit: Unit, sharing: Iterable[Collaboration]) -> frozenset[str]:
    """Return the case-folded addresses that may not accept for the company: advisors' of the offices that share the service."""
    emails = await office.advisor_emails(unit, list({one.office_id for one in sharing}))
    return frozenset().union(*emails.values())


async def suspend(unit: Unit, active: Collaboration) -> tuple[Collaboration, CollaborationEvent]:
    """Write a suspension that is due, and tell both sides; the event is the caller's to append."""
    known = await standing_of(unit, active.company_id, active.service_id)
    waiting = known.waiting(calendar_day.day_of(unit.now))
    suspended, happened = rules.suspend(active, event_id=ids.new_id())
    if waiting:
        # Whoever is told of the suspension is told of the terms with it.
        suspended = replace(suspended, terms_told_version=waiting[0].version)
    await collaboration.save(unit, suspended, before=active)
    await _tell_both(unit, suspended, MailKind.SUSPENDED, {"terms_version": waiting[0].version} if waiting else {})
    return suspended, happened


async def require(unit: Unit, concerned: Collaboration) -> CollaborationEvent | None:
    """Tell a company of the version that waits for it, once; None where nothing waits, or it was told already."""
    known = await standing_of(unit, concerned.company_id, concerned.service_id)
    waiting = known.waiting(calendar_day.day_of(unit.now))
    late_on = known.late_on(calendar_day.day_of(unit.now))
    told = concerned.terms_told_version or 0
    if concerned.status not in USABLE or late_on is None or waiting[0].version <= told:
        return None
    noted, happened = rules.note_required(concerned, waiting[0].version, now=unit.now, event_id=ids.new_id())
    await collaboration.save(unit, noted, before=concerned)
    more: mail.Content = {"terms_version": waiting[0].version, "accept_by": (late_on - timedelta(days=1)).isoformat()}
    # Who may not accept is not asked to.
    barred = await barred_emails(unit, await in_use(unit, noted.company_id, noted.service_id))
    await mail.tell_company(unit, await mail.tell_story(unit, noted), MailKind.TERMS_REQUIRED, more, but=barred)
    return happened


async def foresee(unit: Unit, approved: Collaboration) -> datetime | None:
    """Return when a collaboration that is approved now will be suspended, for terms that wait already; None for never."""
    known = await standing_of(unit, approved.company_id, approved.service_id)
    return rules.suspends_at(known.versions, known.version, since=unit.now)


async def see_to(unit: Unit, active: Collaboration, *, occasion: str) -> tuple[Collaboration, tuple[CollaborationEvent, ...]]:
    """Suspend what is late already, or queue what tells of the terms that wait and suspends it in time.

    A publication's own jobs may be done by now. The version of the collaboration names these too: an earlier occasion's may
    still be there, and due later. Returned is the collaboration as it stands, with what happened, the caller's to append.
    """
    if lifecycle.status_at(active, unit.now) is CollaborationStatus.SUSPENDED:
        suspended, happened = await suspend(unit, active)
        return suspended, (happened,)
    if active.suspends_at is not None:
        for kind, due_at in ((REQUIRE_JOB, unit.now), (SUSPEND_JOB, active.suspends_at)):
            named = f"{occasion}:{active.version}"
            await jobs.add_many(unit, kind=kind, occasion=named, subject_ids=[active.id], due_at=due_at)
    return active, ()


async def go_on(unit: Unit, known: Standing, concerned: tuple[Collaboration, ...], person: Administrator) -> GoneOn:
    """Tell everything of one company in one service that newer terms are accepted, and let go on what was suspended for them.

    `known` is how the company stands after the yes; the events are the caller's to append.
    """
    actor = Actor(side=Side.COMPANY, id=person.id)
    resumed, happened = [], []
    for found in concerned:
        following = rules.suspends_at(known.versions, known.version, since=found.approved_at or unit.now)
        after, told = rules.note_accepted(found, now=unit.now, actor=actor, event_id=ids.new_id(), next_suspends_at=following)
        happened.append(told)
        if after.status is CollaborationStatus.SUSPENDED:
            after, told = rules.resume(after, now=unit.now, actor=actor, event_id=ids.new_id())
            happened.append(told)
            resumed.append(after)
        await collaboration.save(unit, after, before=found)
    for one in resumed:
        await _tell_both(unit, one, MailKind.RESUMED, {"accepted_by": person.name})
    return GoneOn(resumed=tuple(resumed), happened=tuple(happened))


async def _tell_both(unit: Unit, told: Collaboration, kind: MailKind, more: mail.Content) -> None:
    story = await mail.tell_story(unit, told)
    await mail.tell_office(unit, story, kind, more)
    await mail.tell_company(unit, story, kind, more)
