"""Lists cost a fixed number of SQL statements, for 1 row as for 20, with everything that a screen asks of each row."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from domain import organisation_number
from domain.collaboration import Collaboration, CollaborationStatus
from resolvers import activation, collaboration, company, customer, ending, event, fact, privacy, task, terms
from resolvers.context import Context
from resolvers.listing import PageArguments
from resolvers.wanted import CollaborationFilter, CollaborationOrder, CustomerFilter, CustomerOrder, TaskFilter, TaskOrder
from tests.support.seen import as_administrator
from tests.support.statements import counted
from tests.support.world import ANNA, BO, CLEO, World, contact

pytestmark = pytest.mark.anyio

MANY = 20
Read = Callable[[Context, int], Awaitable[int]]


def number(place: int) -> str:
    """Make an organisation number of a place from 0 to 99, with its check digit."""
    nine = f"5590{place:05d}"
    return nine + organisation_number.check_digit(nine)


async def fill(world: World) -> None:
    """Let Cleo administer forty companies more, and let half of them collaborate with the office, and half be asked."""
    anna = await world.viewed_by(ANNA)
    for place in range(2 * MANY):
        await fact.register_company(world.installation, number(place), f"Bolag {place:02d} AB")
        await fact.add_administrator(world.installation, number(place), "Cleo Falk", CLEO)
        await world.add_customer(anna, f"Bolag {place:02d} AB", number(place), contact("Cleo Falk", CLEO))
        known = (await world.activate(anna, f"Bolag {place:02d} AB")).collaboration
        if place % 2:
            await world.approve(await world.viewed_by(CLEO), known)


async def tabs(context: Context, first: int) -> int:
    cards = await customer.list_page(context, PageArguments(first=first), CustomerFilter(search="Bolag"), CustomerOrder())
    found = await asyncio.gather(*(activation.tab_of_customer(context, card.id) for card in cards.items))
    return len([rows for rows in found if rows])


async def tasks(context: Context, first: int) -> int:
    cards = await customer.list_page(context, PageArguments(first=first), CustomerFilter(search="Bolag"), CustomerOrder())
    pages = await asyncio.gather(
        *(task.page_of_customer(context, card.id, PageArguments(), TaskFilter(), TaskOrder()) for card in cards.items)
    )
    await asyncio.gather(*(one.count() for one in pages))
    hanging = [context.load.collaborations_of_task.load(one.id) for page in pages for one in page.items]
    await asyncio.gather(*hanging)
    return len(hanging)


async def waiting(context: Context, first: int) -> int:
    return await collaborations(context, first, CollaborationStatus.AWAITING_APPROVAL)


async def in_use(context: Context, first: int) -> int:
    return await collaborations(context, first, CollaborationStatus.ACTIVE)


async def collaborations(context: Context, first: int, status: CollaborationStatus) -> int:
    wanted = CollaborationFilter(statuses=frozenset({status}))
    listed = await collaboration.list_page(context, PageArguments(first=first), wanted, CollaborationOrder())

    async def whole(known: Collaboration) -> None:
        sent = await asyncio.gather(
            collaboration.access(context, known),
            collaboration.allowed_actions(context, known),
            collaboration.open_url(context, known),
            collaboration.mails(context, known),
            collaboration.terms(context, known, "en"),
            collaboration.approval_of(context, known),
            terms.required_of_collaboration(context, known, None),
            ending.options(context, known),
            event.page_of_collaboration(context, known.id, PageArguments()),
            privacy.collaboration_email(context, known, CLEO),
            context.load.collaborations.load(known.previous_id or known.id),
        )
        assert len(sent) == 11

    await asyncio.gather(*(whole(known) for known in listed.items))
    return len(listed.items)


async def cards(context: Context, first: int) -> int:
    found = await customer.list_page(context, PageArguments(first=first), CustomerFilter(search="Bolag"), CustomerOrder())
    pages = await asyncio.gather(
        *(
            collaboration.page_of_customer(context, card.id, PageArguments(), CollaborationFilter(), CollaborationOrder())
            for card in found.items
        )
    )
    await asyncio.gather(*(one.count() for one in pages))
    return sum(len(one.items) for one in pages)


async def companies(context: Context, first: int) -> int:
    administrator = as_administrator(context)
    known = [one for one in await company.companies_of(context, administrator.id) if one.name.startswith("Bolag")]
    found = known[1::2][:first]  # those whose collaboration is in use
    pages = await asyncio.gather(
        *(
            collaboration.page_of_company(context, one.id, PageArguments(), CollaborationFilter(), CollaborationOrder())
            for one in found
        )
    )
    await asyncio.gather(*(one.count() for one in pages))
    for read in (company.administrators, company.subscriptions, company.acceptances):
        await asyncio.gather(*(read(context, one.id) for one in found))
    await asyncio.gather(*(company.required_terms(context, one.id, None) for one in found))
    return sum(len(one.items) for one in pages)


async def test_a_list_of_twenty_costs_no_statement_for_each_row(world: World) -> None:
    await fill(world)
    reads: list[tuple[Read, str]] = [
        (tabs, ANNA),
        (tabs, BO),
        (tasks, ANNA),
        *((read, email) for read in (waiting, in_use) for email in (ANNA, BO, CLEO)),
        (cards, ANNA),
        (companies, CLEO),
    ]
    for read, email in reads:
        cost: list[int] = []
        for first in (1, MANY):
            context = await world.viewed_by(email)
            with counted(world.database) as sent:
                assert await read(context, first) == first
            cost.append(len(sent))
        # Which loads meet in one statement is up to the event loop; one for each row would be as many more as there are rows.
        assert cost[1] - cost[0] < MANY // 2, (read.__name__, email)
        assert cost[0] > 0
