"""The service's own events over both transports: in order, gone on from where a client left off, ended with the session."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import httpx
import pytest
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

from schema.api import SCHEMA
from tests.support import conversing, edge
from tests.support.edge import Listening
from tests.support.world import World

pytestmark = pytest.mark.anyio

FOLLOW = "subscription ($after: String) { collaborationStatusChanged(after: $after) { sequence cursor status } }"
SIGN_OUT = "mutation { signOut(input: {}) { replayed } }"
POSITIONS = "{ collaborationEvents(first: 100) { edges { cursor } } }"


@pytest.fixture
async def service(world: World) -> AsyncIterator[Listening]:
    """Serve the service's own schema, in production."""
    async with edge.listen(world.installation, schema=SCHEMA, is_production=True) as listening:
        yield listening


async def post(service: Listening, bearer: str, query: str) -> httpx.Response:
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {bearer}"}) as client:
        return await client.post(service.url, json={"query": query})


async def last_position(service: Listening, bearer: str) -> str:
    """Return the cursor of the event told last."""
    response = await post(service, bearer, POSITIONS)
    return str(response.json()["data"]["collaborationEvents"]["edges"][-1]["cursor"])


async def next_event(service: Listening, bearer: str, after: str) -> tuple[str, str]:
    """Open a stream after a position, and return the first event's id and data."""
    headers = {"Authorization": f"Bearer {bearer}", "Accept": "text/event-stream", "Last-Event-ID": after}
    fields: dict[str, str] = {}
    asked: dict[str, Any] = {"json": {"query": FOLLOW}, "headers": headers}
    async with asyncio.timeout(10), httpx.AsyncClient() as client, client.stream("POST", service.url, **asked) as response:
        async for line in response.aiter_lines():
            name, _, value = line.partition(": ")
            fields[name] = value
            if name == "data":
                break
    return fields.get("id", ""), fields["data"]


async def test_a_client_of_sse_goes_on_after_the_event_told_last(service: Listening, world: World, bearer: str) -> None:
    bo = await world.viewed_by("bo@nordbyran.example")
    await world.activate(bo, "Alfa AB")
    first = await last_position(service, bearer)
    await world.activate(bo, "Beta AB")
    second, told = await next_event(service, bearer, first)
    assert json.loads(told)["data"]["collaborationStatusChanged"] == {
        "sequence": 2,
        "cursor": second,
        "status": "AWAITING_APPROVAL",
    }
    waiting = asyncio.ensure_future(next_event(service, bearer, second))
    await edge.until(lambda: service.has_streams)
    await world.activate(bo, "Gamma AB")
    assert json.loads((await waiting)[1])["data"]["collaborationStatusChanged"]["sequence"] == 3


async def test_a_position_that_was_edited_ends_the_stream_with_its_code(service: Listening, bearer: str) -> None:
    _, told = await next_event(service, bearer, "edited")
    answered = json.loads(told)
    assert answered["errors"][0]["extensions"]["code"] == "CURSOR_INVALID"
    assert "data" not in answered


async def test_signing_out_ends_the_streams_of_the_session(service: Listening, world: World, bearer: str) -> None:
    await world.activate(await world.viewed_by("bo@nordbyran.example"), "Alfa AB")
    async with conversing.acknowledged(service, {"authorization": f"Bearer {bearer}"}) as socket:
        await socket.subscribe("a", FOLLOW, variables={"after": await last_position(service, bearer)})
        signed_out = await post(service, bearer, SIGN_OUT)
        assert signed_out.json()["data"] == {"signOut": {"replayed": False}}
        failed = await socket.hear()
        assert (failed["type"], failed["id"], conversing.codes(failed)) == ("error", "a", ["UNAUTHENTICATED"])
        assert await socket.closed() == (4401, "The session has ended.")
    assert (await post(service, bearer, "{ __typename }")).status_code == 401


async def test_rights_are_those_of_each_operation_and_not_of_the_socket(service: Listening, bearer: str) -> None:
    async with conversing.acknowledged(service, {"authorization": f"Bearer {bearer}"}) as socket:
        await socket.subscribe("a", "{ viewer { __typename } }")
        assert (await socket.hear())["payload"] == {"data": {"viewer": {"__typename": "Advisor"}}}
        assert (await socket.hear())["type"] == "complete"
        await post(service, bearer, SIGN_OUT)
        await socket.subscribe("b", "{ viewer { __typename } }")
        assert conversing.codes(await socket.hear()) == ["UNAUTHENTICATED"]
        assert (await socket.closed())[0] == 4401


async def test_a_common_client_follows_and_asks_over_one_socket(service: Listening, world: World, bearer: str) -> None:
    bo = await world.viewed_by("bo@nordbyran.example")
    await world.activate(bo, "Alfa AB")
    transport = WebsocketsTransport(
        url=service.websocket_url,
        init_payload={"Authorization": f"Bearer {bearer}"},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )
    async with asyncio.timeout(10), Client(transport=transport) as session:
        with pytest.raises(TransportQueryError):
            await session.execute(gql("{ nothing }"))
        found = await session.execute(gql(POSITIONS))
        document = gql(FOLLOW)
        document.variable_values = {"after": found["collaborationEvents"]["edges"][0]["cursor"]}
        async with aclosing(session.subscribe(document)) as told:
            await world.activate(bo, "Beta AB")
            assert (await anext(told))["collaborationStatusChanged"]["sequence"] == 2


async def test_bad_page_sizes_of_the_services_own_lists_are_refused_before_anything_is_written(
    service: Listening, bearer: str
) -> None:
    create = """mutation { createCustomer(input: {
        name: "Ny", organisationNumber: "202100-5489", companyForm: LIMITED_COMPANY
    }) { ... on CreateCustomerPayload { customer { tasks(first: 101) { nodes { id } } } } } }"""
    count = "{ customers { totalCount } }"
    before = (await post(service, bearer, count)).json()
    refused = (await post(service, bearer, create)).json()
    assert refused["errors"][0]["extensions"]["code"] == "PAGE_SIZE_INVALID"
    assert (await post(service, bearer, count)).json() == before
    written = (await post(service, bearer, create.replace("101", "100"))).json()
    assert "errors" not in written
    assert (await post(service, bearer, count)).json() != before
