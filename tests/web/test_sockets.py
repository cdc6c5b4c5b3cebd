"""A WebSocket ends with an answer or a close frame, whatever the client sends."""

import logging
import struct

import pytest

from tests.support.frames import CLOSE, NORMAL, PING, PONG, TEXT, frame
from tests.web.serving import END, answer, connected, refusal

pytestmark = pytest.mark.anyio

KEY = b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
HEAD = b"GET /%s HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n%s\r\n"
OPEN = HEAD % (b"socket", KEY)


def closing(code: int, reason: bytes = b"") -> bytes:
    """Write a close frame as a server does."""
    return frame(CLOSE, struct.pack(">H", code) + reason, mask=None)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        (KEY + b"".join(b"X-%d: a\r\n" % number for number in range(130)), 431),
        (KEY + b"X: " + b"a" * 9_000 + b"\r\n", 431),
        (KEY + b"Content-Length: 5\r\n", 400),
        (b"Sec-WebSocket-Key: 1e9\r\n", 400),
        (b"", 400),
        (KEY.replace(b"Key", b"Other") + b"Sec-WebSocket-Key: MDEy\r\n", 400),
    ],
    ids=["many headers", "a long header", "a body", "no key that can be read", "no key", "a short key"],
)
async def test_a_handshake_that_is_none_is_refused_in_words_of_ours(more: bytes, status: int) -> None:
    async with connected() as (reader, writer):
        writer.write(HEAD % (b"socket", more))
        answered, body = await answer(reader)
        assert answered == status
        assert "handshake" in refusal(body, "BAD_REQUEST")
        assert b"padding" not in body
        assert await reader.read() == b""


@pytest.mark.parametrize(
    ("early", "heard"),
    [
        (frame(TEXT, b"early"), frame(TEXT, b"early", mask=None)),
        (frame(PING, b"early"), frame(PONG, b"early", mask=None)),
        (frame(CLOSE, NORMAL), closing(1000)),
        (frame(TEXT, b"\xff"), closing(1007, b"A message is no UTF-8.")),
        (b"GET / HTTP/1.1\r\n\r\n", b"\x88"),
    ],
    ids=["a message", "a ping", "a close", "no text", "no frame"],
)
async def test_what_comes_with_the_handshake_is_heard_once_that_is_answered(early: bytes, heard: bytes) -> None:
    async with connected() as (reader, writer):
        writer.write(OPEN + early)
        assert (await reader.readuntil(END)).startswith(b"HTTP/1.1 101")
        assert await reader.readexactly(len(heard)) == heard


@pytest.mark.parametrize(
    ("sent", "closed"),
    [
        (frame(TEXT, b"\xff"), closing(1007, b"A message is no UTF-8.")),
        (frame(TEXT, b"\xff") + frame(CLOSE, NORMAL), closing(1000)),
        (frame(TEXT, b"\xff") + frame(TEXT, b"\xfe") + frame(TEXT, b"a"), closing(1007, b"A message is no UTF-8.")),
    ],
    ids=["alone", "before a close", "twice"],
)
async def test_a_message_that_is_no_text_ends_with_a_close_frame(
    sent: bytes, closed: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected() as (reader, writer):
        writer.write(OPEN)
        await reader.readuntil(END)
        writer.write(sent)
        assert await reader.read() == closed
    assert [line for line in caplog.records if line.levelno >= logging.ERROR] == []


async def test_a_message_that_is_too_long_ends_with_a_close_frame_that_can_be_read() -> None:
    async with connected() as (reader, writer):
        writer.write(OPEN)
        await reader.readuntil(END)
        writer.write(frame(TEXT, b"a" * 1_000_000))
        closed = await reader.read()
        assert closed[:1] == b"\x88"
        assert closed[2:4] == struct.pack(">H", 1009)


async def test_a_denied_handshake_is_no_fault_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    async with connected() as (reader, writer):
        writer.write(HEAD % (b"denied", KEY))
        assert await answer(reader) == (421, b"denied")
        assert await reader.read() == b""
    assert [line for line in caplog.records if line.levelno >= logging.ERROR] == []
