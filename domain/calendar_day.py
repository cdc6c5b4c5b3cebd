"""Calendar days as the offices count them: of Europe/Stockholm (domain.md section 4)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def day_of(moment: datetime) -> date:
    """Return the day on which a moment falls."""
    return moment.astimezone(STOCKHOLM).date()
