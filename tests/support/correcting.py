"""Correcting contacts, for tests of use cases."""

from domain.collaboration import Collaboration
from domain.permissions import CollaborationAction
from resolvers import collaboration, correction
from tests.support.world import ANNA, World

RIGHT = "gunvor@gamma.example"


async def correct(
    world: World, known: Collaboration, email: str = RIGHT, *, name: str = "Gunvor Grå", by: str = ANNA, key: str | None = None
) -> Collaboration:
    """Correct the contact of a request."""
    return (await correction.correct(await world.viewed_by(by), known.id, name, email, key)).collaboration


async def asked(world: World, name: str = "Gamma AB") -> Collaboration:
    """Activate for a customer as Anna."""
    return (await world.activate(await world.viewed_by(ANNA), name)).collaboration


async def is_offered(world: World, known: Collaboration, by: str = ANNA) -> bool:
    """Tell whether a screen offers the correction."""
    viewer = await world.viewed_by(by)
    stored = await collaboration.find(viewer, known.id)
    assert stored is not None
    return CollaborationAction.CORRECT_CONTACT in await collaboration.allowed_actions(viewer, stored)
