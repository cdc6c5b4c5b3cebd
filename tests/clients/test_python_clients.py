"""The Python library gql on the real service: it asks and changes over HTTP, and over WebSocket, and is told."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest
from gql import Client, GraphQLRequest
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport

from tests.clients.conftest import Demo
from tests.support import service

pytestmark = [pytest.mark.slow, pytest.mark.anyio]

SECONDS = 30


def request(name: str, /, **variables: object) -> GraphQLRequest:
    text = (service.ROOT / "examples" / "documents" / f"{name}.graphql").read_text(encoding="utf-8")
    return GraphQLRequest(text, variable_values=variables)


def client_of(demo: Demo, over: str) -> Client:
    """Make a client over `http` or over a `socket`; it checks what it asks against the schema, which it fetches."""
    headers = {"Authorization": f"Bearer {demo.token}", "Accept-Language": "en"}
    url = demo.address["url"]
    if over == "http":
        transport: Any = AIOHTTPTransport(url, headers=headers)
    else:
        protocols = [WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]
        transport = WebsocketsTransport(url.replace("http", "ws", 1), init_payload=headers, subprotocols=protocols)
    return Client(transport=transport, fetch_schema_from_transport=True, execute_timeout=SECONDS)


@pytest.mark.parametrize("over", ["http", "socket"])
async def test_gql_checks_against_the_schema_asks_and_is_refused(demo: Demo, over: str) -> None:
    async with client_of(demo, over) as session:
        found = await session.execute(request("customer", name="Alfa AB"))
        refused = await session.execute(request("activate", input={"customerId": "unknown", "serviceId": "unknown"}))
        with pytest.raises(TransportQueryError, match="CURSOR_INVALID"):
            await session.execute(GraphQLRequest('{ collaborationEvents(after: "x") { nodes { id } } }'))
    assert found["customers"]["nodes"][0]["name"] == "Alfa AB"
    assert refused["activateCollaboration"]["__typename"] == "NotFound"


async def test_gql_is_told_over_websocket_of_what_it_changed_over_http(demo: Demo) -> None:
    after, wanted = demo.desk.first_cursor(), demo.desk.activation("Alfa AB")
    async with client_of(demo, "http") as asking, client_of(demo, "socket") as following:
        changed = (await asking.execute(request("activate", input=wanted)))["activateCollaboration"]["collaboration"]
        async with asyncio.timeout(SECONDS):
            told = await told_until(following.subscribe(request("watch", after=after)), changed["id"])
    assert told[-1]["type"] == "ACTIVATED"
    assert [event["sequence"] for event in told] == list(range(told[0]["sequence"], told[-1]["sequence"] + 1))


async def told_until(events: AsyncGenerator[dict[str, Any], None], collaboration_id: str) -> list[dict[str, Any]]:
    """Return the events until the first one of the collaboration, which is the last."""
    told = []
    async with aclosing(events):
        async for event in events:
            told.append(event["collaborationStatusChanged"])
            if told[-1]["collaboration"]["id"] == collaboration_id:
                break
    return told
