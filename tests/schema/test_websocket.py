"""graphql-transport-ws on a real socket: its handshake, its messages, and every close."""

import asyncio

import pytest
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from schema import websocket
from tests.support.conversing import Socket, acknowledged, codes, opened
from tests.support.edge import Listening

# Nothing of this depends on the database.
pytestmark = [pytest.mark.anyio, pytest.mark.sqlite, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]

WAIT = "subscription { wait }"
NOT_OF_THE_PROTOCOL: list[str | bytes] = [
    b"{}", "", "x", "5", "null", "true", "[]", '"x"', "{}", '{"type":null}', '{"type":5}',
    '{"type":"nothing"}', '{"type":["ping"]}',
    '{"type":"connection_ack"}', '{"type":"next","id":"a"}', '{"type":"error","id":"a"}', '{"type":"start","id":"a"}',
    '{"type":"ping","payload":5}', '{"type":"pong","payload":[]}', '{"type":"ping","payload":NaN}',
    '{"type":"complete"}', '{"type":"complete","id":5}', '{"type":"complete","id":""}',
    '{"type":"subscribe"}', '{"type":"subscribe","id":"a"}', '{"type":"subscribe","id":"a","payload":null}',
    '{"type":"subscribe","id":"a","payload":[]}', '{"type":"subscribe","id":"a","payload":{}}',
    '{"type":"subscribe","id":"a","payload":{"query":5}}', '{"type":"subscribe","id":{"a":1},"payload":{"query":"{a}"}}',
    '{"type":"subscribe","id":"","payload":{"query":"{a}"}}', '{"type":"subscribe","id":5,"payload":{"query":"{a}"}}',
    '{"type":"subscribe","id":"a","payload":{"query":"{a}","variables":[]}}',
    '{"type":"subscribe","id":"a","payload":{"query":"{a}","operationName":5}}',
    '{"type":"subscribe","id":"a","payload":{"query":"{a}","extensions":"x"}}',
    '{"type":"ping","payload":{"n":' + "9" * 5_000 + "}}",
    "[" * 60_000,
    '{"type":"ping","type":"pong"}', '{"type":"ping","payload":{"n":' + "[" * 63 + "]" * 63 + "}}",
]  # fmt: skip


@pytest.mark.parametrize("payload", [{}, {"payload": None}, {"payload": {}}])
async def test_a_socket_may_open_without_a_payload_and_is_nobodys(listening: Listening, payload: dict[str, object]) -> None:
    async with opened(listening) as socket:
        await socket.say({"type": "connection_init", **payload})
        assert await socket.hear() == {"type": "connection_ack"}
        await socket.subscribe("a", '{ echo(text: "x") }')
        assert codes(await socket.hear()) == ["UNAUTHENTICATED"]
        await socket.subscribe("a", 'mutation { signIn(secret: "x") }')
        assert (await socket.hear())["payload"] == {"data": {"signIn": "x"}}


@pytest.mark.parametrize("name", ["authorization", "Authorization", "AUTHORIZATION"])
async def test_the_entries_of_connection_init_are_read_in_any_case(listening: Listening, bearer: str, name: str) -> None:
    payload = {name: f"bEARER {bearer}", "accept-Language": "en-GB", "X-Other": 5}
    async with acknowledged(listening, payload) as socket:
        await socket.subscribe("a", "{ who }")
        assert (await socket.hear())["payload"] == {"data": {"who": "AdvisorViewer en"}}


@pytest.mark.parametrize("authorization", ["Bearer x", "Bearer", "Basic eDp5", "", "Bearer " + "x" * 5_000, "Bearer \u00ff.x.x"])
async def test_a_bad_token_closes_the_socket_with_a_reason(listening: Listening, authorization: str) -> None:
    async with opened(listening) as socket:
        await socket.say({"type": "connection_init", "payload": {"Authorization": authorization}})
        assert await socket.closed() == (4401, "The token is not a valid one.")


async def test_a_message_that_is_not_of_the_protocol_closes_the_socket_with_4400(listening: Listening, bearer: str) -> None:
    for message in NOT_OF_THE_PROTOCOL:
        async with acknowledged(listening, {"Authorization": f"Bearer {bearer}"}) as socket:
            await socket.say(message)
            assert (await socket.closed())[0] == 4400, message[:200]


@pytest.mark.parametrize("payload", [5, [], "x", True, {"Authorization": 5}, {"authorization": ["x"]}, {"Accept-Language": {}}])
async def test_a_payload_of_connection_init_that_is_ill_shaped_closes_the_socket(listening: Listening, payload: object) -> None:
    async with opened(listening) as socket:
        await socket.say({"type": "connection_init", "payload": payload})
        assert (await socket.closed())[0] == 4400


async def test_a_message_of_more_than_64_kib_closes_the_socket(socket: Socket) -> None:
    await socket.say({"type": "ping", "payload": {"x": "y" * 70_000}})
    assert (await socket.closed())[0] == 1009


async def test_an_operation_before_the_acknowledgement_closes_the_socket(listening: Listening) -> None:
    async with opened(listening) as socket:
        await socket.subscribe("a", "{ __typename }")
        assert (await socket.closed())[0] == 4401


async def test_a_second_connection_init_closes_the_socket(socket: Socket) -> None:
    await socket.say({"type": "connection_init"})
    assert (await socket.closed())[0] == 4429


async def test_an_id_that_is_taken_closes_the_socket(socket: Socket) -> None:
    operation_id = "ä" * 200
    await socket.subscribe(operation_id, WAIT)
    await socket.subscribe(operation_id, WAIT)
    code, reason = await socket.closed()
    assert code == 4409
    assert reason.startswith("Subscriber for ä")


async def test_a_socket_that_says_nothing_is_closed(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    assert websocket.INIT_S == 10
    monkeypatch.setattr(websocket, "INIT_S", 0.05)
    async with opened(listening) as socket:
        assert (await socket.closed())[0] == 4408


async def test_a_socket_that_opened_in_time_is_not_closed(
    listening: Listening, bearer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "INIT_S", 0.1)
    monkeypatch.setattr(websocket, "MOST_MESSAGES", 10**6)  # a quick machine says more than a client may
    async with acknowledged(listening, {"Authorization": f"Bearer {bearer}"}) as socket:
        begun = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() < begun + 0.3:
            await socket.say({"type": "ping"})
            assert await socket.hear() == {"type": "pong"}
            # A socket has a rate, which is another test's.
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("protocols", [None, [Subprotocol("graphql-ws")], [Subprotocol("graphql-ws"), Subprotocol("x")]])
async def test_another_protocol_is_not_spoken(listening: Listening, protocols: list[Subprotocol] | None) -> None:
    async with opened(listening, subprotocols=protocols) as socket:
        assert await socket.closed() == (4406, "The subprotocol is graphql-transport-ws.")


@pytest.mark.parametrize(
    ("origin", "is_own"),
    [
        (None, True),
        ("http://127.0.0.1:{port}", True),
        ("http://samarbete.example", True),
        ("https://evil.example", False),
        ("http://127.0.0.1:1", False),
        ("http://127.0.0.1.evil.example:{port}", False),
        ("null", False),
    ],
)
async def test_a_page_of_another_site_cannot_open_a_socket(listening: Listening, origin: str | None, is_own: bool) -> None:
    given = None if origin is None else origin.format(port=listening.port)
    if is_own:
        async with opened(listening, origin=given) as socket:
            await socket.say({"type": "ping"})
            assert await socket.hear() == {"type": "pong"}
        return
    with pytest.raises(InvalidStatus) as refused:
        async with opened(listening, origin=given):
            pass
    assert refused.value.response.status_code == 403


async def test_pings_are_answered_with_their_payload_and_pongs_with_nothing(socket: Socket) -> None:
    await socket.say({"type": "pong", "payload": None})
    await socket.say({"type": "ping", "payload": {"n": 1}})
    assert await socket.hear() == {"type": "pong", "payload": {"n": 1}}


async def test_a_server_may_send_its_token_with_the_handshake(listening: Listening, bearer: str) -> None:
    headers = {"Authorization": f"Bearer {bearer}", "Accept-Language": "en"}
    async with opened(listening, headers=headers) as socket:
        await socket.say({"type": "connection_init"})
        assert await socket.hear() == {"type": "connection_ack"}
        await socket.subscribe("a", "{ who }")
        assert (await socket.hear())["payload"]["data"]["who"].endswith("Viewer en")
    async with opened(listening, headers={"Authorization": "Bearer wrong"}) as socket:
        await socket.say({"type": "connection_init"})
        assert (await socket.closed())[0] == 4401
