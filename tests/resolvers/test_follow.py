"""Following a stream live: backlog and news joined without gap or repeat, within sight at each delivery, and closed in time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from datetime import timedelta

import pytest

from domain.errors import CursorInvalid
from domain.event import CollaborationEventType, StreamEntry
from domain.office import CustomerPermission
from resolvers import answer, customer, event, fact, session, streams, task
from resolvers.card import UpdateCustomer
from resolvers.context import Context, UnauthenticatedError
from resolvers.task import UpdateTask
from resolvers.wanted import EventFilter
from tests.support.seen import as_administrator, as_advisor
from tests.support.world import ANNA, BEA, BETA, BO, PollingBell, World, contact

pytestmark = pytest.mark.anyio

EVERYTHING = EventFilter()
DEADLINE_S = 20


async def take(entries: AsyncIterator[StreamEntry], number: int) -> list[StreamEntry]:
    """Take so many entries, or fail at the deadline."""
    async with asyncio.timeout(DEADLINE_S):
        return [await anext(entries) for _ in range(number)]


async def cursor_before_everything(world: World) -> str:
    stream = f"office:{world.nord.id}"
    async with world.database.read() as reading:
        return streams.encode(world.installation.keys, reading.epoch, stream, 0)


async def test_backlog_and_news_are_joined_without_gap_or_repeat_under_a_writer(world: World) -> None:
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    rounds = 15

    async def write() -> None:
        for _ in range(rounds):
            known = (await world.activate(anna, "Beta AB")).collaboration
            await answer.cancel(anna, known.id, None, None)

    writing = asyncio.create_task(write())
    start = await cursor_before_everything(world)
    readers = [await world.viewed_by(email) for email in (BO, BO, ANNA)]
    streams_open = [event.follow(reader, start, None, EVERYTHING) for reader in readers]
    found = await asyncio.gather(*(take(one, 2 * rounds) for one in streams_open))
    await writing
    for entries in found:
        assert [entry.sequence for entry in entries] == list(range(1, 2 * rounds + 1))
        assert len({entry.event.id for entry in entries}) == 2 * rounds
    late = event.follow(bo, event.cursor(bo, found[0][-3]), None, EVERYTHING)
    assert await take(late, 2) == found[0][-2:]
    for one in (*streams_open, late):
        await one.aclose()


async def test_a_reader_without_a_position_hears_from_now_on(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    await world.activate(anna, "Alfa AB")
    async with aclosing(event.follow(await world.viewed_by(BO), None, None, EVERYTHING)) as entries:
        next_one = asyncio.ensure_future(anext(entries))
        await until_open(world)
        known = (await world.activate(anna, "Beta AB")).collaboration
        async with asyncio.timeout(DEADLINE_S):
            assert (await next_one).event.collaboration_id == known.id


async def until_open(world: World) -> None:
    """Wait until a stream that was asked for is being read: its reader registers with the bell and looks once."""
    bell = world.installation.bell
    assert isinstance(bell, PollingBell)
    async with asyncio.timeout(DEADLINE_S):
        await bell.waited.wait()


async def test_a_filter_passes_over_what_is_not_wanted(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    known = (await world.activate(anna, "Alfa AB")).collaboration
    await world.activate(anna, "Beta AB")
    await answer.cancel(anna, known.id, None, None)
    wanted = EventFilter(types=frozenset({CollaborationEventType.CANCELLED}))
    async with aclosing(event.follow(anna, await cursor_before_everything(world), None, wanted)) as entries:
        (only,) = await take(entries, 1)
    assert (only.sequence, only.event.collaboration_id) == (3, known.id)


async def test_an_advisor_who_loses_a_customer_stops_hearing_of_it(world: World) -> None:
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    beta = world.customers["Beta AB"]
    async with aclosing(event.follow(anna, await cursor_before_everything(world), None, EVERYTHING)) as entries:
        first = (await world.activate(bo, "Beta AB")).collaboration
        assert [entry.event.collaboration_id for entry in await take(entries, 1)] == [first.id]
        await customer.update(bo, UpdateCustomer(customer_id=beta.id, account_manager_id=as_advisor(bo).id), None)
        handed_over = UpdateTask(task_id=world.tasks["Beta AB"].id, owner_id=as_advisor(bo).id)
        await task.update(bo, handed_over, None)
        await answer.cancel(bo, first.id, None, None)
        other = (await world.activate(bo, "Alfa AB")).collaboration
        (heard,) = await take(entries, 1)
        assert (heard.sequence, heard.event.collaboration_id) == (3, other.id)


async def test_an_advisor_who_gets_full_hears_of_every_customer_from_then_on(world: World) -> None:
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    await world.add_customer(bo, "Omega AB", "5561112227", contact("Olga", "olga@omega.example"))
    async with aclosing(event.follow(anna, await cursor_before_everything(world), None, EVERYTHING)) as entries:
        await fact.set_advisor_permission(world.installation, ANNA, CustomerPermission.FULL)
        known = (await world.activate(bo, "Omega AB")).collaboration
        assert [entry.event.collaboration_id for entry in await take(entries, 1)] == [known.id]


async def sign_out(world: World, context: Context) -> None:
    await session.sign_out(context, None)


async def deactivate(world: World, context: Context) -> None:
    await fact.deactivate_advisor(world.installation, BO)


async def outlive(world: World, context: Context) -> None:
    await world.advance(timedelta(days=31))


@pytest.mark.parametrize("end", [sign_out, deactivate, outlive], ids=lambda end: end.__name__)
async def test_a_stream_closes_when_its_token_is_over(world: World, end: Callable[[World, Context], Awaitable[None]]) -> None:
    bo = await world.viewed_by(BO)
    entries = event.follow(bo, None, None, EVERYTHING)
    waiting = asyncio.ensure_future(anext(entries))
    await until_open(world)
    await end(world, bo)
    with pytest.raises(UnauthenticatedError):
        async with asyncio.timeout(DEADLINE_S):
            await waiting


async def test_a_companys_stream_closes_for_an_administrator_who_has_lost_the_company(world: World) -> None:
    bea = await world.viewed_by(BEA)
    entries = event.follow(bea, None, None, EVERYTHING)
    waiting = asyncio.ensure_future(anext(entries))
    await until_open(world)
    await fact.remove_administrator(world.installation, BETA, BEA)
    with pytest.raises(UnauthenticatedError):
        async with asyncio.timeout(DEADLINE_S):
            await waiting


async def test_a_bad_position_is_refused_before_anything_is_told(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    with pytest.raises(CursorInvalid):
        await take(event.follow(anna, "edited", None, EVERYTHING), 1)


async def test_those_who_must_look_anew_are_woken(world: World, rung: list[frozenset[str]]) -> None:
    office, bo, bea = f"office:{world.nord.id}", await world.viewed_by(BO), await world.viewed_by(BEA)
    company_stream = f"company:{next(iter(as_administrator(bea).company_ids))}"
    await fact.set_advisor_permission(world.installation, ANNA, CustomerPermission.FULL)
    assert office in rung[-1]
    await session.sign_out(bo, None)
    assert office in rung[-1]
    await session.sign_out(bea, None)
    assert company_stream in rung[-1]
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    assert {office, company_stream, "jobs"} <= rung[-1]
    assert activated.replayed is False
