"""What becomes of a job: done, put off, parked, cut off, and taken over from the dead."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

import delivery.worker
from delivery.bell import Bell
from delivery.transport import TemporaryFailureError
from delivery.worker import ATTEMPTS, LEASE_S, LONGEST_WAIT_S, Worker
from persistence import jobs
from persistence.database import Database, Unit
from persistence.jobs import Job
from tests.delivery.trying import add, advance, stored, worker_of

pytestmark = pytest.mark.anyio


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
