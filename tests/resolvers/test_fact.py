"""What makes the facts: offices, advisors, companies, administrators and subscriptions, and what their change tells."""

import pytest

from domain.collaboration import CollaborationStatus
from domain.event import CollaborationEventType
from resolvers import fact
from tests.support.seen import told
from tests.support.world import ANNA, BEA, BETA, World

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


async def test_the_last_administrators_leaving_is_told_and_a_new_one_can_answer(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    await fact.remove_administrator(world.installation, BETA, BEA)
    assert await told(world, activated.collaboration) == [Type.ACTIVATED, Type.APPROVER_MISSING]
    await fact.add_administrator(world.installation, BETA, "Eva Ny", "eva@beta.example")
    done = await world.approve(await world.viewed_by("eva@beta.example"), activated.collaboration)
    assert done.collaboration.status is Status.ACTIVE
