"""Terms as they are approved: exactly as shown, in the version to accept now, and only where they are asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain import calendar_day
from domain.approval import AcceptedTerms
from domain.collaboration import Collaboration, CollaborationStatus
from domain.errors import (
    DomainError,
    InputProblemCode,
    InvalidInput,
    TermsAcceptanceRequired,
    TermsOutdated,
    TermsTextMismatch,
)
from domain.event import CollaborationEventType
from domain.scenario import ApprovalKind
from domain.service import Terms
from persistence import service
from resolvers import answer, collaboration, company
from resolvers.answer import ApproveCollaboration, Approved
from resolvers.context import Context
from tests.support.seen import (
    request,
    told,
)
from tests.support.world import ANNA, GAMMA, GUN, SARA, World, contact

pytestmark = pytest.mark.anyio

Type = CollaborationEventType
Status = CollaborationStatus


async def test_terms_must_be_accepted_as_they_were_shown(world: World) -> None:
    activated, gun = await request(world, "Gamma AB")
    known = activated.collaboration
    shown = await collaboration.terms(gun, known, "en")
    assert shown is not None
    other = (await _texts(world, world.archive.id))[0]
    cases: list[tuple[AcceptedTerms | None, type[DomainError]]] = [
        (None, TermsAcceptanceRequired),
        (AcceptedTerms(terms_id=shown.id, sha256="0" * 64), TermsTextMismatch),
        (AcceptedTerms(terms_id=other, sha256=shown.sha256), InvalidInput),
    ]
    for accepted, expected in cases:
        asked = ApproveCollaboration(collaboration_id=known.id, company_id=known.company_id, accepted_terms=accepted)
        with pytest.raises(expected):
            await answer.approve(gun, asked, None)
    assert (await world.stored(known.id)).status is Status.AWAITING_APPROVAL


async def test_terms_named_where_none_are_asked_are_refused(world: World) -> None:
    activated, bea = await request(world, "Beta AB")
    known = activated.collaboration
    accepted = AcceptedTerms(terms_id=(await _texts(world, world.scanner.id))[0], sha256="0" * 64)
    asked = ApproveCollaboration(collaboration_id=known.id, company_id=known.company_id, accepted_terms=accepted)
    with pytest.raises(InvalidInput):
        await answer.approve(bea, asked, None)


async def _texts(world: World, service_id: str) -> list[str]:
    async with world.database.read() as reading:
        return [one.id for one in (await service.terms_of(reading, [service_id]))[service_id]]


async def try_terms(world: World, context: Context, known: Collaboration, terms: Terms | None, **changes: str) -> Approved:
    """Approve with terms, or with what somebody made of them."""
    accepted = None if terms is None else replace(AcceptedTerms(terms_id=terms.id, sha256=terms.sha256), **changes)
    asked = ApproveCollaboration(collaboration_id=known.id, company_id=known.company_id, accepted_terms=accepted)
    return await answer.approve(context, asked, None)


@pytest.mark.parametrize("language", ["sv", "en"])
async def test_terms_are_accepted_in_any_of_their_languages_and_recorded_in_it(world: World, language: str) -> None:
    activated, gun = await request(world, "Gamma AB")
    shown = await collaboration.terms(gun, activated.collaboration, language)
    assert shown is not None
    done = (await try_terms(world, gun, activated.collaboration, shown)).collaboration
    (acceptance,) = await company.acceptances(gun, done.company_id)
    record = await collaboration.approval_of(gun, done)
    assert record is not None
    assert record.evidence is not None
    assert (acceptance.terms_id, acceptance.evidence_id) == (shown.id, record.evidence.id)
    assert (record.terms, record.evidence.content["language"]) == (shown, language)
    assert await collaboration.terms(gun, done, None) == shown
    other = await collaboration.terms(gun, done, "en" if language == "sv" else "sv")
    assert other is not None
    assert (other.version, other.language == language) == (shown.version, False)


async def test_a_newer_mandatory_version_must_be_accepted_in_place_of_the_pinned_one(world: World) -> None:
    activated, gun = await request(world, "Gamma AB")
    known = activated.collaboration
    pinned = await collaboration.terms(gun, known, "sv")
    assert pinned is not None
    swedish, english = await world.publish_terms(2, effective_from=calendar_day.day_of(gun.now))
    assert await collaboration.terms(gun, known, "sv") == swedish
    with pytest.raises(TermsOutdated) as refused:
        await try_terms(world, gun, known, pinned)
    assert refused.value.terms == swedish
    with pytest.raises(TermsAcceptanceRequired) as required:
        await try_terms(world, world.context_in(gun, "en"), known, None)
    assert required.value.terms == english
    with pytest.raises(TermsTextMismatch) as mismatch:
        await try_terms(world, gun, known, english, sha256=swedish.sha256)
    assert mismatch.value.terms == english
    done = await try_terms(world, gun, known, english)
    assert done.collaboration.status is CollaborationStatus.ACTIVE
    assert (await collaboration.terms(gun, done.collaboration, None)) == english


async def test_a_version_that_is_optional_or_yet_to_come_is_not_the_one_to_accept(world: World) -> None:
    activated, gun = await request(world, "Gamma AB")
    today = calendar_day.day_of(gun.now)
    pinned = await collaboration.terms(gun, activated.collaboration, "sv")
    (optional, _), (coming, _) = [
        await world.publish_terms(2, effective_from=today, mandatory=False),
        await world.publish_terms(3, effective_from=today + timedelta(days=1)),
    ]
    for terms in (optional, coming):
        with pytest.raises(TermsOutdated) as refused:
            await try_terms(world, gun, activated.collaboration, terms)
        assert refused.value.terms == pinned
    assert (await try_terms(world, gun, activated.collaboration, pinned)).already_approved is False


async def test_terms_that_are_no_terms_of_the_service_are_invalid_input_at_their_place(world: World) -> None:
    activated, gun = await request(world, "Gamma AB")
    shown = await collaboration.terms(gun, activated.collaboration, "sv")
    async with world.database.read() as reading:
        (others, *_) = (await service.terms_of(reading, [world.archive.id]))[world.archive.id]
    for terms_id in (others.id, "no such id", ""):
        with pytest.raises(InvalidInput) as refused:
            await try_terms(world, gun, activated.collaboration, shown, terms_id=terms_id)
        assert [(one.path, one.code) for one in refused.value.problems] == [
            (("acceptedTerms", "termsId"), InputProblemCode.UNKNOWN_ID)
        ]
    for sha256 in ("", "0" * 64, shown.sha256.upper() if shown else ""):
        with pytest.raises(TermsTextMismatch):
            await try_terms(world, gun, activated.collaboration, shown, sha256=sha256)
    assert await told(world, activated.collaboration) == [Type.ACTIVATED]


async def test_a_request_that_was_spared_the_terms_asks_for_none_and_refuses_any(world: World) -> None:
    sara = await world.viewed_by(SARA)
    first = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    await world.add_customer(sara, "Gamma hos Syd", GAMMA, contact("Gun Grå", GUN))
    second = (await world.activate(sara, "Gamma hos Syd")).collaboration
    gun = await world.by_link(first.id)
    shown = await collaboration.terms(gun, first, None)
    await try_terms(world, gun, first, shown)
    spared = (await collaboration.find(gun, second.id)) or second
    assert spared.approval_kind is ApprovalKind.COLLABORATION
    assert await collaboration.terms(gun, spared, None) is None
    with pytest.raises(InvalidInput) as refused:
        await try_terms(world, gun, spared, shown)
    assert [(one.path, one.code) for one in refused.value.problems] == [(("acceptedTerms",), InputProblemCode.NOT_ALLOWED)]
    await try_terms(world, gun, spared, None)
    assert len(await company.acceptances(gun, first.company_id)) == 1


async def test_scenarios_without_terms_record_the_version_in_force_without_evidence_of_reading(world: World) -> None:
    for name in ("Alfa AB", "Beta AB"):
        activated, administrator = await request(world, name)
        await world.approve(administrator, activated.collaboration)
        (acceptance,) = await company.acceptances(administrator, activated.collaboration.company_id)
        assert (acceptance.accepted_by_id, acceptance.evidence_id) == (None, None)
