"""The settable clock of development and tests: a shift, kept in the database, between its clock and the time it tells."""

from datetime import timedelta

from sqlalchemy import select, update

from persistence.database import Reading, Unit
from persistence.tables import installation


async def advance(unit: Unit, by: timedelta) -> None:
    """Move the clock by so much, to the second."""
    shifted = installation.c.clock_shift_seconds + int(by.total_seconds())
    await unit.connection.execute(update(installation).values(clock_shift_seconds=shifted))
    unit.topics.add("jobs")


async def shift(reading: Reading) -> timedelta:
    """Return how far the clock is moved; production refuses to start unless this is zero."""
    seconds = await reading.connection.scalar(select(installation.c.clock_shift_seconds))
    return timedelta(seconds=seconds or 0)
