"""Asking the right person, as a client sees it."""

import pytest

from schema import ids
from tests.schema.conftest import Asking
from tests.support.world import World

pytestmark = pytest.mark.anyio

CORRECT = """
mutation ($input: CorrectContactInput!) {
  correctContact(input: $input) {
    __typename
    ... on CorrectContactPayload {
      cursor replayed
      collaboration { status expiresAt allowedActions mails { kind recipient } events(first: 9) { nodes { type cursor } } }
    }
    ... on ActivationRefused { code }
    ... on InvalidInput { problems { path code } }
    ... on Error { message }
  }
}
"""


async def test_a_contact_is_corrected_and_the_answer_tells_what_came_of_it(asking: Asking, world: World) -> None:
    known = (await world.activate(await asking.anna(), "Gamma AB")).collaboration
    given = {
        "collaborationId": ids.encode("Collaboration", known.id),
        "name": "Gunvor Grå",
        "email": "gunvor@gamma.example",
        "idempotencyKey": "k",
    }
    done = (await asking.data(await asking.anna(), CORRECT, {"input": given}))["correctContact"]
    told = done["collaboration"]
    assert (done["__typename"], done["replayed"], told["status"]) == ("CorrectContactPayload", False, "AWAITING_APPROVAL")
    assert told["allowedActions"] == ["CANCEL", "CORRECT_CONTACT", "CHANGE_TASK"]
    assert [(one["kind"], one["recipient"]) for one in told["mails"]] == [
        ("ACTIVATION", "gun@gamma.example"),
        # The card stays as it is, so the address is masked to the office.
        ("CONTACT_CORRECTED", "g***@gamma.example"),
    ]
    assert [event["type"] for event in told["events"]["nodes"]] == ["ACTIVATED", "CONTACT_CORRECTED"]
    assert told["events"]["nodes"][-1]["cursor"] == done["cursor"]
    again = (await asking.data(await asking.anna(), CORRECT, {"input": given}))["correctContact"]
    assert (again["replayed"], again["cursor"]) == (True, done["cursor"])


async def test_a_contact_that_cannot_be_taken_is_refused_by_name(asking: Asking, world: World) -> None:
    known = (await world.activate(await asking.anna(), "Gamma AB")).collaboration
    given = {"collaborationId": ids.encode("Collaboration", known.id), "name": "Bo", "email": "bo@nordbyran.example"}
    refused = (await asking.data(await asking.anna(), CORRECT, {"input": given}))["correctContact"]
    assert (refused["__typename"], refused["code"]) == ("ActivationRefused", "CONTACT_IS_ADVISOR")
    wrong = (await asking.data(await asking.anna(), CORRECT, {"input": given | {"email": "bo"}}))["correctContact"]
    assert wrong["problems"] == [{"path": ["email"], "code": "EMAIL_INVALID"}]
