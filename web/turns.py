"""HTTP in which every request of a connection is answered in its turn, and what is no request too."""

import asyncio

import httptools
import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

LINGER_S = 1.0
_UNREADABLE = "This is no HTTP request that can be read. Send HTTP/1.1 as RFC 9112 has it."


class TunnelError(Exception):
    """A client asks for a tunnel to somewhere else."""


def refusal(status: str, code: str, message: str, *, headers: str = "", has_body: bool = True) -> bytes:
    """Write the answer of a server that goes on with nothing else on this connection; `status` has its phrase."""
    body = orjson.dumps({"errors": [{"message": message, "extensions": {"code": code}}]}) if has_body else b""
    head = (
        f"HTTP/1.1 {status}\r\ncontent-type: application/graphql-response+json; charset=utf-8\r\ncache-control: no-store\r\n"
        f"x-content-type-options: nosniff\r\n{headers}content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


def leave(transport: asyncio.Transport) -> asyncio.TimerHandle:
    """Say that nothing more will be sent, and close a moment later.

    Closed with something unread, the connection would be reset, and the client never read what was sent last.
    """
    transport.write_eof()
    return asyncio.get_running_loop().call_later(LINGER_S, transport.close)


class OrderlyHttp(HttpToolsProtocol):
    """uvicorn's HTTP, with three things that it does not do.

    What cannot be read is refused when everything before it on the connection has been answered, not ahead of that or in its
    place. A request that asks for a protocol which is not spoken here keeps its body, and what follows it is read, as if it had
    not asked. And a WebSocket is opened only by a GET of HTTP/1.1 whose address can be read, when no answer is due.
    """

    _due = 0
    _is_in_body = False
    _is_refused = False
    _becomes_websocket = False
    _anew: bytes | None = None
    _refusal: bytes | None = None

    def data_received(self, data: bytes) -> None:
        """Read on; what comes after something that was refused is dropped."""
        left = data
        while left and not self._is_refused:
            self._unset_keepalive_if_required()
            try:
                self.parser.feed_data(left)
            except httptools.HttpParserUpgrade as pause:
                left = left[pause.args[0] :]
                if self._becomes_websocket:
                    self.handle_websocket_upgrade()
                    if left:
                        self.transport.get_protocol().data_received(left)  # type: ignore[attr-defined]  # the WebSocket's
                    return
                left = self._read_anew() + left
            except httptools.HttpParserError:
                self.refuse_unreadable()
            else:
                return

    def on_headers_complete(self) -> None:
        """Begin to answer, let the connection become a WebSocket's, or read the head anew without what it asks in vain."""
        wishes = bool(self.parser.should_upgrade())
        if wishes and self.parser.get_method() == b"CONNECT":
            raise TunnelError
        self._becomes_websocket = wishes and self._may_become_websocket()
        if wishes and not self._becomes_websocket:
            self._anew = self._without_wishes()
            return
        super().on_headers_complete()
        self._is_in_body = not self._becomes_websocket
        self._due += self._is_in_body

    def on_message_complete(self) -> None:
        """Know that the request is complete."""
        self._is_in_body = False
        if self._anew is None:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with the next request, or with what there is to refuse."""
        self._due -= 1
        super().on_response_complete()
        self._refuse_in_turn()

    def refuse_unreadable(self) -> None:
        """Refuse what is no HTTP."""
        self.refuse("400 Bad Request", "BAD_REQUEST", _UNREADABLE)

    def refuse(self, status: str, code: str, message: str) -> None:
        """Refuse what is read at present, once everything before it is answered, and end the connection."""
        if self._is_refused or self.transport.is_closing():
            return
        self._is_refused = True
        # No body follows what answers a HEAD. Neither does one where the parser has kept the method of the request before.
        self._refusal = refusal(status, code, message, has_body=self.parser.get_method() != b"HEAD")
        if self._is_in_body:
            self._give_up(self.cycle)
        self._refuse_in_turn()

    def _give_up(self, broken: RequestResponseCycle) -> None:
        """Give up the request whose body cannot be read: the refusal is its answer, unless it has one."""
        if broken.response_started:
            self._refusal = b""
        elif self.pipeline and self.pipeline[0][0] is broken:
            self.pipeline.popleft()
            self._due -= 1
        else:
            broken.disconnected = True
            broken.message_event.set()
            self._due -= 1

    def _refuse_in_turn(self) -> None:
        if self._refusal is None or self._due or self.transport.is_closing():
            return
        told, self._refusal = self._refusal, None
        self._unset_keepalive_if_required()
        self.transport.write(told)
        leave(self.transport)

    def _should_upgrade(self) -> bool:
        return self._becomes_websocket

    def _may_become_websocket(self) -> bool:
        is_plain = self.parser.get_method() == b"GET" and self.parser.get_http_version() == "1.1" and self.url.isascii()
        return is_plain and not self._due and super()._should_upgrade()

    def _without_wishes(self) -> bytes:
        """Write the head as if it did not ask for another protocol.

        The parser takes for that protocol's whatever follows a head that does, the request's own body too.
        """
        lines = [self.parser.get_method() + b" " + self.url + b" HTTP/" + self.parser.get_http_version().encode()]
        for name, value in self.headers:
            kept = (
                b", ".join(one for one in value.split(b",") if one.strip().lower() != b"upgrade")
                if name == b"connection"
                else value
            )
            if name != b"upgrade":
                lines.append(name + b": " + kept)
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def _read_anew(self) -> bytes:
        """Begin with another parser, and return the head that it is to read first."""
        assert self._anew is not None, "the parser stops only where a head asks for another protocol"
        head, self._anew = self._anew, None
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return head
