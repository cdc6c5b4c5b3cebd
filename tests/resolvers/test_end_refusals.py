"""Which ends and withdrawals are refused: by whom, for whom, when, on which day and with what for the service."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from domain import calendar_day
from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import (
    EndOptionNotAllowed,
    InputProblemCode,
    InvalidInput,
    InvalidTransition,
    NotFound,
    NotPermitted,
    WrongCompany,
)
from domain.service import ServiceAfterwards
from resolvers import answer, ending, fact
from resolvers.context import Context
from resolvers.ending import EndCollaboration
from tests.support.ends import end, scheduled, tomorrow, withdraw
from tests.support.seen import collaborate, rows
from tests.support.world import ALFA, ANNA, BEA, BETA, BO, CLEO, SARA, World

pytestmark = pytest.mark.anyio

Status = CollaborationStatus
KEEP, READ_ONLY, END = ServiceAfterwards


async def test_an_end_that_is_scheduled_is_not_scheduled_again(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    await scheduled(bea, known)
    for email in (BO, BEA):
        with pytest.raises(InvalidTransition) as refused:
            await scheduled(await world.viewed_by(email), known)
        assert refused.value.status is Status.ENDING


async def test_only_full_ends_for_the_office(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    anna = await world.viewed_by(ANNA)
    for on in (None, tomorrow(anna)):
        with pytest.raises(NotPermitted, match="FULL"):
            await end(anna, known, END, on=on)
    with pytest.raises(NotPermitted, match="FULL"):
        await withdraw(anna, known)


async def test_who_does_not_see_it_does_not_find_it(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    before = await rows(world)
    for email in (SARA, CLEO):
        viewer = await world.viewed_by(email)
        for on in (None, tomorrow(viewer)):
            with pytest.raises(NotFound):
                await end(viewer, known, KEEP, on=on)
        with pytest.raises(NotFound):
            await withdraw(viewer, known)
    with pytest.raises(NotFound):
        await ending.end(
            await world.viewed_by(BO),
            EndCollaboration(collaboration_id="no such id", company_id=None, on=None, afterwards=KEEP),
            None,
        )
    assert await rows(world) == before


async def test_an_administrator_names_the_collaborations_company_and_an_advisor_none(world: World) -> None:
    known, _ = await collaborate(world, "Beta AB")
    await fact.add_administrator(world.installation, ALFA, "Bea Bok", BEA)
    alfas = (await world.activate(await world.viewed_by(ANNA), "Alfa AB")).collaboration.company_id
    bea, bo = await world.viewed_by(BEA), await world.viewed_by(BO)
    cases: list[tuple[Context, str | None, type[Exception]]] = [
        (bea, alfas, WrongCompany),
        (bea, None, InvalidInput),
        (bo, known.company_id, InvalidInput),
    ]
    for viewer, named, refusal in cases:
        asked = EndCollaboration(collaboration_id=known.id, company_id=named, on=None, afterwards=KEEP)
        with pytest.raises(refusal):
            await ending.end(viewer, asked, None)
        with pytest.raises(refusal):
            await ending.withdraw(viewer, known.id, named, None)
    assert (await world.stored(known.id)).version == known.version


async def test_an_administrator_who_has_lost_the_company_since_ends_nothing(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    await fact.remove_administrator(world.installation, BETA, BEA)
    with pytest.raises(NotFound):
        await end(bea, known, KEEP)


@pytest.mark.parametrize("days", [-400, -1, 0, 367, 2_000_000], ids=["long ago", "yesterday", "today", "too far", "9999"])
async def test_a_day_outside_the_next_366_is_refused_and_nothing_is_written(world: World, days: int) -> None:
    known, bea = await collaborate(world, "Beta AB")
    today = calendar_day.day_of(bea.now)
    day = date(9999, 12, 31) if days > 400 else today + timedelta(days=days)
    before = await rows(world)
    with pytest.raises(InvalidInput) as refused:
        await end(bea, known, KEEP, on=day)
    assert [(one.path, one.code) for one in refused.value.problems] == [(("on",), InputProblemCode.DATE_OUT_OF_RANGE)]
    assert await rows(world) == before


async def test_an_option_that_is_not_open_is_refused_with_those_that_are(world: World) -> None:
    beta, _ = await collaborate(world, "Beta AB")
    alfa, _ = await collaborate(world, "Alfa AB")
    bo = await world.viewed_by(BO)
    before = await rows(world)
    for known, chosen, allowed in ((beta, KEEP, (READ_ONLY, END)), (alfa, READ_ONLY, (KEEP,)), (alfa, END, (KEEP,))):
        assert await ending.options(bo, known) == allowed
        for on in (None, tomorrow(bo)):
            with pytest.raises(EndOptionNotAllowed) as refused:
                await end(bo, known, chosen, on=on)
            assert refused.value.allowed == allowed
    assert await rows(world) == before


Make = Callable[[World], Awaitable[Collaboration]]


async def waiting(world: World) -> Collaboration:
    return (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration


async def declined(world: World) -> Collaboration:
    known = await waiting(world)
    return (await answer.decline(await world.viewed_by(BEA), known.id, known.company_id, None, None)).collaboration


async def cancelled(world: World) -> Collaboration:
    return (await answer.cancel(await world.viewed_by(ANNA), (await waiting(world)).id, None, None)).collaboration


async def expired(world: World) -> Collaboration:
    known = await waiting(world)
    await world.advance(timedelta(days=31))
    return known


async def ended(world: World) -> Collaboration:
    known, bea = await collaborate(world, "Beta AB")
    return (await end(bea, known, KEEP)).collaboration


NOTHING_TO_END: dict[Make, Status] = {
    waiting: Status.AWAITING_APPROVAL,
    declined: Status.DECLINED,
    cancelled: Status.CANCELLED,
    expired: Status.EXPIRED,
    ended: Status.ENDED,
}


@pytest.mark.parametrize("make", NOTHING_TO_END, ids=lambda make: make.__name__)
async def test_what_is_not_live_is_not_ended_and_what_is_not_ending_not_withdrawn(world: World, make: Make) -> None:
    known = await make(world)
    # Whether or not the day and the option are good: they are judged where there is something to end.
    for email, on in ((BO, None), (BEA, None), (BO, date(2001, 1, 1)), (BEA, date(9999, 1, 1))):
        with pytest.raises(InvalidTransition) as refused:
            await end(await world.viewed_by(email), known, KEEP, on=on)
        assert refused.value.status is NOTHING_TO_END[make]
    for email in (BO, BEA):
        with pytest.raises(InvalidTransition) as refused:
            await withdraw(await world.viewed_by(email), known)
        assert refused.value.status is NOTHING_TO_END[make]


async def test_what_is_active_has_no_end_to_withdraw(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    with pytest.raises(InvalidTransition) as refused:
        await withdraw(bea, known)
    assert refused.value.status is Status.ACTIVE
