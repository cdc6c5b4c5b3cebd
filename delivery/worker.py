"""The worker: leases jobs that are due, does each with what its kind is bound to, and puts off what fails."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from secrets import SystemRandom

import structlog

from delivery.bell import Bell
from delivery.transport import TemporaryFailureError
from persistence import jobs
from persistence.database import Database, Unit
from persistence.jobs import Job

TOPIC = "jobs"
SLOTS = 8
# A job is cut off well before its lease is over, so that no two workers are ever at the same one.
LEASE_S = 90.0
CUT_OFF_S = 75.0
POLL_S = 1.0
# Together with the streams that are ended meanwhile, less than the 10 s in which a server obeys SIGTERM.
GRACE_S = 4.0
ATTEMPTS = 10
LONGEST_WAIT_S = 900.0
GIVEN_BACK = "given back when the worker stopped"

_log = structlog.get_logger()
_chance = SystemRandom()


class Worker:
    """Does the jobs of a database; any number of workers may share one.

    A job whose work raises `TemporaryFailureError` is tried again until it says otherwise; one that raises anything else is
    parked at the tenth attempt, with an error in the log, for somebody to look at.
    """

    def __init__(self, database: Database, bell: Bell, kinds: Mapping[str, Callable[[Job], Awaitable[None]]]) -> None:
        self._database = database
        self._bell = bell
        self._kinds = kinds

    async def run(self) -> None:
        """Do jobs as they fall due, until cancelled; what is then held is finished within 4 seconds, or given back."""
        held: set[asyncio.Task[None]] = set()
        with self._bell.listen(TOPIC) as ear:

            def let_go(task: asyncio.Task[None]) -> None:
                held.discard(task)
                ear.ring()

            try:
                while True:
                    taken, wait_s = await self._take(SLOTS - len(held))
                    for job in taken:
                        task = asyncio.create_task(self._do_or_log(job))
                        held.add(task)
                        task.add_done_callback(let_go)
                    await ear.wait(wait_s)
            finally:
                await _settle(set(held))

    async def run_once(self) -> int:
        """Do every job that is due now, and return how many attempts that took."""
        done = 0
        while taken := await self._lease(SLOTS):
            await asyncio.gather(*(self._do(job) for job in taken))
            done += len(taken)
        return done

    async def _take(self, free: int) -> tuple[tuple[Job, ...], float]:
        """Lease what is due, and tell after how many seconds to look again."""
        try:
            if not free:
                return (), POLL_S
            async with self._database.read() as reading:
                due, now = await jobs.next_due(reading), reading.now
            if due is None or due > now:
                return (), POLL_S if due is None else min(POLL_S, (due - now).total_seconds())
            taken = await self._lease_or_give_back(free)
        except Exception as error:  # noqa: BLE001 - a database that is away must not end the worker
            _log.error("jobs cannot be read", error=_name(error))
            return (), POLL_S
        return taken, 0 if taken else POLL_S

    async def _lease_or_give_back(self, limit: int) -> tuple[Job, ...]:
        """Lease, and when cancelled over it give back what was leased: a cancelled commit may have happened all the same."""
        leasing = asyncio.ensure_future(self._lease(limit))
        try:
            return await asyncio.shield(leasing)
        except asyncio.CancelledError:
            for job in await leasing:
                await self._put_off(job, 0, GIVEN_BACK)
            raise

    async def _lease(self, limit: int) -> tuple[Job, ...]:
        async def work(unit: Unit) -> tuple[Job, ...]:
            return await jobs.lease(unit, limit=limit, seconds=LEASE_S)

        return await self._database.write(work)

    async def _do_or_log(self, job: Job) -> None:
        try:
            await self._do(job)
        except Exception as error:  # noqa: BLE001 - the lease runs out, and then the job is taken again
            _log.error("what became of a job cannot be written", job=job.id, kind=job.kind, error=_name(error))

    async def _do(self, job: Job) -> None:
        try:
            async with asyncio.timeout(CUT_OFF_S):
                await self._kinds[job.kind](job)
        except asyncio.CancelledError:
            await self._put_off(job, 0, GIVEN_BACK)
            raise
        except TemporaryFailureError as failure:
            await self._put_off(job, _wait_s(job.attempts), failure.problem)
        except Exception as error:  # noqa: BLE001 - whatever a job raises, the worker goes on
            await self._fail(job, _name(error))
        else:
            await self._write(lambda unit: jobs.finish(unit, job))

    async def _fail(self, job: Job, problem: str) -> None:
        if job.attempts >= ATTEMPTS:
            _log.error("job parked", job=job.id, kind=job.kind, attempts=job.attempts, error=problem)
            await self._write(lambda unit: jobs.park(unit, job, problem=problem))
        else:
            _log.warning("job failed", job=job.id, kind=job.kind, attempts=job.attempts, error=problem)
            await self._put_off(job, _wait_s(job.attempts), problem)

    async def _put_off(self, job: Job, wait_s: float, problem: str) -> None:
        later = timedelta(seconds=wait_s)
        await self._write(lambda unit: jobs.retry(unit, job, due_at=unit.now + later, problem=problem))

    async def _write(self, work: Callable[[Unit], Awaitable[None]]) -> None:
        await self._database.write(work)


def _wait_s(attempts: int) -> float:
    """Return how long to wait after so many attempts: doubling from 2 seconds to 15 minutes, less up to half by chance."""
    return min(LONGEST_WAIT_S, 2.0 ** min(attempts, 10)) * _chance.uniform(0.5, 1)


def _name(error: Exception) -> str:
    """Name an error and its place without its words, which may hold addresses or what a statement was given."""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    return " ".join([type(error).__name__, *(f"in {frame.name}, line {frame.lineno}" for frame in place)])


async def _settle(held: set[asyncio.Task[None]]) -> None:
    if not held:
        return
    _, late = await asyncio.wait(held, timeout=GRACE_S)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
