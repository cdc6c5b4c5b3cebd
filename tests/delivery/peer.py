"""A mail server to send to: it keeps what arrives, and answers each phase as it is told."""

import asyncio
import ssl
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HEADERS = [
    "auto-submitted",
    "content-language",
    "content-type",
    "date",
    "from",
    "message-id",
    "mime-version",
    "subject",
    "to",
]
DROP = "drop the connection"


class Peer:
    """What arrived, with the envelope's recipients, and what is still to be answered in each phase."""

    def __init__(self) -> None:
        self.port = 0
        self.received: list[tuple[list[str], bytes]] = []
        self.signed_in: list[str] = []
        self.secured: list[bool] = []
        self.answers: defaultdict[str, deque[str]] = defaultdict(deque)
        self.refused: dict[str, str] = {}

    @property
    def messages(self) -> list[EmailMessage]:
        """What arrived, parsed."""
        return [read(printed) for _, printed in self.received]

    def answer(self, phase: str, *replies: str) -> None:
        """Answer the phase (MAIL, RCPT or DATA) so, once for each reply, and then as usual."""
        self.answers[phase].extend(replies)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.secured.append(session.ssl is not None)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._next("MAIL")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        reply = self.refused.get(address) or self._next("RCPT")
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        reply = self._next("DATA")
        if reply == DROP or reply.startswith("2"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.received.append((list(envelope.rcpt_tos), content))
        if reply == DROP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return reply

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object) -> AuthResult:
        """Let in whoever has the password."""
        assert isinstance(given, LoginPassword)
        self.signed_in.append(given.login.decode())
        return AuthResult(success=given.password == b"right", handled=False)

    def _next(self, phase: str) -> str:
        waiting = self.answers[phase]
        return waiting.popleft() if waiting else "250 OK"


@asynccontextmanager
async def listening(peer: Peer, *, certificate: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[Peer]:  # noqa: ANN401 - aiosmtpd's own
    """Let the peer listen on a free port, and check everything that it got when it stops."""

    def make() -> SMTP:
        return SMTP(
            peer,
            authenticator=peer.authenticate,
            auth_require_tls=False,
            enable_SMTPUTF8=True,
            tls_context=certificate,
            **options,
        )

    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        await server.wait_closed()
    for recipients, printed in peer.received:
        assert len(recipients) == 1
        assert headers(printed) == HEADERS


def read(printed: bytes) -> EmailMessage:
    """Parse with the library's newer parser."""
    parsed = message_from_bytes(printed, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert parsed.defects == []
    return parsed


def headers(printed: bytes) -> list[str]:
    """Return the names of the headers, sorted, as the library's two parsers and a reader of lines all find them."""
    newer = sorted(name.lower() for name in read(printed))
    older = sorted(name.lower() for name in message_from_bytes(printed, policy=policy.compat32))
    assert newer == older == sorted(_lines(printed))
    return newer


def _lines(printed: bytes) -> Iterator[str]:
    # Whatever any server may take for the end of a line is one here.
    for line in printed.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n\n")[0].split(b"\n"):
        if not line.startswith((b" ", b"\t")):
            yield line.partition(b":")[0].decode("ascii").lower()
