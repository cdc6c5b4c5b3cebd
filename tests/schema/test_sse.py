"""Subscriptions as server-sent events, on a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import httpx
import pytest

from schema import sse
from tests.support import edge, requesting
from tests.support.edge import Listening

# Nothing of this depends on the database.
pytestmark = [pytest.mark.anyio, pytest.mark.sqlite, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]

EVENTS = "text/event-stream"
COST = '"extensions":{"cost":{"requested":0,"maximum":20000}}'
COUNT = {"query": "subscription ($to: Int!) { count(to: $to) }", "variables": {"to": 3}}


@pytest.fixture
async def client(listening: Listening, bearer: str) -> AsyncIterator[httpx.AsyncClient]:
    """Send requests as Bo, who takes events."""
    async with requesting.client_of(listening, bearer, EVENTS) as opened:
        yield opened


@asynccontextmanager
async def stream(client: httpx.AsyncClient, query: str, **headers: str) -> AsyncIterator[AsyncIterator[str]]:
    """Open a subscription, and give its frames as they come, comments left out."""
    async with client.stream("POST", "/graphql", json={"query": query}, headers=headers) as response:
        assert (response.status_code, response.headers["content-type"]) == (200, f"{EVENTS}; charset=utf-8")
        yield _frames(response)


async def _frames(response: httpx.Response) -> AsyncIterator[str]:
    text = ""
    async for piece in response.aiter_text():
        text += piece
        while "\n\n" in text:
            frame, _, text = text.partition("\n\n")
            if not frame.startswith(":"):
                yield frame


async def test_a_head_is_told_what_a_stream_would_be_and_opens_none(listening: Listening, client: httpx.AsyncClient) -> None:
    query = {"query": "subscription { wait }"}
    answers = [await client.head("/graphql", params=query, headers={"Sec-Fetch-Site": "none"}) for _ in range(2)]
    assert [(one.status_code, one.headers["content-type"]) for one in answers] == [(200, f"{EVENTS}; charset=utf-8")] * 2
    assert not listening.has_streams


@pytest.mark.parametrize("accept", [EVENTS, f"application/json, {EVENTS}", f"{EVENTS};q=0.1, */*"])
async def test_a_subscription_is_a_stream_of_events_framed_with_line_feeds(client: httpx.AsyncClient, accept: str) -> None:
    response = await client.post("/graphql", json=COUNT, headers={"Accept": accept})
    assert response.text == (
        ":\n\n"
        f'id: 1\nevent: next\ndata: {{"data":{{"count":1}},{COST}}}\n\n'
        f'id: 2\nevent: next\ndata: {{"data":{{"count":2}},{COST}}}\n\n'
        f'id: 3\nevent: next\ndata: {{"data":{{"count":3}},{COST}}}\n\n'
        "event: complete\ndata: \n\n"
    )
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    assert len(response.headers["x-request-id"]) == 36


async def test_a_stream_goes_on_after_the_last_event_id(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql", params={"query": "subscription { count(to: 3) }"}, headers={"Last-Event-ID": "2"})
    assert response.text == f':\n\nid: 3\nevent: next\ndata: {{"data":{{"count":3}},{COST}}}\n\nevent: complete\ndata: \n\n'


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json", "*/*", ""])
async def test_a_subscription_over_plain_json_is_told_what_to_use(client: httpx.AsyncClient, accept: str) -> None:
    response = await client.post("/graphql", json=COUNT, headers={"Accept": accept})
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (406, "BAD_REQUEST")
    assert "text/event-stream" in error["message"]
    assert "graphql-transport-ws" in error["message"]


async def test_whoever_takes_events_alone_gets_a_query_as_one(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json={"query": '{ echo(text: "x") }'})
    assert response.text == f'event: next\ndata: {{"data":{{"echo":"x"}},{COST}}}\n\nevent: complete\ndata: \n\n'


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("subscription {", 400, "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", 400, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { count }", 400, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { wait items { text } }", 400, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { items { items(first: 101) } }", 400, "PAGE_SIZE_INVALID"),
    ],
)
async def test_what_cannot_begin_is_refused_in_json(client: httpx.AsyncClient, query: str, status: int, code: str) -> None:
    response = await client.post("/graphql", json={"query": query})
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (status, code)
    assert response.headers["content-type"].startswith("application/graphql-response+json")


async def test_a_stream_takes_a_token(listening: Listening) -> None:
    async with httpx.AsyncClient(headers={"Accept": EVENTS}) as client:
        assert (await client.post(listening.url, json=COUNT)).status_code == 401


@pytest.mark.parametrize(
    ("kind", "code"), [("CursorInvalid", "CURSOR_INVALID"), ("Unauthenticated", "UNAUTHENTICATED"), ("Fault", "INTERNAL")]
)
async def test_a_stream_that_fails_tells_why_and_completes(
    client: httpx.AsyncClient, listening: Listening, kind: str, code: str
) -> None:
    async with stream(client, f'subscription {{ wait(kind: "{kind}") }}') as frames:
        first, failed, last = [frame async for frame in frames]
    assert first == f'event: next\ndata: {{"data":{{"wait":1}},{COST}}}'
    assert f'"code":"{code}"' in failed
    assert '"data"' not in failed
    assert edge.SECRET not in failed
    assert last == "event: complete\ndata: "
    assert listening.notes[0].error_codes == [code]


async def test_an_error_of_one_event_does_not_end_the_stream(client: httpx.AsyncClient) -> None:
    async with stream(client, "subscription { items { fails } }") as frames:
        first, second, last = [frame async for frame in frames]
    for failed in (first, second):
        assert failed.startswith('event: next\ndata: {"data":null,"errors":')
    assert last == "event: complete\ndata: "


async def test_a_silent_stream_is_kept_alive_by_comments(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sse.HEARTBEAT_S == 15
    monkeypatch.setattr(sse, "HEARTBEAT_S", 0.05)
    query = {"query": "subscription { wait }"}
    text = ""
    async with asyncio.timeout(5), client.stream("POST", "/graphql", json=query) as response:
        async for piece in response.aiter_text():
            text += piece
            if text.endswith(":\n\n:\n\n"):
                break
    assert text.startswith(f':\n\nevent: next\ndata: {{"data":{{"wait":1}},{COST}}}\n\n:\n\n')


async def test_a_client_that_leaves_ends_its_stream(client: httpx.AsyncClient, listening: Listening) -> None:
    async with stream(client, "subscription { wait }") as frames:
        assert await anext(frames)
        assert listening.has_streams
    await edge.until(lambda: not listening.has_streams)


async def test_a_stream_that_never_waits_holds_up_nobody_and_ends_when_its_client_leaves(
    client: httpx.AsyncClient, listening: Listening
) -> None:
    async with stream(client, "subscription { count(to: 20000) }") as frames:
        assert await anext(frames)
        assert (await client.post("/graphql", json={"query": "{ __typename }"})).status_code == 200
    await edge.until(lambda: not listening.has_streams)
    assert listening.notes[0].operation_type == "query", "the stream ended before the query that came after it"


async def test_a_server_that_stops_ends_streams_so_that_clients_return(client: httpx.AsyncClient, listening: Listening) -> None:
    async with asyncio.timeout(3), stream(client, "subscription { wait }") as frames:
        assert await anext(frames)
        listening.server.should_exit = True
        assert [frame async for frame in frames] == [], "to a client library `complete` says that nothing more will ever come"


async def goes_on(client: httpx.AsyncClient) -> bool:
    """Tell whether the count moves while a request that came after it is answered; a stream that can go on does."""
    before = edge.COUNTED[0]
    assert (await client.post("/graphql", json={"query": "{ __typename }"})).status_code == 200
    return before == 0 or edge.COUNTED[0] != before


async def test_a_client_that_does_not_read_cannot_hold_a_server_that_stops(
    client: httpx.AsyncClient, listening: Listening, bearer: str
) -> None:
    body = '{"query":"subscription { count(to: 100000000) }"}'
    edge.COUNTED[0] = 0
    with closing(socket.create_connection(("127.0.0.1", listening.port))) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: {EVENTS}\r\nContent-Type: application/json\r\n"
        deaf.sendall(f"{head}Authorization: Bearer {bearer}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        async with asyncio.timeout(5):
            while await goes_on(client):
                pass
        begun = asyncio.get_running_loop().time()
        await listening.edge.drain()
        assert asyncio.get_running_loop().time() - begun < 2
        assert not listening.has_streams
        assert edge.COUNTED[0] > 100
