"""The server below the application: its socket, and a stop that ends open streams first."""

import asyncio
import errno
import gc
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

import structlog
import uvicorn
from starlette.types import ASGIApp

from web.head import BoundedHttp
from web.sockets import OrderlySocket

# A WebSocket message, or a body that is not read in the meantime.
LARGEST_FRAME = 64 * 1024
# How long the streams and the worker may take to stop, and then the requests that still run: SIGTERM is obeyed within 10 s.
STOPPING_S = 6.0
FINISHING_S = 2
# A client that takes nothing for so long is dropped, where the system can tell; uvicorn never drops one.
STALLED_MS = 15_000

_log = structlog.get_logger()


class AddressUnusableError(Exception):
    """The address cannot be listened to; the text says why and what helps."""


def configuration(application: ASGIApp, trusted_proxies: Sequence[str]) -> uvicorn.Config:
    """Return how the application is served; only proxies that are named are believed about who asks."""
    return uvicorn.Config(
        application,
        http=BoundedHttp,
        ws=OrderlySocket,
        ws_max_size=LARGEST_FRAME,
        # Events are small, and compression would take more memory for each socket than all the rest of it.
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        timeout_graceful_shutdown=FINISHING_S,
    )


def freeze() -> None:
    """Keep the garbage collector off what lives as long as the process: the schema, the tables, and all the code.

    These are half a million objects. Each of its full rounds would walk them all, in which nobody is answered for 60 to 200 ms.
    """
    gc.collect()
    gc.freeze()


class Server(uvicorn.Server):
    """uvicorn, which alone would wait for ever for streams that are open: `stopping` ends them first.

    A signal asks it to stop and is then done with, so that whoever started it can clean up behind it.
    """

    def __init__(
        self, config: uvicorn.Config, *, started: Callable[[], Awaitable[None]], stopping: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(config)
        self._started = started
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to take requests, and tell."""
        freeze()
        await super().startup(sockets)
        await self._started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no new connections, end the streams, and let the requests that run finish."""
        for server in self.servers:
            server.close()
        try:
            async with asyncio.timeout(STOPPING_S):
                await self._stopping()
        except TimeoutError:
            _log.warning("what is open did not end in time", seconds=STOPPING_S)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT; uvicorn would raise them again and end the process before it is cleaned up."""
        loop = asyncio.get_running_loop()
        for wanted in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(wanted, self.handle_exit, wanted, None)
        try:
            yield
        finally:
            for wanted in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(wanted)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Listen to the address, until the block ends; port 0 takes a free one.

    Raises:
        AddressUnusableError: another program has the port, or the address is not this machine's.
    """
    try:
        [(family, kind, _, _, address), *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        listener = socket.socket(family, kind)
    except OSError as error:
        raise AddressUnusableError(_why(host, port, error)) from error
    with listener:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALLED_MS)
            listener.bind(address)
            # Two may bind an address that was in use a moment ago, and only one may listen to it.
            listener.listen(2048)
        except OSError as error:
            raise AddressUnusableError(_why(host, port, error)) from error
        yield listener


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use by another program. Stop that one, or choose another port with PORT= (--port)."
    if error.errno == errno.EACCES:
        return f"port {port} may not be listened to by this account. Choose one above 1023 with PORT= (--port)."
    return f"{host} port {port} cannot be listened to: {error.strerror}. Choose another address with --host."
