"""Two offices full of everything, each known by a word of its own that stands in every text it owns."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Table, select

from domain import calendar_day, organisation_number
from domain.collaboration import Collaboration
from domain.office import CustomerPermission, Office
from domain.service import ServiceAfterwards
from persistence.tables import (
    advisors,
    collaborations,
    company_administrators,
    customers,
    events,
    evidence,
    tasks,
)
from persistence.tables import partners as partner_rows
from resolvers import activation, answer, correction, customer, fact
from resolvers.context import Context
from resolvers.demo import generated
from schema import ids
from tests.support import ends, partners
from tests.support.world import ALFA, ANNA, BO, CLEO, SARA, World, contact

OLOF = "olof@sydbyran.example"
CARDS = ("Väntar", "Rättad", "Aktiv", "Slutar", "Slut", "Nej", "Åter", "Lagd")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """An office: the word that stands in all its texts, who sees all and who sees his own, and its companies' numbers."""

    word: str
    full: str
    own: str
    first_number: int

    def card(self, state: str) -> str:
        """Name the card of a state."""
        return f"{self.word} {state} AB"

    def address(self, state: str) -> str:
        """Name the administrator of a card's company."""
        ascii_only = state.lower().translate(str.maketrans("åäö", "aao"))
        return f"{ascii_only}@{self.word.lower()}.example"

    def numbers(self) -> list[str]:
        """Return the organisation numbers of the companies that are this office's alone."""
        return [generated.organisation_number_of(self.first_number + place) for place in range(len(CARDS))]


NORD = House(word="Nord", full=BO, own=ANNA, first_number=100)
SYD = House(word="Syd", full=SARA, own=OLOF, first_number=200)


async def fill(world: World, house: House) -> str:
    """Give an office cards, tasks, and collaborations in every way they can stand, with mails, evidence and events.

    Returns the token of its partner, which may do all that partners may.
    """
    if house is SYD:
        await fact.add_advisor(world.installation, world.syd.id, "Olof Syd", OLOF, CustomerPermission.OWN)
    full, own = await world.viewed_by(house.full), await world.viewed_by(house.own)
    for place, (state, number) in enumerate(zip(CARDS, house.numbers(), strict=True)):
        main = contact(f"{house.word} {state}", house.address(state))
        await world.add_customer(own if place % 2 == 0 else full, house.card(state), number, main)
    await customer.archive(full, world.customers[house.card("Lagd")].id, None)
    await _activate(world, own, house, "Väntar")
    wrong = await _activate(world, full, house, "Rättad")
    await correction.correct(full, wrong.id, f"{house.word} Rätt", f"ratt@{house.word.lower()}.example", None)
    await _approved(world, own, house, "Aktiv")
    await ends.scheduled(full, await _approved(world, full, house, "Slutar"))
    await ends.end(full, await _approved(world, own, house, "Slut"), ServiceAfterwards.READ_ONLY)
    refused = await _activate(world, full, house, "Nej")
    no = await world.by_link(refused.id)
    await answer.decline(no, refused.id, refused.company_id, f"{house.word} vill inte", None)
    taken_back = await _activate(world, own, house, "Åter")
    await answer.cancel(full, taken_back.id, f"{house.word} ångrar sig", None)
    await _activate(world, own, house, "Åter")
    shared = f"{house.word} hos Alfa"
    await world.add_customer(full, shared, ALFA, contact("Cleo Falk", CLEO))
    waiting = (await world.activate(full, shared)).collaboration
    await world.approve(await world.by_link(waiting.id), waiting)
    token = (await partners.make(world, *partners.EVERYTHING, name=f"{house.word} koppling", by=house.full)).token
    assert token is not None
    return token


async def publish_newer_terms(world: World) -> None:
    """Publish terms that everybody whose collaboration is in use must accept."""
    today = calendar_day.day_of((await world.context()).now)
    await world.publish_terms(2, effective_from=today - timedelta(days=1))


async def _activate(world: World, context: Context, house: House, state: str) -> Collaboration:
    asked = world.activation_of(house.card(state), message=f"{house.word} hälsar")
    return (await activation.activate(context, asked, None)).collaboration


async def _approved(world: World, context: Context, house: House, state: str) -> Collaboration:
    waiting = await _activate(world, context, house, state)
    return (await world.approve(await world.by_link(waiting.id), waiting)).collaboration


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongings:
    """What is an office's alone: global ids by type, and what betrays it in a text, in lower case."""

    by_type: dict[str, list[str]]
    traces: frozenset[str]

    def seen_in(self, text: str) -> list[str]:
        """Return what of the office stands in a text."""
        lowered = text.lower()
        return sorted(trace for trace in self.traces if trace in lowered)


async def belongings(world: World, office: Office, house: House) -> Belongings:
    """Read what an office has; companies and administrators are those that no other office knows."""
    mine = collaborations.c.office_id == office.id
    shared = select(collaborations.c.company_id).where(~mine)
    alone = select(collaborations.c.company_id).where(mine, collaborations.c.company_id.not_in(shared))
    local = {
        "Office": [office.id],
        "Advisor": await _ids(world, advisors, advisors.c.office_id == office.id),
        "Partner": await _ids(world, partner_rows, partner_rows.c.office_id == office.id),
        "Customer": await _ids(world, customers, customers.c.office_id == office.id),
        "Task": await _ids(world, tasks, tasks.c.office_id == office.id),
        "Collaboration": await _ids(world, collaborations, mine),
        "CollaborationEvent": await _ids(world, events, events.c.office_id == office.id),
        "Evidence": await _ids(world, evidence, evidence.c.office_id == office.id),
        "Company": await _ids(world, collaborations, mine & collaborations.c.company_id.in_(alone), "company_id"),
        "Administrator": await _ids(
            world, company_administrators, company_administrators.c.company_id.in_(alone), "administrator_id"
        ),
    }
    written = {organisation_number.shown(number, masked=False) for number in house.numbers()}
    everything = [one for found in local.values() for one in found]
    by_type = {kind: [str(ids.encode(kind, one)) for one in found] for kind, found in local.items()}
    encoded = {one.lower() for found in by_type.values() for one in found}
    return Belongings(by_type=by_type, traces=frozenset({house.word.lower(), *written, *everything, *encoded}))


async def _ids(world: World, table: Table, condition: ColumnElement[bool], column: str = "id") -> list[str]:
    query = select(table.c[column]).where(condition).distinct().order_by(table.c[column])
    async with world.database.read() as reading:
        return list(await reading.connection.scalars(query))
