"""Activation through the use cases: the three scenarios, every refusal, and what preview and activation owe each other."""

from dataclasses import replace

import pytest

from domain.collaboration import CollaborationStatus
from domain.customer import Address, Contact
from domain.errors import (
    ActivationRefusalCode,
    ActivationRefused,
    CollaborationAlreadyOpen,
    IdempotencyKeyReused,
    InvalidInput,
    NotFound,
    NotPermitted,
    ScenarioChanged,
)
from domain.mail import MailKind
from domain.office import CustomerPermission
from domain.scenario import ActivationScenario, ApprovalKind
from domain.service import InvoiceRecipient, SubscriptionStatus
from persistence import company, mail, service
from resolvers import activation, card, collaboration, customer, event, fact, task, token
from resolvers.activation import PreviewRequest
from resolvers.listing import PageArguments
from resolvers.wanted import CollaborationFilter, CollaborationOrder, EventFilter
from tests.support.world import ALFA, ANNA, BETA, BO, GAMMA, SARA, SCENARIOS, World, contact

pytestmark = pytest.mark.anyio

Code = ActivationRefusalCode


async def refusal(world: World, name: str, **changes: object) -> ActivationRefusalCode:
    """Try to activate, see that nothing came of it, and say why it was refused."""
    anna = await world.viewed_by(BO)
    before = await counts(world)
    with pytest.raises(ActivationRefused) as refused:
        await activation.activate(anna, world.activation_of(name, **changes), None)
    assert await counts(world) == before
    return refused.value.code


async def counts(world: World) -> tuple[int, int]:
    """Count collaborations and events, of the whole office."""
    bo = await world.viewed_by(BO)
    listed = await collaboration.list_page(bo, PageArguments(), CollaborationFilter(), CollaborationOrder())
    told = await event.list_page(bo, PageArguments(), None, EventFilter())
    return await listed.count(), await told.count()


@pytest.mark.parametrize(("name", "scenario"), SCENARIOS.items())
async def test_each_scenario_is_activated_as_its_preview_said(world: World, name: str, scenario: ActivationScenario) -> None:
    anna = await world.viewed_by(ANNA)
    asked = world.activation_of(name)
    preview = await activation.preview(
        anna, PreviewRequest(customer_id=asked.customer_id, service_id=asked.service_id, task_id=asked.task_id)
    )
    assert preview is not None
    assert preview.plan.obstacles == ()
    done = await activation.activate(anna, replace(asked, expected_scenario=scenario), None)
    assert done.scenario is preview.plan.scenario is scenario
    assert done.approval_kind is preview.plan.approval_kind
    assert done.service_activated is preview.plan.activates_service
    assert done.administrator_created is preview.plan.creates_administrator
    assert done.collaboration.status is CollaborationStatus.AWAITING_APPROVAL
    assert done.collaboration.invoice_recipient is preview.plan.invoice_recipient
    written = await collaboration.mails(anna, done.collaboration)
    assert [(one.kind, one.recipient.email) for one in written] == [
        (MailKind.ACTIVATION, person.email) for person in preview.plan.approvers
    ]


async def test_the_scenarios_differ_as_the_table_says(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    alfa, beta, gamma = [await world.activate(anna, name) for name in SCENARIOS]
    rows = [
        (one.service_activated, one.administrator_created, one.approval_kind, one.collaboration.invoice_recipient)
        for one in (alfa, beta, gamma)
    ]
    assert rows == [
        (False, False, ApprovalKind.COLLABORATION, InvoiceRecipient.CUSTOMER),
        (True, False, ApprovalKind.COLLABORATION, InvoiceRecipient.OFFICE),
        (True, True, ApprovalKind.TERMS_AND_CONDITIONS, InvoiceRecipient.OFFICE),
    ]
    async with world.database.read() as reading:
        companies = await company.many_by_number(reading, [ALFA, BETA, GAMMA])
        assert companies[GAMMA].registered is False
        pairs = [(known.id, world.scanner.id) for known in companies.values()]
        found = await service.find_subscriptions(reading, pairs)
    by_number = {number: found[(known.id, world.scanner.id)].status for number, known in companies.items()}
    pending = SubscriptionStatus.PENDING
    assert by_number == {ALFA: SubscriptionStatus.ACTIVE, BETA: pending, GAMMA: pending}


async def test_every_administrator_is_asked_when_none_has_the_main_contacts_address(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    known = world.customers["Alfa AB"]
    changed = card.UpdateCustomer(customer_id=known.id, contacts=(contact("Någon Annan", "annan@alfa.example"),))
    await customer.update(anna, changed, None)
    done = await world.activate(anna, "Alfa AB")
    written = await collaboration.mails(anna, done.collaboration)
    assert sorted(one.recipient.email for one in written) == ["cleo@alfa.example", "dag@alfa.example"]


async def test_another_offices_customer_task_or_an_unknown_service_is_not_found(world: World) -> None:
    sara, anna = await world.viewed_by(SARA), await world.viewed_by(ANNA)
    await world.add_customer(sara, "Syd AB", "5561112227", None)
    other = world.activation_of("Syd AB")
    own = world.activation_of("Alfa AB")
    for asked in (
        other,
        replace(own, task_id=other.task_id),
        replace(own, service_id="00000000-0000-7000-8000-000000000000"),
        replace(own, customer_id=""),
    ):
        with pytest.raises(NotFound):
            await activation.activate(anna, asked, None)


async def test_an_administrator_is_not_permitted_to_activate_whatever_the_id(world: World) -> None:
    cleo = await world.viewed_by("cleo@alfa.example")
    for customer_id in (world.customers["Alfa AB"].id, "no such id"):
        with pytest.raises(NotPermitted, match="ADVISOR"):
            await activation.activate(cleo, world.activation_of("Alfa AB", customer_id=customer_id), None)


async def test_a_deactivated_advisors_token_opens_nothing(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    await fact.deactivate_advisor(world.installation, ANNA)
    async with world.database.read() as reading:
        assert anna.viewer is not None
        assert await token.find_current(reading, anna.viewer) is None


async def test_an_archived_customer_is_refused(world: World) -> None:
    bo = await world.viewed_by(BO)
    await customer.archive(bo, world.customers["Beta AB"].id, None)
    assert await refusal(world, "Beta AB") is Code.CUSTOMER_ARCHIVED


async def test_a_task_is_never_guessed(world: World) -> None:
    assert await refusal(world, "Beta AB", task_id=None) is Code.TASK_REQUIRED


async def test_another_customers_task_is_refused_by_name(world: World) -> None:
    assert await refusal(world, "Beta AB", task_id=world.tasks["Alfa AB"].id) is Code.TASK_NOT_ON_CUSTOMER


async def test_an_inactive_task_is_refused_where_there_is_an_active_one_too(world: World) -> None:
    bo = await world.viewed_by(BO)
    another = task.CreateTask(customer_id=world.customers["Beta AB"].id, type="Lön", period=world.tasks["Beta AB"].period)
    await task.create(bo, another, None)
    await task.update(bo, task.UpdateTask(task_id=world.tasks["Beta AB"].id, active=False), None)
    assert await refusal(world, "Beta AB") is Code.TASK_INACTIVE


async def test_a_customer_with_no_active_task_needs_one_even_where_the_inactive_one_is_named(world: World) -> None:
    bo = await world.viewed_by(BO)
    await task.update(bo, task.UpdateTask(task_id=world.tasks["Beta AB"].id, active=False), None)
    assert await refusal(world, "Beta AB") is Code.TASK_REQUIRED


async def test_an_open_collaboration_is_answered_with_itself(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    first = await world.activate(anna, "Beta AB")
    with pytest.raises(CollaborationAlreadyOpen) as refused:
        await world.activate(anna, "Beta AB")
    assert refused.value.collaboration_id == first.collaboration.id


async def test_an_open_collaboration_on_a_card_that_the_viewer_may_not_see_is_told_by_code_alone(world: World) -> None:
    bo, anna = await world.viewed_by(BO), await world.viewed_by(ANNA)
    await world.add_customer(bo, "Beta igen", BETA, None)
    await world.activate(bo, "Beta igen")
    with pytest.raises(ActivationRefused) as refused:
        await world.activate(anna, "Beta AB")
    assert refused.value.code is Code.COLLABORATION_ALREADY_OPEN


async def test_a_company_that_is_not_registered_yet_has_the_service_is_a_conflict(world: World) -> None:
    await fact.set_subscription(world.installation, GAMMA, "scanner", SubscriptionStatus.ACTIVE, name="Gamma AB")
    assert await refusal(world, "Gamma AB") is Code.COMPANY_DATA_CONFLICT


@pytest.mark.parametrize(
    ("main", "code"),
    [
        (None, Code.CONTACT_REQUIRED),
        (contact("Gun", None), Code.CONTACT_EMAIL_INVALID),
        (contact("Gun", "Anna@Nordbyran.example"), Code.CONTACT_IS_ADVISOR),
    ],
)
async def test_the_main_contact_must_be_somebody_who_can_be_asked(world: World, main: Contact | None, code: Code) -> None:
    anna = await world.viewed_by(ANNA)
    contacts = () if main is None else (main,)
    known = world.customers["Gamma AB"]
    await customer.update(anna, card.UpdateCustomer(customer_id=known.id, contacts=contacts), None)
    assert await refusal(world, "Gamma AB") is code


async def test_a_company_is_not_registered_from_half_an_address(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    half = Address(street="Storgatan 1", postal_code=None, city="Kalmar", country="SE")
    known = world.customers["Gamma AB"]
    await customer.update(anna, card.UpdateCustomer(customer_id=known.id, address=half), None)
    assert await refusal(world, "Gamma AB") is Code.ADDRESS_INCOMPLETE


async def test_an_administrator_is_never_created_for_a_registered_company(world: World) -> None:
    await fact.remove_administrator(world.installation, BETA, "bea@beta.example")
    assert await refusal(world, "Beta AB") is Code.COMPANY_HAS_NO_ADMINISTRATOR


async def test_who_pays_for_a_service_in_use_is_not_the_offices_to_say(world: World) -> None:
    office = InvoiceRecipient.OFFICE
    assert await refusal(world, "Alfa AB", invoice_recipient=office) is Code.INVOICE_RECIPIENT_NOT_ALLOWED


async def test_facts_that_changed_since_the_preview_are_told_with_a_new_one(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    await fact.set_subscription(world.installation, BETA, "scanner", SubscriptionStatus.ACTIVE)
    asked = world.activation_of("Beta AB", expected_scenario=ActivationScenario.REGISTERED_WITHOUT_SERVICE)
    with pytest.raises(ScenarioChanged) as refused:
        await activation.activate(anna, asked, None)
    assert refused.value.plan.scenario is ActivationScenario.SERVICE_IN_USE


@pytest.mark.parametrize("message", ["x" * 1_001, "a\x00b", "a\u2028b"])
async def test_a_message_that_cannot_be_mailed_is_refused(world: World, message: str) -> None:
    anna = await world.viewed_by(ANNA)
    with pytest.raises(InvalidInput):
        await activation.activate(anna, world.activation_of("Beta AB", message=message), None)


async def test_the_same_key_activates_once_and_answers_alike(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    first = await world.activate(anna, "Gamma AB", key="k-1")
    again = await world.activate(anna, "Gamma AB", key="k-1")
    assert again == replace(first, replayed=True)
    async with world.database.read() as reading:
        written = await mail.of_collaborations(reading, [first.collaboration.id])
    assert len(written[first.collaboration.id]) == 1


async def test_a_key_is_refused_for_another_input_and_not_burnt_by_a_refusal(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    with pytest.raises(ActivationRefused):
        await activation.activate(anna, world.activation_of("Beta AB", task_id=None), "k-2")
    done = await world.activate(anna, "Beta AB", key="k-2")
    assert done.replayed is False
    with pytest.raises(IdempotencyKeyReused):
        await world.activate(anna, "Alfa AB", key="k-2")


@pytest.mark.parametrize("key", ["", "x" * 256, "å", "a\nb"])
async def test_a_key_is_printable_ascii_of_1_to_255(world: World, key: str) -> None:
    anna = await world.viewed_by(ANNA)
    with pytest.raises(InvalidInput):
        await world.activate(anna, "Beta AB", key=key)


async def test_an_advisor_who_lost_his_rights_since_the_operation_was_opened_cannot_activate(world: World) -> None:
    anna, bo = await world.viewed_by(ANNA), await world.viewed_by(BO)
    await world.add_customer(anna, "Omega AB", "5561112227", contact("Olga", "olga@omega.example"))
    await fact.deactivate_advisor(world.installation, ANNA)
    with pytest.raises(NotPermitted, match="ADVISOR"):
        await world.activate(anna, "Omega AB")
    await fact.set_advisor_permission(world.installation, BO, CustomerPermission.OWN)
    with pytest.raises(NotFound):
        await world.activate(bo, "Omega AB")
