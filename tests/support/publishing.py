"""Publishing terms in a world of a test, and letting their jobs be done."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from delivery.bell import Bell
from delivery.worker import Worker
from domain import calendar_day
from domain.collaboration import Collaboration, CollaborationStatus
from domain.service import Terms
from persistence.jobs import Job
from resolvers import collaboration, publication, settlement
from tests.support.world import BO, World


async def today(world: World) -> date:
    """Return the day of the database's clock."""
    async with world.database.read() as reading:
        return calendar_day.day_of(reading.now)


async def publish(
    world: World,
    body: str = "Nya villkor",
    *,
    language: str = "sv",
    days: int = 0,
    mandatory: bool = True,
    grace_days: int | None = 10,
    code: str = "scanner",
) -> Terms:
    """Publish a text that is in force in so many days."""
    return await publication.publish(
        world.installation,
        code,
        language=language,
        body=body,
        effective_from=await today(world) + timedelta(days=days),
        mandatory=mandatory,
        grace_days=grace_days if mandatory else None,
    )


async def work_off(world: World, workers: int = 1) -> None:
    """Do every job that is due but mails, with so many workers at once."""

    async def leave(_job: Job) -> None:
        """Send nothing."""

    async def expire(job: Job) -> None:
        await settlement.settle(world.database, job.subject_id)

    def on_subject(do: Callable[[str], Awaitable[None]]) -> Callable[[Job], Awaitable[None]]:
        async def work(job: Job) -> None:
            await do(job.subject_id)

        return work

    kinds = {kind: on_subject(do) for kind, do in publication.jobs_of(world.database).items()}
    made = [Worker(world.database, Bell(), {"mail": leave, "expire": expire, **kinds}) for _ in range(workers)]
    await asyncio.gather(*(worker.run_once() for worker in made))


async def status(world: World, known: Collaboration, email: str = BO) -> CollaborationStatus:
    """Return the status as a person sees it now."""
    viewer = await world.viewed_by(email)
    found = await collaboration.find(viewer, known.id)
    assert found is not None
    return collaboration.status(viewer, found)
