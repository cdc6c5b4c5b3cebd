"""Companies as their administrators see them."""

from domain.company import Administrator, Company
from domain.service import ServiceSubscription, TermsAcceptance
from domain.viewer import AdministratorViewer
from resolvers import terms
from resolvers.context import Context
from resolvers.terms import RequiredTerms


async def find(context: Context, company_id: str) -> Company | None:
    """Return the company where the viewer administers it."""
    return await context.load.companies.load(company_id)


async def administrators(context: Context, company_id: str) -> tuple[Administrator, ...]:
    """Return who may act for a company that the viewer administers."""
    if not _administers(context, company_id):
        return ()
    return await context.load.administrators_of_company.load(company_id) or ()


async def subscriptions(context: Context, company_id: str) -> tuple[ServiceSubscription, ...]:
    """Return the subscriptions of a company that the viewer administers."""
    if not _administers(context, company_id):
        return ()
    return await context.load.subscriptions_of_company.load(company_id) or ()


async def acceptances(context: Context, company_id: str) -> tuple[TermsAcceptance, ...]:
    """Return the terms that a company which the viewer administers has accepted."""
    if not _administers(context, company_id):
        return ()
    return await context.load.acceptances_of_company.load(company_id) or ()


async def required_terms(context: Context, company_id: str, language: str | None) -> tuple[RequiredTerms, ...]:
    """Return the mandatory versions that wait for the yes of a company that the viewer administers."""
    if not _administers(context, company_id):
        return ()
    return await terms.required_of_company(context, company_id, language)


async def companies_of(context: Context, administrator_id: str) -> tuple[Company, ...]:
    """Return an administrator's companies, of those that the viewer administers; to himself all that his token acts for."""
    found = await context.load.companies_of_administrator.load(administrator_id) or ()
    return tuple(company for company in found if _administers(context, company.id))


async def find_administrator(context: Context, administrator_id: str) -> Administrator | None:
    """Return the administrator where it is the viewer himself, or one of a company that he administers."""
    viewer = context.require_viewer()
    if not isinstance(viewer, AdministratorViewer):
        return None
    if administrator_id != viewer.id and not await companies_of(context, administrator_id):
        return None
    return await context.load.administrators.load(administrator_id)


def _administers(context: Context, company_id: str) -> bool:
    viewer = context.require_viewer()
    return isinstance(viewer, AdministratorViewer) and company_id in viewer.company_ids
