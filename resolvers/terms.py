"""Terms that wait: a mandatory version newer than the one that a company stands under, and until when it may be accepted."""

from dataclasses import dataclass
from datetime import datetime

from domain import approval, calendar_day, lifecycle
from domain import service as domain_service
from domain.collaboration import Collaboration
from domain.service import Terms, TermsAcceptance
from resolvers.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredTerms:
    """A mandatory version that waits for the company's yes; `due_at` is the end of the grace time."""

    terms: Terms
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """Under which version of a service's terms a company stands, and the languages of the newer one that waits, if any."""

    version: int
    waiting: tuple[Terms, ...]


async def required_of_collaboration(context: Context, known: Collaboration, language: str | None) -> RequiredTerms | None:
    """Return the version that waits while the accepted one is in use; None before the approval and after the end."""
    if lifecycle.status_at(known, context.now) not in approval.APPROVED:
        return None
    standing = (await _standings(context, known.company_id)).get(known.service_id)
    return None if standing is None else _required(context, standing, language)


async def required_of_company(context: Context, company_id: str, language: str | None) -> tuple[RequiredTerms, ...]:
    """Return what waits for a company's yes, of the services under whose terms it stands."""
    found = [_required(context, standing, language) for standing in (await _standings(context, company_id)).values()]
    return tuple(one for one in found if one is not None)


async def valid_until(context: Context, acceptance: TermsAcceptance) -> datetime | None:
    """Return until when an acceptance is enough, where a newer mandatory version waits.

    None for the others, and for one that a newer acceptance has replaced.
    """
    accepted = await context.load.terms.load(acceptance.terms_id)
    if accepted is None:
        return None
    standing = (await _standings(context, acceptance.company_id)).get(accepted.service_id)
    if standing is None or standing.version != accepted.version or not standing.waiting:
        return None
    return _due_at(standing)


async def _standings(context: Context, company_id: str) -> dict[str, _Standing]:
    """Return, by service, where the company stands with its terms; those of many companies are fetched together."""
    acceptances = await context.load.acceptances_of_company.load(company_id) or ()
    accepted = await context.load.terms.load_many([acceptance.terms_id for acceptance in acceptances])
    services = tuple(dict.fromkeys(terms.service_id for terms in accepted))
    today = calendar_day.day_of(context.now)
    found: dict[str, _Standing] = {}
    for service_id, versions in zip(services, await context.load.terms_of_service.load_many(services), strict=True):
        version = max(terms.version for terms in accepted if terms.service_id == service_id)
        waiting = domain_service.required_terms(versions, version, today)
        found[service_id] = _Standing(version=version, waiting=waiting)
    return found


def _required(context: Context, standing: _Standing, language: str | None) -> RequiredTerms | None:
    shown = domain_service.in_language(standing.waiting, language or context.language)
    return None if shown is None else RequiredTerms(terms=shown, due_at=_due_at(standing))


def _due_at(standing: _Standing) -> datetime:
    return calendar_day.start_of(domain_service.due_at(standing.waiting[0]))
