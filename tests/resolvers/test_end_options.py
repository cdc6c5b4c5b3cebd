"""What a screen may offer to become of the service at an end, as the viewer, the payer and other collaborations have it."""

from datetime import timedelta

import pytest

from domain.service import ServiceAfterwards, SubscriptionStatus
from resolvers import ending, settlement
from tests.support.ends import end, scheduled
from tests.support.seen import collaborate, subscription, subscription_status
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
    await world.approve(bea, other)
    bo = await world.viewed_by(BO)
    assert await ending.options(bo, known) == (KEEP,)
    assert await ending.options(bea, known) == (KEEP,)
    await end(sara, other, KEEP)
    assert await ending.options(bo, known) == (READ_ONLY, END)


async def test_a_request_of_another_office_keeps_no_service_from_ending_and_activates_it_anew(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    ends = (await scheduled(await world.viewed_by(BO), known, END)).collaboration
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Beta hos Syd", BETA, contact("Bea Bok", "bea@beta.example"))
    asked = (await world.activate(sara, "Beta hos Syd")).collaboration
    assert await ending.options(bea, known) == (KEEP, READ_ONLY, END)
    await world.advance(timedelta(days=3))
    viewer = await world.viewed_by(BO)
    assert await ending.afterwards(viewer, ends) is END
    await settlement.settle(world.database, known.id)
    assert await subscription_status(world, known) is SubscriptionStatus.ENDED
    await world.approve(bea, asked)
    renewed = await subscription(world, known)
    assert renewed is not None
    assert (renewed.status, renewed.paying_office_id) == (SubscriptionStatus.ACTIVE, None)
