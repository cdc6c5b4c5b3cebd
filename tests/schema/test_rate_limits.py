"""What clients are told who ask for too much in a while, over HTTP, SSE and WebSocket, by a clock that tests set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from time import perf_counter

import httpx
import pytest

from resolvers import session
from schema import signing_in, websocket
from schema.api import SCHEMA
from schema.rates import Quotas, Rates
from schema.served import ServedSchema
from tests.support import conversing, edge, requesting
from tests.support.conversing import Socket
from tests.support.edge import Listening
from tests.support.requesting import codes, post
from tests.support.world import World

# Nothing of this depends on the database.
pytestmark = [pytest.mark.anyio, pytest.mark.sqlite, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]

NONE = Quotas(viewer=0, address=0, sign_ins=0, links=0)
ITEM = {"query": "{ item { text } }"}
LINK = "mutation ($email: String!) { requestSignInLink(input: { email: $email, side: OFFICE }) { replayed } }"


class _Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    """Give the time that the rates go by."""
    return _Clock()


@asynccontextmanager
async def serve(world: World, clock: _Clock, quotas: Quotas, schema: ServedSchema | None = None) -> AsyncIterator[Listening]:
    async with edge.listen(world.installation, schema=schema, rates=Rates(quotas, clock=clock)) as listening:
        yield listening


async def test_a_viewer_who_asks_for_too_much_is_told_when_to_come_back(world: World, bearer: str, clock: _Clock) -> None:
    async with serve(world, clock, replace(NONE, viewer=25)) as listening, requesting.client_of(listening, bearer) as client:
        first = await post(client, ITEM)
        assert (first.status_code, first.headers["ratelimit-policy"]) == (200, '"viewer";q=25;w=60')
        assert first.headers["ratelimit"] == '"viewer";r=14;t=60'
        clock.now += 18
        assert (await post(client, ITEM)).status_code == 200
        refused = await post(client, ITEM)
        assert (refused.status_code, codes(refused), refused.headers["retry-after"]) == (429, ["RATE_LIMITED"], "42")
        assert refused.headers["ratelimit"] == '"viewer";r=0;t=42'
        assert refused.json()["errors"][0]["extensions"]["retryAfter"] == 42
        assert refused.json()["extensions"]["cost"] == {"requested": 1, "maximum": 20_000}
        assert "data" not in refused.json()
        clock.now += 42
        assert (await post(client, ITEM)).status_code == 200


async def test_a_viewer_is_a_person_and_not_a_token(world: World, bearer: str, clock: _Clock) -> None:
    again = await session.issue_token(world.installation, "bo@nordbyran.example", None)
    anna = await session.issue_token(world.installation, "anna@nordbyran.example", None)
    async with serve(world, clock, replace(NONE, viewer=15)) as listening:
        for token, status in ((bearer, 200), (again, 429), (anna, 200)):
            async with requesting.client_of(listening, token) as client:
                assert (await post(client, ITEM)).status_code == status


async def test_an_address_is_counted_whatever_it_sends(world: World, clock: _Clock) -> None:
    headers = {"Content-Type": "application/json", "Accept": requesting.RESPONSE}
    async with serve(world, clock, replace(NONE, address=45)) as listening, httpx.AsyncClient(headers=headers) as client:
        for body, status in ((b"{", 400), (b'{"query": "{"}', 400), (b"5", 400), (b'{"query": "{ who }"}', 401), (b"{", 429)):
            response = await client.post(listening.url, content=body)
            assert response.status_code == status, body
        assert codes(response) == ["RATE_LIMITED"]
        assert response.headers["ratelimit"] == '"address";r=0;t=60'


async def test_a_mutation_that_is_refused_has_not_acted(world: World, bearer: str, clock: _Clock, written: list[str]) -> None:
    async with serve(world, clock, replace(NONE, viewer=10)) as listening, requesting.client_of(listening, bearer) as client:
        response = await post(client, {"query": 'mutation { write(text: "x") { text } }'})
        assert (response.status_code, written) == (429, [])


async def test_a_stream_tells_where_its_viewer_stands(world: World, bearer: str, clock: _Clock) -> None:
    query = {"query": "subscription { count(to: 1) }"}
    quotas, events = replace(NONE, viewer=25), "text/event-stream"
    async with serve(world, clock, quotas) as listening, requesting.client_of(listening, bearer, events) as client:
        response = await client.post("/graphql", json=query)
        assert response.headers["ratelimit"] == '"viewer";r=15;t=60'
        single = await client.post("/graphql", json={"query": "{ __typename }"})
        assert single.headers["ratelimit"] == '"viewer";r=5;t=60'
        assert (await client.post("/graphql", json=query)).status_code == 429


async def test_over_a_socket_the_operation_is_refused_and_no_other(world: World, bearer: str, clock: _Clock) -> None:
    quotas, payload = replace(NONE, viewer=25), {"Authorization": f"Bearer {bearer}"}
    async with serve(world, clock, quotas) as listening, conversing.acknowledged(listening, payload) as socket:
        await socket.subscribe("a", "subscription { wait }")
        assert (await socket.hear())["type"] == "next"
        await socket.subscribe("b", "{ item { text } }")
        assert [(await socket.hear())["type"] for _ in range(2)] == ["next", "complete"]
        await socket.subscribe("c", "{ item { text } }")
        failed = await socket.hear()
        assert (failed["type"], failed["id"], conversing.codes(failed)) == ("error", "c", ["RATE_LIMITED"])
        await socket.say({"type": "ping"})
        assert await socket.hear() == {"type": "pong"}


async def test_an_address_that_opens_too_many_sockets_is_sent_away(world: World, clock: _Clock) -> None:
    async with serve(world, clock, replace(NONE, address=15)) as listening:
        async with conversing.acknowledged(listening, None):
            pass
        async with conversing.opened(listening) as socket:
            await socket.say({"type": "connection_init"})
            assert (await socket.closed())[0] == 4429


async def test_a_socket_that_says_too_much_is_closed(socket: Socket, monkeypatch: pytest.MonkeyPatch) -> None:
    assert websocket.MOST_MESSAGES == 2_000
    monkeypatch.setattr(websocket, "MOST_MESSAGES", 10)
    for _ in range(10):
        await socket.say({"type": "ping"})
    assert await socket.closed() == (4429, "A socket takes 10 messages in a minute.")


@pytest.mark.parametrize("email", ["anna@nordbyran.example", "nobody@nordbyran.example", "no address"])
async def test_links_for_an_address_are_few_whether_or_not_it_is_anybodys(world: World, clock: _Clock, email: str) -> None:
    quotas = replace(NONE, links=2)
    async with serve(world, clock, quotas, SCHEMA) as listening, httpx.AsyncClient(base_url=listening.origin) as client:
        spellings = (email, email.upper(), email)
        answers = [await post(client, {"query": LINK, "variables": {"email": each}}) for each in spellings]
        assert [(answer.status_code, answer.headers["ratelimit"]) for answer in answers] == [
            (200, '"links";r=1;t=3600'),
            (200, '"links";r=0;t=3600'),
            (429, '"links";r=0;t=3600'),
        ]
        assert codes(answers[2]) == ["RATE_LIMITED"]
        other = await post(client, {"query": LINK, "variables": {"email": "other@nordbyran.example"}})
        assert other.status_code == 200


async def test_sign_ins_from_an_address_are_few(world: World, clock: _Clock) -> None:
    query = {"query": 'mutation { signIn(input: { secret: "x" }) { __typename } }'}
    quotas = replace(NONE, sign_ins=2)
    async with serve(world, clock, quotas, SCHEMA) as listening, httpx.AsyncClient(base_url=listening.origin) as client:
        assert [(await post(client, query)).status_code for _ in range(3)] == [200, 200, 429]
        clock.now += 900
        assert (await post(client, query)).status_code == 200


@pytest.mark.parametrize("email", ["anna@nordbyran.example", "nobody@nordbyran.example"])
async def test_a_link_takes_as_long_for_somebody_as_for_nobody(
    world: World, clock: _Clock, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert signing_in.EVEN_S == 0.25
    monkeypatch.setattr(signing_in, "EVEN_S", 0.5)
    async with serve(world, clock, NONE, SCHEMA) as listening, httpx.AsyncClient(base_url=listening.origin) as client:
        begun = perf_counter()
        await post(client, {"query": LINK, "variables": {"email": email}})
        assert perf_counter() - begun >= 0.5
