"""What must be true of every database is true after a day's work, and whatever is broken by hand is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from domain.mail import MailKind
from persistence import invariants
from persistence.database import Unit
from persistence.tables import collaborations
from resolvers import answer, reminder
from resolvers.activation import Activated
from resolvers.activation import activate as activate_collaboration
from tests.support import seen
from tests.support.world import ANNA, NORD, World, contact

pytestmark = pytest.mark.anyio

# Rows are named by what was done: `alfa` and `gamma` are active, `beta` and `delta` wait, `declined` is closed.
BREAKS = Path(__file__).with_name("breaks.sql")


def breaks(ids: Mapping[str, str]) -> dict[str, list[str]]:
    """Read what breaks each sentence."""
    _, *sections = BREAKS.read_text(encoding="utf-8").format_map(ids).split("\n-- ")
    read = (section.partition("\n") for section in sections)
    return {sentence: [one for one in said.split(";") if one.strip()] for sentence, _, said in read}


@dataclass
class Found(Exception):
    """What the checker found, on the way out of a unit of work that is to be undone."""

    broken: tuple[invariants.Broken, ...]


@pytest.fixture
async def lived(world: World) -> World:
    """Have a day's work done: two who work together, two who wait, one of them reminded, and one refused."""
    anna = await world.viewed_by(ANNA)
    await world.add_customer(anna, "Delta AB", NORD, contact("Dora Dal", "dora@delta.example"))

    async def ask(name: str, message: str, **changes: object) -> Activated:
        return await activate_collaboration(anna, world.activation_of(name, message=message, **changes), None)

    for name in ("Alfa AB", "Gamma AB"):
        asked = await ask(name, name.split()[0].lower())
        await world.approve(await world.by_link(asked.collaboration.id), asked.collaboration)
    declined = await ask("Alfa AB", "declined", service_id=world.archive.id)
    cleo = await world.viewed_by("cleo@alfa.example")
    await answer.decline(cleo, declined.collaboration.id, declined.collaboration.company_id, None, None)
    beta = await ask("Beta AB", "beta")
    await ask("Delta AB", "delta")
    await world.advance(timedelta(hours=25))
    await reminder.remind(await world.viewed_by(ANNA), beta.collaboration.id, None, None)
    assert len(await seen.written(world, beta.collaboration.id, MailKind.REMINDER)) == 1
    return world


async def _broken(world: World, *statements: str) -> set[str]:
    """Break rows, look, and undo it: guards and indexes that are in the way are taken off as well."""

    async def work(unit: Unit) -> None:
        if unit.connection.dialect.name == "sqlite":
            names = await unit.connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            for name in names.all():
                await unit.connection.execute(text(f"DROP TRIGGER {name}"))
            await unit.connection.execute(text("PRAGMA defer_foreign_keys = 1"))
        else:
            await unit.connection.execute(text("SET LOCAL ROLE NONE"))
            await unit.connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            await unit.connection.execute(text(statement))
        raise Found(await invariants.check(unit))

    with pytest.raises(Found) as found:
        await world.database.write(work)
    return {one.sentence for one in found.value.broken}


async def test_all_is_true_after_a_days_work_and_whatever_is_broken_is_named(lived: World) -> None:
    assert await _broken(lived) == set()
    async with lived.database.read() as reading:
        rows = await reading.connection.execute(select(collaborations.c.message, collaborations.c.id))
    known = breaks({name: f"'{row_id}'" for name, row_id in rows} | {"other": f"'{lived.syd.id}'"})
    assert set(known) == set(invariants.SENTENCES)
    missed = [sentence for sentence, statements in known.items() if sentence not in await _broken(lived, *statements)]
    assert missed == []
    async with lived.database.read() as reading:
        assert await invariants.check(reading) == ()
