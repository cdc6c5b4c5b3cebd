"""Pages of other sites: the listed may call and read, over HTTP and WebSocket, and no other has anything executed."""

from collections.abc import AsyncIterator

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.support import edge
from tests.support.conversing import opened
from tests.support.edge import Listening
from tests.support.requesting import client_of, codes, post
from tests.support.world import World

# Nothing of this depends on the database.
pytestmark = [pytest.mark.anyio, pytest.mark.sqlite, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]

APP, EVIL = "https://app.example", "https://evil.example"
ECHO = '{ echo(text: "x") }'
ANONYMOUS = {"query": "{ __typename }"}
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, content-type"}


@pytest.fixture
async def open_to_app(world: World) -> AsyncIterator[Listening]:
    """Serve the edge's small schema to pages of one other origin."""
    async with edge.listen(world.installation, origins=[APP]) as served:
        yield served


@pytest.fixture
async def calling(open_to_app: Listening, bearer: str) -> AsyncIterator[httpx.AsyncClient]:
    """Send requests as Bo."""
    async with client_of(open_to_app, bearer) as client:
        yield client


def shared(response: httpx.Response) -> set[str]:
    """Name what a browser is told of other origins."""
    return {name for name in response.headers if name.startswith("access-control-")}


async def test_a_listed_origin_is_told_what_it_may_send_before_it_sends_it(calling: httpx.AsyncClient) -> None:
    response = await calling.options("/graphql", headers={"Origin": APP, **PREFLIGHT})
    assert (response.status_code, response.content) == (204, b"")
    told = response.headers
    assert told["access-control-allow-origin"] == APP
    assert told["access-control-allow-methods"] == "GET, POST"
    taken = {name.lower() for name in told["access-control-allow-headers"].split(", ")}
    assert {"authorization", "content-type", "accept-language", "last-event-id"} <= taken
    assert told["access-control-max-age"] == "7200"
    assert "access-control-allow-credentials" not in told
    assert "Origin" in told["vary"]


async def test_a_listed_origin_may_read_answers_refusals_and_streams(calling: httpx.AsyncClient) -> None:
    for body, accept in (
        ({"query": ECHO}, "*/*"),
        ({"query": "{"}, "*/*"),
        ({"query": "subscription { count(to: 1) }"}, "text/event-stream"),
    ):
        response = await post(calling, body, Origin=APP, Accept=accept)
        assert response.headers["access-control-allow-origin"] == APP
        assert "X-Request-Id" in response.headers["access-control-expose-headers"]
        assert "Retry-After" in response.headers["access-control-expose-headers"]
        assert "Origin" in response.headers["vary"]


@pytest.mark.parametrize(
    "origin", [EVIL, "null", "https://app.example.evil.example", "http://app.example", f"{APP}:8443", f"{APP}/"]
)
async def test_no_other_origin_is_told_anything(calling: httpx.AsyncClient, origin: str) -> None:
    response = await calling.options("/graphql", headers={"Origin": origin, **PREFLIGHT})
    assert (response.status_code, shared(response)) == (405, set())
    response = await post(calling, {"query": ECHO}, Origin=origin)
    assert shared(response) == set()
    # Whatever keeps answers must not give one origin's to another.
    assert "Origin" in response.headers["vary"]


async def test_where_none_is_listed_nothing_is_said_of_origins(client: httpx.AsyncClient) -> None:
    response = await client.options("/graphql", headers={"Origin": APP, **PREFLIGHT})
    assert (response.status_code, shared(response)) == (405, set())
    assert "Origin" not in (await post(client, {"query": ECHO}, Origin=APP)).headers["vary"]


async def test_a_socket_is_opened_for_a_listed_origin_and_for_no_other(open_to_app: Listening) -> None:
    async with opened(open_to_app, origin=APP) as socket:
        await socket.say({"type": "connection_init"})
        assert await socket.hear() == {"type": "connection_ack"}
    with pytest.raises(InvalidStatus) as refused:
        async with opened(open_to_app, origin=EVIL):
            pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": EVIL}, {"Origin": "null"}],
)
async def test_a_get_that_a_page_of_another_site_sends_without_asking_is_not_executed(
    open_to_app: Listening, headers: dict[str, str]
) -> None:
    async with httpx.AsyncClient(base_url=open_to_app.origin) as stranger:
        response = await stranger.get("/graphql", params=ANONYMOUS, headers=headers)
        assert (response.status_code, codes(response)) == (403, ["BAD_REQUEST"])
        assert "data" not in response.json()
        stream = await stranger.get("/graphql", params=ANONYMOUS, headers={**headers, "Accept": "text/event-stream"})
        assert stream.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": APP, "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "GraphQL-Require-Preflight": "1"},
        {"Origin": EVIL, "Apollo-Require-Preflight": "true"},
    ],
)  # fmt: skip
async def test_a_get_of_no_browser_of_our_own_or_one_that_was_asked_for_is_executed(
    open_to_app: Listening, headers: dict[str, str]
) -> None:
    async with httpx.AsyncClient(base_url=open_to_app.origin) as stranger:
        response = await stranger.get("/graphql", params=ANONYMOUS, headers=headers)
        assert response.json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_no_form_of_a_page_has_anything_executed_wherever_it_stands(
    calling: httpx.AsyncClient, written: list[str], content_type: str
) -> None:
    for origin in (APP, EVIL):
        headers = {"Content-Type": content_type, "Origin": origin}
        body = b'{"query": "mutation { write(text: \\"x\\") { text } }"}'
        response = await calling.post("/graphql", content=body, headers=headers)
        assert (response.status_code, codes(response), written) == (415, ["BAD_REQUEST"], [])
