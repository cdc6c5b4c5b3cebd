"""Streams: numbers without gaps in the order of the commits, whoever writes at once; read forwards, backwards and filtered."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, true

from domain import event as domain_event
from domain import steps
from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import NotFound
from domain.event import SYSTEM, CollaborationEvent, CollaborationEventType, StreamEntry
from domain.office import CustomerPermission
from persistence import collaboration, event, ids, scope
from persistence.database import Database, Reading, Unit
from persistence.event import EventFilter
from persistence.page import PageRequest
from persistence.tables import events, stream_entries, streams
from tests.persistence import stored
from tests.support import makers

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
ALFA = makers.collaboration()
BETA = makers.collaboration(id="collaboration-beta", company_id="company-beta", service_id="service-archive", task_id=None)
SYD = makers.collaboration(id="collaboration-syd", office_id="office-syd", customer_id="customer-syd")
ALL = (ALFA, BETA, SYD)
OFFICE, COMPANY = "office:office-nord", "company:company-alfa"
STREAMS = {OFFICE, "office:office-syd", COMPANY, "company:company-beta"}


def happened(to: Collaboration, event_type: Type = Type.ACTIVATED, *, occurred_after: int = 0) -> CollaborationEvent:
    moment = makers.NOW + timedelta(seconds=occurred_after)
    return steps.make_event(to, event_type, ids.new_id(), moment, SYSTEM, None)


@pytest.fixture
async def telling(ground: Database) -> Database:
    """Have collaborations to tell of: two of one office, and another office's with the first one's company."""
    await stored.store(ground, *(lambda unit, one=one: collaboration.add(unit, one) for one in ALL))
    return ground


async def tell(database: Database, *told: CollaborationEvent) -> tuple[StreamEntry, ...]:
    return await database.write(lambda unit: event.append(unit, told))


async def whole(reading: Reading, stream: str) -> tuple[StreamEntry, ...]:
    return await event.after(reading, stream, 0, limit=10_000)


def shuffled(name: str) -> random.Random:
    return random.Random(name)  # noqa: S311 - the same shuffle each time


async def test_an_event_stands_in_the_streams_that_tell_it_and_wakes_their_readers(
    telling: Database, rung: list[frozenset[str]]
) -> None:
    rung.clear()
    first, second = happened(ALFA), happened(ALFA, Type.REMINDED)
    entries = await tell(telling, first, second)
    assert [(one.stream, one.sequence, one.event) for one in entries] == [
        (COMPANY, 1, first),
        (OFFICE, 1, first),
        (OFFICE, 2, second),
    ]
    assert rung == [frozenset({OFFICE, COMPANY})]
    await tell(telling)
    assert len(rung) == 1
    async with telling.read() as reading:
        assert await whole(reading, OFFICE) == entries[1:]
        assert await whole(reading, COMPANY) == entries[:1]
        assert [await event.head(reading, stream) for stream in (OFFICE, COMPANY, "office:nobody")] == [2, 1, 0]
        assert await event.many(reading, [first.id, second.id, "nothing"]) == {
            first.id: entries[:2],
            second.id: entries[2:],
        }


async def test_numbers_have_no_gap_and_follow_the_commits_whoever_writes_and_fails_at_once(telling: Database) -> None:
    chance = shuffled("writers")
    committed: list[tuple[StreamEntry, ...]] = []

    async def unit_of(told: Sequence[CollaborationEvent], *, fails: bool) -> None:
        async def work(unit: Unit) -> tuple[StreamEntry, ...]:
            entries = await event.append(unit, told)
            if fails:
                raise NotFound
            return entries

        if fails:
            with pytest.raises(NotFound):
                await telling.write(work)
        else:
            committed.append(await telling.write(work))

    await asyncio.gather(
        *(
            unit_of([happened(chance.choice(ALL)) for _ in range(chance.randint(1, 3))], fails=place % 4 == 3)
            for place in range(60)
        )
    )
    assert len(committed) == 45
    async with telling.read() as reading:
        for stream in STREAMS:
            entries = await whole(reading, stream)
            assert [one.sequence for one in entries] == list(range(1, len(entries) + 1))
            assert await event.head(reading, stream) == len(entries)
            assert set(entries) == {one for done in committed for one in done if one.stream == stream}
        assert await count(reading) == len({one.event.id for done in committed for one in done})
        # One order for all streams: of two events that two streams tell, the same one comes first in both.
        of_office = [one.event.id for one in await whole(reading, OFFICE)]
        of_company = [one.event.id for one in await whole(reading, COMPANY)]
        both = set(of_office) & set(of_company)
        assert [one for one in of_office if one in both] == [one for one in of_company if one in both]


async def count(reading: Reading) -> int:
    return await reading.connection.scalar(select(func.count()).select_from(events)) or 0


async def test_who_polls_while_others_commit_misses_nothing_and_reads_in_order(telling: Database) -> None:
    read: list[int] = []
    done = asyncio.Event()

    async def poll() -> None:
        while True:
            finished = done.is_set()
            async with telling.read() as reading:
                found = await event.after(reading, OFFICE, read[-1] if read else 0, limit=7)
            read.extend(one.sequence for one in found)
            if finished and not found:
                return
            await asyncio.sleep(0)

    polling = asyncio.create_task(poll())
    await asyncio.gather(*(tell(telling, happened(ALFA)) for _ in range(40)))
    done.set()
    await polling
    assert read == list(range(1, 41))


async def test_units_that_tell_of_two_companies_in_opposite_order_do_not_wait_for_each_other(telling: Database) -> None:
    collisions = 0

    async def work(unit: Unit, told: Sequence[CollaborationEvent]) -> None:
        nonlocal collisions
        collisions += 1
        await event.append(unit, told)

    pairs = [[happened(ALFA), happened(BETA)] for _ in range(12)]
    async with asyncio.timeout(20):
        await asyncio.gather(
            *(
                telling.write(lambda unit, told=told[:: 1 if n % 2 else -1]: work(unit, told))  # type: ignore[misc]  # mypy does not infer a lambda with a default
                for n, told in enumerate(pairs)
            )
        )
    # A deadlock would have been broken by running one of the two again.
    assert collisions == len(pairs)


async def test_the_first_event_of_a_stream_is_written_by_many_at_once(telling: Database) -> None:
    entries = await asyncio.gather(*(tell(telling, happened(SYD)) for _ in range(6)))
    assert sorted(one.sequence for told in entries for one in told if one.stream == "office:office-syd") == [1, 2, 3, 4, 5, 6]


async def test_a_head_that_is_taken_back_leaves_no_hole(telling: Database) -> None:
    async def fails(unit: Unit) -> None:
        await event.append(unit, [happened(ALFA), happened(ALFA)])
        raise NotFound

    await tell(telling, happened(ALFA))
    with pytest.raises(NotFound):
        await telling.write(fails)
    entries = await tell(telling, happened(ALFA))
    assert {one.sequence for one in entries} == {2}
    async with telling.read() as reading:
        assert await reading.connection.scalar(select(func.max(streams.c.head))) == 2
        assert await reading.connection.scalar(select(func.count()).select_from(stream_entries)) == 4


async def tell_story(database: Database) -> None:
    """Tell twenty events of each collaboration, mixed."""
    chance = shuffled("story")
    types = [Type.ACTIVATED, Type.REMINDED, Type.APPROVED, Type.TASK_CHANGED]
    told = [
        happened(to if n % 3 else replace(to, status=CollaborationStatus.ACTIVE), chance.choice(types))
        for n in range(20)
        for to in ALL
    ]
    chance.shuffle(told)
    for start in range(0, len(told), 20):
        await tell(database, *told[start : start + 20])


async def test_entries_between_two_numbers_are_read_from_either_end(telling: Database) -> None:
    await tell_story(telling)
    async with telling.read() as reading:
        everything = await whole(reading, OFFICE)
        condition = event.meets(EventFilter(types=frozenset({Type.APPROVED, Type.REMINDED})))
        wanted = [one for one in everything if one.event.type in {Type.APPROVED, Type.REMINDED}]
        assert 5 < len(wanted) < len(everything)
        for lower in (None, 0, 7, 30):
            for upper in (None, 9, 31, 1_000):
                inside = [one for one in wanted if (lower or 0) < one.sequence < (upper or 1_000)]
                for limit in (1, 4, 100):
                    first = await event.between(
                        reading, OFFICE, condition, lower=lower, upper=upper, limit=limit, backwards=False
                    )
                    last = await event.between(reading, OFFICE, condition, lower=lower, upper=upper, limit=limit, backwards=True)
                    assert list(first) == inside[:limit]
                    assert list(last) == inside[-limit:]
        assert await event.count(reading, OFFICE, condition) == len(wanted)
        assert await event.count(reading, OFFICE, true()) == len(everything)
        assert await event.after(reading, OFFICE, 38, limit=100) == everything[38:]
        assert await event.after(reading, OFFICE, 3, limit=2) == everything[3:5]


FILTERS = [
    EventFilter(),
    EventFilter(types=frozenset()),
    EventFilter(types=frozenset({Type.APPROVED})),
    EventFilter(statuses=frozenset({CollaborationStatus.ACTIVE})),
    EventFilter(collaboration_ids=frozenset({ALFA.id, SYD.id})),
    EventFilter(customer_ids=frozenset({"customer-alfa"})),
    EventFilter(service_ids=frozenset({"service-archive"})),
    EventFilter(
        types=frozenset({Type.ACTIVATED, Type.REMINDED}),
        statuses=frozenset({CollaborationStatus.AWAITING_APPROVAL}),
        collaboration_ids=frozenset({ALFA.id}),
    ),
]


async def test_a_filter_judges_alike_in_the_database_and_in_memory(telling: Database) -> None:
    await tell_story(telling)
    async with telling.read() as reading:
        for stream in STREAMS:
            everything = await whole(reading, stream)
            for wanted in FILTERS:
                found = await event.between(
                    reading, stream, event.meets(wanted), lower=None, upper=None, limit=1_000, backwards=False
                )
                assert list(found) == [one for one in everything if wanted.takes(one.event)]


async def test_an_advisor_is_told_of_the_collaborations_that_he_sees(telling: Database) -> None:
    await tell_story(telling)
    stranger = makers.advisor_viewer(id="advisor-stranger")
    anna, bo = makers.advisor_viewer(), makers.advisor_viewer(id="advisor-bo", permission=CustomerPermission.FULL)
    async with telling.read() as reading:
        everything = await whole(reading, OFFICE)
        for viewer, sees in ((anna, {ALFA.id, BETA.id}), (bo, {ALFA.id, BETA.id}), (stranger, set[str]())):
            visible = scope.collaborations_of(viewer)
            condition = event.on_visible_collaboration(visible)
            found = await event.between(reading, OFFICE, condition, lower=None, upper=None, limit=1_000, backwards=False)
            assert list(found) == [one for one in everything if one.event.collaboration_id in sees]
            assert await event.visible(reading, [one.id for one in ALL], visible) == sees
        assert await event.visible(reading, [], scope.everything()) == frozenset()


async def test_pages_of_each_collaborations_events_are_those_of_the_viewers_stream(telling: Database) -> None:
    await tell_story(telling)
    administrator = makers.administrator_viewer(company_ids=frozenset({"company-alfa", "company-beta"}))
    async with telling.read() as reading:
        told = {stream: await whole(reading, stream) for stream in STREAMS}
        for viewer, seen in ((makers.advisor_viewer(), (ALFA, BETA)), (administrator, ALL)):
            stream_of = event.own_stream(viewer)
            expected = {
                one.id: [
                    entry
                    for entry in told[OFFICE if viewer.kind == "advisor" else domain_event.company_stream(one.company_id)]
                    if entry.event.collaboration_id == one.id
                ]
                for one in seen
            }
            asked = [one.id for one in seen]
            counts = await event.count_by_collaboration(reading, asked, stream_of=stream_of)
            assert counts == {name: len(entries) for name, entries in expected.items()}
            first = await event.page_by_collaboration(reading, asked, stream_of=stream_of, request=PageRequest(limit=3))
            assert {name: list(page.items) for name, page in first.items()} == {
                name: entries[:3] for name, entries in expected.items()
            }
            last = await event.page_by_collaboration(
                reading, asked, stream_of=stream_of, request=PageRequest(limit=3, backwards=True)
            )
            assert {name: list(page.items) for name, page in last.items()} == {
                name: entries[-3:] for name, entries in expected.items()
            }
            for name, page in first.items():
                request = PageRequest(limit=100, after=page.keys[-1])
                rest = await event.page_by_collaboration(reading, [name], stream_of=stream_of, request=request)
                assert list(rest[name].items) == expected[name][3:]
