"""A small world for tests of use cases: one office, three companies of the three scenarios, and a clock to move."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import select

from domain import service as domain_service
from domain.approval import AcceptedTerms
from domain.collaboration import Collaboration
from domain.customer import Address, CompanyForm, Contact, Customer
from domain.office import CustomerPermission, Office
from domain.organisation_number import is_personal
from domain.scenario import ActivationScenario
from domain.service import InvoiceRecipient, Service, ServiceAfterwards, SubscriptionStatus, Terms
from domain.task import Task, TaskPeriod
from domain.viewer import Side
from persistence import clock, ids, keys
from persistence import service as stored_service
from persistence.database import Database, Unit
from persistence.tables import links
from resolvers import activation, answer, customer, fact, session, task, token
from resolvers import collaboration as collaborations
from resolvers.activation import ActivateCollaboration, Activated
from resolvers.answer import ApproveCollaboration, Approved
from resolvers.card import CreateCustomer
from resolvers.context import Context, Ear, Installation, Request
from resolvers.task import CreateTask

ALFA, BETA, GAMMA = "5560160680", "5560004615", "8020024280"
NORD, SYD = "2021005489", "2321000156"
ANNA, BO, SARA = "anna@nordbyran.example", "bo@nordbyran.example", "sara@sydbyran.example"
CLEO, DAG, BEA, GUN = "cleo@alfa.example", "dag@alfa.example", "bea@beta.example", "gun@gamma.example"
ADDRESS = Address(street="Storgatan 1", postal_code="111 22", city="Stockholm", country="SE")


class PollingBell:
    """A bell that never rings: whoever waits finds out by polling; `waited` tells that somebody has."""

    def __init__(self) -> None:
        self.waited = asyncio.Event()

    @contextmanager
    def listen(self, topic: str) -> Iterator[Ear]:  # noqa: ARG002 - the bell's signature
        """Register nothing."""
        yield self

    async def wait(self, timeout_s: float) -> None:
        """Let others run."""
        self.waited.set()
        await asyncio.sleep(min(timeout_s, 0.01))


def contact(name: str, email: str | None) -> Contact:
    """Make a main contact."""
    return Contact(name=name, email=email, phone=None, language="sv", is_main=True)


@dataclass(kw_only=True)
class World:
    """What there is, by name; made anew for each test on each database."""

    installation: Installation
    nord: Office
    syd: Office
    scanner: Service
    archive: Service
    customers: dict[str, Customer] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        """The database under test."""
        return self.installation.database

    async def context(self, bearer: str | None = None, *, language: str = "sv") -> Context:
        """Open an operation."""
        request = Request(id="request-1", peer="192.0.2.7", user_agent="a test")
        return await token.open_context(self.installation, token=bearer, language=language, request=request)

    async def viewed_by(self, email: str, side: Side | None = None) -> Context:
        """Open an operation of a person."""
        return await self.context(await session.issue_token(self.installation, email, side))

    def context_in(self, context: Context, language: str) -> Context:
        """Open another operation of the same viewer, in another language."""
        return replace(context, language=language)

    async def by_link(self, collaboration_id: str) -> Context:
        """Sign in through the newest link that was mailed for the collaboration."""
        opened = await session.sign_in(await self.context(), await self.link_secret(collaboration_id), None)
        return await self.context(opened.token)

    async def link_secret(self, collaboration_id: str) -> str:
        """Read the secret that the newest mail for the collaboration carries."""
        query = select(links.c.id).where(links.c.collaboration_id == collaboration_id).order_by(links.c.id.desc())
        async with self.database.read() as reading:
            link_id = (await reading.connection.scalars(query.limit(1))).one()
        return self.installation.keys.link_secret(link_id)

    async def advance(self, by: timedelta) -> None:
        """Move the clock."""

        async def work(unit: Unit) -> None:
            await clock.advance(unit, by)

        await self.database.write(work)

    async def add_customer(
        self, context: Context, name: str, number: str, main: Contact | None, *, address: Address | None = ADDRESS
    ) -> Customer:
        """Add a card and a task on it, and remember both by name."""
        asked = CreateCustomer(
            name=name,
            organisation_number=number,
            company_form=CompanyForm.SOLE_TRADER if is_personal(number) else CompanyForm.LIMITED_COMPANY,
            address=address,
            contacts=() if main is None else (main,),
        )
        added = (await customer.create(context, asked, None)).value
        self.customers[name] = added
        work = CreateTask(customer_id=added.id, type="Bokföring", period=TaskPeriod.MONTH)
        self.tasks[name] = (await task.create(context, work, None)).value
        return added

    def activation_of(self, name: str, **changes: object) -> ActivateCollaboration:
        """Make the input that activates the scanner for a customer."""
        asked = ActivateCollaboration(
            customer_id=self.customers[name].id, service_id=self.scanner.id, task_id=self.tasks[name].id
        )
        return replace(asked, **changes)  # type: ignore[arg-type]  # keywords of the dataclass

    async def activate(self, context: Context, name: str, *, key: str | None = None) -> Activated:
        """Activate the scanner for a customer."""
        return await activation.activate(context, self.activation_of(name), key)

    async def approve(self, context: Context, known: Collaboration) -> Approved:
        """Approve, with the terms that are shown."""
        shown = await collaborations.terms(context, known, None)
        accepted = None if shown is None else AcceptedTerms(terms_id=shown.id, sha256=shown.sha256)
        asked = ApproveCollaboration(collaboration_id=known.id, company_id=known.company_id, accepted_terms=accepted)
        return await answer.approve(context, asked, None)

    async def publish_terms(
        self, version: int, *, effective_from: date, mandatory: bool = True, grace_days: int = 30, of: Service | None = None
    ) -> tuple[Terms, ...]:
        """Publish a version of the scanner's terms, or of another service's, in Swedish and English."""
        shared = of or self.scanner
        texts = {"sv": f"Villkor {version} för {shared.code}", "en": f"Terms {version} of {shared.code}"}
        added = tuple(
            Terms(
                id=ids.new_id(),
                service_id=shared.id,
                version=version,
                language=language,
                text=body,
                sha256=domain_service.text_sha256(body),
                effective_from=effective_from,
                mandatory=mandatory,
                grace_days=grace_days,
            )
            for language, body in texts.items()
        )

        async def work(unit: Unit) -> None:
            await stored_service.add_terms(unit, added)

        await self.database.write(work)
        return added

    async def stored(self, collaboration_id: str) -> Collaboration:
        """Read a collaboration as FULL sees it now."""
        found = await collaborations.find(await self.viewed_by("bo@nordbyran.example"), collaboration_id)
        assert found is not None
        return found


def make_installation(database: Database) -> Installation:
    """Make an installation with keys that every test knows."""
    return Installation(
        database=database,
        keys=keys.Keys(b"k" * 32),
        bell=PollingBell(),
        base_url="http://samarbete.example",
        application_version="test",
    )


async def make_world(database: Database) -> World:
    """Make two offices, two services, and the three companies on Nordbyrån's cards, all Anna's."""
    installation = make_installation(database)
    nord = await fact.add_office(installation, "Nordbyrån", NORD)
    syd = await fact.add_office(installation, "Sydbyrån", SYD)
    await fact.add_advisor(installation, nord.id, "Anna Ek", "anna@nordbyran.example", CustomerPermission.OWN)
    await fact.add_advisor(installation, nord.id, "Bo Berg", "bo@nordbyran.example", CustomerPermission.FULL)
    await fact.add_advisor(installation, syd.id, "Sara Sund", "sara@sydbyran.example", CustomerPermission.FULL)
    scanner, archive = service("scanner", "Visma Scanner"), service("archive", "Kvittoarkiv")
    for one in (scanner, archive):
        texts = {"sv": f"Villkor för {one.code}", "en": f"Terms of {one.code}"}
        await fact.add_service(installation, one, texts, effective_from=date(2026, 1, 1))
    await fact.register_company(installation, ALFA, "Alfa AB")
    await fact.add_administrator(installation, ALFA, "Cleo Falk", "cleo@alfa.example")
    await fact.add_administrator(installation, ALFA, "Dag Dahl", "dag@alfa.example")
    await fact.set_subscription(installation, ALFA, "scanner", SubscriptionStatus.ACTIVE)
    await fact.register_company(installation, BETA, "Beta AB")
    await fact.add_administrator(installation, BETA, "Bea Bok", "bea@beta.example")
    world = World(installation=installation, nord=nord, syd=syd, scanner=scanner, archive=archive)
    anna = await world.viewed_by("anna@nordbyran.example")
    await world.add_customer(anna, "Alfa AB", ALFA, contact("Cleo Falk", "cleo@alfa.example"))
    await world.add_customer(anna, "Beta AB", BETA, contact("Bea Bok", "bea@beta.example"))
    await world.add_customer(anna, "Gamma AB", GAMMA, contact("Gun Grå", "gun@gamma.example"))
    return world


def service(code: str, name: str) -> Service:
    """Make a service that either side may pay for."""
    return Service(
        id=ids.new_id(),
        code=code,
        names={"sv": name, "en": name},
        descriptions={"sv": name, "en": name},
        information_url="https://provider.example/more",
        open_url="https://provider.example/open/{collaboration}",
        allowed_invoice_recipients=(InvoiceRecipient.OFFICE, InvoiceRecipient.CUSTOMER),
        end_options=(ServiceAfterwards.KEEP, ServiceAfterwards.READ_ONLY, ServiceAfterwards.END),
    )


SCENARIOS = {
    "Alfa AB": ActivationScenario.SERVICE_IN_USE,
    "Beta AB": ActivationScenario.REGISTERED_WITHOUT_SERVICE,
    "Gamma AB": ActivationScenario.NOT_REGISTERED,
}
