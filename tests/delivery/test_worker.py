"""The worker: each job done once however many work, put off, parked, given back, and found by every road."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

import delivery.worker
from delivery.bell import Bell
from delivery.letter import Letterhead
from delivery.post import Post
from delivery.smtp import Smtp
from delivery.transport import TemporaryFailureError
from delivery.worker import ATTEMPTS, LEASE_S, LONGEST_WAIT_S, Worker
from domain.mail import Mail, MailKind, MailStatus, Recipient
from persistence import clock, ids, jobs, mail
from persistence.database import Database, Unit
from persistence.jobs import Job
from persistence.tables import jobs as rows
from persistence.tables import mails
from resolvers import undelivered
from tests.delivery.peer import Peer
from tests.delivery.waiting import DEADLINE_S, until
from tests.support.makers import NOW
from tests.support.world import World

pytestmark = pytest.mark.anyio

MAILS = 30
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


@asynccontextmanager
async def running(worker: Worker) -> AsyncIterator[None]:
    """Let a worker run for as long as the block lasts."""
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        await stop(task)


async def stop(task: asyncio.Task[None]) -> None:
    """Stop a worker as the server does, and make sure that it ends."""
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=DEADLINE_S)
    assert task in done
    assert task.cancelled()


@asynccontextmanager
async def opened(url: str, bell: Bell) -> AsyncIterator[Database]:
    """Open the database once more, as another process does."""
    other = Database(url, ring=bell.ring)
    try:
        yield other
    finally:
        await other.close()


async def test_two_workers_at_once_send_each_mail_once(
    world: World, database_url: str, peer: Peer, smtp: Smtp, head: Letterhead
) -> None:
    async def work(unit: Unit) -> None:
        for number in range(MAILS):
            await mail.add(unit, _mail(number))

    async def all_sent() -> bool:
        async with world.database.read() as reading:
            found = await mail.many(reading, list(await reading.connection.scalars(select(mails.c.id))))
        return len(found) == MAILS and {one.status for one in found.values()} == {MailStatus.SENT}

    await world.database.write(work)
    async with opened(database_url, Bell()) as other:
        pair = [
            Worker(database, Bell(), {"mail": Post(database, smtp, head, undelivered.record).send})
            for database in (world.database, other)
        ]
        async with running(pair[0]), running(pair[1]):
            await until(all_sent)
    assert len(peer.received) == len({message["Message-ID"] for message in peer.messages}) == MAILS


async def test_a_job_of_a_dead_worker_is_taken_over_when_its_lease_is_over(database: Database) -> None:
    done: list[Job] = []

    async def do(job: Job) -> None:
        done.append(job)

    async def lease(unit: Unit) -> tuple[Job, ...]:
        return await jobs.lease(unit, limit=5, seconds=LEASE_S)

    await add(database, "job")
    (dead,) = await database.write(lease)
    worker = worker_of(database, do)
    await advance(database, timedelta(seconds=LEASE_S - 5))
    assert await worker.run_once() == 0
    await advance(database, timedelta(seconds=10))
    assert await worker.run_once() == 1
    assert done == [replace(dead, attempts=2)]


async def test_a_worker_whose_lease_ran_out_changes_nothing(database: Database) -> None:
    async def lose(_job: Job) -> None:
        await advance(database, timedelta(seconds=LEASE_S + 1))
        assert await worker_of(database, fail).run_once() == 1

    async def fail(_job: Job) -> None:
        raise TemporaryFailureError("later")

    await add(database, "job")
    await worker_of(database, lose).run_once()
    ((leased_until, parked_at, attempts, problem),) = (await stored(database)).values()
    assert (leased_until, parked_at, attempts, problem) == (None, None, 2, "later")


async def test_a_job_that_fails_again_and_again_is_parked_with_one_error(database: Database) -> None:
    async def fail(_job: Job) -> None:
        raise ValueError("cleo@alfa.example has the secret 4711")

    await add(database, "job")
    worker = worker_of(database, fail)
    with capture_logs() as logs:
        for _ in range(ATTEMPTS + 2):
            await worker.run_once()
            await advance(database, timedelta(seconds=LONGEST_WAIT_S))
    ((leased_until, parked_at, attempts, problem),) = (await stored(database)).values()
    assert leased_until is None
    assert parked_at is not None
    assert attempts == ATTEMPTS
    assert problem is not None
    assert problem.startswith("ValueError in fail, line ")
    (error,) = [line for line in logs if line["log_level"] == "error"]
    assert (error["event"], error["job"], error["attempts"]) == ("job parked", "job", ATTEMPTS)
    assert "4711" not in str(logs)
    assert "@" not in str(logs)


async def test_a_job_of_a_kind_that_nobody_knows_is_parked(database: Database) -> None:
    await add(database, "job")
    worker = Worker(database, Bell(), {})
    for _ in range(ATTEMPTS):
        await worker.run_once()
        await advance(database, timedelta(seconds=LONGEST_WAIT_S))
    ((_, parked_at, _, _),) = (await stored(database)).values()
    assert parked_at is not None


async def test_what_may_pass_is_never_parked_and_waits_longer_each_time(database: Database) -> None:
    waits: list[float] = []

    async def fail(_job: Job) -> None:
        raise TemporaryFailureError("the server is away")

    await add(database, "job")
    worker = worker_of(database, fail)
    for _ in range(ATTEMPTS + 3):
        assert await worker.run_once() == 1
        async with database.read() as reading:
            due = await jobs.next_due(reading)
            assert due is not None
            waits.append((due - reading.now).total_seconds())
        await advance(database, timedelta(seconds=LONGEST_WAIT_S))
    longest = [min(2.0**attempt, LONGEST_WAIT_S) for attempt in range(1, ATTEMPTS + 4)]
    assert all(most / 2 - 1 < waited <= most for waited, most in zip(waits, longest, strict=True))
    assert len({waited / most for waited, most in zip(waits, longest, strict=True)}) > 1


async def test_one_job_that_fails_does_not_hold_up_the_others(database: Database) -> None:
    done: list[str] = []

    async def do(job: Job) -> None:
        if job.subject_id == "bad":
            raise ValueError
        done.append(job.subject_id)

    for job_id in ("bad", *(f"good-{number}" for number in range(20))):
        await add(database, job_id)
    assert await worker_of(database, do).run_once() == 21
    assert len(done) == len(set(done)) == 20
    assert list(await stored(database)) == ["bad"]


@pytest.mark.parametrize("road", ["bell", "due", "poll"])
async def test_a_running_worker_finds_a_job(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch, road: str
) -> None:
    done: list[str] = []
    bell = Bell()

    async def do(job: Job) -> None:
        done.append(job.id)

    async def found() -> bool:
        return done == ["first", "job"]

    async def idle() -> bool:
        return done == ["first"] and not await stored(database)

    if road != "poll":
        monkeypatch.setattr(delivery.worker, "POLL_S", 600)
    async with opened(database_url, bell) as beside, running(worker_of(beside, do, bell)):
        await add(beside, "first")
        await until(idle)
        if road == "bell":
            await add(beside, "job")
        elif road == "due":
            await add(beside, "job", after=timedelta(seconds=0.3))
        else:
            await add(database, "job")
        await until(found)


async def test_a_job_that_hangs_does_not_hold_up_a_running_worker(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery.worker, "GRACE_S", 0.05)
    done: list[str] = []

    async def do(job: Job) -> None:
        if job.id == "hanging":
            await asyncio.Event().wait()
        done.append(job.id)

    async def others_done() -> bool:
        return len(done) == 12

    await add(database, "hanging")
    for number in range(12):
        await add(database, f"job-{number}")
    async with running(worker_of(database, do)):
        await until(others_done)
    assert list(await stored(database)) == ["hanging"]


async def test_a_stopped_worker_finishes_what_it_holds(database: Database) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def do(_job: Job) -> None:
        begun.set()
        await go_on.wait()

    await add(database, "job")
    task = asyncio.create_task(worker_of(database, do).run())
    async with asyncio.timeout(DEADLINE_S):
        await begun.wait()
    stopping = asyncio.create_task(stop(task))
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    assert await stored(database) == {}


async def test_a_stopped_worker_gives_back_what_it_cannot_finish(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery.worker, "GRACE_S", 0.05)
    begun, done = asyncio.Event(), []

    async def hang(_job: Job) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def do(job: Job) -> None:
        done.append(job.attempts)

    await add(database, "job")
    async with running(worker_of(database, hang)), asyncio.timeout(DEADLINE_S):
        await begun.wait()
    assert await worker_of(database, do).run_once() == 1
    assert done == [2]


async def test_a_job_is_cut_off_before_its_lease_is_over(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert delivery.worker.CUT_OFF_S < LEASE_S
    monkeypatch.setattr(delivery.worker, "CUT_OFF_S", 0.05)

    async def hang(_job: Job) -> None:
        await asyncio.Event().wait()

    await add(database, "job")
    async with asyncio.timeout(5):
        assert await worker_of(database, hang).run_once() == 1
    ((leased_until, _, attempts, problem),) = (await stored(database)).values()
    assert (leased_until, attempts) == (None, 1)
    assert problem is not None
    assert problem.startswith("TimeoutError")


async def test_a_worker_outlives_a_database_that_fails(database: Database) -> None:
    done: list[str] = []

    async def do(job: Job) -> None:
        done.append(job.id)

    async def found() -> bool:
        return done == ["job"]

    await add(database, "job")
    await _rename(database, "jobs", "jobs_away")
    with capture_logs() as logs:
        async with running(worker_of(database, do)):

            async def complained() -> bool:
                return bool(logs)

            await until(complained)
            await _rename(database, "jobs_away", "jobs")
            await until(found)
    assert {line["event"] for line in logs} == {"jobs cannot be read"}


async def _rename(database: Database, table: str, name: str) -> None:
    async def work(unit: Unit) -> None:
        await unit.connection.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))

    await database.write(work)


def _mail(number: int) -> Mail:
    return Mail(
        id=ids.new_id(),
        kind=MailKind.SIGN_IN,
        collaboration_id=None,
        recipient=Recipient(name="Bo Berg", email=f"bo{number}@nordbyran.example", language="sv", advisor_id="advisor-bo"),
        content={"path": "/sign-in", "link_expires_at": "2026-03-02 10:15"},
        link_id=None,
        status=MailStatus.QUEUED,
        problem=None,
        queued_at=NOW - timedelta(days=1),
        sent_at=None,
        attempts=0,
    )
