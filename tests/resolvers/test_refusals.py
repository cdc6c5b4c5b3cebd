"""The refusal table in its order: of two things that stand in the way, the earlier row is the refusal; nothing comes of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date

import pytest

from domain.errors import ActivationRefusalCode, ActivationRefused, NotFound
from domain.service import InvoiceRecipient, SubscriptionStatus
from domain.task import TaskPeriod
from resolvers import activation, customer, fact, task
from resolvers.activation import PreviewRequest
from resolvers.card import UpdateCustomer
from resolvers.task import CreateTask, UpdateTask
from tests.support.seen import rows
from tests.support.world import ANNA, BO, GAMMA, GUN, SARA, World, contact, service

pytestmark = pytest.mark.anyio

Code = ActivationRefusalCode
Break = Callable[[World], Awaitable[dict[str, object]]]


async def archive(world: World) -> dict[str, object]:
    await customer.archive(await world.viewed_by(ANNA), world.customers["Gamma AB"].id, None)
    return {}


async def leave_task_out(world: World) -> dict[str, object]:
    return {"task_id": None}


async def name_another_customers_task(world: World) -> dict[str, object]:
    return {"task_id": world.tasks["Alfa AB"].id}


async def pause_the_task(world: World) -> dict[str, object]:
    anna = await world.viewed_by(ANNA)
    another = CreateTask(customer_id=world.customers["Gamma AB"].id, type="Lön", period=TaskPeriod.MONTH)
    await task.create(anna, another, None)
    await task.update(anna, UpdateTask(task_id=world.tasks["Gamma AB"].id, active=False), None)
    return {}


async def open_another(world: World) -> dict[str, object]:
    bo = await world.viewed_by(BO)
    await world.add_customer(bo, "Gamma igen", GAMMA, contact("Gun Grå", GUN))
    await world.activate(bo, "Gamma igen")
    return {}


async def contradict_oneself(world: World) -> dict[str, object]:
    await fact.set_subscription(world.installation, GAMMA, "scanner", SubscriptionStatus.ACTIVE, name="Gamma AB")
    return {}


async def change_card(world: World, **changes: object) -> dict[str, object]:
    known = UpdateCustomer(customer_id=world.customers["Gamma AB"].id)
    asked = replace(known, **changes)  # type: ignore[arg-type]  # keywords of the dataclass
    await customer.update(await world.viewed_by(ANNA), asked, None)
    return {}


async def have_no_contact(world: World) -> dict[str, object]:
    return await change_card(world, contacts=())


async def have_no_address(world: World) -> dict[str, object]:
    return await change_card(world, address=None)


async def ask_the_wrong_one_to_pay(world: World) -> dict[str, object]:
    shared = replace(service("free", "Gratistjänsten"), allowed_invoice_recipients=(InvoiceRecipient.CUSTOMER,))
    await fact.add_service(world.installation, shared, {"sv": "Villkor"}, effective_from=date(2026, 1, 1))
    return {"service_id": shared.id, "invoice_recipient": InvoiceRecipient.OFFICE}


# In the order of the table, without those that need a service or a company of their own.
ROWS: list[tuple[Break, ActivationRefusalCode]] = [
    (archive, Code.CUSTOMER_ARCHIVED),
    (leave_task_out, Code.TASK_REQUIRED),
    (name_another_customers_task, Code.TASK_NOT_ON_CUSTOMER),
    (pause_the_task, Code.TASK_INACTIVE),
    (open_another, Code.COLLABORATION_ALREADY_OPEN),
    (contradict_oneself, Code.COMPANY_DATA_CONFLICT),
    (have_no_contact, Code.CONTACT_REQUIRED),
    (have_no_address, Code.ADDRESS_INCOMPLETE),
]
TOGETHER = [
    pytest.param(earlier, later, id=f"{earlier[1].value}-{later[1].value}")
    for place, earlier in enumerate(ROWS)
    for later in ROWS[place + 1 :]
    # A task cannot be two things, nor may an archived customer's be changed.
    if not {earlier[1], later[1]} <= {Code.TASK_REQUIRED, Code.TASK_NOT_ON_CUSTOMER, Code.TASK_INACTIVE}
]


@pytest.mark.parametrize(("earlier", "later"), TOGETHER)
async def test_of_two_that_stand_in_the_way_the_earlier_row_is_the_refusal(
    world: World, earlier: tuple[Break, ActivationRefusalCode], later: tuple[Break, ActivationRefusalCode]
) -> None:
    changes: dict[str, object] = {}
    # The contradiction last, for it lets nobody activate any more.
    for break_it, _ in sorted((later, earlier), key=lambda row: row[0] is contradict_oneself):
        changes |= await break_it(world)
    asked = world.activation_of("Gamma AB", **changes)
    question = PreviewRequest(customer_id=asked.customer_id, service_id=asked.service_id, task_id=asked.task_id)
    anna = await world.viewed_by(ANNA)
    preview = await activation.preview(anna, question)
    assert preview is not None
    obstacles = preview.plan.obstacles
    assert (obstacles[0], later[1] in obstacles[1:]) == (earlier[1], True)
    assert list(obstacles) == sorted(obstacles, key=list(Code).index)
    before = await rows(world)
    with pytest.raises(ActivationRefused) as refused:
        await activation.activate(anna, asked, None)
    assert refused.value.code is earlier[1]
    assert await rows(world) == before


async def test_a_recipient_that_the_service_does_not_allow_is_refused_after_everything_else(world: World) -> None:
    changes = await ask_the_wrong_one_to_pay(world)
    anna = await world.viewed_by(ANNA)
    asked = world.activation_of("Gamma AB", **changes)
    for code, broken in ((Code.INVOICE_RECIPIENT_NOT_ALLOWED, None), (Code.CONTACT_REQUIRED, have_no_contact)):
        if broken is not None:
            await broken(world)
        with pytest.raises(ActivationRefused) as refused:
            await activation.activate(anna, asked, None)
        assert refused.value.code is code
    await change_card(world, contacts=(contact("Gun Grå", GUN),))
    done = await activation.activate(anna, replace(asked, invoice_recipient=None), None)
    assert done.collaboration.invoice_recipient is InvoiceRecipient.CUSTOMER


async def test_what_is_out_of_sight_is_not_found_before_anything_that_stands_in_the_way(world: World) -> None:
    bo, sara = await world.viewed_by(BO), await world.viewed_by(SARA)
    await world.add_customer(sara, "Syd AB", "5561112227", None)
    await world.add_customer(bo, "Bos AB", "5560120031", None)
    await archive(world)
    anna = await world.viewed_by(ANNA)
    own = world.activation_of("Gamma AB", invoice_recipient=InvoiceRecipient.CUSTOMER)
    said = set()
    for asked in (
        world.activation_of("Syd AB"),
        world.activation_of("Bos AB"),
        replace(own, task_id=world.tasks["Syd AB"].id),
        replace(own, task_id=world.tasks["Bos AB"].id),
        replace(own, task_id="0" * 36),
        replace(own, service_id="0" * 36),
        replace(own, customer_id="0" * 36),
    ):
        with pytest.raises(NotFound) as refused:
            await activation.activate(anna, asked, None)
        said.add(str(refused.value))
        question = PreviewRequest(customer_id=asked.customer_id, service_id=asked.service_id, task_id=asked.task_id)
        assert await activation.preview(anna, question) is None
    assert said == {""}
