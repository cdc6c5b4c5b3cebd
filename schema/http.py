"""GraphQL over HTTP after the draft of the GraphQL foundation: what is taken, and how it is answered."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

import orjson
from graphql.language import OperationType
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from resolvers.context import Request
from schema import asked, faults, negotiation, rates, sse
from schema.asked import Asked, bad_request
from schema.execution import Caller, Desk, Operation, OperationNote, bearer
from schema.faults import Answer, Refused, coded
from schema.finishing import ClientGoneError
from schema.info import Delivery
from schema.sse import EventStream
from schema.streams import OpenStreams

Page = Callable[[HttpRequest], Awaitable[Response]]

BODY_S = 30.0
LONGEST_BODY = 256 * 1024
LONGEST_BODY_WITH_TOKEN = 1024 * 1024
_RESPONSE_JSON = "application/graphql-response+json"
_JSON = "application/json"
_PAGE = "text/html"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exchange:
    """One request, who asks, and in which media type it is answered; `media_type` None: JSON is not acceptable."""

    request: HttpRequest
    caller: Caller
    note: OperationNote
    media_type: str | None

    @property
    def takes_events(self) -> bool:
        """Whether the client asks for a stream by its name; taking anything is not asking."""
        return negotiation.names(self.request.headers.get("accept"), sse.MEDIA_TYPE)

    @property
    def is_get(self) -> bool:
        """Whether it is a GET, or a HEAD, which is one without the body."""
        return self.request.method in {"GET", "HEAD"}


class HttpEndpoint:
    """The address `/graphql` over HTTP, as an ASGI application."""

    def __init__(self, desk: Desk, streams: OpenStreams, page: Page | None) -> None:
        self._desk = desk
        self._streams = streams
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = HttpRequest(scope, receive)
        response = await self._respond(request)
        await response(scope, receive, send)

    async def _respond(self, request: HttpRequest) -> ASGIApp:
        accept = request.headers.get("accept")
        is_get = request.method in {"GET", "HEAD"}
        if self._page and is_get and negotiation.best(accept, (_RESPONSE_JSON, _JSON, _PAGE)) == _PAGE:
            return await self._page(request)
        peer = None if request.client is None else request.client.host
        arrived = Request.arrived(peer=peer, user_agent=request.headers.get("user-agent"))
        note = request.state.graphql = OperationNote(request_id=arrived.id)
        media_type = _media_type(accept)
        try:
            await self._desk.admit(arrived, note)
            _require_method(request)
            self._require_asking(request)
            token = bearer(request.headers.get("authorization"))
            language = negotiation.language(request.headers.get("accept-language"))
            caller = Caller(token=token, language=language, request=arrived)
            return await self._operate(_Exchange(request=request, caller=caller, note=note, media_type=media_type))
        except (ClientDisconnect, ClientGoneError):
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told its id and nothing else
            return _refused(error, arrived, note, media_type)

    def _require_asking(self, request: HttpRequest) -> None:
        """Refuse a GET that a page of another site sends without asking first; a POST is JSON, which no such page can send."""
        if request.method != "POST" and self._desk.origins.is_foreign(request.headers):
            words = "A page of another site asks first: send a POST, or GraphQL-Require-Preflight with the GET."
            raise bad_request(words, status=403)

    async def _operate(self, exchange: _Exchange) -> ASGIApp:
        if exchange.media_type is None and not exchange.takes_events:
            raise bad_request(f"Answers are {_RESPONSE_JSON}, {_JSON} or {sse.MEDIA_TYPE}.", status=406)
        wanted = await self._read(exchange)
        context = await self._desk.identify(exchange.caller, exchange.note)
        operation = await self._desk.prepare(wanted, context, exchange.note)
        if operation.kind is OperationType.SUBSCRIPTION:
            return self._follow(operation, exchange)
        if operation.kind is OperationType.MUTATION and exchange.is_get:
            raise _method_not_allowed("Mutations are sent with POST.", "POST")
        answered = await operation.execute(partial(sse.wait_for_leaving, exchange.request.receive))
        exchange.note.add(answered)
        if exchange.media_type is None and answered.has_data:
            return _single_event(answered, exchange.note)
        return _json(answered, exchange.media_type, exchange.note, status=None)

    def _follow(self, operation: Operation, exchange: _Exchange) -> ASGIApp:
        if not exchange.takes_events:
            raise bad_request(
                f"A subscription is a stream: take {sse.MEDIA_TYPE}, or use the graphql-transport-ws WebSocket.", status=406
            )
        delivery = Delivery(after=exchange.request.headers.get("last-event-id") or None)
        answers = operation.follow(delivery)
        return EventStream(answers, delivery=delivery, streams=self._streams, note=exchange.note)

    async def _read(self, exchange: _Exchange) -> Asked:
        request = exchange.request
        if exchange.is_get:
            return asked.from_query_string(request.scope["query_string"])
        # Only this type, which no form and no simple cross-site request can send: so no page can act with another's rights.
        media_type, *parameters = (part.strip().lower() for part in request.headers.get("content-type", "").split(";"))
        charsets = {value.strip('"') for name, _, value in (one.partition("=") for one in parameters) if name == "charset"}
        if media_type != _JSON or charsets - {"utf-8"} or request.headers.get("content-encoding", "identity") != "identity":
            raise bad_request(f"The body is {_JSON} in UTF-8, not compressed.", status=415)
        return asked.from_body(asked.read_json(await self._body(exchange)))

    async def _body(self, exchange: _Exchange) -> bytes:
        """Read the body as far as it may be long; beyond 256 KiB whoever sends it must have a valid token.

        Raises:
            Refused: it is longer, or takes longer than 30 seconds to arrive.
            UnauthenticatedError: the token is not a valid one.
        """
        try:
            async with asyncio.timeout(BODY_S):
                return await self._collect(exchange)
        except TimeoutError:
            words = f"The body did not arrive within {BODY_S:.0f} seconds."
            raise bad_request(words, status=408) from None

    async def _collect(self, exchange: _Exchange) -> bytes:
        body = bytearray()
        limit = LONGEST_BODY
        async for chunk in exchange.request.stream():
            body += chunk
            if len(body) > limit and limit < LONGEST_BODY_WITH_TOKEN and exchange.caller.token is not None:
                await self._desk.identify(exchange.caller, exchange.note)
                limit = LONGEST_BODY_WITH_TOKEN
            if len(body) > limit:
                words = f"The body has more than {limit // 1024} KiB."
                raise Refused(coded(faults.LIMIT_EXCEEDED, words), status=413)
        return bytes(body)


def _media_type(accept: str | None) -> str | None:
    """Choose what to answer in; who does not name the newer type is answered in the one that every client has always read."""
    offers = (_RESPONSE_JSON, _JSON) if negotiation.names(accept, _RESPONSE_JSON) else (_JSON, _RESPONSE_JSON)
    return negotiation.best(accept, offers)


def _require_method(request: HttpRequest) -> None:
    if request.method not in {"GET", "HEAD", "POST"}:
        raise _method_not_allowed("Send a POST, or a GET for a query.", "GET, POST")


def _method_not_allowed(message: str, allowed: str) -> Refused:
    return Refused(coded(faults.BAD_REQUEST, message), status=405, headers={"Allow": allowed})


def _refused(error: Exception, request: Request, note: OperationNote, media_type: str | None) -> Response:
    answered = faults.refusal(error, request)
    note.add(answered)
    status, headers = (error.status, error.headers) if isinstance(error, Refused) else (None, {})
    return _json(answered, media_type, note, status=status, headers=headers)


def _json(
    answered: Answer,
    media_type: str | None,
    note: OperationNote,
    *,
    status: int | None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer as JSON; one who takes none is told of a refusal in JSON all the same, since there is nothing else to tell it in."""
    chosen = media_type or _RESPONSE_JSON
    code = status or _status(answered, chosen)
    told = {**negotiation.HEADERS, "X-Request-Id": note.request_id}
    if code == 401:  # noqa: PLR2004 - the status that asks for this header
        told["WWW-Authenticate"] = "Bearer"
    told |= rates.headers(note.standings) | dict(headers or {})
    return Response(orjson.dumps(answered.body()), code, told, f"{chosen}; charset=utf-8")


def _status(answered: Answer, media_type: str) -> int:
    """Choose the status of an answer.

    The draft has 4xx for every answer without `data` in application/graphql-response+json; in application/json it asks for 200
    where the request is well formed, because old clients read a body of no other. Two things stand above that for us: who must
    sign in is told 401 in either, and what failed on our side 500, which proxies and monitors count.
    """
    if answered.has_data:
        return 200
    if faults.UNAUTHENTICATED in answered.codes:
        return 401
    if faults.INTERNAL in answered.codes:
        return 500
    return 200 if media_type == _JSON else 400


def _single_event(answered: Answer, note: OperationNote) -> Response:
    """Answer whoever takes events alone with a stream of one."""
    body = sse.event("next", answered, None) + sse.COMPLETE
    told = {**negotiation.HEADERS, "X-Request-Id": note.request_id, **rates.headers(note.standings)}
    return Response(body, 200, told, f"{sse.MEDIA_TYPE}; charset=utf-8")
