"""The edge on a real socket, in front of a small schema that does whatever a test of the edge needs."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from domain.errors import CursorInvalid, InputProblem, InputProblemCode, InvalidInput, NotFound, NotPermitted, PageSizeInvalid
from resolvers.context import Installation, UnauthenticatedError
from schema.edge import Edge
from schema.execution import OperationNote
from schema.info import Info
from schema.persisted import Documents
from schema.rates import Quotas, Rates
from schema.served import ServedSchema

SECRET = "anna@nordbyran.example"


class FaultError(Exception):
    """What nobody foresaw; its words are of a person."""


WRITTEN: list[str] = []


def _raise(kind: str) -> None:
    raised: dict[str, Exception] = {
        "NotFound": NotFound(),
        "NotPermitted": NotPermitted("FULL"),
        "InvalidInput": InvalidInput(InputProblem(path=("filter", "0"), code=InputProblemCode.TOO_LONG)),
        "PageSizeInvalid": PageSizeInvalid(),
        "CursorInvalid": CursorInvalid(),
        "CursorEpoch": CursorInvalid("CURSOR_EPOCH"),
        "CursorExpired": CursorInvalid("CURSOR_EXPIRED", earliest="abc"),
        "Unauthenticated": UnauthenticatedError(),
        "Fault": FaultError(SECRET),
    }
    if kind in raised:
        raise raised[kind]


@strawberry.type
class Item:
    text: str

    @strawberry.field
    def items(self, first: int | None = None, last: int | None = None, after: str | None = None) -> int:
        """Take a page, and refuse a bad cursor as a list does."""
        if after == "bad":
            raise CursorInvalid
        return first or last or 20

    @strawberry.field
    def fails(self) -> str:
        raise FaultError(SECRET)


@strawberry.type
class Query:
    @strawberry.field
    def echo(self, text: str) -> str:
        return text

    @strawberry.field
    def number(self, value: int | None = None) -> int | None:
        return value

    @strawberry.field
    def who(self, info: Info) -> str:
        viewer = info.context.require_viewer()
        return f"{type(viewer).__name__} {info.context.language}"

    @strawberry.field
    def item(self) -> Item:
        return Item(text="item")

    @strawberry.field
    def perhaps(self, kind: str) -> str | None:
        _raise(kind)
        return kind

    @strawberry.field
    def beyond(self) -> int:
        """Return what GraphQL's Int has no room for: a fault of ours."""
        return 2**40

    @strawberry.field
    async def slow(self, info: Info) -> str:
        """Wait until nobody waits for it any more."""
        WRITTEN.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            WRITTEN.append(f"stopped, late: {info.context.is_late}")
        return "never"

    @strawberry.field
    def peer(self, info: Info) -> str:
        return f"{info.context.request.peer} {info.context.request.user_agent}"


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def write(self, text: str) -> Item:
        WRITTEN.append(text)
        return Item(text=text)

    @strawberry.mutation
    async def write_slowly(self, text: str) -> Item:
        """Write in two steps, so that there is a moment in which the client may leave."""
        WRITTEN.append(f"begun {text}")
        await asyncio.sleep(0.2)
        WRITTEN.append(text)
        return Item(text=text)

    @strawberry.mutation
    def sign_in(self, secret: str) -> str:
        return secret


# How far the latest `count` has come.
COUNTED = [0]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, info: Info, to: int) -> AsyncIterator[int]:
        """Count on from the transport's position, one cursor for each number."""
        delivery = info.root_value
        assert delivery is not None
        for number in range(int(delivery.after or 0) + 1, to + 1):
            delivery.cursor = str(number)
            COUNTED[0] = number
            yield number

    @strawberry.subscription
    async def wait(self, kind: str = "") -> AsyncIterator[int]:
        """Tell one number, then raise what is asked for, or wait for ever."""
        yield 1
        _raise(kind)
        await asyncio.Event().wait()

    @strawberry.subscription
    async def items(self) -> AsyncIterator[Item]:
        yield Item(text="first")
        yield Item(text="second")


def make_schema() -> ServedSchema:
    """Make the small schema."""
    return ServedSchema(query=Query, mutation=Mutation, subscription=Subscription)


@dataclass(kw_only=True)
class Listening:
    """An edge that listens."""

    edge: Edge
    port: int
    server: uvicorn.Server
    notes: list[OperationNote]

    @property
    def origin(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The address over HTTP."""
        return f"{self.origin}/graphql"

    @property
    def has_streams(self) -> bool:
        """Whether a stream is open."""
        return bool(self.edge._streams._open)

    @property
    def websocket_url(self) -> str:
        """The address over WebSocket."""
        return f"ws://127.0.0.1:{self.port}/graphql"


async def until(condition: Callable[[], bool]) -> None:
    """Return as soon as the condition holds.

    Raises:
        TimeoutError: it did not come to hold within 5 s.
    """
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in the server, which sets no event for tests
            await asyncio.sleep(0.005)


class _Server(uvicorn.Server):
    """A server that ends its streams before it closes its connections."""

    edge: Edge

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self.edge.drain()
        await super().shutdown(sockets)


def unlimited() -> Rates:
    """Make rates that let anything through."""
    return Rates(Quotas(viewer=0, address=0, sign_ins=0, links=0))


async def _page(_request: Request) -> Response:
    return PlainTextResponse("the page")


@asynccontextmanager
async def listen(
    installation: Installation,
    *,
    schema: ServedSchema | None = None,
    rates: Rates | None = None,
    is_production: bool = False,
    documents: Documents | None = None,
    origins: Iterable[str] = (),
) -> AsyncIterator[Listening]:
    """Serve the small schema, or another, on a free port for as long as the block lasts; without rates anything goes."""
    edge = Edge(
        schema=schema or make_schema(),
        installation=installation,
        page=_page,
        rates=rates or unlimited(),
        is_production=is_production,
        documents=documents,
        origins=origins,
    )
    routed = Starlette(routes=edge.routes())
    notes: list[OperationNote] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await routed(scope, receive, send)
        if "graphql" in scope.get("state", {}):
            notes.append(scope["state"]["graphql"])

    server = _Server(uvicorn.Config(application, log_config=None, ws="websockets-sansio", timeout_graceful_shutdown=5))
    server.edge = edge
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)  # so that a client that does not read is soon noticed
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            await until(lambda: server.started)
            yield Listening(edge=edge, port=listener.getsockname()[1], server=server, notes=notes)
        finally:
            server.should_exit = True
            await serving
