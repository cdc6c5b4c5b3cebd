"""Operations over one WebSocket, side by side: how each begins, goes on and ends."""

import asyncio

import pytest

from schema import websocket
from tests.support import edge
from tests.support.conversing import Socket, acknowledged, codes, logged, opened
from tests.support.edge import SECRET, Listening

# Nothing of this depends on the database.
pytestmark = [pytest.mark.anyio, pytest.mark.sqlite, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]

WAIT = "subscription { wait }"


async def test_queries_mutations_and_subscriptions_go_over_one_socket(socket: Socket, written: list[str]) -> None:
    await socket.subscribe("a", WAIT)
    assert await socket.hear() == {"type": "next", "id": "a", "payload": {"data": {"wait": 1}}}
    await socket.subscribe("b", "query ($t: String!) { echo(text: $t) }", variables={"t": "å"}, operationName=None)
    assert await socket.hear() == {"type": "next", "id": "b", "payload": {"data": {"echo": "å"}}}
    assert await socket.hear() == {"type": "complete", "id": "b"}
    await socket.subscribe("b", 'mutation { write(text: "x") { text } }')
    assert await socket.hear() == {"type": "next", "id": "b", "payload": {"data": {"write": {"text": "x"}}}}
    assert await socket.hear() == {"type": "complete", "id": "b"}
    assert written == ["x"]


async def test_a_subscription_that_ends_is_complete(socket: Socket) -> None:
    await socket.subscribe("a", "subscription { count(to: 2) }")
    heard = [await socket.hear() for _ in range(3)]
    assert [message["type"] for message in heard] == ["next", "next", "complete"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { __typename } query B { __typename }", "OPERATION_RESOLUTION_FAILURE"),
        ("query ($n: Int!) { number(value: $n) }", "BAD_USER_INPUT"),
        ("{ item { items(first: 0) } }", "PAGE_SIZE_INVALID"),
        ('{ item { items(after: "bad") } }', "CURSOR_INVALID"),
        ('{ perhaps(kind: "NotFound") }', "BAD_USER_INPUT"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_bad_operation_ends_its_own_id_and_no_other(socket: Socket, query: str, code: str) -> None:
    await socket.subscribe("a", WAIT)
    await socket.hear()
    await socket.subscribe("b", query)
    failed = await socket.hear()
    assert (failed["type"], failed["id"], codes(failed)) == ("error", "b", [code])
    await socket.subscribe("b", "{ __typename }")
    assert await socket.hear() == {"type": "next", "id": "b", "payload": {"data": {"__typename": "Query"}}}
    assert await socket.hear() == {"type": "complete", "id": "b"}


@pytest.mark.parametrize(("kind", "code"), [("CursorInvalid", "CURSOR_INVALID"), ("Fault", "INTERNAL")])
async def test_a_subscription_that_fails_ends_with_an_error(socket: Socket, kind: str, code: str) -> None:
    await socket.subscribe("a", f'subscription {{ wait(kind: "{kind}") }}')
    assert (await socket.hear())["type"] == "next"
    failed = await socket.hear()
    assert (failed["type"], codes(failed)) == ("error", [code])
    assert SECRET not in repr(failed)
    await socket.say({"type": "ping"})
    assert await socket.hear() == {"type": "pong"}


async def test_a_session_that_ends_ends_its_operation_and_the_socket(socket: Socket) -> None:
    await socket.subscribe("a", 'subscription { wait(kind: "Unauthenticated") }')
    assert (await socket.hear())["type"] == "next"
    failed = await socket.hear()
    assert (failed["type"], failed["id"], codes(failed)) == ("error", "a", ["UNAUTHENTICATED"])
    assert await socket.closed() == (4401, "The session has ended.")


async def test_an_operation_that_the_client_completes_says_no_more_and_frees_its_id(socket: Socket) -> None:
    with logged() as lines:
        await socket.subscribe("a", WAIT)
        await socket.hear()
        await socket.say({"type": "complete", "id": "a"})
        await socket.say({"type": "complete", "id": "never opened"})
        await socket.subscribe("a", "{ __typename }")
        assert (await socket.hear())["payload"] == {"data": {"__typename": "Query"}}
        assert await socket.hear() == {"type": "complete", "id": "a"}
        await edge.until(lambda: len(lines) == 2)


async def test_a_mutation_that_has_begun_is_finished_whatever_the_client_does(
    listening: Listening, bearer: str, written: list[str]
) -> None:
    query = 'mutation {{ writeSlowly(text: "{}") {{ text }} }}'
    with logged() as lines:
        async with acknowledged(listening, {"Authorization": f"Bearer {bearer}"}) as socket:
            await socket.subscribe("a", query.format("completed"))
            await socket.subscribe("b", query.format("left"))
            await edge.until(lambda: len(written) == 2)
            await socket.say({"type": "complete", "id": "a"})
        await edge.until(lambda: len(lines) == 2)
    assert sorted(written) == ["begun completed", "begun left", "completed", "left"]


async def test_a_socket_carries_a_hundred_operations_at_a_time(socket: Socket, monkeypatch: pytest.MonkeyPatch) -> None:
    assert websocket.MOST_OPERATIONS == 100
    monkeypatch.setattr(websocket, "MOST_OPERATIONS", 2)
    for operation_id in ("a", "b"):
        await socket.subscribe(operation_id, WAIT)
        await socket.hear()
    await socket.subscribe("c", WAIT)
    failed = await socket.hear()
    assert (failed["id"], codes(failed)) == ("c", ["LIMIT_EXCEEDED"])
    await socket.say({"type": "complete", "id": "a"})
    await socket.subscribe("c", WAIT)
    assert (await socket.hear())["type"] == "next"


async def test_each_operation_is_one_line_of_the_log(socket: Socket, bearer: str) -> None:
    with logged() as lines:
        await socket.subscribe("a", f"query {'N' * 101}($t: String!) {{ echo(text: $t) }}", variables={"t": SECRET})
        await socket.hear()
        await socket.subscribe("b", 'query { perhaps(kind: "NotFound") }')
        await edge.until(lambda: len(lines) == 2)
    first, second = lines
    assert (first["event"], first["operation"], first["type"], first["viewer"], first["errors"]) == (
        "operation",
        "N" * 100,
        "query",
        "advisor",
        [],
    )
    assert first["duration_ms"] >= 0
    assert (second["operation"], second["errors"]) == (None, ["BAD_USER_INPUT"])
    assert all(secret not in repr(lines) for secret in (SECRET, bearer, "127.0.0.1"))


async def test_a_fault_of_ours_ends_the_operation_and_is_logged_without_its_words(socket: Socket) -> None:
    with logged() as lines:
        await socket.subscribe("a", '{ perhaps(kind: "Fault") }')
        heard = await socket.hear()
        await edge.until(lambda: len(lines) == 2)
    (error,) = heard["payload"]["errors"]
    assert error["extensions"] == {"code": "INTERNAL", "errorId": lines[0]["error_id"]}
    assert SECRET not in repr(heard) + repr(lines)


async def test_a_server_that_stops_answers_what_it_began_and_sends_clients_away_to_come_back(
    listening: Listening, bearer: str, written: list[str]
) -> None:
    async with acknowledged(listening, {"Authorization": f"Bearer {bearer}"}) as socket, opened(listening) as silent:
        await socket.subscribe("a", WAIT)
        await socket.hear()
        await socket.subscribe("b", 'mutation { writeSlowly(text: "x") { text } }')
        await edge.until(lambda: bool(written))
        begun = asyncio.get_running_loop().time()
        listening.server.should_exit = True
        heard = [await socket.hear() for _ in range(2)]
        assert await socket.closed() == (1012, "The server restarts.")
        assert (await silent.closed())[0] == 1012
        assert asyncio.get_running_loop().time() - begun < 2
    by_id = {(message["id"], message["type"]) for message in heard}
    assert by_id == {("b", "next"), ("b", "complete")}, "a subscription that is complete is one that no library takes up again"


async def test_a_socket_that_opens_while_the_server_stops_is_sent_away(listening: Listening) -> None:
    await listening.edge.drain()
    async with opened(listening) as socket:
        assert (await socket.closed())[0] == 1012


async def test_a_client_that_leaves_leaves_nothing_behind(listening: Listening, bearer: str) -> None:
    with logged() as lines:
        async with acknowledged(listening, {"Authorization": f"Bearer {bearer}"}) as socket:
            await socket.subscribe("a", WAIT)
            await socket.hear()
        await edge.until(lambda: len(lines) == 1)
    await edge.until(lambda: not listening.has_streams)
