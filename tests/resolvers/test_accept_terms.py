"""A company's yes to newer terms: evidence in its chain, what was suspended goes on, and the order in which it is judged."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.approval import AcceptedTerms
from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import (
    DomainError,
    IdempotencyKeyReused,
    InputProblemCode,
    InvalidInput,
    NotFound,
    NotPermitted,
    SelfApprovalForbidden,
    TermsOutdated,
    TermsTextMismatch,
)
from domain.event import CollaborationEventType
from domain.mail import MailKind
from domain.permissions import CollaborationAction
from domain.service import Terms
from examples import verify_evidence
from persistence import service
from resolvers import acceptance, collaboration, company, event, fact, proof, settlement, terms
from resolvers.acceptance import Accepted, AcceptTerms
from resolvers.context import Context
from resolvers.listing import PageArguments
from tests.support.publishing import publish, status, work_off
from tests.support.seen import as_administrator, collaborate, rows, told, written
from tests.support.world import ANNA, BEA, BETA, BO, GAMMA, GUN, SARA, World, contact

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


async def accept(
    context: Context, company_id: str, named: Terms, *, sha256: str | None = None, key: str | None = None
) -> Accepted:
    asked = AcceptTerms(company_id=company_id, terms=AcceptedTerms(terms_id=named.id, sha256=sha256 or named.sha256))
    return await acceptance.accept(context, asked, key)


async def late(world: World, name: str = "Beta AB") -> tuple[Collaboration, Terms]:
    """Let a collaboration be suspended by the clock for a version."""
    known, _ = await collaborate(world, name)
    published = await publish(world, grace_days=10)
    await world.advance(timedelta(days=11))
    return known, published


async def two_offices(world: World) -> tuple[Collaboration, Collaboration]:
    """Let two offices share the scanner with Gamma."""
    first, _ = await collaborate(world, "Gamma AB")
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Gamma hos Syd", GAMMA, contact("Gun Grå", GUN))
    second = (await world.activate(sara, "Gamma hos Syd")).collaboration
    await world.approve(await world.by_link(second.id), second)
    return first, second


async def test_a_yes_within_the_grace_time_is_told_recorded_and_ends_the_waiting(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    published = await publish(world, grace_days=10)
    done = await accept(bea, known.company_id, published)
    assert (done.already_accepted, done.resumed, done.replayed) == (False, (), False)
    assert (done.acceptance.terms_id, done.acceptance.accepted_by_id) == (published.id, as_administrator(bea).id)
    assert await told(world, known) == await told(world, known, BEA) == [Type.ACTIVATED, Type.APPROVED, Type.TERMS_ACCEPTED]
    bea = await world.viewed_by(BEA)
    assert await company.required_terms(bea, known.company_id, None) == ()
    assert [one.terms_id for one in await company.acceptances(bea, known.company_id)][-1] == published.id
    assert (await world.stored(known.id)).suspends_at is None
    await work_off(world)
    await world.advance(timedelta(days=100))
    await work_off(world)
    assert await status(world, known) is Status.ACTIVE
    assert await written(world, known.id, MailKind.TERMS_REQUIRED) == []


async def test_what_the_clock_has_suspended_is_written_and_goes_on(world: World) -> None:
    known, published = await late(world)
    done = await accept(await world.viewed_by(BEA), known.company_id, published)
    [resumed] = done.resumed
    assert (resumed.id, resumed.status, resumed.suspends_at) == (known.id, Status.ACTIVE, None)
    page = await event.page_of_collaboration(await world.viewed_by(BO), known.id, PageArguments())
    told_of = [(one.event.type, one.event.previous_status, one.event.status) for one in page.items][2:]
    assert told_of == [
        (Type.SUSPENDED, Status.ACTIVE, Status.SUSPENDED),
        (Type.TERMS_ACCEPTED, Status.SUSPENDED, Status.SUSPENDED),
        (Type.RESUMED, Status.SUSPENDED, Status.ACTIVE),
    ]
    versions = [one.event.version for one in page.items]
    assert versions == sorted(set(versions))
    assert (await world.stored(known.id)).version == versions[-1]
    for kind in (MailKind.SUSPENDED, MailKind.RESUMED):
        assert sorted(one.recipient.email for one in await written(world, known.id, kind)) == [ANNA, BEA]
    bea = await world.viewed_by(BEA)
    assert await collaboration.open_url(bea, await world.stored(known.id)) is not None


async def test_every_office_that_shares_the_service_is_told_and_goes_on(world: World) -> None:
    first, second = await two_offices(world)
    published = await publish(world, grace_days=10)
    await world.advance(timedelta(days=11))
    await settlement.settle(world.database, first.id)
    done = await accept(await world.viewed_by(GUN), first.company_id, published)
    assert {one.id for one in done.resumed} == {first.id, second.id}
    for known, email in ((first, BO), (second, SARA)):
        assert (await told(world, known, email))[-3:] == [Type.SUSPENDED, Type.TERMS_ACCEPTED, Type.RESUMED]
        assert (await told(world, known, email)).count(Type.SUSPENDED) == 1


async def test_the_next_version_that_waits_already_suspends_in_its_turn(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    second = await publish(world, "Andra", grace_days=10)
    third = await publish(world, "Tredje", days=5, grace_days=10)
    await accept(bea, known.company_id, second)
    await world.advance(timedelta(days=5))
    await work_off(world)
    assert (await told(world, known))[-1] is Type.TERMS_REQUIRED
    await world.advance(timedelta(days=10))
    assert await status(world, known) is Status.SUSPENDED
    done = await accept(await world.viewed_by(BEA), known.company_id, third)
    assert [one.id for one in done.resumed] == [known.id]


async def test_the_record_continues_the_companys_chain_and_is_shown_to_the_company_alone(world: World) -> None:
    known, gun = await collaborate(world, "Gamma AB")
    published = await publish(world)
    done = await accept(gun, known.company_id, published)
    assert done.acceptance.evidence_id is not None
    record = await collaboration.find_evidence(gun, done.acceptance.evidence_id)
    assert record is not None
    assert (record.number, record.collaboration_id, record.content["termsSha256"]) == (2, None, published.sha256)
    for email in (BO, SARA, BEA):
        assert await collaboration.find_evidence(await world.viewed_by(email), record.id) is None
    approval = await collaboration.approval_of(gun, await world.stored(known.id))
    assert approval is not None
    assert approval.evidence is not None
    assert approval.evidence.number == 1
    export = await collaboration.export_evidence(gun, record)
    head = verify_evidence.Head(2, record.hash)
    assert verify_evidence.verify(export, head) == verify_evidence.Verdict(head=head, whole=2, opened=2, erased=0)
    assert await proof.export_chain(world.installation, GAMMA) == export
    content = json.loads(export.splitlines()[1])["content"]
    assert (content["identifiedBy"], content["requestId"]) == ("approval link", "request-1")


async def test_the_chain_of_a_company_without_evidence_is_empty_and_of_an_unknown_one_not_there(world: World) -> None:
    assert (await proof.export_chain(world.installation, BETA)).strip() == ""
    with pytest.raises(NotFound):
        await proof.export_chain(world.installation, GAMMA)
    with pytest.raises(InvalidInput):
        await proof.export_chain(world.installation, "x")


async def test_a_second_yes_is_told_that_it_was_given_before(world: World) -> None:
    known, published = await late(world)
    bea = await world.viewed_by(BEA)
    first = await accept(bea, known.company_id, published)
    before = await rows(world)
    again = await accept(bea, known.company_id, published)
    assert (again.already_accepted, again.resumed, again.acceptance) == (True, (), first.acceptance)
    assert again.cursor == first.cursor
    assert await rows(world) == before


async def test_two_who_accept_at_once_are_recorded_once(world: World) -> None:
    known, published = await late(world, "Alfa AB")
    people = [await world.viewed_by(email) for email in ("cleo@alfa.example", "dag@alfa.example")]
    done = await asyncio.gather(*(accept(one, known.company_id, published) for one in people))
    assert sorted(one.already_accepted for one in done) == [False, True]
    assert (await told(world, known)).count(Type.RESUMED) == 1


async def test_a_repeated_key_is_answered_again(world: World) -> None:
    known, published = await late(world)
    bea = await world.viewed_by(BEA)
    first = await accept(bea, known.company_id, published, key="once")
    again = await accept(bea, known.company_id, published, key="once")
    assert again == replace(first, replayed=True)
    with pytest.raises(IdempotencyKeyReused):
        await accept(bea, known.company_id, published, sha256="0" * 64, key="once")
    assert (await told(world, known)).count(Type.TERMS_ACCEPTED) == 1


async def refused(world: World, context: Context, company_id: str, named: Terms, sha256: str | None = None) -> DomainError:
    """Accept in vain, and see that nothing but what time had made true was written."""
    before = await rows(world)
    with pytest.raises(DomainError) as refusal:
        await accept(context, company_id, named, sha256=sha256)
    assert await rows(world) == before
    return refusal.value


async def test_it_is_refused_by_what_the_law_says_first(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    async with world.database.read() as reading:
        old = (await service.terms_of(reading, [world.scanner.id]))[world.scanner.id]
    published = await publish(world)
    coming = await publish(world, "Senare", days=3)
    others = await publish(world, code="archive")
    bo, gun = await world.viewed_by(BO), await world.viewed_by("cleo@alfa.example")
    assert isinstance(await refused(world, bo, known.company_id, published), NotPermitted)
    assert isinstance(await refused(world, gun, known.company_id, published), NotFound)
    assert isinstance(await refused(world, bea, "no such id", published), NotFound)
    outdated = await refused(world, bea, known.company_id, old[0])
    assert isinstance(outdated, TermsOutdated)
    assert outdated.terms == published
    mismatch = await refused(world, bea, known.company_id, published, sha256=old[0].sha256)
    assert isinstance(mismatch, TermsTextMismatch)
    assert mismatch.terms == published
    for named, code in (
        (replace(published, id="no such id"), InputProblemCode.UNKNOWN_ID),
        (others, InputProblemCode.NOT_ALLOWED),
        (coming, InputProblemCode.NOT_ALLOWED),
    ):
        wrong = await refused(world, bea, known.company_id, named)
        assert isinstance(wrong, InvalidInput)
        assert [(one.path, one.code) for one in wrong.problems] == [(("termsId",), code)]


async def test_a_refused_yes_leaves_the_suspension_that_it_met_written(world: World) -> None:
    known, published = await late(world)
    with pytest.raises(TermsTextMismatch):
        await accept(await world.viewed_by(BEA), known.company_id, published, sha256="0" * 64)
    assert (await world.stored(known.id)).status is Status.SUSPENDED
    assert await told(world, known) == [Type.ACTIVATED, Type.APPROVED, Type.SUSPENDED]


async def test_an_advisor_of_any_office_that_shares_the_service_cannot_accept_for_the_customer(world: World) -> None:
    first, _ = await two_offices(world)
    await fact.add_administrator(world.installation, GAMMA, "Sara Sund", SARA.upper())
    published = await publish(world)
    sara = await world.viewed_by(SARA, side=as_administrator(await world.viewed_by(GUN)).side)
    assert isinstance(await refused(world, sara, first.company_id, published), SelfApprovalForbidden)
    for viewer, offered in ((sara, False), (await world.viewed_by(GUN), True)):
        actions = await collaboration.allowed_actions(viewer, await world.stored(first.id))
        assert (CollaborationAction.ACCEPT_TERMS in actions) is offered


async def test_one_who_has_lost_the_company_cannot_accept_for_it(world: World) -> None:
    known, published = await late(world, "Alfa AB")
    dag = await world.viewed_by("dag@alfa.example")
    await fact.remove_administrator(world.installation, "5560160680", "dag@alfa.example")
    with pytest.raises(NotFound):
        await accept(dag, known.company_id, published)


async def test_it_is_offered_to_the_companys_side_while_terms_wait(world: World) -> None:
    known, bea = await collaborate(world, "Beta AB")
    assert CollaborationAction.ACCEPT_TERMS not in await collaboration.allowed_actions(bea, await world.stored(known.id))
    published = await publish(world)
    for email, offered in ((BEA, True), (BO, False), (ANNA, False)):
        actions = await collaboration.allowed_actions(await world.viewed_by(email), await world.stored(known.id))
        assert (CollaborationAction.ACCEPT_TERMS in actions) is offered
    await accept(bea, known.company_id, published)
    assert CollaborationAction.ACCEPT_TERMS not in await collaboration.allowed_actions(bea, await world.stored(known.id))
    assert await terms.required_of_collaboration(bea, await world.stored(known.id), None) is None


async def test_an_approval_that_accepts_newer_terms_lets_the_others_go_on(world: World) -> None:
    waiting = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    # Registered by itself meanwhile, the company is asked by the second office for the collaboration alone.
    await fact.register_company(world.installation, GAMMA, "Gamma AB")
    await fact.add_administrator(world.installation, GAMMA, "Gun Grå", GUN)
    sara = await world.viewed_by(SARA)
    await world.add_customer(sara, "Gamma hos Syd", GAMMA, contact("Gun Grå", GUN))
    second = (await world.activate(sara, "Gamma hos Syd")).collaboration
    await world.approve(await world.by_link(second.id), second)
    await publish(world, grace_days=10)
    await world.advance(timedelta(days=11))
    approved = (await world.approve(await world.viewed_by(GUN), waiting)).collaboration
    assert approved.suspends_at is None
    assert await told(world, second, SARA) == [
        Type.ACTIVATED,
        Type.APPROVED,
        Type.SUSPENDED,
        Type.TERMS_ACCEPTED,
        Type.RESUMED,
    ]
    assert await status(world, second, SARA) is Status.ACTIVE
