"""What one input is, and what a maker of inputs may draw on: chance, and the things that the service knows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

CRLF = b"\r\n"
Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The service that is asked: who may ask, and what there is; `tokens` by the kind of viewer, `ids` by their type."""

    tokens: Mapping[str, str]
    ids: Mapping[str, Sequence[str]]
    cursors: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Bytes for one connection over HTTP, and what must come of them.

    As many complete answers as there are `methods`; the last one 4xx where it is to be `refused`. What is `wild` may bring more
    of them, or none where nothing is due. Whoever `leaves` reads no answer but the beginning of a stream.
    """

    parts: tuple[bytes, ...]
    methods: tuple[str, ...] = ("POST",)
    refused: bool = False
    wild: bool = False
    leaves: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A handshake and frames for one WebSocket, and the operations that must come to their end.

    `closes` is whether the last frame is a close of ours; where it is not, the server is to close, unless the client `leaves`.
    Who `hastens` sends the frames with the handshake, and leaves before that is answered if it leaves.
    """

    head: bytes
    frames: tuple[bytes, ...]
    awaited: tuple[str, ...] = ()
    is_refused: bool = False
    closes: bool = True
    leaves: bool = False
    hastens: bool = False


@dataclass(frozen=True, slots=True)
class Chance:
    """What makers draw from: the chance of one input, and what is known."""

    random: Random
    known: Known = field(repr=False)

    def often(self, share: float) -> bool:
        """Say yes as often as the share is."""
        return self.random.random() < share

    def token(self, query: str = "") -> str:
        """Return a viewer's token, empty for nobody's; who signs out is one whom nobody misses."""
        if "signOut" in query:
            return self.known.tokens.get("leaver", "")
        return self.known.tokens.get(self.random.choice(("advisor", "full", "full", "administrator", "partner", "nobody")), "")

    def id(self, kind: str = "") -> str:
        """Return the id of an object of the kind, or of any."""
        kinds = [kind] if kind in self.known.ids else list(self.known.ids)
        found = self.known.ids[self.random.choice(kinds)] if kinds else ()
        return self.random.choice(found) if found else "QzoxMjM"


def request(method: str, target: bytes, headers: Headers = (), body: bytes = b"", *, host: bytes = b"localhost") -> bytes:
    """Write a request that is well framed, unless the headers say something else."""
    named = {name.lower() for name, _ in headers}
    lines = [method.encode() + b" " + target + b" HTTP/1.1"]
    if b"host" not in named:
        lines.append(b"Host: " + host)
    lines += [name + b": " + value for name, value in headers]
    if (body or method in {"POST", "PUT", "PATCH"}) and not named & {b"content-length", b"transfer-encoding"}:
        lines.append(b"Content-Length: %d" % len(body))
    return CRLF.join(lines) + CRLF + CRLF + body


def post(body: object, token: str = "", headers: Headers = (), path: bytes = b"/graphql") -> bytes:
    """Write a POST of JSON, or of bytes as they are."""
    given = [(b"Content-Type", b"application/json"), *headers]
    if token:
        given.append((b"Authorization", b"Bearer " + token.encode()))
    written = body if isinstance(body, bytes) else json.dumps(body).encode()
    return request("POST", path, given, written)


def chunked(body: bytes, random: Random) -> bytes:
    """Frame a body in chunks of any size."""
    framed = b""
    while body:
        size = random.randint(1, max(1, len(body)))
        extension = random.choice((b"", b"", b";a", b';a="b"'))
        framed += b"%x%b\r\n" % (size, extension) + body[:size] + CRLF
        body = body[size:]
    return framed + b"0\r\n" + random.choice((b"", b"", b"X-Trailer: 1\r\n")) + CRLF
