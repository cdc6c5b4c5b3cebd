"""Newer terms through the API: shown with the time that is left, accepted by what was shown, and proven afterwards."""

from datetime import timedelta

import pytest

from examples import verify_evidence
from tests.schema.conftest import Asking
from tests.support.publishing import publish
from tests.support.seen import collaborate
from tests.support.world import BEA, World

pytestmark = pytest.mark.anyio

WAITING = """
query {
  viewer {
    ... on Administrator {
      companies {
        id
        requiredTerms(language: "en") { dueAt terms { id text sha256 language mandatory graceDays } }
        acceptedTerms { validUntil terms { version } evidence { number } }
      }
    }
  }
  collaborations { nodes { status allowedActions openUrl requiredTerms { terms { version } dueAt } } }
}
"""
ACCEPT = """
mutation ($input: AcceptTermsInput!) {
  acceptTerms(input: $input) {
    __typename
    ... on AcceptTermsPayload {
      alreadyAccepted
      replayed
      cursor
      resumed { status openUrl allowedActions }
      acceptance {
        acceptedAt
        validUntil
        acceptedBy { name }
        terms { version language }
        evidence {
          number
          collaboration { id }
          terms { version }
          termsSha256
          language
          person { name email }
          actingFor { name }
          identifiedBy
          hash
          export
        }
      }
    }
    ... on TermsTextMismatch { terms { sha256 } }
    ... on Error { message }
  }
}
"""


async def test_terms_that_suspended_a_collaboration_are_shown_accepted_and_proven(asking: Asking, world: World) -> None:
    await collaborate(world, "Beta AB")
    await publish(world, "Nya villkor")
    english = await publish(world, "New terms", language="en")
    await world.advance(timedelta(days=11))
    bea = await world.viewed_by(BEA)
    shown = await asking.data(bea, WAITING)
    [company] = shown["viewer"]["companies"]
    [required] = company["requiredTerms"]
    assert (required["terms"]["text"], required["terms"]["sha256"]) == ("New terms", english.sha256)
    [accepted] = company["acceptedTerms"]
    assert accepted == {"validUntil": required["dueAt"], "terms": {"version": 1}, "evidence": None}
    [known] = shown["collaborations"]["nodes"]
    offered = known.pop("allowedActions")
    assert ("ACCEPT_TERMS" in offered, "OPEN" in offered) == (True, False)
    assert known == {
        "status": "SUSPENDED",
        "openUrl": None,
        "requiredTerms": {"terms": {"version": 2}, "dueAt": required["dueAt"]},
    }
    wanted = {"companyId": company["id"], "termsId": required["terms"]["id"], "sha256": "0" * 64}
    refused = (await asking.data(bea, ACCEPT, {"input": wanted}))["acceptTerms"]
    assert (refused["__typename"], refused["terms"]["sha256"]) == ("TermsTextMismatch", english.sha256)
    wanted |= {"sha256": english.sha256, "idempotencyKey": "once"}
    done = (await asking.data(bea, ACCEPT, {"input": wanted}))["acceptTerms"]
    [resumed] = done["resumed"]
    assert resumed["status"] == "ACTIVE"
    assert ("ACCEPT_TERMS" in resumed["allowedActions"], "OPEN" in resumed["allowedActions"]) == (False, True)
    assert resumed["openUrl"] is not None
    evidence = done["acceptance"].pop("evidence")
    del done["acceptance"]["acceptedAt"]
    assert done["acceptance"] == {
        "validUntil": None,
        "acceptedBy": {"name": "Bea Bok"},
        "terms": {"version": 2, "language": "en"},
    }
    head = verify_evidence.Head(evidence["number"], evidence["hash"])
    assert verify_evidence.verify(evidence["export"], head).whole == 2
    assert (evidence["collaboration"], evidence["actingFor"]["name"]) == (None, "Beta AB")
    assert evidence["person"] == {"name": "Bea Bok", "email": BEA}
    again = (await asking.data(bea, ACCEPT, {"input": wanted}))["acceptTerms"]
    assert (again["replayed"], again["cursor"], len(again["resumed"])) == (True, done["cursor"], 1)
