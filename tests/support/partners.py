"""Partners of the small world: made by an advisor with FULL, and acting."""

from datetime import datetime

from domain.partner import PartnerScope
from domain.viewer import PartnerViewer
from resolvers import partner
from resolvers.context import Context
from resolvers.partner import CreatePartner, PartnerCreated
from tests.support.world import BO, World

EVERYTHING = tuple(PartnerScope)


async def make(
    world: World, *scopes: PartnerScope, name: str = "Flow", by: str = BO, expires_at: datetime | None = None
) -> PartnerCreated:
    """Make a partner with these scopes, of the office of whoever makes it."""
    asked = CreatePartner(name=name, scopes=scopes, expires_at=expires_at)
    return await partner.create(await world.viewed_by(by), asked, None)


async def act_as(world: World, *scopes: PartnerScope, name: str = "Flow", by: str = BO) -> Context:
    """Open an operation of a new partner with these scopes."""
    return await world.context((await make(world, *scopes, name=name, by=by)).token)


def without(scope: PartnerScope) -> tuple[PartnerScope, ...]:
    """Return every scope but one."""
    return tuple(one for one in PartnerScope if one is not scope)


def as_partner(context: Context) -> PartnerViewer:
    """Return who asks, as a partner."""
    assert isinstance(context.viewer, PartnerViewer)
    return context.viewer
