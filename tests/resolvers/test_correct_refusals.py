"""When the correction of a contact is refused: it is another's to make, or what it says is wrong."""

from datetime import timedelta

import pytest

from domain.collaboration import CollaborationStatus
from domain.errors import (
    ActivationRefusalCode,
    ActivationRefused,
    ContactNotCorrectable,
    DomainError,
    InputProblemCode,
    InvalidInput,
    InvalidTransition,
    NotFound,
    NotPermitted,
)
from domain.event import CollaborationEventType
from resolvers import answer, fact
from tests.support.correcting import RIGHT, asked, correct, is_offered
from tests.support.seen import told
from tests.support.world import ANNA, BO, GAMMA, GUN, SARA, World, contact

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


@pytest.mark.parametrize("name", ["Alfa AB", "Beta AB"])
async def test_the_approvers_of_a_registered_company_are_not_the_offices_to_change(world: World, name: str) -> None:
    known = await asked(world, name)
    assert await is_offered(world, known) is False
    with pytest.raises(ContactNotCorrectable):
        await correct(world, known)


async def test_an_administrator_who_has_signed_in_stays(world: World) -> None:
    known = await asked(world)
    await world.by_link(known.id)
    assert await is_offered(world, known) is False
    with pytest.raises(ContactNotCorrectable):
        await correct(world, known)


async def test_a_company_that_has_been_registered_since_keeps_its_approver(world: World) -> None:
    known = await asked(world)
    await fact.register_company(world.installation, GAMMA, "Gamma AB")
    assert await is_offered(world, known) is False
    with pytest.raises(ContactNotCorrectable):
        await correct(world, known)


async def test_neither_office_corrects_an_administrator_on_whom_the_others_request_hangs(world: World) -> None:
    known = await asked(world)
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Gamma hos Syd", GAMMA, contact("Gun Grå", GUN))
    theirs = (await world.activate(sara, "Gamma hos Syd")).collaboration
    for request, email in ((known, ANNA), (theirs, SARA)):
        assert await is_offered(world, request, email) is False
        with pytest.raises(ContactNotCorrectable):
            await correct(world, request, by=email)
    await answer.cancel(await world.viewed_by(ANNA), known.id, None, None)
    with pytest.raises(ContactNotCorrectable):
        await correct(world, theirs, by=SARA)


async def test_the_creator_corrects_once_the_other_office_has_let_go(world: World) -> None:
    known = await asked(world)
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Gamma hos Syd", GAMMA, contact("Gun Grå", GUN))
    theirs = (await world.activate(sara, "Gamma hos Syd")).collaboration
    await answer.cancel(await world.viewed_by(SARA), theirs.id, None, None)
    assert await is_offered(world, known) is True
    await correct(world, known)


async def test_an_advisor_of_the_office_is_refused_and_another_offices_is_not(world: World) -> None:
    known = await asked(world)
    with pytest.raises(ActivationRefused) as refused:
        await correct(world, known, BO.upper().replace("NORDBYRAN.EXAMPLE", "nordbyran.example"))
    assert refused.value.code is ActivationRefusalCode.CONTACT_IS_ADVISOR
    assert (await world.stored(known.id)).version == 1
    await correct(world, known, SARA)


@pytest.mark.parametrize(
    ("name", "email", "code"),
    [
        ("Gun", "gun", InputProblemCode.EMAIL_INVALID),
        ("Gun", "", InputProblemCode.EMAIL_INVALID),
        (" ", RIGHT, InputProblemCode.BLANK),
        ("x" * 201, RIGHT, InputProblemCode.TOO_LONG),
    ],
)
async def test_a_bad_name_or_address_is_refused(world: World, name: str, email: str, code: InputProblemCode) -> None:
    known = await asked(world)
    with pytest.raises(InvalidInput) as refused:
        await correct(world, known, email, name=name)
    assert [problem.code for problem in refused.value.problems] == [code]


async def test_the_judgement_goes_by_sight_right_and_status(world: World) -> None:
    known = await asked(world)
    cases: list[tuple[str, type[DomainError]]] = [(SARA, NotFound), (GUN, NotPermitted)]
    for email, refusal in cases:
        with pytest.raises(refusal):
            await correct(world, known, by=email)
    await world.advance(timedelta(days=30))
    assert await is_offered(world, known) is False
    with pytest.raises(InvalidTransition) as refused:
        await correct(world, known)
    assert refused.value.status is Status.EXPIRED
    assert await told(world, known) == [Type.ACTIVATED, Type.EXPIRED]
