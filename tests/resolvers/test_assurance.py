"""What an issuer says of a sign-in: kept in the evidence, and demanded of whoever accepts terms where that is set."""

import json
from typing import Any

import pytest

from domain.approval import AcceptedTerms
from domain.errors import NotPermitted
from domain.permissions import CollaborationAction
from examples import verify_evidence
from resolvers import acceptance, answer, collaboration, proof, terms
from resolvers.acceptance import AcceptTerms
from resolvers.answer import ApproveCollaboration
from resolvers.context import Context
from tests.support.home import Home
from tests.support.issuer import LocalIssuer
from tests.support.publishing import publish
from tests.support.seen import collaborate, request
from tests.support.world import ALFA, ANNA, BEA, GUN, World

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite]


@pytest.fixture
def backend() -> str:
    return "sqlite"


async def approve(home: Home, context: Context, known: Any) -> None:  # noqa: ANN401 - a collaboration of any status
    shown = await collaboration.terms(context, known, None)
    named = None if shown is None else AcceptedTerms(terms_id=shown.id, sha256=shown.sha256)
    asked = ApproveCollaboration(collaboration_id=known.id, company_id=known.company_id, accepted_terms=named)
    await answer.approve(context, asked, None)


async def test_the_evidence_says_which_issuer_knew_the_person_and_how_surely(world: World, provider: LocalIssuer) -> None:
    home = Home(world, provider)
    known = (await world.activate(await world.viewed_by(ANNA), "Alfa AB")).collaboration
    await approve(home, await home.comes(acr="high"), known)
    printed = await proof.export_chain(home.world.installation, ALFA)
    [record] = [json.loads(line) for line in printed.splitlines()]
    content = record["content"]
    assert (content["identifiedBy"], content["issuer"], content["assurance"]) == ("identity provider", home.url, "high")
    assert (content["link"], record["personal"]["subject"]) == (None, "cleo")
    assert "cleo" not in [value for name, value in content.items() if name != "subjectCommitment"]
    assert verify_evidence.verify(printed).opened == 1
    for changed in (printed.replace('"subject": "cleo"', '"subject": "dag"'), printed.replace('"subject": "cleo", ', "")):
        assert changed != printed
        with pytest.raises(verify_evidence.Fault):
            verify_evidence.verify(changed)


async def test_a_record_by_a_link_has_the_form_that_it_always_had(world: World, provider: LocalIssuer) -> None:
    home = Home(world, provider)
    await collaborate(home.world, "Alfa AB")
    [record] = [json.loads(line) for line in (await proof.export_chain(home.world.installation, ALFA)).splitlines()]
    assert set(record["personal"]) == {"salt", "name", "email", "peerAddress", "userAgent"}
    assert not {"issuer", "assurance", "subjectCommitment"} & set(record["content"])


DEMANDING = {"terms_acr": frozenset({"high"})}


async def test_terms_are_approved_after_a_sure_sign_in_alone_where_that_is_demanded(world: World, provider: LocalIssuer) -> None:
    home = Home(world, provider, **DEMANDING)
    activated, by_link = await request(home.world, "Gamma AB")
    known = activated.collaboration
    unsure = [by_link, await home.comes(sub="gun", email=GUN), await home.comes(sub="gun", email=GUN, acr="low")]
    for context in unsure:
        assert CollaborationAction.APPROVE not in await collaboration.allowed_actions(context, known)
        assert CollaborationAction.DECLINE in await collaboration.allowed_actions(context, known)
        with pytest.raises(NotPermitted) as refusal:
            await approve(home, context, known)
        assert refusal.value.required == "ASSURANCE"
    sure = await home.comes(sub="gun", email=GUN, acr="high")
    assert CollaborationAction.APPROVE in await collaboration.allowed_actions(sure, known)
    await approve(home, sure, known)
    # What has been approved is told to everybody who asks again.
    await approve(home, by_link, known)


async def test_what_asks_for_no_terms_is_approved_after_any_sign_in(world: World, provider: LocalIssuer) -> None:
    home = Home(world, provider, **DEMANDING)
    _, by_link = await collaborate(home.world, "Alfa AB")
    assert by_link.viewer is not None


async def test_newer_terms_are_accepted_after_a_sure_sign_in_alone_where_that_is_demanded(
    world: World, provider: LocalIssuer
) -> None:
    home = Home(world, provider, **DEMANDING)
    known, by_link = await collaborate(home.world, "Beta AB")
    published = await publish(home.world, grace_days=10)
    named = AcceptTerms(company_id=known.company_id, terms=AcceptedTerms(terms_id=published.id, sha256=published.sha256))
    by_link = await home.world.viewed_by(BEA)
    assert not await terms.acceptable(by_link, known)
    with pytest.raises(NotPermitted, match="ASSURANCE"):
        await acceptance.accept(by_link, named, None)
    sure = await home.comes(sub="bea", email=BEA, acr="high")
    assert await terms.acceptable(sure, known)
    await acceptance.accept(sure, named, None)
    again = await acceptance.accept(by_link, named, None)
    assert again.already_accepted
