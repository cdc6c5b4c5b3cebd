"""How the one who answers is known: what evidence says of session, link and request."""

from domain.errors import NotFound
from domain.identity import Identification
from domain.viewer import AdministratorViewer
from persistence import session
from persistence.database import Unit
from resolvers.context import Context


async def identify(context: Context, unit: Unit, viewer: AdministratorViewer) -> Identification:
    """Return how the administrator was identified, and from where he answers.

    Raises:
        NotFound: his session is over since the operation was opened.
    """
    known = await session.find_session(unit, viewer.session_id)
    if known is None:
        raise NotFound
    link = None if known.link_id is None else await session.get_link(unit, known.link_id)
    return Identification(
        identified_by=known.identified_by,
        link_id=None if link is None else link.id,
        link_sent_at=None if link is None else await session.link_sent_at(unit, link.id),
        link_used_at=None if link is None else link.used_at,
        request_id=context.request.id,
        peer=context.request.peer,
        user_agent=context.request.user_agent,
        application_version=context.installation.application_version,
        identity=known.identity,
    )
