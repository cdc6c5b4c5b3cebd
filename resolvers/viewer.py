"""Who is asking, as a person."""

from domain.company import Administrator
from domain.office import Advisor, Office
from domain.viewer import AdvisorViewer
from resolvers.context import Context, UnauthenticatedError


async def person(context: Context) -> Advisor | Administrator:
    """Return the person who asks.

    Raises:
        UnauthenticatedError: nobody has signed in, or the person is gone.
    """
    viewer = context.require_viewer()
    found: Advisor | Administrator | None
    if isinstance(viewer, AdvisorViewer):
        found = await context.load.advisors.load(viewer.id)
    else:
        found = await context.load.administrators.load(viewer.id)
    if found is None:
        raise UnauthenticatedError
    return found


async def find_office(context: Context, office_id: str) -> Office | None:
    """Return the office where the viewer belongs to it; an administrator meets offices through collaborations."""
    viewer = context.require_viewer()
    if not isinstance(viewer, AdvisorViewer) or viewer.office_id != office_id:
        return None
    return await context.load.offices.load(office_id)


async def find_advisor(context: Context, advisor_id: str) -> Advisor | None:
    """Return the advisor where the viewer is of the same office."""
    viewer = context.require_viewer()
    found = await context.load.advisors.load(advisor_id)
    same = found is not None and isinstance(viewer, AdvisorViewer) and found.office_id == viewer.office_id
    return found if same else None
