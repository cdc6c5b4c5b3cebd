"""Keys of mutations: kept for seven days, each viewer's and field's own, and used first by one of many."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.errors import NotFound
from persistence import clock, idempotency
from persistence.database import Database, Unit
from persistence.idempotency import KeptResult, KeyUse
from persistence.tables import idempotency_keys
from tests.persistence import stored

pytestmark = pytest.mark.anyio

USE = KeyUse(viewer="advisor:advisor-anna", field="activateCollaboration", key="k-1", input_sha256="a" * 64)
RESULT: dict[str, str | int | bool | None] = {
    "type": "Activated",
    "id": "collaboration-alfa",
    "ö": "ÅÄÖ",
    "n": 7,
    "b": True,
    "x": None,
}
KEPT = KeptResult(input_sha256="a" * 64, result=RESULT)


async def found(database: Database, use: KeyUse = USE) -> KeptResult | None:
    return await database.write(lambda unit: idempotency.find(unit, use))


async def test_what_came_of_a_key_is_kept_for_the_viewer_and_the_field(database: Database) -> None:
    assert await found(database) is None
    await stored.store(database, lambda unit: idempotency.keep(unit, USE, RESULT))
    assert await found(database) == KEPT
    other_input = KeyUse(viewer=USE.viewer, field=USE.field, key=USE.key, input_sha256="b" * 64)
    assert await found(database, other_input) == KEPT
    for other in (
        KeyUse(viewer="administrator:advisor-anna", field=USE.field, key=USE.key, input_sha256=USE.input_sha256),
        KeyUse(viewer=USE.viewer, field="cancelCollaboration", key=USE.key, input_sha256=USE.input_sha256),
        KeyUse(viewer=USE.viewer, field=USE.field, key="K-1", input_sha256=USE.input_sha256),
    ):
        assert await found(database, other) is None


async def test_a_key_is_forgotten_after_seven_days_and_can_be_used_again(database: Database) -> None:
    await stored.store(database, lambda unit: idempotency.keep(unit, USE, RESULT))
    await stored.store(database, lambda unit: clock.advance(unit, timedelta(days=7, seconds=-60)))
    assert await found(database) == KEPT
    await stored.store(database, lambda unit: clock.advance(unit, timedelta(seconds=61)))
    assert await found(database) is None
    await stored.store(database, lambda unit: idempotency.keep(unit, USE, {"id": "second"}))
    assert await found(database) == KeptResult(input_sha256="a" * 64, result={"id": "second"})


async def test_a_refused_attempt_does_not_burn_the_key(database: Database) -> None:
    async def refused(unit: Unit) -> None:
        await idempotency.keep(unit, USE, RESULT)
        raise NotFound

    with pytest.raises(NotFound):
        await database.write(refused)
    assert await found(database) is None


async def test_of_many_first_uses_at_once_one_is_the_first_and_the_others_find_it(database: Database) -> None:
    async def use(unit: Unit) -> str:
        if await idempotency.find(unit, USE) is not None:
            return "replayed"
        await asyncio.sleep(0)
        await idempotency.keep(unit, USE, RESULT)
        return "done"

    answers = await asyncio.gather(*(database.write(use) for _ in range(10)))
    assert sorted(answers) == ["done", *["replayed"] * 9]
    async with database.read() as reading:
        assert await reading.connection.scalar(select(func.count()).select_from(idempotency_keys)) == 1
