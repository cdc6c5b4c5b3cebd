"""The demo world: each customer stands as it should, twice loading adds nothing, and activation does what its preview says."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Select, Table, func, select

from domain.collaboration import CollaborationStatus
from domain.customer import Customer
from domain.errors import ActivationRefusalCode, ActivationRefused, CollaborationAlreadyOpen
from domain.scenario import ActivationScenario, TaskChoice
from domain.service import Service
from domain.task import Task
from persistence.database import Database
from persistence.tables import metadata
from resolvers import activation, answer, collaboration, customer, service, task
from resolvers.activation import ActivateCollaboration, PreviewRequest
from resolvers.context import Context, Installation
from resolvers.demo import world as load_world
from resolvers.listing import PageArguments
from resolvers.wanted import CollaborationFilter, CollaborationOrder, CustomerFilter, CustomerOrder, TaskFilter, TaskOrder
from tests.support.world import ANNA, BO, SARA, make_installation

pytestmark = pytest.mark.anyio

Code = ActivationRefusalCode
IN_USE, WITHOUT, NOT_REGISTERED = ActivationScenario
SCANNER, ARCHIVE = "VISMA_SCANNER", "KVITTOARKIV"

# What the preview of Visma Scanner says for each customer, to FULL and with its task named where it has one.
CUSTOMERS: dict[str, tuple[ActivationScenario, tuple[ActivationRefusalCode, ...]]] = {
    "Alfa AB": (IN_USE, ()),
    "Beta AB": (WITHOUT, ()),
    "Gamma AB": (NOT_REGISTERED, ()),
    "Delta AB": (WITHOUT, ()),
    "Epsilon AB": (NOT_REGISTERED, (Code.TASK_REQUIRED,)),
    "Zeta Konsult": (WITHOUT, ()),
    "Eta AB": (WITHOUT, (Code.COMPANY_HAS_NO_ADMINISTRATOR,)),
    "Theta AB": (NOT_REGISTERED, (Code.CONTACT_IS_ADVISOR,)),
    "Iota AB": (NOT_REGISTERED, (Code.ADDRESS_INCOMPLETE,)),
    "Kappa AB": (WITHOUT, (Code.CUSTOMER_ARCHIVED,)),
    "Lambda AB": (WITHOUT, ()),
    "My AB": (WITHOUT, (Code.TASK_REQUIRED, Code.TASK_INACTIVE)),
    "Ny AB": (IN_USE, (Code.TASK_REQUIRED, Code.TASK_INACTIVE, Code.COLLABORATION_ALREADY_OPEN)),
    "Xi AB": (NOT_REGISTERED, (Code.COMPANY_DATA_CONFLICT,)),
}


@dataclass(frozen=True, kw_only=True)
class Demo:
    """The demo world's cards by name, their tasks, and its services by code."""

    installation: Installation
    cards: dict[str, Customer]
    tasks: dict[str, tuple[Task, ...]]
    services: dict[str, Service]

    async def seen_by(self, email: str) -> Context:
        return await load_world.act_as(self.installation, email)

    def previews(self, name: str, service_code: str) -> list[PreviewRequest]:
        """Ask for every choice of a task there is: none, each of the customer's, and another customer's."""
        card, shared = self.cards[name], self.services[service_code]
        other = next(one for key, tasks in self.tasks.items() if key != name for one in tasks)
        choices = [None, *(one.id for one in self.tasks[name]), other.id]
        return [PreviewRequest(customer_id=card.id, service_id=shared.id, task_id=choice) for choice in choices]


@pytest.fixture
async def demo(demo_copy: str, anyio_backend: str) -> AsyncIterator[Demo]:
    """Open a demo world of the test's own, and read Nordbyrån's register."""
    opened = Database(demo_copy, ring=lambda _topics: None)
    yield await read(make_installation(opened))
    await opened.close()


async def read(installation: Installation) -> Demo:
    bo = await load_world.act_as(installation, BO)
    cards: dict[str, Customer] = {}
    for archived in (False, True):
        found = await customer.list_page(bo, PageArguments(first=100), CustomerFilter(archived=archived), CustomerOrder())
        cards |= {card.name: card for card in found.items}
    tasks = {
        name: (await task.page_of_customer(bo, card.id, PageArguments(), TaskFilter(), TaskOrder())).items
        for name, card in cards.items()
    }
    services = {one.code: one for one in await service.all_services(bo)}
    return Demo(installation=installation, cards=cards, tasks=tasks, services=services)


async def test_every_customer_stands_as_the_demo_world_is_described(demo: Demo) -> None:
    bo = await demo.seen_by(BO)
    assert demo.cards.keys() == CUSTOMERS.keys()
    assert demo.services.keys() == {SCANNER, ARCHIVE}
    for name, (scenario, obstacles) in CUSTOMERS.items():
        chosen = demo.tasks[name][0].id if demo.tasks[name] else None
        asked = PreviewRequest(customer_id=demo.cards[name].id, service_id=demo.services[SCANNER].id, task_id=chosen)
        found = await activation.preview(bo, asked)
        assert found is not None
        assert (name, found.plan.scenario, found.plan.obstacles) == (name, scenario, obstacles)


async def test_anna_sees_every_customer_but_lambda_and_nobody_sees_another_offices(demo: Demo) -> None:
    anna, sara = await demo.seen_by(ANNA), await demo.seen_by(SARA)
    for name, card in demo.cards.items():
        assert (await customer.find(anna, card.id) is None) is (name == "Lambda AB")
        assert await customer.find(sara, card.id) is None
    syd = await customer.list_page(sara, PageArguments(), CustomerFilter(), CustomerOrder())
    assert [card.name for card in syd.items] == ["Gamma AB", "Omega AB", "Pi AB"]
    assert syd.items[0].organisation_number == demo.cards["Gamma AB"].organisation_number


async def test_ny_collaborates_and_is_unlinked(demo: Demo) -> None:
    anna = await demo.seen_by(ANNA)
    (known,) = (await collaboration.list_page(anna, PageArguments(), CollaborationFilter(), CollaborationOrder())).items
    assert (known.customer_id, known.status) == (demo.cards["Ny AB"].id, CollaborationStatus.ACTIVE)
    unlinked = CollaborationFilter(unlinked=True)
    listed = await collaboration.list_page(anna, PageArguments(), unlinked, CollaborationOrder())
    assert [one.id for one in listed.items] == [known.id]
    assert await collaboration.access(anna, known) == ()
    assert await collaboration.approval_of(anna, known) is not None


async def test_loading_twice_adds_nothing(demo: Demo) -> None:
    async with demo.installation.database.read() as reading:
        before = {table.name: await reading.connection.scalar(count(table)) for table in metadata.sorted_tables}
    assert not await load_world.load(demo.installation)
    async with demo.installation.database.read() as reading:
        after = {table.name: await reading.connection.scalar(count(table)) for table in metadata.sorted_tables}
    assert after == before


def count(table: Table) -> Select[int]:
    return select(func.count()).select_from(table)


@pytest.mark.parametrize("service_code", [SCANNER, ARCHIVE])
async def test_activation_does_for_every_customer_and_choice_of_a_task_what_the_preview_says(
    demo: Demo, service_code: str
) -> None:
    for name in demo.cards:
        for asked in demo.previews(name, service_code):
            await compare(demo, asked)


async def compare(demo: Demo, asked: PreviewRequest) -> None:
    """Preview, activate, see that both agree, and take an activation back."""
    bo = await demo.seen_by(BO)
    preview = await activation.preview(bo, asked)
    assert preview is not None
    plan = preview.plan
    wanted = ActivateCollaboration(
        customer_id=asked.customer_id,
        service_id=asked.service_id,
        task_id=asked.task_id,
        expected_scenario=plan.scenario,
    )
    if plan.obstacles:
        with pytest.raises((ActivationRefused, CollaborationAlreadyOpen)) as refused:
            await activation.activate(bo, wanted, None)
        if isinstance(refused.value, ActivationRefused):
            assert refused.value.code is plan.obstacles[0]
        else:
            assert plan.obstacles[0] is Code.COLLABORATION_ALREADY_OPEN
        return
    done = await activation.activate(bo, wanted, None)
    assert (done.scenario, done.service_activated, done.administrator_created, done.approval_kind) == (
        plan.scenario,
        plan.activates_service,
        plan.creates_administrator,
        plan.approval_kind,
    )
    known = done.collaboration
    assert known.invoice_recipient is plan.invoice_recipient
    assert known.terms_version == (plan.terms[0].version if plan.terms else None)
    written = await collaboration.mails(bo, known)
    mailed = {(one.recipient.name, one.recipient.email, one.recipient.language) for one in written}
    assert mailed == {(person.name, person.email, person.language) for person in plan.approvers}
    await answer.cancel(bo, known.id, None, None)


async def test_the_tab_tells_of_every_service_what_a_preview_tells_before_the_task_is_chosen(demo: Demo) -> None:
    bo = await demo.seen_by(BO)
    for card in demo.cards.values():
        rows = await activation.tab_of_customer(bo, card.id)
        assert [row.service.code for row in rows] == [ARCHIVE, SCANNER]
        for row in rows:
            asked = PreviewRequest(customer_id=card.id, service_id=row.service.id)
            found = await activation.preview(bo, asked)
            assert found is not None
            assert found.facts == replace(row.preview.facts, task_choice=TaskChoice.LEFT_OUT)
            left = set(found.plan.obstacles) - {Code.TASK_REQUIRED}
            assert left == set(row.preview.plan.obstacles) - {Code.TASK_REQUIRED}
            assert row.can_activate is (row.preview.plan.obstacles == ())
