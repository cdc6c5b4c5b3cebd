"""The job that writes an end when it comes: by whichever worker, once, and not at all where the end was withdrawn."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from delivery.smtp import Smtp
from domain.collaboration import CollaborationStatus
from domain.event import CollaborationEventType
from domain.mail import MailKind
from domain.service import ServiceAfterwards
from persistence.tables import jobs
from tests.delivery.conftest import WorkerOf
from tests.support import ends
from tests.support.seen import collaborate, told, written
from tests.support.world import BEA, BO, World

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


async def left(world: World) -> list[str]:
    async with world.database.read() as reading:
        return list(await reading.connection.scalars(select(jobs.c.id)))


async def test_workers_write_an_end_once_when_it_comes_and_not_before(world: World, worker_of: WorkerOf, smtp: Smtp) -> None:
    known, bea = await collaborate(world, "Beta AB")
    await ends.scheduled(bea, known, ServiceAfterwards.KEEP)
    workers = [worker_of(smtp) for _ in range(3)]
    await asyncio.gather(*(worker.run_once() for worker in workers))
    assert (await world.stored(known.id)).status is Status.ENDING
    assert await left(world) == [f"end:{known.id}"]
    await world.advance(timedelta(days=2))
    await asyncio.gather(*(worker.run_once() for worker in workers))
    await workers[0].run_once()
    assert (await world.stored(known.id)).status is Status.ENDED
    assert (await told(world, known)).count(Type.ENDED) == 1
    assert len(await written(world, known.id, MailKind.ENDED)) == 2
    assert await left(world) == []


async def test_an_end_that_was_withdrawn_and_scheduled_again_comes_on_its_new_day(
    world: World, worker_of: WorkerOf, smtp: Smtp
) -> None:
    known, _ = await collaborate(world, "Beta AB")
    bo, bea = await world.viewed_by(BO), await world.viewed_by(BEA)
    await ends.scheduled(bo, known)
    await ends.withdraw(bo, known)
    await ends.end(bea, known, ServiceAfterwards.KEEP, on=ends.tomorrow(bea) + timedelta(days=9))
    worker = worker_of(smtp)
    await world.advance(timedelta(days=5))
    await worker.run_once()
    assert (await world.stored(known.id)).status is Status.ENDING
    await world.advance(timedelta(days=6))
    await worker.run_once()
    assert (await world.stored(known.id)).status is Status.ENDED
    assert await left(world) == []
