"""WebSockets that end with an answer or a close frame, whatever is sent: uvicorn alone would drop or forget some."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import HeaderLineTooLong, RequestLineTooLong, TooManyHeaders
from websockets.http11 import Request
from websockets.protocol import State

from web import turns

_NO_UTF8 = 1007
_NO_HANDSHAKE = "This is no handshake that opens a WebSocket. Send one as RFC 6455 has it, of version 13."
_TOO_LARGE = "The handshake has more than 128 headers, or one of more than 8 KiB."
# What a refused handshake tells besides: which version would be taken.
_VERSION = "sec-websocket-version: 13\r\n"


class OrderlySocket(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, with four things that it does not do.

    A handshake that cannot be read is answered, and none is told what a library says of it. Nothing is read as frames before the
    handshake is answered. A message that is no UTF-8 closes
    the socket with 1007 also where the client closes in the same breath. And a close that the client did not ask for is not cut
    off by the end of the connection.
    """

    _early = b""
    _is_left = False

    def data_received(self, data: bytes) -> None:
        """Read on; what comes after a failure is dropped, and what comes before the handshake is answered waits for that."""
        if self._is_left:
            return
        if self.handshake_initiated and not self.handshake_complete:
            self._early += data
            return
        super().data_received(data)
        failure = self.conn.handshake_exc
        if failure is not None and not self.handshake_initiated:
            is_long = isinstance(failure, RequestLineTooLong | HeaderLineTooLong | TooManyHeaders)
            self._refuse(
                "431 Request Header Fields Too Large" if is_long else "400 Bad Request", _TOO_LARGE if is_long else _NO_HANDSHAKE
            )

    def handle_connect(self, event: Request) -> None:
        """Open the socket, if that is what the handshake asks for in the right words."""
        answer = self.conn.accept(event)
        if answer.status_code == 101:  # noqa: PLR2004 - the status of a handshake that is taken
            super().handle_connect(event)
        else:
            self._refuse(f"{answer.status_code} {answer.reason_phrase}", _NO_HANDSHAKE)

    def send_receive_event_to_app(self) -> None:
        """Hand a message on, if it is one."""
        if self.curr_msg_data_type == "text" and not self.close_sent and not _is_utf8(self.frames):
            self.frames = []
            if self.conn.state is State.OPEN:
                self.conn.fail(_NO_UTF8, "A message is no UTF-8.")
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """Tell the application that it is over, and let the client read the close frame before the connection ends."""
        closed = self.conn.close_sent
        assert closed is not None
        self.queue.put_nowait({"type": "websocket.disconnect", "code": closed.code, "reason": closed.reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self._leave()

    async def send(self, message: Any) -> None:  # noqa: ANN401 - as ASGI has it
        """Send what the application sends; a handshake that it has denied is complete, or uvicorn would take that for a fault."""
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            self.handshake_complete = True
        if self._early and self.handshake_complete and not self.close_sent:
            early, self._early = self._early, b""
            self.data_received(early)

    def _refuse(self, status: str, message: str) -> None:
        self.handshake_initiated = self.handshake_complete = True
        self.transport.write(turns.refusal(status, "BAD_REQUEST", message, headers=_VERSION))
        self._leave()

    def _leave(self) -> None:
        self.close_sent = self._is_left = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = turns.leave(self.transport)


def _is_utf8(frames: list[bytes]) -> bool:
    try:
        b"".join(frames).decode()
    except UnicodeDecodeError:
        return False
    return True
