"""Accepting newer terms of a service that a company uses already: evidence, and what was suspended goes on."""

from dataclasses import dataclass

from domain import acceptance, calendar_day, permissions, text
from domain import event as domain_event
from domain.acceptance import Standing
from domain.approval import AcceptedTerms
from domain.collaboration import Collaboration
from domain.company import Administrator
from domain.errors import InputProblemCode, InvalidInput, NotFound, SelfApprovalForbidden
from domain.event import StreamEntry
from domain.service import Terms, TermsAcceptance
from domain.viewer import AdministratorViewer
from persistence import collaboration, company, event, evidence, ids, scope, service
from persistence.database import Unit
from resolvers import identification, replay, settlement, streams, suspension
from resolvers.context import Context
from resolvers.replay import Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptTerms:
    """A company's yes to terms: exactly what was shown."""

    company_id: str
    terms: AcceptedTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What the yes did; `already_accepted` where the version had been accepted before and nothing happened now."""

    acceptance: TermsAcceptance
    resumed: tuple[Collaboration, ...]
    already_accepted: bool
    cursor: str
    replayed: bool


async def accept(context: Context, asked: AcceptTerms, key: str | None) -> Accepted:
    """Accept a version that waits for the company: evidence, events and mails in one transaction.

    Raises:
        NotPermitted, NotFound: not of the company's side, or the sign-in is not sure enough; not an administrator of the company.
        SelfApprovalForbidden: his address is an advisor's of an office with which the company shares the service.
        TermsOutdated, TermsTextMismatch, InvalidInput: as the terms are judged.
    """
    viewer = permissions.require_administrator(context.require_viewer())
    use = replay.use_of(context, "acceptTerms", key, asked)

    async def work(unit: Unit) -> Accepted:
        async def do() -> Accepted:
            return await _accept(context, unit, viewer, asked)

        return await replay.once(unit, use, do=do, keep=_kept, again=lambda kept: _replayed(unit, kept))

    return await context.database.write(work)


async def _accept(context: Context, unit: Unit, viewer: AdministratorViewer, asked: AcceptTerms) -> Accepted:
    person = await _hold_company(unit, viewer, asked.company_id)
    named = (await service.many_terms(unit, [asked.terms.terms_id])).get(asked.terms.terms_id)
    if named is None:
        raise InvalidInput.at(InputProblemCode.UNKNOWN_ID, "termsId")
    known = await suspension.standing_of(unit, asked.company_id, named.service_id)
    live = await suspension.in_use(unit, asked.company_id, named.service_id)
    async with settlement.all_lapses_first(unit, live) as concerned:
        if text.email_key(person.email) in await suspension.barred_emails(unit, concerned):
            raise SelfApprovalForbidden
        today = calendar_day.day_of(unit.now)
        accepted = acceptance.judge(asked.terms, known, today=today, language=context.language)
        if accepted is None:
            return await _as_it_was(context, unit, asked.company_id, named)
        permissions.require_assurance(viewer, context.installation.terms_assurance)
        return await _record(context, unit, viewer, person, known, accepted, concerned, asked.company_id)


async def _hold_company(unit: Unit, viewer: AdministratorViewer, company_id: str) -> Administrator:
    found = (await company.many(unit, [company_id])).get(company_id) if company_id in viewer.company_ids else None
    if found is None:
        raise NotFound
    await company.find_by_number(unit, found.organisation_number, lock=True)
    people = (await company.administrators_of(unit, [company_id])).get(company_id, ())
    person = next((one for one in people if one.id == viewer.id), None)
    if person is None:
        raise NotFound
    return person


async def _as_it_was(context: Context, unit: Unit, company_id: str, named: Terms) -> Accepted:
    stored = await _stored(unit, company_id, named.service_id, named.version)
    cursor = await _cursor(context, unit, company_id, ())
    return Accepted(acceptance=stored, resumed=(), already_accepted=True, cursor=cursor, replayed=False)


async def _record(
    context: Context,
    unit: Unit,
    viewer: AdministratorViewer,
    person: Administrator,
    known: Standing,
    accepted: Terms,
    concerned: tuple[Collaboration, ...],
    company_id: str,
) -> Accepted:
    record = acceptance.make_evidence(
        company_id,
        person,
        accepted,
        evidence_id=ids.new_id(),
        salt=await company.salt_of(unit, person.id),
        identification=await identification.identify(context, unit, viewer),
        head=await evidence.head(unit, company_id),
        now=unit.now,
    )
    await evidence.append(unit, record)
    done = TermsAcceptance(
        company_id=company_id,
        terms_id=accepted.id,
        accepted_at=unit.now,
        accepted_by_id=person.id,
        evidence_id=record.id,
    )
    await service.accept_terms(unit, accepted.service_id, done, accepted.version)
    gone_on = await suspension.go_on(unit, known.with_accepted(accepted.version), concerned, person)
    cursor = await _cursor(context, unit, company_id, await event.append(unit, gone_on.happened))
    return Accepted(acceptance=done, resumed=gone_on.resumed, already_accepted=False, cursor=cursor, replayed=False)


async def _cursor(context: Context, unit: Unit, company_id: str, entries: tuple[StreamEntry, ...]) -> str:
    """Return the position of the last event in the company's stream: of what happened now, or before where nothing did."""
    stream = domain_event.company_stream(company_id)
    told = [entry.sequence for entry in entries if entry.stream == stream]
    return streams.company_cursor(context, unit, company_id, max(told) if told else await event.head(unit, stream))


async def _stored(unit: Unit, company_id: str, service_id: str, version: int) -> TermsAcceptance:
    return await service.get_acceptance(unit, company_id, service_id, version)


def _kept(done: Accepted) -> Kept:
    return {
        "company": done.acceptance.company_id,
        "terms": done.acceptance.terms_id,
        "resumed": " ".join(one.id for one in done.resumed),
        "already_accepted": done.already_accepted,
        "cursor": done.cursor,
    }


async def _replayed(unit: Unit, kept: Kept) -> Accepted:
    terms = (await service.many_terms(unit, [str(kept["terms"])]))[str(kept["terms"])]
    named = str(kept["resumed"]).split()
    resumed = await collaboration.many(unit, named, scope=scope.everything())
    return Accepted(
        acceptance=await _stored(unit, str(kept["company"]), terms.service_id, terms.version),
        resumed=tuple(resumed[one] for one in named),
        already_accepted=bool(kept["already_accepted"]),
        cursor=str(kept["cursor"]),
        replayed=True,
    )
