"""Conversations over WebSocket: messages in any order, messages that are none, and frames that no client would send."""

import base64
import json
import struct
from collections.abc import Sequence

from tests.fuzz import heads, hostile
from tests.fuzz.asking import Chance, Sent, Talk, request
from tests.fuzz.bodies import wanted
from tests.fuzz.documents import Writer
from tests.support.frames import BINARY, CLOSE, NORMAL, PING, PONG, TEXT, frame

CODES = (
    0,
    999,
    1000,
    1001,
    1002,
    1003,
    1004,
    1005,
    1006,
    1007,
    1008,
    1011,
    1014,
    1015,
    1016,
    2999,
    3000,
    4000,
    4999,
    5000,
    65535,
)
TYPES: tuple[object, ...] = (
    "connection_init",
    "subscribe",
    "complete",
    "ping",
    "pong",
    "next",
    "error",
    "connection_ack",
    "connection_terminate",
    "start",
    "",
    "\x00",
    None,
    5,
    [],
    {},
)
PROTOCOLS = (
    b"graphql-transport-ws",
    b"graphql-ws",
    b"",
    b",",
    b"a b",
    b"graphql-transport-ws, graphql-ws",
    b"GRAPHQL-TRANSPORT-WS",
    b"\xff",
    b"x" * 3_000,
)


def handshake(
    headers: Sequence[tuple[bytes, bytes]] = (), *, protocol: bytes | None = b"graphql-transport-ws", method: str = "GET"
) -> bytes:
    """Write the head that asks for a WebSocket."""
    given = [
        (b"Upgrade", b"websocket"),
        (b"Connection", b"Upgrade"),
        (b"Sec-WebSocket-Key", base64.b64encode(b"0123456789abcdef")),
        (b"Sec-WebSocket-Version", b"13"),
    ]
    if protocol is not None:
        given.append((b"Sec-WebSocket-Protocol", protocol))
    named = {name.lower() for name, _ in headers}
    return request(method, b"/graphql", [*((name, value) for name, value in given if name.lower() not in named), *headers])


def said(message: object) -> bytes:
    """Write a message as a text frame."""
    return frame(TEXT, json.dumps(message).encode())


def opening(chance: Chance) -> bytes:
    """Write the connection_init of any viewer."""
    token = chance.known.tokens.get(chance.random.choice(("advisor", "full", "administrator", "partner", "nobody")), "")
    name = chance.random.choice(("Authorization", "authorization"))
    return said({"type": "connection_init", "payload": {name: f"Bearer {token}"} if token else None})


def conversation(chance: Chance) -> Talk:
    """Speak as the protocol has it: operations, pings and completes, until we close."""
    random = chance.random
    frames, awaited = [opening(chance)], []
    for number in range(random.randint(1, 4)):
        match random.randrange(6):
            case 0:
                frames.append(said({"type": random.choice(("ping", "pong")), "payload": random.choice((None, {}, {"a": "🧾"}))}))
            case 1:
                frames += [
                    said(
                        {
                            "type": "subscribe",
                            "id": f"s{number}",
                            "payload": {"query": "subscription { collaborationStatusChanged { sequence } }"},
                        }
                    ),
                    said({"type": "complete", "id": f"s{number}"}),
                ]
            case 2:
                frames.append(said({"type": "complete", "id": f"x{hostile.text(random)}"}))
            case _:
                query, variables = ("{ viewer { __typename } }", {}) if chance.often(0.5) else Writer(chance, left=6).document()
                if "signOut" not in query:
                    frames.append(
                        said({"type": "subscribe", "id": str(number), "payload": {"query": query, "variables": variables}})
                    )
                    awaited.append(str(number))
    frames.append(frame(CLOSE, NORMAL))
    return Talk(head=handshake(), frames=tuple(frames), awaited=tuple(awaited))


def messages(chance: Chance) -> Talk:
    """Say messages that the protocol may have no place for; the server may close at any of them."""
    random = chance.random
    frames = [opening(chance)] if chance.often(0.7) else []
    for _ in range(random.randint(1, 5)):
        message = {
            "type": random.choice(TYPES),
            "id": random.choice(("1", "1", hostile.value(random))),
            "payload": random.choice((wanted(chance), hostile.value(random))),
        }
        for name in ("type", "id", "payload"):
            if chance.often(0.15):
                del message[name]
        written = (
            json.dumps(message).encode()
            if chance.often(0.8)
            else random.choice(
                (
                    hostile.nested(random)[:60_000],
                    b"[]",
                    b"null",
                    b"5",
                    b'""',
                    b"",
                    b"{",
                    b"NaN",
                    b"9" * 6_000,
                    json.dumps(hostile.value(random)).encode(),
                )
            )
        )
        if chance.often(0.15):
            written = hostile.overwritten(random, written, 2)
        frames.append(frame(random.choice((TEXT, TEXT, TEXT, TEXT, BINARY)), written))
    leaves = chance.often(0.2)
    return Talk(head=handshake(), frames=(*frames, *([] if leaves else [frame(CLOSE, NORMAL)])), leaves=leaves, closes=not leaves)


def framing(chance: Chance) -> Talk:
    """Send frames that are cut in pieces, or that are none; what is against RFC 6455 ends with a close of the server's."""
    random = chance.random
    hello = b'{"type":"ping"}'
    legal = (
        frame(TEXT, hello[:5], first=0x01) + frame(0, hello[5:]),
        frame(TEXT, hello[:5], first=0x01) + frame(PING, b"a") + frame(0, hello[5:]), frame(PING, b"a" * 125),
        frame(PONG, b"unasked"), frame(TEXT, hello[:3], first=0x01) + frame(0, b"", first=0) * 20 + frame(0, hello[3:]),
        frame(PING) * 30,
    )  # fmt: skip
    against = (
        frame(TEXT, hello, mask=None), frame(TEXT, hello, first=0xC1), frame(TEXT, hello, first=0xF1), frame(3, b"a"),
        frame(0xB, b"a"), frame(0, b"a"), frame(PING, b"a" * 126), frame(PING, b"a", first=0x09),
        frame(TEXT, b"\xff\xfe"), frame(TEXT, b"\xed\xa0\x80"), frame(TEXT, hello[:5], first=0x01) + frame(TEXT, hello),
        frame(TEXT, b"a" * 70_000), frame(TEXT, b"", length=2**40), frame(TEXT, b"", length=2**63),
        frame(CLOSE, b"a"), frame(CLOSE, b"\x03\xe8\xff"), frame(CLOSE, NORMAL + b"a" * 124), frame(BINARY, b"\x00"),
        frame(TEXT, b"a" * 40_000, first=0x01) + frame(0, b"a" * 40_000), b"GET / HTTP/1.1\r\n\r\n",
        frame(CLOSE, struct.pack(">H", random.choice(CODES)) + b"a"), frame(CLOSE), frame(TEXT, b"a" * 65_537),
        frame(TEXT, "🧾".encode() * 16_000, first=0x01) + frame(0, b"a" * 2_000),
    )  # fmt: skip
    hastens = chance.often(0.3)
    frames = [opening(chance)] if chance.often(0.5) else []
    frames += [random.choice(legal) for _ in range(random.randrange(3))]
    if chance.often(0.7):
        return Talk(head=handshake(), frames=(*frames, random.choice(against)), closes=False, hastens=hastens)
    return Talk(head=handshake(), frames=(*frames, frame(CLOSE, NORMAL)), hastens=hastens)


def opened(chance: Chance) -> Sent | Talk:
    """Ask for a WebSocket in a way that may be refused."""
    random = chance.random
    given = heads.headers(chance)
    if chance.often(0.3):
        given.append(
            random.choice(
                (
                    (b"Sec-WebSocket-Key", b""),
                    (b"Sec-WebSocket-Key", b"a"),
                    (b"Sec-WebSocket-Version", b"8"),
                    (b"Connection", b"keep-alive"),
                    (b"Upgrade", b"h2c"),
                    (b"Sec-WebSocket-Extensions", b"a; b=\xff"),
                )
            )
        )
    head = handshake(
        given,
        protocol=random.choice(PROTOCOLS) if chance.often(0.5) else b"graphql-transport-ws",
        method=random.choice(("GET", "GET", "GET", "GET", "POST", "PUT")),
    )
    if chance.often(0.2):
        path = random.choice(
            (
                b"/",
                b"/livez",
                b"/nothing",
                b"/graphql/",
                b"/graphql?" + random.choice(hostile.SEGMENTS),
                b"/" + random.choice(hostile.SEGMENTS),
            )
        )
        head = head.replace(b" /graphql ", b" " + path + b" ", 1)
    if chance.often(0.2):
        return Talk(head=head, frames=(), is_refused=True, closes=False, leaves=True, hastens=True)
    return Talk(head=head, frames=(frame(CLOSE, NORMAL),), is_refused=True)
