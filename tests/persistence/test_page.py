"""Keyset pages: whoever walks a list meets each row once and in its order, both ways, whatever comes and goes meanwhile."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, true, update

from persistence import collaboration, customer, page, task
from persistence.collaboration import CollaborationParent
from persistence.collaboration_filter import CollaborationFilter, CollaborationOrder, CollaborationOrderField
from persistence.database import Database, Reading, Unit
from persistence.page import PageRequest
from persistence.tables import customers, tasks
from persistence.task import TaskFilter, TaskOrder
from tests.persistence import listed, stored
from tests.persistence.listed import FULL, List
from tests.support import makers

pytestmark = pytest.mark.anyio

EVERYTHING = 500


@pytest.fixture
async def lists(ground: Database) -> list[List]:
    """Store the rows, and have every list of them under every order."""
    known = listed.cards()
    work, asked = listed.works(known), listed.requests(known)
    await stored.execute(ground, update(customers).values(archived=True), delete(tasks))

    async def fill(unit: Unit) -> None:
        await customer.add_many(unit, known)
        await task.add_many(unit, work)
        for one in asked:
            await collaboration.add(unit, one)

    await ground.write(fill)
    return [*listed.customer_lists(known), *listed.task_lists(work, known), *listed.collaboration_lists(asked, known)]


async def test_all_pages_give_every_row_once_in_the_order_of_the_rule(
    ground: Database, lists: list[List], subtests: pytest.Subtests
) -> None:
    assert {len(one.expected) for one in lists} == {40, 60}
    async with ground.read() as reading:
        for one, limit in itertools.product(lists, (7, 100)):
            with subtests.test(f"{one.name} by {limit}"):
                assert await walk(reading, one, limit) == one.expected
                assert await walk_back(reading, one, limit) == one.expected


async def walk(reading: Reading, one: List, limit: int) -> list[str]:
    met: list[str] = []
    after = None
    while True:
        found = await one.fetch(reading, PageRequest(limit=limit, after=after))
        assert found.has_previous is (after is not None)
        met.extend(item.id for item in found.items)
        if not found.has_next:
            return met
        assert len(found.items) == limit
        after = found.keys[-1]


async def walk_back(reading: Reading, one: List, limit: int) -> list[str]:
    met: list[str] = []
    before = None
    while True:
        found = await one.fetch(reading, PageRequest(limit=limit, before=before, backwards=True))
        assert found.has_next is (before is not None)
        met[:0] = [item.id for item in found.items]
        if not found.has_previous:
            return met
        assert len(found.items) == limit
        before = found.keys[0]


async def test_a_page_lies_between_two_keys_and_is_cut_from_the_side_that_was_asked(
    ground: Database, lists: list[List], subtests: pytest.Subtests
) -> None:
    async with ground.read() as reading:
        for one in lists:
            with subtests.test(one.name):
                keys = (await one.fetch(reading, PageRequest(limit=EVERYTHING))).keys
                assert len(set(keys)) == len(one.expected)
                first = await one.fetch(reading, PageRequest(limit=5, after=keys[3], before=keys[20]))
                assert [item.id for item in first.items] == one.expected[4:9]
                assert (first.has_previous, first.has_next) == (True, True)
                last = await one.fetch(reading, PageRequest(limit=5, after=keys[3], before=keys[20], backwards=True))
                assert [item.id for item in last.items] == one.expected[15:20]
                assert (last.has_previous, last.has_next) == (True, True)
                all_between = await one.fetch(reading, PageRequest(limit=16, after=keys[3], before=keys[20]))
                assert ([item.id for item in all_between.items], all_between.has_next) == (one.expected[4:20], False)
                beyond = await one.fetch(reading, PageRequest(limit=5, after=keys[-1]))
                assert beyond == replace(page.EMPTY, has_previous=True)
                crossed = await one.fetch(reading, PageRequest(limit=5, after=keys[20], before=keys[20]))
                assert crossed.items == ()
                assert (await one.fetch(reading, PageRequest(limit=5, after=("too", "many", "parts")))).items == ()


async def test_rows_that_come_and_go_between_pages_neither_repeat_nor_hide_the_others(ground: Database) -> None:
    known = listed.cards()
    await stored.execute(ground, update(customers).values(archived=True))
    await stored.store(ground, lambda unit: customer.add_many(unit, known))
    chance = listed.shuffled("come and go")
    for one in listed.customer_lists(known):
        async with ground.read() as reading:
            present = list(await reading.connection.scalars(select(customers.c.id).where(~customers.c.archived)))
        touched: set[str] = set()
        met: list[str] = []
        after = None
        while True:
            async with ground.read() as reading:
                found = await one.fetch(reading, PageRequest(limit=6, after=after))
            met.extend(item.id for item in found.items)
            if not found.has_next:
                break
            after = found.keys[-1]
            # One that was met goes (the last one of the page, whose key the next page begins at), one not yet met too,
            # and a new one comes anywhere.
            gone = {met[-1], chance.choice(present)}
            new = makers.customer(
                id=f"customer-{chance.getrandbits(32):08x}",
                customer_number=f"new-{chance.getrandbits(32)}",
                name=chance.choice(listed.NAMES),
                created_at=makers.NOW + timedelta(microseconds=chance.randrange(6)),
            )
            touched |= gone | {new.id}
            await stored.store(ground, lambda unit, new=new: customer.add(unit, new))  # type: ignore[misc]  # mypy does not infer a lambda with a default
            await stored.execute(ground, update(customers).where(customers.c.id.in_(gone)).values(archived=True))
        assert len(met) == len(set(met))
        stayed = [name for name in one.expected if name in present and name not in touched]
        assert [name for name in met if name in stayed] == stayed


async def test_pages_of_many_parents_are_the_pages_of_each_one(ground: Database, lists: list[List]) -> None:
    async with ground.read() as reading:
        parents = [*(await reading.connection.scalars(select(customers.c.id).order_by(customers.c.id))), "nobody"]
        whole = await task.page(
            reading, scope=FULL, filter=TaskFilter(), order=TaskOrder(), request=PageRequest(limit=EVERYTHING)
        )
        for wanted in (
            PageRequest(limit=2),
            PageRequest(limit=2, backwards=True),
            PageRequest(limit=3, after=whole.keys[11]),
            PageRequest(limit=3, before=whole.keys[30], backwards=True),
            PageRequest(limit=2, after=whole.keys[5], before=whole.keys[30]),
            PageRequest(limit=2, after=whole.keys[-1]),
        ):
            many = await task.page_by_customer(
                reading, parents, scope=FULL, filter=TaskFilter(active=True), order=TaskOrder(), request=wanted
            )
            for parent in parents:
                alone = TaskFilter(active=True, customer_id=parent)
                assert many[parent] == await task.page(reading, scope=FULL, filter=alone, order=TaskOrder(), request=wanted)
        counts = await task.count_by_customer(reading, parents, scope=FULL, filter=TaskFilter())
        for parent in parents:
            assert counts.get(parent, 0) == await task.count(reading, scope=FULL, filter=TaskFilter(customer_id=parent))
        assert sum(counts.values()) == len(whole.items) == await task.count(reading, scope=FULL, filter=TaskFilter())


async def test_pages_of_many_customers_collaborations_are_the_pages_of_each_one(ground: Database, lists: list[List]) -> None:
    async with ground.read() as reading:
        parents = list(await reading.connection.scalars(select(customers.c.id).order_by(customers.c.id)))
        for field, descending in itertools.product(CollaborationOrderField, (False, True)):
            order = CollaborationOrder(field=field, descending=descending)
            keys = (
                await collaboration.page(
                    reading, scope=FULL, filter=CollaborationFilter(), order=order, request=PageRequest(limit=EVERYTHING)
                )
            ).keys
            for wanted in (PageRequest(limit=2, backwards=descending), PageRequest(limit=3, after=keys[25])):
                many = await collaboration.page_by_parent(
                    reading,
                    CollaborationParent.CUSTOMER,
                    parents,
                    scope=FULL,
                    filter=CollaborationFilter(),
                    order=order,
                    request=wanted,
                )
                for parent in parents[::5] + [name for name in parents if many[name].items]:
                    alone = CollaborationFilter(customer_id=parent)
                    assert many[parent] == await collaboration.page(
                        reading, scope=FULL, filter=alone, order=order, request=wanted
                    )
        counts = await collaboration.count_by_parent(
            reading, CollaborationParent.CUSTOMER, parents, scope=true(), filter=CollaborationFilter()
        )
        assert sum(counts.values()) == 60
