"""Rows to start from: two offices and their people, two services, two companies, and on one of them a card with a task."""

from collections.abc import Awaitable, Callable

from sqlalchemy import Executable

from domain.office import CustomerPermission, Office
from persistence import company, customer, office, service, task
from persistence.database import Database, Unit
from tests.support import makers

OFFICES = (
    Office(id="office-nord", name="Nordbyrån", organisation_number="2021005489"),
    Office(id="office-syd", name="Sydbyrån", organisation_number="2321000156"),
)
ADVISORS = (
    makers.advisor(),
    makers.advisor(id="advisor-bo", name="Bo Berg", email="bo@nordbyran.example", permission=CustomerPermission.FULL),
    makers.advisor(
        id="advisor-sara",
        office_id="office-syd",
        name="Sara Sund",
        email="sara@sydbyran.example",
        permission=CustomerPermission.FULL,
    ),
)
SERVICES = (makers.service(), makers.service(id="service-archive", code="ARCHIVE"))
COMPANIES = (
    makers.company(),
    makers.company(id="company-beta", name="Beta AB", organisation_number="5560004615"),
)
CUSTOMERS = (
    makers.customer(),
    makers.customer(
        id="customer-syd", office_id="office-syd", customer_number="1", account_manager_id="advisor-sara", contacts=()
    ),
)
TASKS = (
    makers.task(),
    makers.task(id="task-syd", office_id="office-syd", customer_id="customer-syd", owner_id="advisor-sara", participant_ids=()),
)


async def store(database: Database, *steps: Callable[[Unit], Awaitable[object]]) -> None:
    """Take the steps in one unit of work."""

    async def work(unit: Unit) -> None:
        for step in steps:
            await step(unit)

    await database.write(work)


async def execute(database: Database, *statements: Executable) -> None:
    """Run the statements in one unit of work."""

    async def work(unit: Unit) -> None:
        for statement in statements:
            await unit.connection.execute(statement)

    await database.write(work)


async def lay_ground(database: Database) -> None:
    """Store what is above."""

    async def work(unit: Unit) -> None:
        for one in OFFICES:
            await office.add_office(unit, one)
        for person in ADVISORS:
            await office.add_advisor(unit, person)
        for known in SERVICES:
            await service.add(unit, known)
        for legal_person in COMPANIES:
            await company.add(unit, legal_person)
        await customer.add_many(unit, CUSTOMERS)
        await task.add_many(unit, TASKS)

    await database.write(work)
