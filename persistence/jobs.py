"""Jobs: rows written with the change that needs them, leased to one worker at a time, done at least once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from persistence.database import Reading, Unit
from persistence.tables import jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that is due: what kind, on what, and which attempt this is, from 1."""

    id: str
    kind: str
    subject_id: str
    attempts: int


async def add(unit: Unit, *, id: str, kind: str, subject_id: str, due_at: datetime) -> None:
    """Write a job; one with the same id is the same job and stays as it is."""
    dialect = sqlite if unit.connection.dialect.name == "sqlite" else postgresql
    values = {"id": id, "kind": kind, "subject_id": subject_id, "due_at": due_at, "attempts": 0}
    await unit.connection.execute(dialect.insert(jobs).values(values).on_conflict_do_nothing())
    unit.topics.add("jobs")


async def add_many(unit: Unit, *, kind: str, occasion: str, subject_ids: Sequence[str], due_at: datetime) -> None:
    """Write a job of a kind for each subject on an occasion, named by all three; one that is there already stays as it is."""
    if not subject_ids:
        return
    dialect = sqlite if unit.connection.dialect.name == "sqlite" else postgresql
    rows = [
        {"id": f"{kind}:{subject_id}:{occasion}", "kind": kind, "subject_id": subject_id, "due_at": due_at, "attempts": 0}
        for subject_id in subject_ids
    ]
    await unit.connection.execute(dialect.insert(jobs).on_conflict_do_nothing(), rows)
    unit.topics.add("jobs")


async def lease(unit: Unit, *, limit: int, seconds: float) -> tuple[Job, ...]:
    """Take up to `limit` due jobs for so long; a worker that dies gives them back when the time is over."""
    due = (
        select(jobs.c.id, jobs.c.kind, jobs.c.subject_id, jobs.c.attempts)
        .where(jobs.c.parked_at.is_(None), jobs.c.due_at <= unit.now, _free(unit))
        .order_by(jobs.c.due_at, jobs.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = (await unit.connection.execute(due)).all()
    if found:
        until = unit.now + timedelta(seconds=seconds)
        taken = jobs.c.id.in_([row.id for row in found])
        await unit.connection.execute(update(jobs).where(taken).values(leased_until=until, attempts=jobs.c.attempts + 1))
    return tuple(Job(id=row.id, kind=row.kind, subject_id=row.subject_id, attempts=row.attempts + 1) for row in found)


async def finish(unit: Unit, job: Job) -> None:
    """Remove a job that is done."""
    await unit.connection.execute(delete(jobs).where(_held(job)))


async def claim(unit: Unit, job: Job) -> bool:
    """Remove a job in the transaction of its work, and tell whether this worker was the one: then it is done exactly once."""
    gone = delete(jobs).where(_held(job)).returning(jobs.c.id)
    return (await unit.connection.execute(gone)).scalar_one_or_none() is not None


async def remove(unit: Unit, job_id: str) -> None:
    """Remove a job that is no longer wanted."""
    await unit.connection.execute(delete(jobs).where(jobs.c.id == job_id))


async def retry(unit: Unit, job: Job, *, due_at: datetime, problem: str) -> None:
    """Put a job off after a failure."""
    await unit.connection.execute(update(jobs).where(_held(job)).values(due_at=due_at, leased_until=None, problem=problem))


async def park(unit: Unit, job: Job, *, problem: str) -> None:
    """Set a job aside that fails again and again, for somebody to look at."""
    await unit.connection.execute(update(jobs).where(_held(job)).values(parked_at=unit.now, leased_until=None, problem=problem))


async def next_due(reading: Reading) -> datetime | None:
    """Return when the next job that nobody holds is due, or None where there is none."""
    waiting = select(jobs.c.due_at).where(jobs.c.parked_at.is_(None), _free(reading))
    found: datetime | None = await reading.connection.scalar(waiting.order_by(jobs.c.due_at).limit(1))
    return found


async def parked(reading: Reading) -> dict[str, int]:
    """Count the jobs that were set aside, by kind."""
    counted = (
        select(jobs.c.kind, func.count().label("number"))
        .where(jobs.c.parked_at.is_not(None))
        .group_by(jobs.c.kind)
        .order_by(jobs.c.kind)
    )
    return {row.kind: row.number for row in await reading.connection.execute(counted)}


async def release(unit: Unit) -> int:
    """Let every job that was set aside be due again, from its first attempt, and return how many there were."""
    again = update(jobs).where(jobs.c.parked_at.is_not(None)).values(parked_at=None, due_at=unit.now, attempts=0)
    released = (await unit.connection.execute(again.returning(jobs.c.id))).all()
    unit.topics.add("jobs")
    return len(released)


def _free(reading: Reading) -> ColumnElement[bool]:
    return or_(jobs.c.leased_until.is_(None), jobs.c.leased_until <= reading.now)


def _held(job: Job) -> ColumnElement[bool]:
    # Every lease counts one attempt more, so a worker whose lease ran out and was given on changes nothing.
    return and_(jobs.c.id == job.id, jobs.c.attempts == job.attempts)
