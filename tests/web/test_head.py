"""A head that is too long, or never ends, is refused before it takes memory, and one that comes slowly is not waited for."""

import pytest

from tests.web.serving import END, answer, connected, refusal
from web import head
from web.head import LONGEST_HEAD

pytestmark = pytest.mark.anyio


async def test_heads_as_long_as_may_be_are_taken_one_after_the_other() -> None:
    line = b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: "
    async with connected() as (reader, writer):
        for _ in range(3):
            writer.write(line + b"a" * (LONGEST_HEAD - 200) + END)
            assert await answer(reader) == (200, b"0")


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * LONGEST_HEAD + END,
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-Many: 1\r\n" * (LONGEST_HEAD // 10) + END,
        b"GET /?" + b"a" * LONGEST_HEAD + b" HTTP/1.1\r\nHost: a" + END,
        b"GET / HTTP/1.1\r\nHost: a\r\nX-Endless: " + b"a" * (16 * LONGEST_HEAD),
        b"GET /" + b"a" * (16 * LONGEST_HEAD),
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.1\r\nX-Long: " + b"a" * (16 * LONGEST_HEAD),
    ],
    ids=["one header", "many headers", "the address", "a header without an end", "an address without an end", "the second head"],
)
async def test_a_longer_head_is_refused_with_a_sentence_and_the_connection_closed(sent: bytes) -> None:
    async with connected() as (reader, writer):
        writer.write(sent)
        status, body = await answer(reader)
        if status == 200:  # the request before the one that is refused
            status, body = await answer(reader)
        assert status == 431
        assert refusal(body).startswith("The address and the headers have more than 64 KiB.")
        assert await reader.read() == b""


async def test_a_long_body_is_no_long_head() -> None:
    body = b"a" * (3 * LONGEST_HEAD)
    framed = b"".join(f"{1:x}\r\n".encode() + b"a\r\n" for _ in range(LONGEST_HEAD // 4)) + b"0\r\n\r\n"
    async with connected() as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        assert await answer(reader) == (200, str(len(body)).encode())
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + framed)
        assert await answer(reader) == (200, str(LONGEST_HEAD // 4).encode())


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost:"], ids=["nothing", "a part"])
async def test_a_head_that_does_not_arrive_is_not_waited_for(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head, "HEAD_S", 0.05)
    async with connected() as (reader, writer):
        writer.write(begun)
        status, body = await answer(reader)
        assert (status, refusal(body)) == (408, "The head of the request did not arrive within 15 seconds.")
        assert await reader.read() == b""


async def test_what_is_no_http_is_refused_as_such() -> None:
    async with connected() as (reader, writer):
        writer.write(b"\x16\x03\x01\x02\x00\x01\x00" + END)
        status, body = await answer(reader)
        assert status == 400
        assert refusal(body, "BAD_REQUEST").startswith("This is no HTTP request that can be read.")
