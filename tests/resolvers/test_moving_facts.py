"""Facts that move between preview, activation and approval: read again each time, and never to the company's cost."""

from collections.abc import Awaitable, Callable

import pytest

from domain.collaboration import CollaborationStatus
from domain.company import Administrator
from domain.errors import ActivationRefusalCode, ActivationRefused, NotFound, ScenarioChanged
from domain.mail import MailKind
from domain.scenario import ActivationPlan, ActivationScenario
from domain.service import InvoiceRecipient, SubscriptionStatus
from persistence import company, ids, keys
from persistence.database import Unit
from resolvers import activation, answer, customer, fact
from resolvers.activation import PreviewRequest
from resolvers.answer import ApproveCollaboration
from resolvers.card import UpdateCustomer
from tests.support.seen import administrators, as_administrator, request, rows, subscription, written
from tests.support.world import ALFA, ANNA, BETA, CLEO, GAMMA, GUN, World, contact

pytestmark = pytest.mark.anyio

IN_USE, WITHOUT, NOT_REGISTERED = ActivationScenario


async def preview(world: World, name: str) -> ActivationPlan:
    asked = world.activation_of(name)
    found = await activation.preview(
        await world.viewed_by(ANNA),
        PreviewRequest(customer_id=asked.customer_id, service_id=asked.service_id, task_id=asked.task_id),
    )
    assert found is not None
    return found.plan


async def company_registers(world: World) -> None:
    await fact.register_company(world.installation, GAMMA, "Gamma AB")
    await fact.add_administrator(world.installation, GAMMA, "Eva Grå", "eva@gamma.example")


async def company_buys(world: World) -> None:
    await fact.set_subscription(world.installation, BETA, "scanner", SubscriptionStatus.ACTIVE)


async def company_gives_up(world: World) -> None:
    await fact.set_subscription(world.installation, ALFA, "scanner", SubscriptionStatus.ENDED)


@pytest.mark.parametrize(
    ("name", "move", "before", "after"),
    [
        ("Beta AB", company_buys, WITHOUT, IN_USE),
        ("Gamma AB", company_registers, NOT_REGISTERED, WITHOUT),
        ("Alfa AB", company_gives_up, IN_USE, WITHOUT),
    ],
    ids=["bought", "registered", "given up"],
)
async def test_facts_that_moved_after_the_preview_are_refused_with_a_new_one(
    world: World, name: str, move: Callable[[World], Awaitable[None]], before: ActivationScenario, after: ActivationScenario
) -> None:
    assert (await preview(world, name)).scenario is before
    await move(world)
    counted = await rows(world)
    with pytest.raises(ScenarioChanged) as refused:
        await activation.activate(await world.viewed_by(ANNA), world.activation_of(name, expected_scenario=before), None)
    assert refused.value.plan == await preview(world, name)
    assert refused.value.plan.scenario is after
    assert await rows(world) == counted
    again = world.activation_of(name, expected_scenario=after)
    assert (await activation.activate(await world.viewed_by(ANNA), again, None)).scenario is after


async def test_an_obstacle_is_named_before_the_scenario_that_has_changed(world: World) -> None:
    await company_buys(world)
    asked = world.activation_of("Beta AB", expected_scenario=WITHOUT, invoice_recipient=InvoiceRecipient.OFFICE)
    with pytest.raises(ActivationRefused) as refused:
        await activation.activate(await world.viewed_by(ANNA), asked, None)
    assert refused.value.code is ActivationRefusalCode.INVOICE_RECIPIENT_NOT_ALLOWED


@pytest.mark.parametrize("answered", ["approved", "declined"])
async def test_what_the_company_bought_while_it_was_asked_stays_its_own(world: World, answered: str) -> None:
    activated, bea = await request(world, "Beta AB")
    known = activated.collaboration
    await company_buys(world)
    own = await subscription(world, known)
    if answered == "approved":
        done = await world.approve(bea, known)
        assert done.collaboration.invoice_recipient is InvoiceRecipient.CUSTOMER
        assert done.collaboration.scenario is WITHOUT
    else:
        await answer.decline(bea, known.id, known.company_id, None, None)
    assert await subscription(world, known) == own


async def test_a_company_that_registered_while_it_was_asked_answers_by_its_own_administrators(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    await company_registers(world)
    done = await world.approve(await world.viewed_by("eva@gamma.example"), known)
    assert done.collaboration.status is CollaborationStatus.ACTIVE
    assert await administrators(world, known.company_id) == ["eva@gamma.example"]


async def test_an_office_cannot_capture_a_company_that_registers_by_the_contact_it_named(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    gun = await world.by_link(known.id)
    await company_registers(world)
    assert as_administrator(await world.viewed_by(GUN)).company_ids == frozenset()
    with pytest.raises(NotFound):
        await answer.approve(gun, ApproveCollaboration(collaboration_id=known.id, company_id=known.company_id), None)
    assert await administrators(world, known.company_id) == ["eva@gamma.example"]


async def test_an_approval_confirms_nobody_but_the_person_who_approved(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration

    async def name_another(unit: Unit) -> None:
        other = Administrator(id=ids.new_id(), name="Mal Ory", email="mal@evil.example", language="sv", accepted_at=None)
        await company.add_administrator(unit, other, salt=keys.new_salt())
        await company.link(unit, known.company_id, other.id, pending=True)

    await world.database.write(name_another)
    await world.approve(await world.viewed_by(GUN), known)
    await world.database.write(lambda unit: company.unlink_pending(unit, known.company_id))
    assert await administrators(world, known.company_id) == [GUN]


async def test_a_contact_whom_the_provider_appoints_stays_administrator_after_a_no(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    await fact.register_company(world.installation, GAMMA, "Gamma AB")
    assert await administrators(world, known.company_id) == []
    await fact.add_administrator(world.installation, GAMMA, "Gun Grå", GUN)
    await answer.cancel(await world.viewed_by(ANNA), known.id, None, None)
    assert await administrators(world, known.company_id) == [GUN]


async def test_an_office_is_told_when_a_company_registers_and_nobody_is_left_to_answer(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    await fact.register_company(world.installation, GAMMA, "Gamma AB")
    assert len(await written(world, known.id, MailKind.APPROVER_MISSING)) == 1


async def test_a_company_that_registered_loses_only_the_administrator_that_the_request_made(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    await company_registers(world)
    await answer.cancel(await world.viewed_by(ANNA), known.id, None, None)
    assert await administrators(world, known.company_id) == ["eva@gamma.example"]
    assert await subscription(world, known) is None
    assert (await preview(world, "Gamma AB")).scenario is WITHOUT


async def test_a_main_contact_that_changed_since_the_preview_is_who_is_asked(world: World) -> None:
    assert [person.email for person in (await preview(world, "Gamma AB")).approvers] == [GUN]
    changed = UpdateCustomer(customer_id=world.customers["Gamma AB"].id, contacts=(contact("Gro Grå", "gro@gamma.example"),))
    await customer.update(await world.viewed_by(ANNA), changed, None)
    known = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    assert [one.recipient.email for one in await written(world, known.id)] == ["gro@gamma.example"]
    assert await administrators(world, known.company_id) == ["gro@gamma.example"]


async def test_a_person_who_is_known_already_is_not_made_twice(world: World) -> None:
    changed = UpdateCustomer(customer_id=world.customers["Gamma AB"].id, contacts=(contact("Cleo F", CLEO.upper()),))
    await customer.update(await world.viewed_by(ANNA), changed, None)
    activated = await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    assert activated.administrator_created is True
    assert await administrators(world, activated.collaboration.company_id) == [CLEO]
    await answer.cancel(await world.viewed_by(ANNA), activated.collaboration.id, None, None)
    assert await administrators(world, activated.collaboration.company_id) == []
    assert (await world.viewed_by(CLEO)).viewer is not None
