"""How long the head of a request may be, and how long it may take to arrive: uvicorn alone would take any, for ever."""

import asyncio

from web.turns import OrderlyHttp

# Address and headers together. Documents that do not fit into an address are sent with POST.
LONGEST_HEAD = 64 * 1024
HEAD_S = 15.0


class HeadTooLongError(Exception):
    """The address and the headers of a request have more bytes than are taken."""


class BoundedHttp(OrderlyHttp):
    """HTTP whose heads are bounded: a longer one is answered 431, and one that does not arrive in time 408.

    Both are told as a GraphQL error, and the connection is closed. The counting hangs on the parser's callbacks, so that it
    holds for every request of a connection, pipelined ones too.
    """

    _counted = 0
    _arrived = 0
    _is_in_head = False
    _has_begun = False
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Expect a head."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing more."""
        self._head_has_come()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, and refuse a head that has no end."""
        self._has_begun = False
        super().data_received(data)
        # The parser keeps a line until it ends. What a head begins with is counted once its lines do.
        if self._is_in_head and not self._has_begun:
            self._arrived += len(data)
            if self._arrived > LONGEST_HEAD:
                self._refuse("431 Request Header Fields Too Large", _TOO_LONG)

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._counted = self._arrived = 0
        self._is_in_head = self._has_begun = True
        super().on_message_begin()
        if self._late is None:
            self._expect_head()

    def on_url(self, url: bytes) -> None:
        """Count the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        self._count(len(name) + len(value) + len(": \r\n"))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Let the request be answered."""
        self._is_in_head = False
        self._head_has_come()
        super().on_headers_complete()

    def refuse_unreadable(self) -> None:
        """Say what was wrong: the parser gives one refusal for whatever a callback raises."""
        if self._counted > LONGEST_HEAD:
            self._refuse("431 Request Header Fields Too Large", _TOO_LONG)
        else:
            self._head_has_come()
            super().refuse_unreadable()

    def _count(self, length: int) -> None:
        self._counted += length
        if self._counted > LONGEST_HEAD:
            raise HeadTooLongError

    def _expect_head(self) -> None:
        self._late = asyncio.get_running_loop().call_later(HEAD_S, self._refuse, "408 Request Timeout", _TOO_LATE)

    def _head_has_come(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _refuse(self, status: str, message: str) -> None:
        self._head_has_come()
        self.refuse(status, "LIMIT_EXCEEDED", message)


_TOO_LONG = f"The address and the headers have more than {LONGEST_HEAD // 1024} KiB. Send long documents with POST."
_TOO_LATE = f"The head of the request did not arrive within {HEAD_S:.0f} seconds."
