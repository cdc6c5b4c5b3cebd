"""How much a viewer and an address may ask for in a while: what is counted, and what clients are told of it."""

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string

from schema import faults
from schema.counters import Counters
from schema.faults import Refused

# What any request costs, whatever it holds.
BASE = 10
MINUTE, QUARTER, HOUR = 60, 900, 3_600
_STORE_S = 0.5
# How long a store that was away is left alone.
_AWAY_S = 10.0
# One household or server has a whole network of this length.
_IPV6_NETWORK = 64

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """What is allowed; 0 allows everything.

    Cost in a minute of one viewer, and of one address; sign-ins and requests for links in a quarter of an hour from one address;
    links in an hour for one e-mail address.
    """

    viewer: int
    address: int
    sign_ins: int
    links: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One quota, by name, and the window that it holds for."""

    name: str
    quota: int
    window_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How much of a policy's quota is left, and in how many seconds all of it is there again."""

    policy: Policy
    remaining: int
    reset_s: int
    is_exceeded: bool


class Rates:
    """The counters of every viewer and address, of this server alone or in a store that several share."""

    def __init__(self, quotas: Quotas, *, store: str | None = None, clock: Callable[[], float] = time.time) -> None:
        self.viewer = Policy(name="viewer", quota=quotas.viewer, window_s=MINUTE)
        self.address = Policy(name="address", quota=quotas.address, window_s=MINUTE)
        self.sign_ins = Policy(name="sign-ins", quota=quotas.sign_ins, window_s=QUARTER)
        self.links = Policy(name="links", quota=quotas.links, window_s=HOUR)
        self._clock = clock
        self._own = FixedWindowRateLimiter(Counters(clock))
        self._away_until = 0.0
        self._shared = None if store is None else FixedWindowRateLimiter(_shared(store))

    async def charge(self, policy: Policy, whom: str, cost: int) -> Standing | None:
        """Count the cost for somebody, and tell where that leaves him; None where the quota is 0.

        A store that cannot be reached holds nobody up: then this server counts by itself.
        """
        if not policy.quota:
            return None
        if self._shared is not None and self._clock() >= self._away_until:
            try:
                return await self._charge(self._shared, policy, whom, cost)
            except StorageError as error:
                self._away_until = self._clock() + _AWAY_S
                _log.warning("rate limits are counted here, their store is away", error=type(error.__cause__).__name__)
        return await self._charge(self._own, policy, whom, cost)

    async def _charge(self, counters: FixedWindowRateLimiter, policy: Policy, whom: str, cost: int) -> Standing:
        window = RateLimitItemPerSecond(policy.quota, policy.window_s, namespace=policy.name)
        # No address and no person can be read out of a store.
        key = hashlib.sha256(whom.encode(errors="replace")).hexdigest()
        fits = await counters.hit(window, key, cost=cost)
        standing = await counters.get_window_stats(window, key)
        reset_s = min(max(ceil(standing.reset_time - self._clock()), 1), policy.window_s)
        return Standing(policy=policy, remaining=max(standing.remaining, 0), reset_s=reset_s, is_exceeded=not fits)


def _shared(store: str) -> Storage:
    options = {"socket_timeout": _STORE_S, "socket_connect_timeout": _STORE_S}
    made = storage_from_string(f"async+{store}", implementation="redispy", wrap_exceptions=True, **options)
    assert isinstance(made, Storage)
    return made


def network_of(peer: str) -> str:
    """Return what an address is counted as: itself, and of IPv6 its network of 64 bits, of which one client has them all."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return peer
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or int(address) >> _IPV6_NETWORK)


def require(standings: Iterable[Standing | None]) -> None:
    """Refuse what goes beyond a quota.

    Raises:
        Refused: with 429, when to come back, and the policy's name.
    """
    exceeded = [standing for standing in standings if standing is not None and standing.is_exceeded]
    if exceeded:
        latest = max(exceeded, key=lambda standing: standing.reset_s)
        raise _refusal(latest)


def _refusal(standing: Standing) -> Refused:
    policy, after = standing.policy, standing.reset_s
    words = (
        f"Too much was asked for: {policy.quota:,} by {policy.name} in {policy.window_s} seconds. Try again in {after} seconds."
    )
    error = faults.coded(faults.RATE_LIMITED, words)
    assert error.extensions is not None
    error.extensions["retryAfter"] = after
    return Refused(error, status=429, headers={"Retry-After": str(after)})


def headers(standings: Iterable[Standing]) -> dict[str, str]:
    """Tell where somebody stands, as the draft of the RateLimit header fields has it."""
    latest = {standing.policy.name: standing for standing in standings}
    if not latest:
        return {}
    told = latest.values()
    return {
        "RateLimit-Policy": ", ".join(f'"{one.policy.name}";q={one.policy.quota};w={one.policy.window_s}' for one in told),
        "RateLimit": ", ".join(f'"{one.policy.name}";r={one.remaining};t={one.reset_s}' for one in told),
    }
