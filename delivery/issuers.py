"""The keys of the issuers that are trusted, kept: asked for when one is new, never by two at once, and once a minute at most."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import structlog
from joserfc.jwk import Key

from delivery import key_set
from delivery.key_set import KeysUnavailableError
from domain.issuer import Issuer

# However many unknown names come, and whatever the issuer answers, it is asked no sooner again.
COOL_DOWN_S = 60.0
# So old, keys are asked for anew when one is used: it may have been withdrawn. Without the issuer's word they serve for a day.
FRESH_S = 600.0
USABLE_S = 86_400.0

_log = structlog.get_logger()

Clock = Callable[[], float]


class TrustedIssuers:
    """Every issuer that is configured; `clock` counts seconds, from any beginning."""

    def __init__(self, issuers: Iterable[Issuer], *, clock: Clock = time.monotonic) -> None:
        self.known: Mapping[str, Issuer] = MappingProxyType({issuer.url: issuer for issuer in issuers})
        self._rings = {issuer.url: _KeyRing(issuer, clock) for issuer in self.known.values()}

    async def find_key(self, issuer: Issuer, key_id: str, /) -> Key | None:
        """Return the issuer's key of that name, asking the issuer where it is new and that is allowed again."""
        return await self._rings[issuer.url].find(key_id)


class _KeyRing:
    """The keys of one issuer. Those that are known stay in use while newer ones are asked for, or cannot be had."""

    def __init__(self, issuer: Issuer, clock: Clock) -> None:
        self._issuer = issuer
        self._clock = clock
        self._keys: Mapping[str, Key] = {}
        self._address: str | None = None
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._fetching: asyncio.Task[None] | None = None

    async def find(self, key_id: str) -> Key | None:
        """Return the key of that name; whoever asks for a new one waits for the one request that is under way."""
        found = self._held(key_id)
        if found is None or self._age() > FRESH_S:
            self._begin()
        if found is None and self._fetching is not None:
            # Whoever gives up waiting gives up for himself alone.
            await asyncio.shield(self._fetching)
            found = self._held(key_id)
        return found

    def _held(self, key_id: str) -> Key | None:
        return self._keys.get(key_id) if self._age() <= USABLE_S else None

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else self._clock() - self._fetched_at

    def _begin(self) -> None:
        """Begin to ask the issuer, unless that is under way or was tried within the minute."""
        now = self._clock()
        if self._fetching is not None or (self._tried_at is not None and now - self._tried_at < COOL_DOWN_S):
            return
        self._tried_at = now
        self._fetching = asyncio.create_task(self._fetch())

    async def _fetch(self) -> None:
        try:
            self._address, self._keys = await key_set.fetch(self._issuer, self._address)
            self._fetched_at = self._clock()
        except KeysUnavailableError as problem:
            # It may have moved its keys; where they are now is asked the next time.
            self._address = None
            _log.warning("no keys of the issuer", issuer=self._issuer.url, why=str(problem))
        finally:
            self._fetching = None
