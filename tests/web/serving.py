"""A small application behind the server's own protocols, and a client that writes bytes as they are."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from tests.support import edge
from web import server

END = b"\r\n\r\n"


async def _length(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def _slow(request: Request) -> PlainTextResponse:
    await asyncio.sleep(0.1)
    return PlainTextResponse("slow")


async def _converse(websocket: WebSocket) -> None:
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)


async def _denied(websocket: WebSocket) -> None:
    await websocket.send_denial_response(PlainTextResponse("denied", 421))


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect to a server that answers with the length of the body, at /slow after a moment, at /socket with an echo."""
    methods = ["GET", "POST", "HEAD"]
    routes = [
        Route("/", _length, methods=methods),
        Route("/slow", _slow),
        WebSocketRoute("/socket", _converse),
        WebSocketRoute("/denied", _denied),
    ]
    running = uvicorn.Server(server.configuration(Starlette(routes=routes), ()))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        serving = asyncio.create_task(running.serve(sockets=[listener]))
        await edge.until(lambda: running.started)
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        try:
            async with asyncio.timeout(10):
                yield reader, writer
        finally:
            writer.close()
            running.should_exit = True
            await serving


async def answer(reader: asyncio.StreamReader, *, to_head: bool = False) -> tuple[int, bytes]:
    """Read one answer: its status and its body, which one to a HEAD has not."""
    told = (await reader.readuntil(END)).decode().lower()
    length = 0 if to_head else int(told.partition("content-length: ")[2].partition("\r\n")[0])
    return int(told.split()[1]), await reader.readexactly(length)


def refusal(body: bytes, code: str = "LIMIT_EXCEEDED") -> str:
    """Return the message of the one error, which has the code."""
    [error] = json.loads(body)["errors"]
    assert error["extensions"] == {"code": code}
    return str(error["message"])
