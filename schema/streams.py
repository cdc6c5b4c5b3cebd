"""The streams that are open, so that a server which stops can end each of them in order."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol


class Stream(Protocol):
    """A subscription over SSE, or a WebSocket."""

    def drain(self) -> None:
        """Begin to end: tell the client that no more comes, and close."""


class OpenStreams:
    """Every stream that is open now."""

    def __init__(self) -> None:
        self._open: set[Stream] = set()
        self._all_ended = asyncio.Event()
        self._is_draining = False

    @contextmanager
    def opened(self, stream: Stream) -> Iterator[None]:
        """Count a stream for as long as the block lasts; one that opens while the server stops is ended at once."""
        self._open.add(stream)
        self._all_ended.clear()
        if self._is_draining:
            stream.drain()
        try:
            yield
        finally:
            self._open.discard(stream)
            if not self._open:
                self._all_ended.set()

    async def drain(self, within_s: float) -> None:
        """End every stream, and return when all have ended or the time is over: a client that does not read may not hold us."""
        self._is_draining = True
        for stream in tuple(self._open):
            stream.drain()
        if self._open:
            with suppress(TimeoutError):
                async with asyncio.timeout(within_s):
                    await self._all_ended.wait()
