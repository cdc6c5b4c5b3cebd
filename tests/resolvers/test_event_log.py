"""The log of a stream: read both ways, by filters, within sight, and with cursors that belong to it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.collaboration import CollaborationStatus
from domain.errors import CursorInvalid, InvalidInput, NotFound, PageSizeInvalid
from domain.event import CollaborationEventType, StreamEntry
from resolvers import answer, customer, event, fact, reminder, streams
from resolvers.context import Context
from resolvers.listing import Listing, PageArguments
from resolvers.wanted import CustomerFilter, CustomerOrder, EventFilter
from tests.support.seen import told
from tests.support.world import ANNA, BEA, BETA, BO, CLEO, SARA, SCENARIOS, World, contact

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
EVERYTHING = EventFilter()


async def page(
    context: Context, arguments: PageArguments, wanted: EventFilter = EVERYTHING, company_id: str | None = None
) -> Listing[StreamEntry]:
    return await event.list_page(context, arguments, company_id, wanted)


def numbers(found: Listing[StreamEntry]) -> list[int]:
    return [entry.sequence for entry in found.items]


async def test_a_stream_is_read_from_either_end_page_by_page(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    for name in SCENARIOS:
        known = (await world.activate(anna, name)).collaboration
        await answer.cancel(anna, known.id, None, None)
    whole = await page(anna, PageArguments())
    assert numbers(whole) == [1, 2, 3, 4, 5, 6]
    assert await whole.count() == 6
    first = await page(anna, PageArguments(first=4))
    assert (numbers(first), first.has_next, first.has_previous) == ([1, 2, 3, 4], True, False)
    rest = await page(anna, PageArguments(first=4, after=first.cursors[-1]))
    assert (numbers(rest), rest.has_next, rest.has_previous) == ([5, 6], False, True)
    last = await page(anna, PageArguments(last=4))
    assert (numbers(last), last.has_next, last.has_previous) == ([3, 4, 5, 6], False, True)
    before = await page(anna, PageArguments(last=4, before=last.cursors[0]))
    assert (numbers(before), before.has_next, before.has_previous) == ([1, 2], True, False)
    between = await page(anna, PageArguments(first=100, after=first.cursors[0], before=last.cursors[-1]))
    assert numbers(between) == [2, 3, 4, 5]


async def test_an_activation_and_an_answer_give_their_places_in_the_viewers_own_stream(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    await world.activate(anna, "Alfa AB")
    activated = await world.activate(anna, "Beta AB")
    approved = await world.approve(await world.viewed_by(BEA), activated.collaboration)
    after = await page(anna, PageArguments(after=activated.cursor))
    assert [(entry.sequence, entry.event.type) for entry in after.items] == [(3, Type.APPROVED)]
    bea = await world.viewed_by(BEA)
    mine = await page(bea, PageArguments())
    assert [(entry.sequence, entry.event.type) for entry in mine.items] == [(1, Type.ACTIVATED), (2, Type.APPROVED)]
    assert numbers(await page(bea, PageArguments(after=approved.cursor))) == []
    assert {entry.event.id for entry in mine.items} <= {entry.event.id for entry in (await page(anna, PageArguments())).items}


async def test_a_filter_hides_events_and_so_numbers(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    alfa, beta = [(await world.activate(anna, name)).collaboration for name in ("Alfa AB", "Beta AB")]
    await answer.cancel(anna, alfa.id, None, None)
    cases = [
        (EventFilter(types=frozenset({Type.CANCELLED})), [3]),
        (EventFilter(statuses=frozenset({CollaborationStatus.AWAITING_APPROVAL})), [1, 2]),
        (EventFilter(collaboration_ids=frozenset({beta.id})), [2]),
        (EventFilter(customer_ids=frozenset({alfa.customer_id})), [1, 3]),
        (EventFilter(service_ids=frozenset({world.archive.id})), []),
        (EventFilter(types=frozenset()), []),
        (EventFilter(types=frozenset({Type.ACTIVATED}), customer_ids=frozenset({alfa.customer_id})), [1]),
    ]
    for wanted, expected in cases:
        found = await page(anna, PageArguments(), wanted)
        assert (numbers(found), await found.count()) == (expected, len(expected))
        whole = (await page(anna, PageArguments())).items
        assert [entry.sequence for entry in whole if wanted.takes(entry.event)] == expected
    cleo = await world.viewed_by(CLEO)
    assert numbers(await page(cleo, PageArguments(), EventFilter(customer_ids=frozenset({alfa.customer_id})))) == []


async def test_an_own_advisor_reads_of_his_customers_alone(world: World) -> None:
    bo, anna = await world.viewed_by(BO), await world.viewed_by(ANNA)
    await world.add_customer(bo, "Omega AB", "5561112227", contact("Olga", "olga@omega.example"))
    await world.activate(bo, "Omega AB")
    await world.activate(anna, "Beta AB")
    assert numbers(await page(anna, PageArguments())) == [2]
    assert numbers(await page(bo, PageArguments())) == [1, 2]
    hidden = (await page(bo, PageArguments())).items[0].event
    assert await event.find(anna, hidden.id) is None
    assert await event.find(bo, hidden.id) is not None
    assert await event.find(await world.viewed_by(SARA), hidden.id) is None
    assert await event.find(bo, "no such id") is None


async def test_the_companys_stream_leaves_out_what_is_the_offices_own(world: World) -> None:
    anna = await world.viewed_by(ANNA)
    known = (await world.activate(anna, "Beta AB")).collaboration
    await world.advance(timedelta(days=1))
    await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    await answer.cancel(await world.viewed_by(ANNA), known.id, None, None)
    assert await told(world, known) == [Type.ACTIVATED, Type.REMINDED, Type.CANCELLED]
    bea = await world.viewed_by(BEA)
    mine = (await page(bea, PageArguments())).items
    assert [(entry.sequence, entry.event.type, entry.event.version) for entry in mine] == [
        (1, Type.ACTIVATED, 1),
        (2, Type.CANCELLED, 3),
    ]


async def test_whose_stream_is_read_is_named_where_there_are_several(world: World) -> None:
    await fact.add_administrator(world.installation, BETA, "Cleo Falk", CLEO)
    anna, cleo, bea = [await world.viewed_by(email) for email in (ANNA, CLEO, BEA)]
    activated = [(await world.activate(anna, name)).collaboration for name in ("Alfa AB", "Beta AB")]
    with pytest.raises(InvalidInput) as refused:
        await page(cleo, PageArguments())
    assert [(one.path, one.code.name) for one in refused.value.problems] == [(("companyId",), "REQUIRED")]
    for known in activated:
        found = await page(cleo, PageArguments(), company_id=known.company_id)
        assert [entry.event.collaboration_id for entry in found.items] == [known.id]
    for company_id in (activated[0].company_id, "no such id"):
        with pytest.raises(NotFound):
            await page(bea, PageArguments(), company_id=company_id)
    with pytest.raises(InvalidInput):
        await page(anna, PageArguments(), company_id=activated[0].company_id)


@pytest.mark.parametrize(
    "at", [lambda one: PageArguments(after=one), lambda one: PageArguments(before=one)], ids=["after", "before"]
)
async def test_cursors_that_this_stream_did_not_give_out_are_refused(world: World, at: Callable[[str], PageArguments]) -> None:
    anna, bea = await world.viewed_by(ANNA), await world.viewed_by(BEA)
    mine = (await world.activate(anna, "Beta AB")).cursor
    companys = (await page(bea, PageArguments())).cursors[0]
    customers = (await customer.list_page(anna, PageArguments(), CustomerFilter(), CustomerOrder())).cursors[0]
    edited = mine[:-1] + ("A" if mine[-1] != "A" else "B")
    for cursor in (companys, customers, edited, "", "å", "====", mine + "AAAA", "A" * 5_000):
        with pytest.raises(CursorInvalid) as refused:
            await page(anna, at(cursor))
        assert refused.value.code == "CURSOR_INVALID"
    epoch = streams.encode(world.installation.keys, "another epoch", f"office:{world.nord.id}", 1)
    with pytest.raises(CursorInvalid) as refused:
        await page(anna, at(epoch))
    assert refused.value.code == "CURSOR_EPOCH"


@pytest.mark.parametrize(("first", "last"), [(0, None), (-1, None), (101, None), (None, 0), (None, 101), (1, 1)])
async def test_pages_have_1_to_100_rows(world: World, first: int | None, last: int | None) -> None:
    anna = await world.viewed_by(ANNA)
    asked = PageArguments(first=first, last=last)
    with pytest.raises(PageSizeInvalid):
        await page(anna, asked)
    with pytest.raises(PageSizeInvalid):
        await customer.list_page(anna, asked, CustomerFilter(), CustomerOrder())
    with pytest.raises(PageSizeInvalid):
        await event.page_of_collaboration(anna, "any", asked)
