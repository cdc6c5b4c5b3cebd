"""Jobs: leased to one worker at a time, given on when the time is over, and changed by whoever holds them alone."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.errors import NotFound
from persistence import clock, jobs
from persistence.database import Database, Unit
from persistence.jobs import Job
from persistence.tables import jobs as table
from tests.persistence import stored

pytestmark = pytest.mark.anyio


async def add(database: Database, *names: str, later: timedelta = timedelta(0)) -> None:
    async def work(unit: Unit) -> None:
        for name in names:
            await jobs.add(unit, id=name, kind="mail", subject_id=f"subject of {name}", due_at=unit.now + later)

    await database.write(work)


async def lease(database: Database, *, limit: int = 10, seconds: float = 60) -> tuple[Job, ...]:
    return await database.write(lambda unit: jobs.lease(unit, limit=limit, seconds=seconds))


async def row(database: Database, name: str) -> dict[str, object]:
    async with database.read() as reading:
        return dict((await reading.connection.execute(select(table).where(table.c.id == name))).mappings().one())


async def advance(database: Database, seconds: float) -> None:
    await database.write(lambda unit: clock.advance(unit, timedelta(seconds=seconds)))


async def test_a_job_is_written_once_wakes_the_workers_and_is_due_in_its_turn(
    database: Database, rung: list[frozenset[str]]
) -> None:
    await add(database, "b", later=timedelta(hours=1))
    await add(database, "a")
    await add(database, "a", later=timedelta(days=-9))
    assert rung == [frozenset({"jobs"})] * 3
    assert await lease(database) == (Job(id="a", kind="mail", subject_id="subject of a", attempts=1),)
    assert await lease(database) == ()
    await advance(database, 3_600)
    assert [one.id for one in await lease(database)] == ["a", "b"]


async def test_many_leasers_at_once_never_get_the_same_job(database: Database) -> None:
    names = [f"job {place:02}" for place in range(40)]
    await add(database, *names)
    leased: list[str] = []

    async def worker() -> None:
        while True:
            got = await lease(database, limit=3)
            if not got:
                return
            leased.extend(one.id for one in got)
            await asyncio.sleep(0)

    await asyncio.gather(*(worker() for _ in range(6)))
    # A lease that skips what others hold may leave something for the next one, but never gives it twice.
    while got := await lease(database):
        leased.extend(one.id for one in got)
    assert sorted(leased) == names


async def test_leasers_on_postgresql_do_not_wait_for_each_other(database: Database) -> None:
    await add(database, "a", "b")
    if database.is_sqlite:
        first, second = await lease(database, limit=1), await lease(database, limit=1)
    else:
        inner: list[tuple[Job, ...]] = []

        async def work(unit: Unit) -> tuple[Job, ...]:
            held = await jobs.lease(unit, limit=1, seconds=60)
            inner.append(await lease(database, limit=1))
            return held

        async with asyncio.timeout(5):
            first = await database.write(work)
        second = inner[0]
    assert {one.id for one in (*first, *second)} == {"a", "b"}


async def test_a_lease_that_was_rolled_back_was_none(database: Database) -> None:
    async def work(unit: Unit) -> None:
        assert len(await jobs.lease(unit, limit=1, seconds=60)) == 1
        raise NotFound

    await add(database, "a")
    with pytest.raises(NotFound):
        await database.write(work)
    assert [one.attempts for one in await lease(database)] == [1]


async def test_a_lease_runs_out_and_the_job_is_given_on(database: Database) -> None:
    await add(database, "a")
    assert [one.attempts for one in await lease(database, seconds=60)] == [1]
    await advance(database, 50)
    assert await lease(database) == ()
    await advance(database, 11)
    assert [one.attempts for one in await lease(database)] == [2]


async def test_a_worker_whose_lease_was_given_on_changes_nothing(database: Database) -> None:
    await add(database, "a")
    (stale,) = await lease(database, seconds=60)
    await advance(database, 61)
    (holder,) = await lease(database, seconds=60)
    before = await row(database, "a")
    await stored.store(
        database,
        lambda unit: jobs.finish(unit, stale),
        lambda unit: jobs.retry(unit, stale, due_at=unit.now, problem="stale"),
        lambda unit: jobs.park(unit, stale, problem="stale"),
    )
    assert await row(database, "a") == before
    await database.write(lambda unit: jobs.finish(unit, holder))
    async with database.read() as reading:
        assert (await reading.connection.execute(select(table))).all() == []


async def test_a_job_is_put_off_after_a_failure_and_parked_after_many(database: Database) -> None:
    await add(database, "a", "b")
    a, b = await lease(database)
    await database.write(lambda unit: jobs.retry(unit, a, due_at=unit.now + timedelta(seconds=30), problem="refused"))
    await database.write(lambda unit: jobs.park(unit, b, problem="poisoned"))
    assert (await row(database, "a"))["problem"] == "refused"
    parked = await row(database, "b")
    assert (parked["problem"], parked["leased_until"]) == ("poisoned", None)
    assert parked["parked_at"] is not None
    assert await lease(database) == ()
    await advance(database, 31)
    assert await lease(database) == (Job(id="a", kind="mail", subject_id="subject of a", attempts=2),)
    await advance(database, 86_400)
    assert [one.id for one in await lease(database)] == ["a"]


async def test_a_job_is_claimed_by_the_one_who_holds_it_and_once(database: Database) -> None:
    await add(database, "a")
    (late,) = await lease(database, seconds=10)
    await advance(database, 11)
    (job,) = await lease(database)
    assert await database.write(lambda unit: jobs.claim(unit, late)) is False
    assert await database.write(lambda unit: jobs.claim(unit, job)) is True
    assert await database.write(lambda unit: jobs.claim(unit, job)) is False


async def test_the_next_job_that_nobody_holds_says_when_to_wake(database: Database) -> None:
    async with database.read() as reading:
        assert await jobs.next_due(reading) is None
    await add(database, "later", later=timedelta(hours=2))
    await add(database, "now")
    due = {name: (await row(database, name))["due_at"] for name in ("now", "later")}
    async with database.read() as reading:
        assert await jobs.next_due(reading) == due["now"]
    await lease(database, seconds=60)
    async with database.read() as reading:
        assert await jobs.next_due(reading) == due["later"]
    await advance(database, 61)
    async with database.read() as reading:
        assert await jobs.next_due(reading) == due["now"]
    await stored.store(database, lambda unit: jobs.remove(unit, "now"), lambda unit: jobs.remove(unit, "later"))
    async with database.read() as reading:
        assert await jobs.next_due(reading) is None
