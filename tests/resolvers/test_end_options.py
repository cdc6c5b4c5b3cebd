"""What a screen may offer to become of the service at an end, as the viewer, the payer and other collaborations have it."""

import pytest

from domain.service import ServiceAfterwards
from resolvers import answer, ending
from tests.support.seen import collaborate
from tests.support.world import ANNA, BETA, BO, SARA, World, contact

pytestmark = pytest.mark.anyio

KEEP, READ_ONLY, END = ServiceAfterwards


async def test_an_office_that_pays_may_close_the_service_and_the_customer_may_keep_it(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    assert await ending.options(await world.viewed_by(BO), known) == (READ_ONLY, END)
    assert await ending.options(bea, known) == (KEEP, READ_ONLY, END)


async def test_an_office_leaves_a_service_that_the_customer_pays_as_it_is(world: World) -> None:
    known, cleo = await collaborate(world, "Alfa AB")
    assert await ending.options(await world.viewed_by(BO), known) == (KEEP,)
    assert await ending.options(cleo, known) == (KEEP, READ_ONLY, END)


async def test_nothing_is_offered_before_the_approval_or_without_full(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    waiting = (await world.activate(anna, "Beta AB")).collaboration
    assert await ending.options(await world.viewed_by(BO), waiting) == ()
    known, _ = await collaborate(world, "Alfa AB")
    assert await ending.options(anna, known) == ()


async def test_a_service_that_another_offices_collaboration_uses_is_kept(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Beta hos Syd", BETA, contact("Bea Bok", "bea@beta.example"))
    other = (await world.activate(sara, "Beta hos Syd")).collaboration
    bo = await world.viewed_by(BO)
    assert await ending.options(bo, known) == (KEEP,)
    assert await ending.options(bea, known) == (KEEP,)
    await answer.cancel(sara, other.id, None, None)
    assert await ending.options(bo, known) == (READ_ONLY, END)
