"""Running workers: each job done once however many work, found by every road, finished or given back at the stop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

import delivery.worker
from delivery.bell import Bell
from delivery.letter import Letterhead
from delivery.post import Post
from delivery.smtp import Smtp
from delivery.worker import Worker
from domain.mail import Mail, MailKind, MailStatus, Recipient
from persistence import ids, mail
from persistence.database import Database, Unit
from persistence.jobs import Job
from persistence.tables import mails
from resolvers import undelivered
from tests.delivery.peer import Peer
from tests.delivery.trying import add, stored, worker_of
from tests.delivery.waiting import DEADLINE_S, until
from tests.support.makers import NOW
from tests.support.world import World

pytestmark = pytest.mark.anyio

MAILS = 30


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
        if not database.is_sqlite:
            # The role of our transactions owns no table.
            await unit.connection.execute(text("SET LOCAL ROLE NONE"))
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
