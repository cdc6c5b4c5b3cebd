"""What tests of ends do: end, withdraw, and let the day be over."""

from datetime import date, datetime, timedelta

from domain import calendar_day
from domain.collaboration import Collaboration
from domain.service import ServiceAfterwards
from domain.viewer import AdministratorViewer
from resolvers import ending
from resolvers.answer import Answered
from resolvers.context import Context
from resolvers.ending import EndCollaboration
from tests.support.world import World


def company_of(context: Context, known: Collaboration) -> str | None:
    """Return the company that the viewer must name."""
    return known.company_id if isinstance(context.viewer, AdministratorViewer) else None


async def end(
    context: Context,
    known: Collaboration,
    afterwards: ServiceAfterwards,
    *,
    on: date | None = None,
    key: str | None = None,
) -> Answered:
    """End it, now or on a day."""
    company_id = company_of(context, known)
    asked = EndCollaboration(collaboration_id=known.id, company_id=company_id, on=on, afterwards=afterwards)
    return await ending.end(context, asked, key)


async def scheduled(
    context: Context, known: Collaboration, afterwards: ServiceAfterwards = ServiceAfterwards.READ_ONLY
) -> Answered:
    """Let it end tomorrow."""
    return await end(context, known, afterwards, on=tomorrow(context))


async def withdraw(context: Context, known: Collaboration, *, key: str | None = None) -> Answered:
    """Take the end back."""
    return await ending.withdraw(context, known.id, company_of(context, known), key)


def tomorrow(context: Context) -> date:
    """Return the first day on which an end can be."""
    return calendar_day.day_of(context.now) + timedelta(days=1)


async def move_to(world: World, moment: datetime) -> None:
    """Set the clock to a moment that is to come."""
    async with world.database.read() as reading:
        ahead = moment - reading.now
    # The clock is moved by whole seconds.
    await world.advance(timedelta(seconds=int(ahead.total_seconds()) + 1))
