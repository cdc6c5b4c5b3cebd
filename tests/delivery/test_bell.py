"""The bell: wakes who listens, loses no ring between two waits, and keeps nobody who has gone."""

import asyncio
import time

import pytest

from delivery.bell import Bell

pytestmark = pytest.mark.anyio


async def test_a_ring_wakes_everybody_who_waits_for_the_topic() -> None:
    bell = Bell()
    with bell.listen("jobs") as first, bell.listen("jobs") as second:
        waiting = [asyncio.create_task(ear.wait(60)) for ear in (first, second)]
        await asyncio.sleep(0)
        bell.ring(frozenset({"jobs"}))
        async with asyncio.timeout(5):
            await asyncio.gather(*waiting)


async def test_a_ring_before_the_wait_is_heard_once() -> None:
    bell = Bell()
    with bell.listen("jobs") as ear:
        bell.ring(frozenset({"jobs"}))
        bell.ring(frozenset({"jobs"}))
        async with asyncio.timeout(5):
            await ear.wait(60)
        started = time.monotonic()
        await ear.wait(0.05)
        assert time.monotonic() - started >= 0.04


async def test_a_ring_for_another_topic_wakes_nobody() -> None:
    bell = Bell()
    with bell.listen("office:1") as ear:
        bell.ring(frozenset({"office:2", "jobs"}))
        started = time.monotonic()
        await ear.wait(0.05)
        assert time.monotonic() - started >= 0.04


async def test_whoever_has_gone_is_forgotten() -> None:
    bell = Bell()
    with bell.listen("jobs") as ear:
        with bell.listen("jobs"), bell.listen("office:1"):
            pass
        bell.ring(frozenset({"jobs", "office:1"}))
        async with asyncio.timeout(5):
            await ear.wait(60)
    assert bell._ears == {}
