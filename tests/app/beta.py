"""Beta AB of the demo world: asked by Anna, and answered by nobody yet."""

from sqlalchemy import select

from domain.collaboration import Collaboration
from persistence.tables import links
from resolvers import activation
from resolvers.activation import ActivateCollaboration
from resolvers.context import Installation
from resolvers.demo import examples, world


async def activate(installation: Installation) -> Collaboration:
    """Activate Visma Scanner for Beta AB, as GraphiQL's tab does."""
    found = await examples.find(installation)
    assert found.customer_id
    assert found.service_id
    asked = ActivateCollaboration(customer_id=found.customer_id, service_id=found.service_id, task_id=found.task_id)
    return (await activation.activate(await world.act_as(installation, examples.ADVISOR), asked, None)).collaboration


async def secrets_of(installation: Installation, asked: Collaboration) -> list[str]:
    """Return the secrets of the links that were mailed for the collaboration, oldest first."""
    query = select(links.c.id).where(links.c.collaboration_id == asked.id).order_by(links.c.id)
    async with installation.database.read() as reading:
        return [installation.keys.link_secret(one) for one in await reading.connection.scalars(query)]
