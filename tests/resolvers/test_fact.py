"""What makes the facts: offices, advisors, companies, administrators and subscriptions, and what their change tells."""

from collections.abc import Awaitable
from datetime import date, timedelta

import pytest

from domain.collaboration import CollaborationStatus
from domain.errors import DomainError, InvalidInput, NotFound
from domain.event import CollaborationEventType
from domain.mail import MailKind
from domain.office import CustomerPermission
from domain.service import SubscriptionStatus
from persistence import company
from persistence import service as stored_service
from resolvers import fact
from tests.support.seen import as_administrator, rows, told, written
from tests.support.world import ALFA, ANNA, BEA, BETA, BO, CLEO, DAG, GAMMA, NORD, World, service

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


async def test_the_last_administrators_leaving_is_told_only_where_a_request_waits_and_nobody_is_left(world: World) -> None:
    alfa = (await world.activate(await world.viewed_by(ANNA), "Alfa AB")).collaboration
    await fact.remove_administrator(world.installation, ALFA, CLEO)
    assert await told(world, alfa) == [Type.ACTIVATED]
    await fact.remove_administrator(world.installation, ALFA, DAG)
    assert await told(world, alfa) == await told(world, alfa, BO) == [Type.ACTIVATED, Type.APPROVER_MISSING]
    assert [one.recipient.email for one in await written(world, alfa.id, MailKind.APPROVER_MISSING)] == [ANNA]
    beta = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    await world.advance(timedelta(days=30))
    await fact.remove_administrator(world.installation, BETA, BEA)
    assert Type.APPROVER_MISSING not in await told(world, beta)


async def test_facts_that_cannot_be_are_refused_and_change_nothing(world: World) -> None:
    installation = world.installation
    full, active = CustomerPermission.FULL, SubscriptionStatus.ACTIVE
    texts, day = {"sv": "Villkor"}, date(2026, 1, 1)
    before = await rows(world)
    cases: list[tuple[Awaitable[object], type[DomainError]]] = [
        (fact.add_office(installation, "Nord igen", NORD), InvalidInput),
        (fact.add_office(installation, " ", "2021005489"), InvalidInput),
        (fact.add_advisor(installation, "no such office", "Ny", "ny@nordbyran.example", full), NotFound),
        (fact.add_advisor(installation, world.nord.id, "Ny", ANNA.upper(), full), InvalidInput),
        (fact.add_advisor(installation, world.nord.id, "Ny", "ny", full), InvalidInput),
        (fact.add_advisor(installation, world.nord.id, "Ny", "ny@nordbyran.example", full, language="fi"), InvalidInput),
        (fact.set_advisor_permission(installation, "nobody@nordbyran.example", full), NotFound),
        (fact.deactivate_advisor(installation, CLEO), NotFound),
        (fact.register_company(installation, "000000-0000", "Noll AB"), InvalidInput),
        (fact.add_administrator(installation, GAMMA, "Gun", "gun@gamma.example"), NotFound),
        (fact.add_administrator(installation, ALFA, "Gun\n", "gun@gamma.example\n"), InvalidInput),
        (fact.remove_administrator(installation, ALFA, BEA), NotFound),
        (fact.remove_administrator(installation, GAMMA, BEA), NotFound),
        (fact.set_subscription(installation, ALFA, "no such service", active), NotFound),
        (fact.set_subscription(installation, GAMMA, "scanner", active), NotFound),
        (fact.add_service(installation, service("scanner", "Igen"), texts, effective_from=day), InvalidInput),
        (fact.add_service(installation, service("new", "Ny"), {}, effective_from=day), InvalidInput),
        (fact.add_service(installation, service("new", "Ny"), texts, effective_from=date(2999, 1, 1)), InvalidInput),
    ]
    for doing, refusal in cases:
        with pytest.raises(refusal):
            await doing
    assert await rows(world) == before


async def test_a_company_that_registers_keeps_what_it_has_and_takes_its_new_name(world: World) -> None:
    await fact.set_subscription(world.installation, GAMMA, "scanner", SubscriptionStatus.ACTIVE, name="Gamma AB")
    registered = await fact.register_company(world.installation, GAMMA, "Gamma Invest AB")
    async with world.database.read() as reading:
        found = (await company.many_by_number(reading, [GAMMA]))[GAMMA]
        held = (await stored_service.subscriptions_of(reading, [found.id]))[found.id]
    assert (found, found.registered, found.name) == (registered, True, "Gamma Invest AB")
    assert [one.status for one in held] == [SubscriptionStatus.ACTIVE]


async def test_a_person_added_to_a_second_company_is_the_same_one_and_added_twice_once(world: World) -> None:
    first = await fact.add_administrator(world.installation, BETA, "Cleo F", CLEO.upper())
    assert await fact.add_administrator(world.installation, BETA, "Cleo F", CLEO) == first
    assert first.name == "Cleo Falk"
    assert len(as_administrator(await world.viewed_by(CLEO)).company_ids) == 2
