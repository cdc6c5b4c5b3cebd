"""The application forgets at night what is older than its settings say."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

import app
from delivery.bell import Bell
from domain.event import CollaborationEventType
from persistence import clock
from persistence.database import Unit
from persistence.tables import events, jobs
from resolvers import retention
from resolvers.context import Installation
from settings import Settings
from tests.app import beta

pytestmark = pytest.mark.anyio


async def test_the_worker_forgets_what_the_settings_say_and_works_again_the_next_night(
    demo: Installation, known: Settings
) -> None:
    await beta.activate(demo)
    await retention.schedule(demo.database)
    kept = known.model_copy(update={"keep_events_days": 40})
    counted: dict[int, int] = {}
    for days in (39, 2):

        async def advance(unit: Unit, by: int = days) -> None:
            await clock.advance(unit, timedelta(days=by))

        await demo.database.write(advance)
        await app.make_worker(demo, kept, Bell()).run_once()
        async with demo.database.read() as reading:
            told = await reading.connection.scalar(select(func.count()).where(events.c.type == CollaborationEventType.ACTIVATED))
            [due] = await reading.connection.scalars(select(jobs.c.due_at).where(jobs.c.kind == retention.KIND))
            assert timedelta(0) < due - reading.now <= timedelta(days=1)
        counted[days] = told or 0
    assert counted[39] > 0
    assert counted[2] == 0
