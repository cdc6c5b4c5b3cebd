"""What an activation prepares is undone by a no whatever else has moved meanwhile, and never more than that."""

from datetime import timedelta

import pytest

from domain.approval import AcceptedTerms
from domain.collaboration import CollaborationStatus
from domain.service import SubscriptionStatus
from persistence import company
from resolvers import acceptance, answer, fact
from resolvers.acceptance import AcceptTerms
from tests.support import seen
from tests.support.publishing import publish, status, work_off
from tests.support.world import ANNA, BEA, BETA, GAMMA, GUN, SARA, World, contact

pytestmark = pytest.mark.anyio


async def person_exists(world: World, email: str) -> bool:
    async with world.database.read() as reading:
        return await company.find_administrator_by_email(reading, email) is not None


async def test_a_refused_request_restores_what_was_there_beside_a_collaboration_that_is_active(world: World) -> None:
    known, bea = await seen.collaborate(world, "Beta AB")
    await fact.set_subscription(world.installation, BETA, "scanner", SubscriptionStatus.ENDED)
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Beta syd", BETA, contact("Bea Bok", "bea@beta.example"))
    second = (await world.activate(sara, "Beta syd")).collaboration
    assert await seen.subscription_status(world, known) is SubscriptionStatus.PENDING
    await answer.decline(bea, second.id, second.company_id, None, None)
    assert await seen.subscription_status(world, known) is SubscriptionStatus.ENDED


async def test_an_administrator_whom_the_provider_names_outlives_the_request_that_made_him_pending(world: World) -> None:
    asked = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    await fact.register_company(world.installation, GAMMA, "Gamma AB")
    await fact.add_administrator(world.installation, GAMMA, "Gun Grå", GUN)
    await answer.cancel(await world.viewed_by(ANNA), asked.collaboration.id, None, None)
    assert await seen.administrators(world, asked.collaboration.company_id) == [GUN]


async def test_a_subscription_that_is_worked_in_is_ended_and_not_removed(world: World) -> None:
    known, _ = await seen.collaborate(world, "Beta AB")
    await fact.set_subscription(world.installation, BETA, "scanner", None)
    assert await seen.subscription_status(world, known) is SubscriptionStatus.ENDED


async def test_a_subscription_of_what_is_suspended_is_ended_and_not_removed_whether_or_not_that_is_written(world: World) -> None:
    known, bea = await seen.collaborate(world, "Beta AB")
    newer = await publish(world, grace_days=1)
    await world.advance(timedelta(days=2))
    for write in (False, True):
        if write:
            await work_off(world)
        await fact.set_subscription(world.installation, BETA, "scanner", None)
        assert await seen.subscription_status(world, known) is SubscriptionStatus.ENDED
    named = AcceptedTerms(terms_id=newer.id, sha256=newer.sha256)
    await acceptance.accept(bea, AcceptTerms(company_id=known.company_id, terms=named), None)
    assert await status(world, known) is CollaborationStatus.ACTIVE
    assert await seen.subscription_status(world, known) is SubscriptionStatus.ENDED


async def test_a_person_who_never_came_is_forgotten_with_the_right_to_act(world: World) -> None:
    asked = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    await fact.remove_administrator(world.installation, GAMMA, GUN)
    await answer.cancel(await world.viewed_by(ANNA), asked.collaboration.id, None, None)
    assert not await person_exists(world, GUN)


async def test_a_person_who_has_come_is_kept_without_the_right_to_act(world: World) -> None:
    _, _ = await seen.request(world, "Gamma AB")
    await fact.remove_administrator(world.installation, GAMMA, GUN)
    assert await person_exists(world, GUN)


async def test_a_person_whom_no_activation_has_made_is_kept_though_he_never_came(world: World) -> None:
    await fact.remove_administrator(world.installation, BETA, BEA)
    assert await person_exists(world, BEA)
