"""Rows to be listed, many of them equal in what lists are ordered by, and what every list of them must be."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain import text
from domain.collaboration import LIVE, Collaboration, CollaborationStatus
from domain.customer import Customer
from domain.task import Task
from persistence import collaboration, customer, scope, task
from persistence.collaboration_filter import CollaborationFilter, CollaborationOrder, CollaborationOrderField
from persistence.customer_filter import CustomerFilter, CustomerOrder, CustomerOrderField
from persistence.database import Reading
from persistence.page import Page, PageRequest
from persistence.task import TaskFilter, TaskOrder, TaskOrderField
from tests.support import makers

NAMES = (
    "Öberg AB",
    "Åkers",
    "Ärlig",
    "Zeta",
    "zeta",
    "Alfa AB",
    "alfa ab",
    "Éclair",
    "Ñandú",
    "Þór",
    "ß",
    "日本",
    "10",
    "9",
    "Å",
)
FULL = scope.everything()


@dataclass(frozen=True, kw_only=True)
class List:
    """A list under one order: how a page is fetched, and what the whole of it must be."""

    name: str
    fetch: Callable[[Reading, PageRequest], Awaitable[Page[Any]]]
    expected: list[str]


def shuffled(name: str) -> random.Random:
    return random.Random(name)  # noqa: S311 - the same rows each time


def cards() -> list[Customer]:
    """Make forty cards with names and moments that many of them share."""
    chance = shuffled("cards")
    return [
        makers.customer(
            id=f"customer-{chance.getrandbits(32):08x}",
            customer_number=f"{chance.choice(['', 'A', 'Ö-'])}{place * 7 % 40}",
            name=chance.choice(NAMES),
            created_at=makers.NOW + timedelta(microseconds=chance.randrange(6)),
            contacts=(),
        )
        for place in range(40)
    ]


def works(on: list[Customer]) -> list[Task]:
    chance = shuffled("works")
    return [
        makers.task(
            id=f"task-{chance.getrandbits(32):08x}",
            customer_id=chance.choice(on[:6]).id,
            type=chance.choice(NAMES),
            created_at=makers.NOW + timedelta(seconds=chance.randrange(4)),
        )
        for _ in range(40)
    ]


def requests(on: list[Customer]) -> list[Collaboration]:
    """Make collaborations in every status, some waiting past their deadline; live ones never twice on a company and service."""
    chance = shuffled("requests")
    made: list[Collaboration] = []
    live: set[tuple[str, str]] = set()
    for _ in range(60):
        place = chance.choice(["company-alfa", "company-beta"]), chance.choice(["service-scanner", "service-archive"])
        status = chance.choice(list(CollaborationStatus))
        if status in LIVE:
            if place in live:
                status = CollaborationStatus.DECLINED
            live.add(place)
        made.append(
            makers.collaboration(
                id=f"collaboration-{chance.getrandbits(32):08x}",
                customer_id=chance.choice(on[:6]).id,
                company_id=place[0],
                service_id=place[1],
                task_id=None,
                status=status,
                approved_at=makers.NOW,
                activated_at=makers.NOW + timedelta(seconds=chance.randrange(5)),
                expires_at=makers.NOW + timedelta(days=chance.choice([-3, 5_000])),
            )
        )
    return made


def ordered(rows: list[Any], key: Callable[[Any], Any], *, descending: bool) -> list[str]:
    return [one.id for one in sorted(rows, key=lambda one: (key(one), one.id), reverse=descending)]


def status_now(one: Collaboration) -> str:
    lapsed = one.status is CollaborationStatus.AWAITING_APPROVAL and one.expires_at < makers.NOW
    return "EXPIRED" if lapsed else one.status.name


def customer_lists(known: list[Customer]) -> list[List]:
    keys: dict[CustomerOrderField, Callable[[Customer], Any]] = {
        CustomerOrderField.NAME: lambda one: text.sort_key(one.name),
        CustomerOrderField.CUSTOMER_NUMBER: lambda one: text.number_key(one.customer_number),
        CustomerOrderField.CREATED_AT: lambda one: one.created_at,
    }

    def made(order: CustomerOrder) -> List:
        async def fetch(reading: Reading, request: PageRequest) -> Page[Any]:
            return await customer.page(reading, scope=FULL, filter=CustomerFilter(), order=order, request=request)

        return List(name=str(order), fetch=fetch, expected=ordered(known, keys[order.field], descending=order.descending))

    return [made(CustomerOrder(field=field, descending=down)) for field in keys for down in (False, True)]


def task_lists(known: list[Task], on: list[Customer]) -> list[List]:
    names = {one.id: one.name for one in on}
    keys: dict[TaskOrderField, Callable[[Task], Any]] = {
        TaskOrderField.TYPE: lambda one: text.sort_key(one.type),
        TaskOrderField.CUSTOMER_NAME: lambda one: text.sort_key(names[one.customer_id]),
        TaskOrderField.CREATED_AT: lambda one: one.created_at,
    }

    def made(order: TaskOrder) -> List:
        async def fetch(reading: Reading, request: PageRequest) -> Page[Any]:
            return await task.page(reading, scope=FULL, filter=TaskFilter(), order=order, request=request)

        return List(name=str(order), fetch=fetch, expected=ordered(known, keys[order.field], descending=order.descending))

    return [made(TaskOrder(field=field, descending=down)) for field in keys for down in (False, True)]


def collaboration_lists(known: list[Collaboration], on: list[Customer]) -> list[List]:
    names = {one.id: one.name for one in on}
    keys: dict[CollaborationOrderField, Callable[[Collaboration], Any]] = {
        CollaborationOrderField.ACTIVATED_AT: lambda one: one.activated_at,
        CollaborationOrderField.EXPIRES_AT: lambda one: one.expires_at,
        CollaborationOrderField.STATUS: status_now,
        CollaborationOrderField.CUSTOMER_NAME: lambda one: text.sort_key(names[one.customer_id]),
    }

    def made(order: CollaborationOrder) -> List:
        async def fetch(reading: Reading, request: PageRequest) -> Page[Any]:
            return await collaboration.page(reading, scope=FULL, filter=CollaborationFilter(), order=order, request=request)

        return List(name=str(order), fetch=fetch, expected=ordered(known, keys[order.field], descending=order.descending))

    return [made(CollaborationOrder(field=field, descending=down)) for field in keys for down in (False, True)]
