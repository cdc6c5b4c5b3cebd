"""An identity provider on a socket of this machine, which answers as a test wants it to, and signs whatever it is given."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from domain.issuer import Issuer, MappedBy
from domain.viewer import Side

KEYS, DISCOVERY = "/keys", "/.well-known/openid-configuration"
AUDIENCE = "samarbete"
_KINDS: dict[str, Any] = {
    "RS": lambda: RSAKey.generate_key(2_048),
    "ES": lambda: ECKey.generate_key("P-256"),
    "Ed": lambda: OKPKey.generate_key("Ed25519"),
}


class _Registry(jws.JWSRegistry):
    """Signs with every algorithm there is."""

    def get_alg(self, name: str) -> Any:  # noqa: ANN401 - joserfc does not export the type
        return self.algorithms[name]


@cache
def make_key(kid: str, algorithm: str = "ES256") -> Key:
    """Make a private key, the same one for the same name: generating takes time."""
    made: Key = _KINDS[algorithm[:2]]()
    return made


def public(kid: str, algorithm: str = "ES256", /, **changes: object) -> dict[str, Any]:
    """Return a key as an issuer publishes it."""
    return {**make_key(kid, algorithm).as_dict(private=False), "kid": kid, "use": "sig", "alg": algorithm, **changes}


def encoded(part: object) -> str:
    """Encode a part of a token, given as bytes or as what JSON is made of."""
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: object, claims: object, key: Key, algorithm: str) -> str:
    """Sign any two parts, whatever they say, with a key and an algorithm."""
    body = f"{encoded(header)}.{encoded(claims)}".encode()
    signature = _Registry().get_alg(algorithm).sign(body, key)
    return f"{body.decode()}.{encoded(signature)}"


@dataclass(kw_only=True)
class LocalIssuer:
    """What it answers, and what it was asked.

    `answer` takes the place of the keys, `hold` keeps answers back until it is set, and with `drips` none ends.
    """

    port: int = 0
    published: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answer: bytes | None = None
    hold: asyncio.Event | None = None
    drips: bool = False
    told: dict[str, Any] = field(default_factory=dict)
    _server: asyncio.Server | None = None
    _serving: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Its name, which is its address."""
        return f"http://127.0.0.1:{self.port}"

    def trusted(self, **changes: Any) -> Issuer:  # noqa: ANN401 - fields of every type
        """Return it as a service would have it configured."""
        known: dict[str, Any] = {
            "url": self.url,
            "audience": AUDIENCE,
            "sides": frozenset({Side.COMPANY}),
            "mapped_by": MappedBy.EMAIL,
            "jwks_url": self.url + KEYS,
        }
        return Issuer(**known | changes)

    def claims(self, now: datetime, **changes: object) -> dict[str, object]:
        """Return the claims of a good token of now; a change to None takes one out."""
        at = int(now.timestamp())
        good = {"iss": self.url, "aud": AUDIENCE, "sub": "cleo", "iat": at, "nbf": at, "exp": at + 300}
        good |= {"email": "cleo@alfa.example", "email_verified": True}
        return {name: value for name, value in {**good, **changes}.items() if value is not None}

    def token(self, now: datetime, kid: str = "one", algorithm: str = "ES256", /, **changes: object) -> str:
        """Sign a good token, but for the changes to its claims."""
        header = {"alg": algorithm, "typ": "JWT", "kid": kid}
        return signed(header, self.claims(now, **changes), make_key(kid, algorithm), algorithm)

    async def stop(self) -> None:
        """Go down: connections are refused."""
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()
        for serving in self._serving:
            serving.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def start(self) -> None:
        """Come up, on the same port as before."""
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ")[1].decode()
            self.asked.append(path)
            if self.hold is not None:
                await self.hold.wait()
            writer.write(self._answer(path))
            await writer.drain()
            while self.drips:
                # An answer that never ends, each of whose bytes comes in time.
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)

    def _answer(self, path: str) -> bytes:
        if self.answer is not None:
            return self.answer
        discovered = {"issuer": self.url, "jwks_uri": self.url + KEYS, **self.told}
        return answered(json.dumps(discovered if path == DISCOVERY else {"keys": self.published}).encode())


def answered(body: bytes, *headers: str, status: str = "200 OK", media_type: str = "application/json") -> bytes:
    """Write an answer of HTTP."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


HTML = answered(b"<!doctype html><h1>We will be back</h1>", media_type="text/html")


@asynccontextmanager
async def local_issuer() -> AsyncIterator[LocalIssuer]:
    """Run an issuer that publishes the key `one`, until the block ends."""
    made = LocalIssuer(published=[public("one")])
    await made.start()
    try:
        yield made
    finally:
        if made.hold is not None:
            made.hold.set()
        await made.stop()
