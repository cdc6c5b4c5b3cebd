"""Jobs to try workers with."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from delivery.bell import Bell
from delivery.worker import Worker
from persistence import clock, jobs
from persistence.database import Database, Unit
from persistence.jobs import Job
from persistence.tables import jobs as rows

Do = Callable[[Job], Awaitable[None]]


async def add(database: Database, job_id: str, *, after: timedelta = timedelta(0)) -> None:
    """Write a job, due after so long."""

    async def work(unit: Unit) -> None:
        await jobs.add(unit, id=job_id, kind="try", subject_id=job_id, due_at=unit.now + after)

    await database.write(work)


async def advance(database: Database, by: timedelta) -> None:
    """Move the clock."""

    async def work(unit: Unit) -> None:
        await clock.advance(unit, by)

    await database.write(work)


async def stored(database: Database) -> dict[str, tuple[datetime | None, datetime | None, int, str | None]]:
    """Return what is known of each job: until when it is leased, since when parked, attempts and problem."""
    query = select(rows.c.id, rows.c.leased_until, rows.c.parked_at, rows.c.attempts, rows.c.problem)
    async with database.read() as reading:
        return {
            row.id: (row.leased_until, row.parked_at, row.attempts, row.problem)
            for row in await reading.connection.execute(query)
        }


def worker_of(database: Database, do: Do, bell: Bell | None = None) -> Worker:
    """Make a worker that knows one kind of job."""
    return Worker(database, bell or Bell(), {"try": do})
