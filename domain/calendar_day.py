"""Calendar days as the offices count them: of Europe/Stockholm (domain.md section 4)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def day_of(moment: datetime) -> date:
    """Return the day on which a moment falls."""
    return moment.astimezone(STOCKHOLM).date()


def start_of(day: date) -> datetime:
    """Return the moment at which a day begins, in UTC; clocks are put forward and back later in the night."""
    return datetime.combine(day, time(), STOCKHOLM).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return the moment at which a day is over: the start of the day after."""
    return start_of(day + timedelta(days=1))
