"""The catalogue of services and their terms, which everybody who has signed in may read."""

from domain import calendar_day
from domain import service as domain_service
from domain.service import Service, Terms
from persistence import service
from resolvers.context import Context


async def all_services(context: Context) -> tuple[Service, ...]:
    """Return the catalogue, by code."""
    context.require_viewer()
    async with context.database.read() as reading:
        return await service.all_services(reading)


async def find(context: Context, service_id: str) -> Service | None:
    """Return the service."""
    context.require_viewer()
    return await context.load.services.load(service_id)


async def find_terms(context: Context, terms_id: str) -> Terms | None:
    """Return one language of a published version."""
    context.require_viewer()
    return await context.load.terms.load(terms_id)


async def current_terms(context: Context, service_id: str, language: str | None) -> Terms | None:
    """Return the version in force today, in the language asked for, else the viewer's, else Swedish."""
    versions = await context.load.terms_of_service.load(service_id) or ()
    today = calendar_day.day_of(context.now)
    return domain_service.in_language(domain_service.terms_in_force(versions, today), language or context.language)
