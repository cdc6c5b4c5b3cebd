"""Answers as server-sent events, one connection for each operation, after the graphql-sse protocol."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

import orjson
from starlette.types import Receive, Scope, Send

from schema import negotiation, rates
from schema.execution import OperationNote
from schema.faults import Answer
from schema.info import Delivery
from schema.streams import OpenStreams

MEDIA_TYPE = "text/event-stream"
HEARTBEAT_S = 15.0
_FAREWELL_S = 1.0
# EventSource passes over an event that has no data at all.
COMPLETE = b"event: complete\ndata: \n\n"
_COMMENT = b":\n\n"


class EventStream:
    """One stream: `next` for each answer, a comment while nothing happens, `complete` where nothing more will come."""

    def __init__(
        self, answers: AsyncGenerator[Answer, None], *, delivery: Delivery, streams: OpenStreams, note: OperationNote
    ) -> None:
        self._answers = answers
        self._delivery = delivery
        self._streams = streams
        self._note = note
        self._draining = asyncio.Event()
        self._sending = asyncio.Lock()

    def drain(self) -> None:
        """End the connection without `complete`, so that the client comes back and goes on from its last id."""
        self._draining.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream until it ends, the client leaves, or the server stops; of a HEAD's, nothing but the head."""
        if scope["method"] == "HEAD":
            await send({"type": "http.response.start", "status": 200, "headers": self._headers()})
            await self._send(send, b"", more=False)
            return
        with self._streams.opened(self):
            await send({"type": "http.response.start", "status": 200, "headers": self._headers()})
            await self._send(send, _COMMENT)
            told = asyncio.create_task(self._tell(send))
            left = asyncio.create_task(wait_for_leaving(receive))
            others = [left, asyncio.create_task(self._draining.wait()), asyncio.create_task(self._keep_alive(send))]
            try:
                await asyncio.wait({told, *others}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                has_left = left.done()
                for task in (told, *others):
                    task.cancel()
                await asyncio.gather(told, *others, return_exceptions=True)
            if not has_left:
                # A client that does not read any more may not hold a server that stops.
                with suppress(TimeoutError):
                    async with asyncio.timeout(_FAREWELL_S):
                        await self._send(send, b"" if self._draining.is_set() else COMPLETE, more=False)
            if told.done() and not told.cancelled():
                told.result()

    def _headers(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            *((name.lower().encode(), value.encode()) for name, value in negotiation.HEADERS.items()),
            (b"x-accel-buffering", b"no"),  # else nginx keeps events until a buffer is full
            (b"x-request-id", self._note.request_id.encode()),
            *((name.lower().encode(), value.encode()) for name, value in rates.headers(self._note.standings).items()),
        ]

    async def _tell(self, send: Send) -> None:
        async with aclosing(self._answers) as answers:
            async for answered in answers:
                self._note.add(answered)
                await self._send(send, event("next", answered, self._delivery.cursor))
                if answered.ends:
                    return

    async def _keep_alive(self, send: Send) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            await self._send(send, _COMMENT)

    async def _send(self, send: Send, body: bytes, *, more: bool = True) -> None:
        async with self._sending:
            await send({"type": "http.response.body", "body": body, "more_body": more})


def event(name: str, answered: Answer, cursor: str | None) -> bytes:
    """Frame one event with line feeds; its id is where a client that comes back goes on."""
    position = b"" if cursor is None else b"id: " + cursor.encode() + b"\n"
    return position + b"event: " + name.encode() + b"\ndata: " + orjson.dumps(answered.body()) + b"\n\n"


async def wait_for_leaving(receive: Receive) -> None:
    """Return when the client has closed its connection; whatever it sends before is passed over."""
    while (await receive())["type"] != "http.disconnect":
        pass
