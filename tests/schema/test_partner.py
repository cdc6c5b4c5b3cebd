"""Partners through the API, over real HTTP, SSE and WebSocket: made, at work, told, and ended."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from domain.partner import PartnerScope
from domain.text import LANGUAGES
from resolvers import customer, session
from resolvers.card import UpdateCustomer
from schema import ids
from schema.api import SCHEMA
from tests.schema.conftest import Asking
from tests.support import conversing, edge, partners, requesting
from tests.support.edge import Listening
from tests.support.seen import collaborate
from tests.support.world import ANNA, BEA, BO, CLEO, World, contact

pytestmark = pytest.mark.anyio

CREATE = """
mutation ($input: CreatePartnerInput!) { createPartner(input: $input) {
  __typename ... on Error { message } ... on NotPermitted { required } ... on InvalidInput { problems { path code message } }
  ... on CreatePartnerPayload {
    token replayed partner { id name scopes office { name } createdAt expiresAt lastUsedAt revokedAt }
  }
} }
"""
ROTATE = """
mutation ($input: RotatePartnerTokenInput!) { rotatePartnerToken(input: $input) {
  __typename ... on RotatePartnerTokenPayload { token previousTokenExpiresAt replayed partner { id } }
} }
"""
REVOKE = """
mutation ($input: RevokePartnerInput!) { revokePartner(input: $input) {
  __typename ... on RevokePartnerPayload { replayed partner { id revokedAt } }
} }
"""
PARTNERS = "{ partners { id name lastUsedAt revokedAt } }"
ACTIVATE = """
mutation ($input: ActivateCollaborationInput!) { activateCollaboration(input: $input) {
  __typename ... on NotPermitted { required message }
  ... on ActivateCollaborationPayload { cursor collaboration { status %s activatedBy { name } activatedByPartner { name } } }
} }
"""
FOLLOW = "subscription ($after: String) { collaborationApproved(after: $after) { type actor { side name } } }"
ALL = [scope.value for scope in PartnerScope]


@pytest.fixture
async def service(world: World) -> AsyncIterator[Listening]:
    """Serve the service's own schema, in production."""
    async with edge.listen(world.installation, schema=SCHEMA, is_production=True) as listening:
        yield listening


async def ask(service: Listening, bearer: str, query: str, **variables: object) -> Any:  # noqa: ANN401 - JSON
    """Ask over HTTP, and return the answer with its status."""
    async with requesting.client_of(service, bearer) as client:
        response = await requesting.post(client, {"query": query, "variables": variables})
    return {"status": response.status_code, **response.json()}


async def made(service: Listening, bearer: str, *scopes: str) -> dict[str, Any]:
    """Make a partner over HTTP."""
    answer = await ask(service, bearer, CREATE, input={"name": "Flow", "scopes": scopes or ALL})
    created: dict[str, Any] = answer["data"]["createPartner"]
    assert created["__typename"] == "CreatePartnerPayload", created
    return created


def activation_of(world: World, name: str) -> dict[str, str]:
    return {
        "customerId": ids.encode("Customer", world.customers[name].id),
        "serviceId": ids.encode("Service", world.scanner.id),
        "taskId": ids.encode("Task", world.tasks[name].id),
    }


async def test_a_partner_is_made_rotated_revoked_and_listed(service: Listening, bearer: str) -> None:
    created = await made(service, bearer, "EVENTS_READ", "CUSTOMERS_READ")
    partner = created["partner"]
    assert (partner["scopes"], partner["office"]) == (["CUSTOMERS_READ", "EVENTS_READ"], {"name": "Nordbyrån"})
    assert [partner[name] for name in ("expiresAt", "lastUsedAt", "revokedAt")] == [None, None, None]
    viewer = "{ viewer { __typename ... on Partner { id name lastUsedAt } } }"
    answer = await ask(service, created["token"], viewer)
    seen = answer["data"]["viewer"]
    assert (seen["__typename"], seen["id"], seen["lastUsedAt"] is not None) == ("Partner", partner["id"], True)
    rotated = (await ask(service, bearer, ROTATE, input={"partnerId": partner["id"]}))["data"]["rotatePartnerToken"]
    assert [(await ask(service, token, viewer))["status"] for token in (created["token"], rotated["token"])] == [200, 200]
    revoked = (await ask(service, bearer, REVOKE, input={"partnerId": partner["id"]}))["data"]["revokePartner"]
    [listed] = (await ask(service, bearer, PARTNERS))["data"]["partners"]
    assert (listed["id"], listed["revokedAt"]) == (partner["id"], revoked["partner"]["revokedAt"])
    node = "query ($id: ID!) { node(id: $id) { __typename } }"
    assert (await ask(service, bearer, node, id=partner["id"]))["data"] == {"node": {"__typename": "Partner"}}
    for token in (created["token"], rotated["token"], created["token"][:-1] + "x", "smb_live_x"):
        answer = await ask(service, token, viewer)
        assert (answer["status"], answer["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
        assert "data" not in answer


async def test_what_is_wrong_is_named_in_both_languages(asking: Asking, world: World) -> None:
    bo = await asking.bo()
    asked = {"input": {"name": " ", "scopes": ["EVENTS_READ", "EVENTS_READ"]}}
    for language in LANGUAGES:
        context = world.context_in(bo, language)
        refused = (await asking.data(context, CREATE, asked))["createPartner"]
        assert [problem["code"] for problem in refused["problems"]] == ["BLANK", "DUPLICATE"]
        assert {"sv": "behörigheterna 2", "en": "the scopes 2"}[language] in refused["message"]
    refused = (await asking.data(await asking.anna(), CREATE, {"input": {"name": "Flow", "scopes": ["EVENTS_READ"]}}))[
        "createPartner"
    ]
    assert refused["required"] == "FULL"


async def test_a_partner_activates_and_both_sides_see_who_did(service: Listening, world: World, bearer: str) -> None:
    flow = await made(service, bearer, "COLLABORATIONS_WRITE")
    wanted = activation_of(world, "Beta AB")
    done = (await ask(service, flow["token"], ACTIVATE % "id", input=wanted))["data"]["activateCollaboration"]
    assert done["collaboration"]["activatedBy"] is None
    assert done["collaboration"]["activatedByPartner"] == {"name": "Flow"}
    shown = """query ($id: ID!) { collaboration(id: $id) {
      activatedBy { name } activatedByPartner { name } events { nodes { actor { side name } } } } }"""
    for email, name in ((ANNA, "Flow"), (BO, "Flow"), (BEA, None)):
        token = await session.issue_token(world.installation, email, None)
        answer = (await ask(service, token, shown, id=done["collaboration"]["id"]))["data"]["collaboration"]
        assert answer["activatedBy"] is None
        assert answer["activatedByPartner"] == (None if name is None else {"name": name})
        assert answer["events"]["nodes"] == [{"actor": {"side": "PARTNER", "name": name or "Partner"}}]


async def test_a_partner_without_the_scope_to_write_is_told_so_in_the_answer(
    service: Listening, world: World, bearer: str
) -> None:
    reader = await made(service, bearer, *(scope for scope in ALL if scope != "COLLABORATIONS_WRITE"))
    answer = await ask(service, reader["token"], ACTIVATE % "id", input=activation_of(world, "Beta AB"))
    refused = answer["data"]["activateCollaboration"]
    assert (refused["__typename"], refused["required"]) == ("NotPermitted", "COLLABORATIONS_WRITE")


async def test_a_mutation_that_shows_too_much_is_refused_before_it_acts(service: Listening, world: World, bearer: str) -> None:
    flow = await made(service, bearer, "COLLABORATIONS_WRITE")
    count = "{ collaborations { totalCount } }"
    answer = await ask(service, flow["token"], ACTIVATE % "customer { name }", input=activation_of(world, "Beta AB"))
    assert answer["errors"][0]["extensions"] == {"code": "SCOPE_REQUIRED", "scope": "CUSTOMERS_READ"}
    assert "data" not in answer
    assert (await ask(service, bearer, count))["data"] == {"collaborations": {"totalCount": 0}}
    answer = await ask(service, flow["token"], count)
    assert answer["errors"][0]["extensions"] == {"code": "SCOPE_REQUIRED", "scope": "COLLABORATIONS_READ"}


async def test_a_partner_is_told_of_approvals_over_websocket_until_it_is_revoked(
    service: Listening, world: World, bearer: str
) -> None:
    flow = await made(service, bearer, "COLLABORATIONS_WRITE", "EVENTS_READ")
    done = await ask(service, flow["token"], ACTIVATE % "id", input=activation_of(world, "Beta AB"))
    payload = done["data"]["activateCollaboration"]
    async with conversing.acknowledged(service, {"authorization": f"Bearer {flow['token']}"}) as socket:
        await socket.subscribe("a", FOLLOW, variables={"after": payload["cursor"]})
        known_id = ids.decode("Collaboration", payload["collaboration"]["id"])
        bea = await world.by_link(known_id)
        await world.approve(bea, await world.stored(known_id))
        told = (await socket.hear())["payload"]["data"]["collaborationApproved"]
        assert told == {"type": "APPROVED", "actor": {"side": "COMPANY", "name": "Bea Bok"}}
        await ask(service, bearer, REVOKE, input={"partnerId": flow["partner"]["id"]})
        failed = await socket.hear()
        assert (failed["type"], failed["id"], conversing.codes(failed)) == ("error", "a", ["UNAUTHENTICATED"])
        assert await socket.closed() == (4401, "The session has ended.")


async def test_following_takes_its_scope_over_websocket_and_sse(service: Listening, bearer: str) -> None:
    blind = await made(service, bearer, *(scope for scope in ALL if scope != "EVENTS_READ"))
    async with conversing.acknowledged(service, {"authorization": f"Bearer {blind['token']}"}) as socket:
        await socket.subscribe("a", FOLLOW)
        failed = await socket.hear()
        assert failed["payload"][0]["extensions"] == {"code": "SCOPE_REQUIRED", "scope": "EVENTS_READ"}
    headers = {"Authorization": f"Bearer {blind['token']}", "Accept": "text/event-stream"}
    async with asyncio.timeout(10), httpx.AsyncClient(headers=headers) as client:
        response = await client.post(service.url, json={"query": FOLLOW})
    assert json.loads(response.text)["errors"][0]["extensions"]["scope"] == "EVENTS_READ"


EVERYTHING = """
query ($customer: ID!, $service: ID!) {
  customers { nodes {
    name organisationNumber address { street postalCode city } contacts { name email phone } mainContact { email phone }
    collaborations { nodes {
      mails { recipient problem } declineReason cancelReason events { nodes { actor { name } } }
      approval { approvedBy { name email } evidence { person { email } peerAddress userAgent export } }
      customer { contacts { email } }
    } }
    collaborationServices { preview { explanation approvers { name email } } }
  } }
  activationPreview(customerId: $customer, serviceId: $service) { approvers { name email } }
  collaborationEvents { nodes { actor { name } collaboration { mails { recipient } } } }
  viewer { ... on Partner { office { organisationNumber advisors { name email permission } } } }
}
"""


async def test_no_address_or_number_of_a_person_is_shown_without_the_scope(asking: Asking, world: World) -> None:
    zeta = await world.add_customer(await asking.anna(), "Zeta Konsult", "1212121212", contact("Zoe Holm", "zoe@zeta.example"))
    await customer.update(
        await asking.bo(),
        UpdateCustomer(customer_id=zeta.id, contacts=(replace(contact("Zoe Holm", "zoe@zeta.example"), phone="070-123 45 67"),)),
        None,
    )
    await collaborate(world, "Alfa AB")
    given = {"customer": ids.encode("Customer", zeta.id), "service": ids.encode("Service", world.scanner.id)}
    personal = ("121212-1212", "zoe@zeta.example", "070-123 45 67", "Storgatan 1", CLEO, "192.0.2.7", "a test")
    for scopes, shown in ((partners.EVERYTHING, True), (partners.without(PartnerScope.PERSONAL_DATA_READ), False)):
        partner = await partners.act_as(world, *scopes)
        answer = json.dumps(await asking.data(partner, EVERYTHING, given), ensure_ascii=False)
        for told in personal:
            assert (told in answer) is shown, told
        assert ("@" in answer) is shown
        assert "Zoe Holm" in answer
        assert ("******-****" in answer) is not shown
