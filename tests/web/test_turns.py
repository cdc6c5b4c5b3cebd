"""Each request of a connection is answered in its turn, whatever stands before and behind it."""

import pytest

from tests.web.serving import answer, connected, refusal

pytestmark = pytest.mark.anyio

GARBAGE = b"GARBAGE\r\n\r\n"
SLOW = b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
BODY = b"POST / HTTP/1.1\r\nHost: a\r\n%sContent-Length: 5\r\n\r\nabcde"
CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
H2C = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
WEBSOCKET = (
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n"
)


async def test_what_is_no_request_is_refused_after_what_stands_before_it() -> None:
    async with connected() as (reader, writer):
        writer.write(SLOW + BODY % b"" + SLOW + GARBAGE)
        assert [await answer(reader) for _ in range(3)] == [(200, b"slow"), (200, b"5"), (200, b"slow")]
        status, body = await answer(reader)
        assert status == 400
        assert refusal(body, "BAD_REQUEST").startswith("This is no HTTP request that can be read.")
        assert await reader.read() == b""


@pytest.mark.parametrize("before", [b"", SLOW], ids=["alone", "behind another"])
async def test_a_body_that_cannot_be_read_is_refused_in_the_turn_of_its_request(before: bytes) -> None:
    async with connected() as (reader, writer):
        writer.write(before + CHUNKED + b"zz\r\n")
        if before:
            assert await answer(reader) == (200, b"slow")
        assert (await answer(reader))[0] == 400
        assert await reader.read() == b""


async def test_a_refusal_has_no_body_where_the_request_was_a_head() -> None:
    async with connected() as (reader, writer):
        writer.write(b"HEAD / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * 70_000 + b"\r\n\r\n")
        assert await answer(reader, to_head=True) == (431, b"")
        assert await reader.read() == b""


@pytest.mark.parametrize("wish", [H2C, H2C.replace(b"h2c", b"websocket")], ids=["another protocol", "a WebSocket, with a POST"])
async def test_a_wish_that_is_not_granted_takes_nothing_from_the_request_nor_from_those_behind_it(wish: bytes) -> None:
    async with connected() as (reader, writer):
        writer.write((BODY % wish) * 2 + SLOW)
        assert [await answer(reader) for _ in range(3)] == [(200, b"5"), (200, b"5"), (200, b"slow")]
        writer.write((BODY % wish)[:-2])
        writer.write(b"de" + BODY % b"")
        assert [await answer(reader) for _ in range(2)] == [(200, b"5"), (200, b"5")]


async def test_no_websocket_is_opened_while_an_answer_is_due() -> None:
    async with connected() as (reader, writer):
        writer.write(SLOW + b"GET /socket HTTP/1.1\r\nHost: a\r\n" + WEBSOCKET + b"\r\n")
        assert await answer(reader) == (200, b"slow")
        assert (await answer(reader))[0] == 404


async def test_a_tunnel_is_refused() -> None:
    async with connected() as (reader, writer):
        writer.write(b"CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await answer(reader))[0] == 400
