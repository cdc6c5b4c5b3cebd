"""Who is asking, as a person or a partner."""

from domain.company import Administrator
from domain.office import Advisor, Office
from domain.partner import Partner
from domain.viewer import AdministratorViewer, AdvisorViewer, PartnerViewer
from resolvers.context import Context, UnauthenticatedError


async def person(context: Context) -> Advisor | Administrator | Partner:
    """Return the person, or the partner, who asks.

    Raises:
        UnauthenticatedError: nobody has signed in, or the person is gone.
    """
    viewer = context.require_viewer()
    found: Advisor | Administrator | Partner | None
    if isinstance(viewer, AdvisorViewer):
        found = await context.load.advisors.load(viewer.id)
    elif isinstance(viewer, PartnerViewer):
        found = await context.load.partners.load(viewer.id)
    else:
        found = await context.load.administrators.load(viewer.id)
    if found is None:
        raise UnauthenticatedError
    return found


async def find_office(context: Context, office_id: str) -> Office | None:
    """Return the office where the viewer belongs to it; an administrator meets offices through collaborations."""
    viewer = context.require_viewer()
    if isinstance(viewer, AdministratorViewer) or viewer.office_id != office_id:
        return None
    return await context.load.offices.load(office_id)


async def find_advisor(context: Context, advisor_id: str) -> Advisor | None:
    """Return the advisor where the viewer is of the same office."""
    viewer = context.require_viewer()
    found = await context.load.advisors.load(advisor_id)
    same = found is not None and not isinstance(viewer, AdministratorViewer) and found.office_id == viewer.office_id
    return found if same else None
