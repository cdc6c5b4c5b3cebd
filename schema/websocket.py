"""One WebSocket that speaks graphql-transport-ws: its messages, its operations, and how it ends."""

import asyncio
from contextlib import aclosing, suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import orjson
import structlog
from graphql.language import OperationType
from starlette.websockets import WebSocket, WebSocketDisconnect

from resolvers.context import Request, UnauthenticatedError
from schema import asked, faults, messages, negotiation
from schema.asked import Asked
from schema.execution import Caller, Desk, OperationNote, bearer
from schema.faults import Answer, Refused, coded
from schema.info import Delivery
from schema.messages import Ended
from schema.streams import OpenStreams

SUBPROTOCOL = "graphql-transport-ws"
INIT_S = 10.0
MOST_OPERATIONS = 100
MOST_MESSAGES = 2_000
_MINUTE_S = 60.0
_LAST_WORDS_S = 1.0

_log = structlog.get_logger()


@dataclass(slots=True, kw_only=True, eq=False)
class _Running:
    """One operation that runs; silent once the client has said that it wants no more of it."""

    id: str
    kind: OperationType | None = None
    is_silent: bool = False
    task: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """End it without a word; a mutation goes on to its end, so that what was begun is done or not done, and not cut."""
        self.is_silent = True
        if self.kind is not OperationType.MUTATION and self.task is not None:
            self.task.cancel()


class Conversation:
    """A socket from its handshake to its close."""

    def __init__(self, websocket: WebSocket, desk: Desk, streams: OpenStreams) -> None:
        self._websocket = websocket
        self._desk = desk
        self._streams = streams
        self._running: dict[str, _Running] = {}
        self._ending: asyncio.Future[Ended | None] = asyncio.get_running_loop().create_future()
        self._minute_began = asyncio.get_running_loop().time()
        self._messages = 0
        self._is_initialised = False
        self._is_acknowledged = False
        self._token: str | None = None
        self._language = negotiation.language(None)

    def drain(self) -> None:
        """End: what is being answered is answered, and a close tells the client to come back."""
        self._end(Ended(messages.RESTARTS, "The server restarts."))

    async def run(self) -> None:
        """Converse until either side ends it."""
        # Browsers let a page of any site open a socket; what is no browser sends no Origin.
        if not self._desk.origins.allow(self._websocket.headers):
            await self._websocket.close()  # before the handshake: it is answered 403
            return
        if SUBPROTOCOL not in self._websocket.scope["subprotocols"]:
            await self._websocket.accept()
            await self._websocket.close(messages.NO_SUBPROTOCOL, f"The subprotocol is {SUBPROTOCOL}.")
            return
        await self._websocket.accept(SUBPROTOCOL)
        with self._streams.opened(self):
            reader = asyncio.create_task(self._read())
            late = asyncio.get_running_loop().call_later(INIT_S, self._end_uninitialised)
            try:
                ended = await self._ending
            finally:
                late.cancel()
                reader.cancel()
                if not self._ending.done():
                    for running in self._running.values():
                        running.stop()
            await self._finish(ended)

    def _end(self, ended: Ended | None) -> None:
        if not self._ending.done():
            self._ending.set_result(ended)

    def _end_uninitialised(self) -> None:
        if not self._is_initialised:
            self._end(Ended(messages.INIT_TIMEOUT, "There was no connection_init."))

    async def _finish(self, ended: Ended | None) -> None:
        if ended is not None and ended.code == messages.RESTARTS:
            await self._answer_first()
        left = list(self._running.values())
        for running in left:
            running.stop()
        if ended is not None:
            with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
                async with asyncio.timeout(_LAST_WORDS_S):
                    await self._websocket.close(ended.code, ended.reason)
        await asyncio.gather(*(running.task for running in left if running.task is not None), return_exceptions=True)

    async def _answer_first(self) -> None:
        """Give queries and mutations a moment to answer.

        Subscriptions end with the socket and without `complete`: to client libraries that means that nothing more will ever
        come, and they would not come back.
        """
        answering = [one.task for one in self._running.values() if one.kind is not OperationType.SUBSCRIPTION and one.task]
        if answering:
            await asyncio.wait(answering, timeout=_LAST_WORDS_S / 2)

    async def _read(self) -> None:
        try:
            while True:
                message = await self._websocket.receive()
                if message["type"] == "websocket.disconnect":
                    self._end(None)
                    return
                self._count()
                await self._take(messages.parsed(message.get("text")))
        except Ended as ended:
            self._end(ended)
        except Exception as error:  # noqa: BLE001 - whatever it is, the socket is closed and not dropped
            faults.refusal(error, self._request())
            self._end(Ended(messages.FAILED, "Something went wrong on our side."))

    def _count(self) -> None:
        """Count the messages of each minute; subscribing and completing a hundred operations is far from the most."""
        now = asyncio.get_running_loop().time()
        if now - self._minute_began >= _MINUTE_S:
            self._minute_began, self._messages = now, 0
        self._messages += 1
        if self._messages > MOST_MESSAGES:
            raise Ended(messages.TOO_MANY, f"A socket takes {MOST_MESSAGES:,} messages in a minute.")

    async def _take(self, message: dict[str, Any]) -> None:
        match message.get("type"):
            case "connection_init":
                await self._initialise(messages.payload_of(message))
            case "ping":
                payload = messages.payload_of(message)
                await self._send({"type": "pong", "payload": payload} if payload else {"type": "pong"})
            case "pong":
                messages.payload_of(message)
            case "subscribe":
                self._subscribe(messages.id_of(message), message.get("payload"))
            case "complete":
                running = self._running.pop(messages.id_of(message), None)
                if running is not None:
                    running.stop()
            case _:
                messages.malformed("There is no such type of message.")

    async def _initialise(self, payload: dict[str, Any]) -> None:
        if self._is_initialised:
            raise Ended(messages.INIT_TWICE, "There was a connection_init before.")
        self._is_initialised = True
        # Editors send their headers as a person spells them.
        entries = {name.lower(): value for name, value in payload.items()}
        # Servers send headers with the handshake, which browsers cannot.
        headers = self._websocket.headers
        authorization = entries.get("authorization", headers.get("authorization"))
        accepted = entries.get("accept-language", headers.get("accept-language"))
        if not isinstance(authorization, str | None) or not isinstance(accepted, str | None):
            messages.malformed("authorization and accept-language are texts.")
        self._language = negotiation.language(accepted)
        try:
            self._token = bearer(authorization)
            request = self._request()
            note = OperationNote(request_id=request.id)
            await self._desk.admit(request, note)
            await self._desk.identify(self._caller(request), note)
        except Refused as refused:
            raise Ended(messages.TOO_MANY, refused.errors[0].message) from None
        except UnauthenticatedError:
            # Not 4403, at which clients come back with the same token for ever.
            raise Ended(messages.UNAUTHORIZED, "The token is not a valid one.") from None
        self._is_acknowledged = True
        await self._send({"type": "connection_ack"})

    def _subscribe(self, operation_id: str, payload: object) -> None:
        if not self._is_acknowledged:
            raise Ended(messages.UNAUTHORIZED, "Send connection_init first.")
        if operation_id in self._running:
            raise Ended(messages.ID_TAKEN, f"Subscriber for {operation_id} already exists")
        try:
            wanted = asked.from_body(payload)
        except Refused as refused:
            raise Ended(messages.MALFORMED, refused.errors[0].message) from refused
        running = _Running(id=operation_id)
        self._running[operation_id] = running
        running.task = asyncio.create_task(self._operate(running, wanted))

    async def _operate(self, running: _Running, wanted: Asked) -> None:
        begun = perf_counter()
        request = self._request()
        note = OperationNote(request_id=request.id)
        try:
            await self._answer(running, wanted, request, note)
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends this operation and no other
            await self._fail(running, faults.refusal(error, request), note)
        finally:
            self._forget(running)
            _log.info(
                "operation",
                operation=note.operation_name,
                type=note.operation_type,
                viewer=note.viewer_kind,
                duration_ms=round((perf_counter() - begun) * 1000, 1),
                errors=note.error_codes,
            )

    async def _answer(self, running: _Running, wanted: Asked, request: Request, note: OperationNote) -> None:
        if len(self._running) > MOST_OPERATIONS:
            raise Refused(coded(faults.LIMIT_EXCEEDED, f"A socket carries {MOST_OPERATIONS} operations at a time."))
        await self._desk.admit(request, note)
        context = await self._desk.identify(self._caller(request), note)
        operation = await self._desk.prepare(wanted, context, note)
        running.kind = operation.kind
        async with aclosing(operation.answers(Delivery())) as answers:
            async for answered in answers:
                if not answered.has_data:
                    await self._fail(running, answered, note)
                    return
                note.add(answered)
                await self._tell(running, {"id": running.id, "type": "next", "payload": answered.body()})
        self._forget(running)
        await self._tell(running, {"id": running.id, "type": "complete"})

    async def _fail(self, running: _Running, answered: Answer, note: OperationNote) -> None:
        """End one operation with its errors; where the token no longer holds, the socket with it."""
        note.add(answered)
        self._forget(running)
        await self._tell(running, {"id": running.id, "type": "error", "payload": answered.errors})
        if faults.UNAUTHENTICATED in answered.codes and self._token is not None:
            self._end(Ended(messages.UNAUTHORIZED, "The session has ended."))

    def _forget(self, running: _Running) -> None:
        """Free the id, before the client hears that it is free."""
        if self._running.get(running.id) is running:
            del self._running[running.id]

    async def _tell(self, running: _Running, message: dict[str, Any]) -> None:
        if not running.is_silent:
            await self._send(message)

    async def _send(self, message: dict[str, Any]) -> None:
        try:
            await self._websocket.send_text(orjson.dumps(message).decode())
        except (WebSocketDisconnect, RuntimeError):  # Starlette raises the second once the socket is closed
            self._end(None)

    def _caller(self, request: Request) -> Caller:
        return Caller(token=self._token, language=self._language, request=request)

    def _request(self) -> Request:
        client = self._websocket.client
        agent = self._websocket.headers.get("user-agent")
        return Request.arrived(peer=None if client is None else client.host, user_agent=agent)
