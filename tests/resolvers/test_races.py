"""Several who act at the same instant: one wins, and it is told once."""

import asyncio

import pytest

from domain.collaboration import CollaborationStatus
from domain.errors import (
    CollaborationAlreadyOpen,
    InvalidTransition,
    SignInLinkInvalid,
)
from domain.event import CollaborationEventType
from persistence import mail
from resolvers import answer, session
from resolvers.activation import Activated
from tests.support.seen import (
    request,
    told,
)
from tests.support.world import ANNA, BO, World

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


async def test_fifty_advisors_who_activate_at_once_make_one_collaboration(world: World) -> None:
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    results = await asyncio.gather(
        *(world.activate(anna if turn % 2 else bo, "Gamma AB") for turn in range(50)), return_exceptions=True
    )
    made = [one for one in results if isinstance(one, Activated)]
    refused = [one for one in results if isinstance(one, CollaborationAlreadyOpen)]
    assert (len(made), len(refused)) == (1, 49)
    assert {one.collaboration_id for one in refused} == {made[0].collaboration.id}
    async with world.database.read() as reading:
        written = await mail.of_collaborations(reading, [made[0].collaboration.id])
    assert len(written[made[0].collaboration.id]) == 1


async def test_of_an_approval_and_a_cancelling_at_the_same_instant_one_wins_and_is_told_once(world: World) -> None:
    for _ in range(20):
        activated, bea = await request(world, "Beta AB")
        known = activated.collaboration
        results = await asyncio.gather(
            world.approve(bea, known),
            answer.cancel(await world.viewed_by(BO), known.id, None, None),
            return_exceptions=True,
        )
        refused = [one for one in results if isinstance(one, BaseException)]
        assert [type(one) for one in refused] == [InvalidTransition]
        assert len(await told(world, known)) == 2
        stored = await world.stored(known.id)
        assert stored.status in {Status.ACTIVE, Status.CANCELLED}
        if stored.status is Status.ACTIVE:
            return


async def test_a_link_is_exchanged_once_of_sixteen_who_try(world: World) -> None:
    activated = await world.activate(await world.viewed_by(ANNA), "Beta AB")
    secret = await world.link_secret(activated.collaboration.id)
    contexts = [await world.context() for _ in range(16)]
    results = await asyncio.gather(*(session.sign_in(context, secret, None) for context in contexts), return_exceptions=True)
    assert sum(isinstance(one, session.SignedIn) for one in results) == 1
    assert sum(isinstance(one, SignInLinkInvalid) for one in results) == 15
