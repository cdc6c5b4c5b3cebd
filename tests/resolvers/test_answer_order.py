"""The order in which an approval or a decline is judged: each refusal comes before every one after it."""

import pytest

from domain.approval import AcceptedTerms
from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import DomainError, InvalidInput, InvalidTransition, NotFound
from domain.viewer import Side
from resolvers import answer, collaboration, event, fact, reminder
from resolvers.answer import ApproveCollaboration
from resolvers.context import Context
from resolvers.listing import PageArguments
from tests.support.seen import as_administrator, collaborate
from tests.support.world import ALFA, ANNA, BEA, BETA, BO, CLEO, SARA, World

pytestmark = pytest.mark.anyio


async def judged(world: World, context: Context, known: Collaboration, company_id: str, *, decline: bool) -> Exception:
    """Answer, and return why not."""
    terms = AcceptedTerms(terms_id="no such terms", sha256="")
    asked = ApproveCollaboration(collaboration_id=known.id, company_id=company_id, accepted_terms=terms)
    answering = answer.decline(context, known.id, company_id, None, None) if decline else answer.approve(context, asked, None)
    with pytest.raises(DomainError) as refused:
        await answering
    return refused.value


@pytest.mark.parametrize("decline", [False, True], ids=["approve", "decline"])
async def test_sight_comes_first_then_the_company_then_oneself_then_the_status_then_terms(world: World, decline: bool) -> None:
    for number in (BETA, ALFA):
        await fact.add_administrator(world.installation, number, "Bo Berg", BO)
    await fact.add_administrator(world.installation, ALFA, "Bea Bok", BEA)
    bo, bea = await world.viewed_by(BO, Side.COMPANY), await world.viewed_by(BEA)
    outsider = await world.viewed_by(CLEO)
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    right, wrong = known.company_id, next(iter(as_administrator(outsider).company_ids))
    advisor, stranger = await world.viewed_by(ANNA), await world.viewed_by(SARA)

    async def all_of_them() -> dict[str, str]:
        cases = {
            "outsider": (outsider, wrong),
            "outsider who names the right company": (outsider, right),
            "another office": (stranger, right),
            "advisor": (advisor, wrong),
            "wrong company, an advisor's address": (bo, wrong),
            "wrong company": (bea, wrong),
            "no company": (bea, "no such id"),
            "an advisor's address": (bo, right),
        }
        return {
            name: type(await judged(world, context, known, company_id, decline=decline)).__name__
            for name, (context, company_id) in cases.items()
        }

    expected = {
        "outsider": "NotFound",
        "outsider who names the right company": "NotFound",
        "another office": "NotFound",
        "advisor": "NotPermitted",
        "wrong company, an advisor's address": "WrongCompany",
        "wrong company": "WrongCompany",
        "no company": "WrongCompany",
        "an advisor's address": "SelfApprovalForbidden",
    }
    assert await all_of_them() == expected
    if not decline:
        assert isinstance(await judged(world, bea, known, right, decline=False), InvalidInput)
    await answer.cancel(await world.viewed_by(ANNA), known.id, None, None)
    assert await all_of_them() == expected
    closed = await judged(world, bea, known, right, decline=decline)
    assert isinstance(closed, InvalidTransition)
    assert (closed.status, closed.collaboration_id) == (CollaborationStatus.CANCELLED, known.id)


async def test_what_is_approved_cannot_be_declined_and_is_approved_again_whatever_terms_are_named(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    declined = await judged(world, bea, known, known.company_id, decline=True)
    assert isinstance(declined, InvalidTransition)
    assert declined.status is CollaborationStatus.ACTIVE
    terms = AcceptedTerms(terms_id="no such terms", sha256="")
    asked = ApproveCollaboration(collaboration_id=known.id, company_id=known.company_id, accepted_terms=terms)
    again = await answer.approve(bea, asked, None)
    assert (again.already_approved, again.collaboration) == (True, known)
    told = await collaboration.approval_of(bea, again.collaboration)
    assert told is not None
    assert (told.approved_by_name, told.approved_at) == ("Bea Bok", known.approved_at)


async def test_an_id_of_nothing_and_an_id_out_of_sight_are_refused_alike(world: World) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    cleo, sara = await world.viewed_by(CLEO), await world.viewed_by(SARA)
    said = set()
    for collaboration_id in (known.id, "0" * 36, "", "å"):
        asked = ApproveCollaboration(collaboration_id=collaboration_id, company_id=known.company_id)
        for do in (
            answer.approve(cleo, asked, None),
            answer.decline(cleo, collaboration_id, known.company_id, None, None),
            answer.cancel(cleo, collaboration_id, None, None),
            answer.approve(sara, asked, None),
            answer.cancel(sara, collaboration_id, None, None),
            reminder.remind(sara, collaboration_id, None, None),
        ):
            with pytest.raises(NotFound) as refused:
                await do
            said.add(str(refused.value))
        assert await collaboration.find(sara, collaboration_id) is None
        assert (await event.page_of_collaboration(sara, collaboration_id, PageArguments())).items == ()
    assert said == {""}


@pytest.mark.parametrize("reason", ["x" * 1_001, "a\x00b", "a\u2028b"])
async def test_a_reason_that_cannot_be_shown_is_refused(world: World, reason: str) -> None:
    known = (await world.activate(await world.viewed_by(ANNA), "Beta AB")).collaboration
    bea = await world.viewed_by(BEA)
    for do in (
        answer.decline(bea, known.id, known.company_id, reason, None),
        answer.cancel(await world.viewed_by(ANNA), known.id, reason, None),
    ):
        with pytest.raises(InvalidInput):
            await do
    done = await answer.decline(bea, known.id, known.company_id, "  Nej\r\ntack  ", None)
    assert done.collaboration.decline_reason == "Nej\ntack"
