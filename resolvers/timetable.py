"""A request's timetable: the jobs by which the clock asks again, written with the activation and gone with the answer."""

from domain import reminder
from domain.collaboration import Collaboration
from persistence import jobs
from persistence.database import Unit

KIND = "remind"


async def enter(unit: Unit, request: Collaboration) -> None:
    """Write the jobs of a new request."""
    for day, moment in reminder.due(request).items():
        await jobs.add(unit, id=_job(request.id, day), kind=KIND, subject_id=request.id, due_at=moment)


async def strike(unit: Unit, collaboration_id: str) -> None:
    """Remove what is left of a request's jobs."""
    for day in reminder.AUTOMATIC_DAYS:
        await jobs.remove(unit, _job(collaboration_id, day))


def _job(collaboration_id: str, day: int) -> str:
    return f"{KIND}:{collaboration_id}:{day}"
