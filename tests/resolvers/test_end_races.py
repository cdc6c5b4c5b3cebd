"""Ends, withdrawals and changes of task at the same instant: one wins, each thing is told once, and the loser learns of it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from domain import calendar_day
from domain.collaboration import CollaborationStatus
from domain.errors import InvalidTransition
from domain.event import CollaborationEventType
from domain.mail import MailKind
from domain.service import ServiceAfterwards, SubscriptionStatus
from domain.task import TaskPeriod
from resolvers import answer, linking, settlement, task
from resolvers.task import CreateTask
from tests.support.ends import end, move_to, scheduled, tomorrow, withdraw
from tests.support.seen import collaborate, subscription, told, written
from tests.support.world import ANNA, BEA, BO, World

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus
KEEP, READ_ONLY, END = ServiceAfterwards
BEGUN = [Type.ACTIVATED, Type.APPROVED]


def refused(results: Sequence[object]) -> list[InvalidTransition]:
    found = [one for one in results if isinstance(one, BaseException)]
    assert {type(one) for one in found} <= {InvalidTransition}, found
    return [one for one in found if isinstance(one, InvalidTransition)]


@pytest.mark.parametrize("first", ["end", "withdraw"])
async def test_of_an_end_and_a_withdrawal_at_the_same_instant_the_end_always_stands(world: World, first: str) -> None:
    bea, bo, anna = await world.viewed_by(BEA), await world.viewed_by(BO), await world.viewed_by(ANNA)
    for _ in range(10):
        known = (await world.activate(anna, "Beta AB")).collaboration
        await world.approve(bea, known)
        await scheduled(bea, known, KEEP)
        both = [end(bo, known, END), withdraw(bea, known)]
        lost = refused(await asyncio.gather(*(both if first == "end" else reversed(both)), return_exceptions=True))
        # An end can follow a withdrawal, and nothing an end.
        assert [one.status for one in lost] in ([], [Status.ENDED])
        happened = [*BEGUN, Type.END_SCHEDULED, *([] if lost else [Type.END_WITHDRAWN]), Type.ENDED]
        assert await told(world, known) == happened
        assert (await world.stored(known.id)).version == len(happened)


async def test_of_many_ends_at_once_one_is_made(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    bo = await world.viewed_by(BO)
    ends = [end(bo if turn % 2 else bea, known, READ_ONLY if turn % 2 else END) for turn in range(8)]
    results = await asyncio.gather(*ends, return_exceptions=True)
    assert [one.status for one in refused(results)] == [Status.ENDED] * 7
    assert await told(world, known) == [*BEGUN, Type.ENDED]
    stored, left = await world.stored(known.id), await subscription(world, known)
    assert left is not None
    expected = SubscriptionStatus.READ_ONLY if stored.service_afterwards is READ_ONLY else SubscriptionStatus.ENDED
    assert left.status is expected


async def test_of_many_schedulings_at_once_one_is_made(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    bo = await world.viewed_by(BO)
    days = [tomorrow(bo) + timedelta(days=turn) for turn in range(8)]
    ends = [end(bo if turn % 2 else bea, known, END, on=day) for turn, day in enumerate(days)]
    results = await asyncio.gather(*ends, return_exceptions=True)
    assert [one.status for one in refused(results)] == [Status.ENDING] * 7
    assert await told(world, known) == [*BEGUN, Type.END_SCHEDULED]
    assert len(await written(world, known.id, MailKind.END_SCHEDULED)) == 1


async def test_of_withdrawals_and_an_end_that_comes_the_end_is_written_once(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    ends = (await scheduled(bea, known)).collaboration
    assert ends.ends_on is not None
    await move_to(world, calendar_day.end_of(ends.ends_on))
    bea = await world.viewed_by(BEA)
    work = [*(withdraw(bea, known) for _ in range(4)), *(settlement.settle(world.database, known.id) for _ in range(4))]
    results = await asyncio.gather(*work, return_exceptions=True)
    assert [one.status for one in refused(results)] == [Status.ENDED] * 4
    assert await told(world, known) == [*BEGUN, Type.END_SCHEDULED, Type.ENDED]
    assert len(await written(world, known.id, MailKind.ENDED)) == 2


@pytest.mark.parametrize("first", ["change", "cancel"])
async def test_of_a_change_of_task_and_a_cancelling_at_the_same_instant_the_cancelling_always_stands(
    world: World, first: str
) -> None:
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    wanted = CreateTask(customer_id=world.customers["Beta AB"].id, type="Lön", period=TaskPeriod.MONTH)
    other = (await task.create(bo, wanted, None)).value
    for _ in range(10):
        known = (await world.activate(anna, "Beta AB")).collaboration
        both = [linking.change_task(anna, known.id, other.id, None), answer.cancel(bo, known.id, None, None)]
        lost = refused(await asyncio.gather(*(both if first == "change" else reversed(both)), return_exceptions=True))
        assert [one.status for one in lost] in ([], [Status.CANCELLED])
        stored = await world.stored(known.id)
        assert (stored.status, stored.task_id == other.id) == (Status.CANCELLED, not lost)
        assert await told(world, known) == [Type.ACTIVATED, *([] if lost else [Type.TASK_CHANGED]), Type.CANCELLED]


async def test_two_changes_of_task_at_once_are_both_made_and_numbered(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    card = world.customers["Beta AB"].id
    others = [
        (await task.create(bo, CreateTask(customer_id=card, type=name, period=TaskPeriod.MONTH), None)).value
        for name in ("Lön", "Bokslut")
    ]
    await asyncio.gather(*(linking.change_task(anna, known.id, one.id, None) for one in others))
    assert await told(world, known) == [*BEGUN, Type.TASK_CHANGED, Type.TASK_CHANGED]
    assert (await world.stored(known.id)).version == 4
