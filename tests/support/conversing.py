"""A client of graphql-transport-ws that says exactly what it is told to say."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from structlog.typing import EventDict
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from tests.support.edge import Listening

PROTOCOL = Subprotocol("graphql-transport-ws")


@dataclass
class Socket:
    """One socket, from the client's side."""

    connection: ClientConnection
    cost: dict[str, int] = field(default_factory=dict)

    async def say(self, message: object) -> None:
        """Send a message, as it is where it is a text or bytes already."""
        await self.connection.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        """Return the next message; what it says of costs, as every answer must, is put aside."""
        async with asyncio.timeout(5):
            heard: dict[str, Any] = json.loads(await self.connection.recv())
        if heard["type"] == "next":
            self.cost = heard["payload"].pop("extensions")["cost"]
        return heard

    async def subscribe(self, operation_id: str, query: str, **payload: object) -> None:
        """Begin an operation."""
        await self.say({"type": "subscribe", "id": operation_id, "payload": {"query": query, **payload}})

    async def closed(self) -> tuple[int, str]:
        """Return how the server closes the socket; whatever it says before is passed over."""
        async with asyncio.timeout(5):
            with suppress(ConnectionClosed):
                while True:
                    await self.connection.recv()
        frame = self.connection.protocol.close_rcvd
        assert frame is not None, "the socket was dropped without a close frame"
        return frame.code, frame.reason


@asynccontextmanager
async def opened(
    listening: Listening,
    *,
    subprotocols: Sequence[Subprotocol] | None = (PROTOCOL,),
    origin: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[Socket]:
    """Open a socket, and say nothing yet."""
    page = None if origin is None else Origin(origin)
    url = listening.websocket_url
    async with connect(url, subprotocols=subprotocols, origin=page, additional_headers=headers) as connection:
        yield Socket(connection)


@asynccontextmanager
async def acknowledged(listening: Listening, payload: Mapping[str, object] | None) -> AsyncIterator[Socket]:
    """Open a socket, and say who asks."""
    async with opened(listening) as socket:
        await socket.say({"type": "connection_init", "payload": payload})
        assert await socket.hear() == {"type": "connection_ack"}
        yield socket


@contextmanager
def logged() -> Iterator[list[EventDict]]:
    """Collect what is logged while the block lasts."""
    with structlog.testing.capture_logs() as lines:
        yield lines


def codes(message: Mapping[str, Any]) -> list[str]:
    """Return the codes of an error message."""
    return [error["extensions"]["code"] for error in message["payload"]]
