"""A crowd drawn at random, the same each time: two offices' advisors, cards, tasks, collaborations and mails."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.collaboration import Collaboration, CollaborationStatus
from domain.customer import Customer
from domain.mail import Mail, MailKind, MailStatus, Recipient
from domain.office import Advisor, CustomerPermission
from domain.task import Task
from persistence import collaboration, company, customer, mail, office, service, task
from persistence.database import Database, Unit
from tests.persistence import stored
from tests.support import makers

OFFICES = ("office-nord", "office-syd")
COMPANIES = tuple(f"company-{place:02}" for place in range(50))
SERVICES = ("service-scanner", "service-archive")


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """What is stored, by id; `now` is the moment around which requests lapse."""

    now: datetime
    advisors: dict[str, Advisor]
    customers: dict[str, Customer]
    tasks: dict[str, Task]
    collaborations: dict[str, Collaboration]
    mails: tuple[Mail, ...]


def draw(now: datetime) -> Crowd:
    """Draw a crowd."""
    chance = random.Random("a crowd")  # noqa: S311 - the same crowd each time
    advisors = [_advisor(chance, place) for place in range(8)]
    of_office = {name: [one.id for one in advisors if one.office_id == name] for name in OFFICES}
    customers = [_customer(chance, place, of_office) for place in range(24)]
    tasks = [_task(chance, place, chance.choice(customers), of_office) for place in range(40)]
    collaborations = [_collaboration(chance, place, customers, tasks, of_office, now) for place in range(len(COMPANIES))]
    mails = tuple(_mail(chance, place, chance.choice(collaborations), now) for place in range(60))
    return Crowd(
        now=now,
        advisors={one.id: one for one in advisors},
        customers={one.id: one for one in customers},
        tasks={one.id: one for one in tasks},
        collaborations={one.id: one for one in collaborations},
        mails=mails,
    )


async def gather(database: Database) -> Crowd:
    """Store a crowd drawn around the database's present moment, and return it."""
    async with database.read() as reading:
        crowd = draw(reading.now)

    async def work(unit: Unit) -> None:
        for one in stored.OFFICES:
            await office.add_office(unit, one)
        for person in crowd.advisors.values():
            await office.add_advisor(unit, person)
        for name in SERVICES:
            await service.add(unit, makers.service(id=name, code=name))
        for place, name in enumerate(COMPANIES):
            await company.add(unit, makers.company(id=name, organisation_number=f"{5_560_000_000 + place}"))
        await customer.add_many(unit, list(crowd.customers.values()))
        await task.add_many(unit, list(crowd.tasks.values()))
        for one_collaboration in crowd.collaborations.values():
            await collaboration.add(unit, one_collaboration)
        for letter in crowd.mails:
            await mail.add(unit, letter)

    await database.write(work)
    return crowd


def _advisor(chance: random.Random, place: int) -> Advisor:
    return makers.advisor(
        id=f"advisor-{place}",
        office_id=OFFICES[place % 2],
        email=f"advisor-{place}@office.example",
        permission=chance.choice(list(CustomerPermission)),
    )


def _customer(chance: random.Random, place: int, of_office: dict[str, list[str]]) -> Customer:
    office_id = chance.choice(OFFICES)
    return makers.customer(
        id=f"customer-{place:02}",
        office_id=office_id,
        customer_number=str(place),
        name=f"Kund {place % 7}",
        account_manager_id=chance.choice([None, None, *of_office[office_id]]),
        archived=chance.random() < 0.2,
        contacts=(),
    )


def _task(chance: random.Random, place: int, of: Customer, of_office: dict[str, list[str]]) -> Task:
    here = of_office[of.office_id]
    return makers.task(
        id=f"task-{place:02}",
        office_id=of.office_id,
        customer_id=of.id,
        owner_id=chance.choice(here),
        participant_ids=tuple(chance.sample(here, chance.choice([0, 0, 1, 2]))),
        active=chance.random() < 0.6,
    )


def _collaboration(
    chance: random.Random,
    place: int,
    customers: list[Customer],
    tasks: list[Task],
    of_office: dict[str, list[str]],
    now: datetime,
) -> Collaboration:
    of = chance.choice(customers)
    status = chance.choice([CollaborationStatus.AWAITING_APPROVAL, *CollaborationStatus])
    approved = chance.choice([None, now - timedelta(days=chance.randrange(9))])
    must_be_approved = status.name in {"ACTIVE", "SUSPENDED", "ENDING", "ENDED"}
    return makers.collaboration(
        id=f"collaboration-{place:02}",
        office_id=of.office_id,
        customer_id=of.id,
        company_id=COMPANIES[place],
        service_id=chance.choice(SERVICES),
        task_id=chance.choice([None, *(one.id for one in tasks if one.customer_id == of.id)]),
        status=status,
        activated_by_id=chance.choice(of_office[of.office_id]),
        activated_at=now - timedelta(days=chance.randrange(9)),
        expires_at=now + timedelta(days=chance.choice([-2, -1, 1, 2])),
        approved_at=approved or (now if must_be_approved else None),
    )


def _mail(chance: random.Random, place: int, about: Collaboration, now: datetime) -> Mail:
    return Mail(
        id=f"mail-{place:02}",
        kind=chance.choice(list(MailKind)),
        collaboration_id=about.id,
        recipient=Recipient(name="Cleo", email="cleo@alfa.example", language="sv", administrator_id="administrator-cleo"),
        content={},
        link_id=None,
        status=chance.choice(list(MailStatus)),
        problem=None,
        queued_at=now,
        sent_at=None,
        attempts=0,
    )
