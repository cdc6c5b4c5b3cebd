"""What tests of use cases look at: events, subscriptions, administrators and mails as they stand now."""

from sqlalchemy import func, select

from domain.collaboration import Collaboration
from domain.event import CollaborationEventType
from domain.mail import Mail, MailKind
from domain.service import ServiceSubscription, SubscriptionStatus
from domain.viewer import AdministratorViewer, AdvisorViewer
from persistence import company, mail, service
from persistence.tables import metadata
from resolvers import event
from resolvers.activation import Activated
from resolvers.context import Context
from resolvers.listing import PageArguments
from tests.support.world import ANNA, BO, World


async def request(world: World, name: str) -> tuple[Activated, Context]:
    """Activate for a customer, and sign in through the mailed link."""
    activated = await world.activate(await world.viewed_by(ANNA), name)
    return activated, await world.by_link(activated.collaboration.id)


async def collaborate(world: World, name: str) -> tuple[Collaboration, Context]:
    """Activate and approve, and return the collaboration with its administrator."""
    activated, administrator = await request(world, name)
    return (await world.approve(administrator, activated.collaboration)).collaboration, administrator


async def told(world: World, known: Collaboration, email: str = BO) -> list[CollaborationEventType]:
    """Return the types of the collaboration's events, in the stream of a person: the office's, as FULL sees it."""
    page = await event.page_of_collaboration(await world.viewed_by(email), known.id, PageArguments())
    return [entry.event.type for entry in page.items]


async def subscription(world: World, known: Collaboration) -> ServiceSubscription | None:
    """Return the company's row for the service."""
    pair = (known.company_id, known.service_id)
    async with world.database.read() as reading:
        return (await service.find_subscriptions(reading, [pair])).get(pair)


async def subscription_status(world: World, known: Collaboration) -> SubscriptionStatus | None:
    """Return how the company stands with the service."""
    found = await subscription(world, known)
    return None if found is None else found.status


async def administrators(world: World, company_id: str) -> list[str]:
    """Return the addresses of those who may act for the company, by name."""
    async with world.database.read() as reading:
        people = (await company.administrators_of(reading, [company_id])).get(company_id, ())
    return [person.email for person in people]


async def written(world: World, collaboration_id: str, kind: MailKind | None = None) -> list[Mail]:
    """Return what was written about a collaboration, oldest first."""
    async with world.database.read() as reading:
        found = (await mail.of_collaborations(reading, [collaboration_id])).get(collaboration_id, ())
    return [one for one in found if kind is None or one.kind is kind]


async def rows(world: World) -> dict[str, int]:
    """Count the rows of every table that a use case may change."""
    counted = [table for table in metadata.sorted_tables if table.name != "sessions"]
    async with world.database.read() as reading:
        return {table.name: await reading.connection.scalar(select(func.count()).select_from(table)) or 0 for table in counted}


def as_advisor(context: Context) -> AdvisorViewer:
    """Return who asks, as an advisor."""
    assert isinstance(context.viewer, AdvisorViewer)
    return context.viewer


def as_administrator(context: Context) -> AdministratorViewer:
    """Return who asks, as an administrator."""
    assert isinstance(context.viewer, AdministratorViewer)
    return context.viewer
