"""Terms that wait: a mandatory version newer than the one that a company stands under, and until when it may be accepted."""

from dataclasses import dataclass
from datetime import datetime

from domain import approval, calendar_day, issuer, lifecycle, text
from domain import service as domain_service
from domain.acceptance import Standing
from domain.collaboration import Collaboration
from domain.service import Terms, TermsAcceptance
from domain.viewer import AdministratorViewer
from resolvers.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredTerms:
    """A mandatory version that waits for the company's yes; `due_at` is the end of the grace time."""

    terms: Terms
    due_at: datetime


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


async def acceptable(context: Context, known: Collaboration) -> bool:
    """Tell whether the viewer may accept terms that wait for the collaboration: as `acceptance.accept` judges it."""
    viewer = context.require_viewer()
    if not isinstance(viewer, AdministratorViewer) or await required_of_collaboration(context, known, None) is None:
        return False
    if not sure_enough(context):
        return False
    person = await context.load.administrators.load(viewer.id)
    live = await context.load.live_of_company.load(known.company_id) or ()
    offices = {
        one.office_id
        for one in live
        if one.service_id == known.service_id and lifecycle.status_at(one, context.now) in approval.APPROVED
    }
    advisors = await context.load.advisor_emails.load_many(sorted(offices))
    return person is not None and not any(text.email_key(person.email) in emails for emails in advisors)


def sure_enough(context: Context) -> bool:
    """Tell whether the viewer's sign-in is as sure as the deployment demands of whoever accepts terms."""
    viewer = context.require_viewer()
    identity = viewer.identity if isinstance(viewer, AdministratorViewer) else None
    return issuer.is_sure_enough(identity, context.installation.terms_assurance)


async def valid_until(context: Context, acceptance: TermsAcceptance) -> datetime | None:
    """Return until when an acceptance is enough, where a newer mandatory version waits.

    None for the others, and for one that a newer acceptance has replaced.
    """
    accepted = await context.load.terms.load(acceptance.terms_id)
    if accepted is None:
        return None
    standing = (await _standings(context, acceptance.company_id)).get(accepted.service_id)
    if standing is None or standing.version != accepted.version:
        return None
    return _due_at(context, standing)


async def _standings(context: Context, company_id: str) -> dict[str, Standing]:
    """Return, by service, where the company stands with its terms; those of many companies are fetched together."""
    acceptances = await context.load.acceptances_of_company.load(company_id) or ()
    accepted = await context.load.terms.load_many([acceptance.terms_id for acceptance in acceptances])
    services = tuple(dict.fromkeys(terms.service_id for terms in accepted))
    found: dict[str, Standing] = {}
    for service_id, versions in zip(services, await context.load.terms_of_service.load_many(services), strict=True):
        numbers = frozenset(terms.version for terms in accepted if terms.service_id == service_id)
        found[service_id] = Standing(versions=versions, accepted=numbers)
    return found


def _required(context: Context, standing: Standing, language: str | None) -> RequiredTerms | None:
    waiting = standing.waiting(calendar_day.day_of(context.now))
    shown = domain_service.in_language(waiting, language or context.language)
    due_at = _due_at(context, standing)
    return None if shown is None or due_at is None else RequiredTerms(terms=shown, due_at=due_at)


def _due_at(context: Context, standing: Standing) -> datetime | None:
    late_on = standing.late_on(calendar_day.day_of(context.now))
    return None if late_on is None else calendar_day.start_of(late_on)
