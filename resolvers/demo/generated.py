"""Generated customers, for an office as large as wanted: written in bulk, the same ones every time."""

from collections.abc import Callable
from datetime import datetime

from domain import organisation_number
from domain.customer import Address, CompanyForm, Contact, Customer
from domain.task import Task, TaskPeriod
from domain.viewer import AdvisorViewer
from persistence import customer, ids, task
from persistence.database import Unit
from resolvers.context import Installation
from resolvers.demo import world

MOST = 1_000_000
_CHUNK = 2_000
_ANNAS_SHARE = 10
_FIRST_NUMBER = 559_000_000
_ANNA, _BO = "anna@nordbyran.example", "bo@nordbyran.example"
_FAMILIES = (
    "Ahlgren", "Berglund", "Cederström", "Dahlberg", "Ekman", "Forsberg", "Grahn", "Hedlund", "Isaksson", "Jonsson", "Kjellberg",
    "Lindqvist", "Malm", "Nordin", "Öberg", "Persson", "Qvarnström", "Rydell", "Söderberg", "Törnqvist", "Ullman", "Vikström",
    "Wallin", "Åkesson", "Ärlig", "Zetterlund", "Backman",
)  # fmt: skip
_TRADES = (
    "Bageri", "Bygg", "Cykel", "Data", "El", "Fastigheter", "Golv", "Handel", "Import", "Järn", "Konsult", "Livs", "Måleri",
    "Nät", "Optik", "Plåt", "Rör", "Snickeri", "Taxi", "Ur",
)  # fmt: skip
_CITIES = (
    ("111 21", "Stockholm"), ("211 19", "Malmö"), ("411 04", "Göteborg"), ("503 30", "Borås"), ("553 16", "Jönköping"),
    ("602 21", "Norrköping"), ("632 20", "Eskilstuna"), ("722 11", "Västerås"), ("803 20", "Gävle"), ("871 31", "Härnösand"),
    ("931 31", "Skellefteå"), ("972 32", "Luleå"), ("291 31", "Kristianstad"),
)  # fmt: skip


async def add(installation: Installation, wanted: int, *, told: Callable[[int], None]) -> int:
    """Make Nordbyrån have `wanted` generated customers, each with a contact and a task; return how many were added.

    `told` is called with how many there are after every transaction. Those that are there already are kept and counted.

    Raises:
        ValueError: more than a million.
        LookupError: the demo world is not loaded.
    """
    if not 0 <= wanted <= MOST:
        raise ValueError(f"at most {MOST:,} customers can be generated")
    anna, bo = [(await world.act_as(installation, email)).require_viewer() for email in (_ANNA, _BO)]
    if not isinstance(anna, AdvisorViewer) or not isinstance(bo, AdvisorViewer):
        raise LookupError(_ANNA)  # noqa: TRY004 - it is the world that is wrong, not a type
    there = await _count(installation, bo.office_id)
    for first in range(there, wanted, _CHUNK):
        places = range(first, min(first + _CHUNK, wanted))

        async def work(unit: Unit, places: range = places) -> None:
            cards = [_card(place, anna if place % _ANNAS_SHARE == 0 else bo, unit.now) for place in places]
            await customer.add_many(unit, cards)
            await task.add_many(unit, [_task(card) for card in cards])

        await installation.database.write(work)
        told(places.stop)
    return max(wanted - there, 0)


def organisation_number_of(place: int) -> str:
    """Return the organisation number of the generated customer at a place counted from 0."""
    nine = str(_FIRST_NUMBER + place)
    return nine + organisation_number.check_digit(nine)


async def _count(installation: Installation, office_id: str) -> int:
    """Count the generated customers there are: they are numbered without gaps, so halving finds the last one."""
    least, most = 0, MOST
    async with installation.database.read() as reading:
        while least < most:
            middle = (least + most + 1) // 2
            if await customer.find_by_number(reading, office_id, _customer_number(middle - 1)) is None:
                most = middle - 1
            else:
                least = middle
    return least


def _card(place: int, manager: AdvisorViewer, now: datetime) -> Customer:
    family = _FAMILIES[place % len(_FAMILIES)]
    trade = _TRADES[place // len(_FAMILIES) % len(_TRADES)]
    postal_code, city = _CITIES[place % len(_CITIES)]
    domain = f"g{place + 1:06d}.example"
    return Customer(
        id=ids.new_id(),
        office_id=manager.office_id,
        customer_number=_customer_number(place),
        name=f"{family}s {trade} i {city} AB",
        organisation_number=organisation_number_of(place),
        company_form=CompanyForm.LIMITED_COMPANY,
        address=Address(street=f"Industrivägen {place % 200 + 1}", postal_code=postal_code, city=city, country="SE"),
        contacts=(Contact(name=f"Kim {family}", email=f"kim@{domain}", phone=None, language="sv", is_main=True),),
        account_manager_id=manager.id,
        archived=False,
        version=1,
        created_at=now,
        updated_at=now,
    )


def _task(card: Customer) -> Task:
    return Task(
        id=ids.new_id(),
        office_id=card.office_id,
        customer_id=card.id,
        type="Bokföring",
        period=TaskPeriod.MONTH,
        owner_id=card.account_manager_id or "",
        participant_ids=(),
        active=True,
        version=1,
        created_at=card.created_at,
    )


def _customer_number(place: int) -> str:
    return f"G{place + 1:07d}"
