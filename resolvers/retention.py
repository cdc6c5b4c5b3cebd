"""What is kept for a time only: the job of the night that forgets what is older."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

from domain import calendar_day
from persistence import jobs, retention
from persistence.database import Database, Reading, Unit

KIND = "retention"
# The night is quiet then, and the hour exists on every day of the year.
_HOUR = time(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How long is kept what: events from when they were written, mails too, keys from their use, links from their end."""

    events: timedelta
    mails: timedelta
    keys: timedelta
    links: timedelta


async def schedule(database: Database) -> None:
    """See to it that the job runs in the next night; however often this is done, it runs once a night."""
    await database.write(_schedule)


async def forget(database: Database, kept: Kept) -> None:
    """Forget what is older than it is to be kept, a little at a time, and see to the next night."""
    async with database.read() as reading:
        now, streams = reading.now, await retention.names_of_streams(reading)
    for stream in streams:
        await _all(database, partial(retention.forget_events, stream=stream, before=now - kept.events))
    await _all(database, partial(retention.forget_mails, before=now - kept.mails))
    await _all(database, partial(retention.forget_letters, before=now - kept.mails))
    await _all(database, partial(retention.forget_keys, before=now - kept.keys))
    await _all(database, partial(retention.forget_links, before=now - kept.links))
    await _all(database, partial(retention.forget_sessions, before=now - kept.links))
    await schedule(database)


async def _all(database: Database, some: Callable[[Unit], Awaitable[int]]) -> None:
    while await database.write(some) == retention.AT_ONCE:
        pass


async def _schedule(unit: Unit) -> None:
    due = _next_night(unit)
    # Named by its day, it is the same job whoever asks for it, and not the one that is being done.
    await jobs.add(unit, id=f"{KIND}:{due.date()}", kind=KIND, subject_id=str(due.date()), due_at=due)


def _next_night(reading: Reading) -> datetime:
    today = calendar_day.day_of(reading.now)
    nights = [datetime.combine(today + timedelta(days=days), _HOUR, calendar_day.STOCKHOLM) for days in (0, 1)]
    return next(night for night in nights if night > reading.now)
