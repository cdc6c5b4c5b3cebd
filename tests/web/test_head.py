"""A head that is too long, or never ends, is refused before it takes memory, and one that comes slowly is not waited for."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.support import edge
from web import head
from web.head import LONGEST_HEAD, BoundedHttp

pytestmark = pytest.mark.anyio

END = b"\r\n\r\n"


async def _length(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect to a server that answers with the length of the body."""
    application = Starlette(routes=[Route("/", _length, methods=["GET", "POST"])])
    server = uvicorn.Server(uvicorn.Config(application, http=BoundedHttp, log_config=None, lifespan="off"))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await edge.until(lambda: server.started)
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        try:
            async with asyncio.timeout(10):
                yield reader, writer
        finally:
            writer.close()
            server.should_exit = True
            await serving


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read one answer: its status and its body."""
    told = (await reader.readuntil(END)).decode().lower()
    length = int(told.partition("content-length: ")[2].partition("\r\n")[0])
    return int(told.split()[1]), await reader.readexactly(length)


def refusal(body: bytes) -> str:
    [error] = json.loads(body)["errors"]
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED"}
    return str(error["message"])


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
        assert await answer(reader) == (400, b"Invalid HTTP request received.")
