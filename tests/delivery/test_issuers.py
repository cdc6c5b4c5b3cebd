"""The keys of issuers over real sockets: rotated, kept while an issuer is down or strange, asked for once a minute at most."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import OctKey

from delivery import issuers, key_set
from delivery.issuers import TrustedIssuers
from delivery.key_set import KeysUnavailableError
from domain.issuer import Issuer
from tests.support import makers
from tests.support.issuer import DISCOVERY, HTML, KEYS, LocalIssuer, answered, local_issuer, make_key, public

pytestmark = pytest.mark.anyio


@dataclass
class Clock:
    """Seconds that a test counts."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def provider(anyio_backend: str) -> AsyncIterator[LocalIssuer]:
    async with local_issuer() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@dataclass
class Ring:
    """One issuer's keys, as the service keeps them."""

    trusted: TrustedIssuers
    issuer: Issuer

    async def has(self, key_id: str) -> bool:
        return await self.trusted.find_key(self.issuer, key_id) is not None


def ring_of(provider: LocalIssuer, clock: Clock, **changes: object) -> Ring:
    issuer = provider.trusted(**changes)
    return Ring(TrustedIssuers([issuer], clock=clock), issuer)


TWO = json.dumps({"keys": [public("two")]}).encode()
STRANGE = {
    "keys that call themselves HTML": answered(TWO, media_type="text/html"),
    "keys that call themselves text": answered(TWO, media_type="text/json"),
    "HTML": HTML,
    "HTML that says it is JSON": answered(b"<!doctype html><h1>We will be back</h1>"),
    "ten megabytes": answered(b'{"keys":[' + b" " * 10_000_000 + b"]}"),
    "compressed keys": answered(gzip.compress(TWO), "Content-Encoding: gzip"),
    "a kilobyte that unpacks to a megabyte": answered(gzip.compress(TWO + b" " * 1_000_000), "Content-Encoding: gzip"),
    "a redirect": answered(TWO, "Location: /elsewhere", status="302 Found"),
    "an error": answered(TWO, status="503 Service Unavailable"),
    "no set of keys": answered(b'{"keys": {}}'),
    "a list": answered(b"[]"),
    "deep JSON": answered(b"[" * 100_000),
    "too many keys": answered(json.dumps({"keys": [public("one")] * 101}).encode()),
    "bytes that are no text": answered(b"\xff"),
    "no HTTP": b"SSH-2.0-OpenSSH\r\n\r\n",
    "nothing": b"",
    "half of an answer": answered(b'{"keys": []}')[:-3],
}


@pytest.mark.parametrize("answer", STRANGE.values(), ids=list(STRANGE))
async def test_known_keys_stay_in_use_whatever_the_issuer_answers(provider: LocalIssuer, clock: Clock, answer: bytes) -> None:
    ring = ring_of(provider, clock)
    assert (await ring.has("one"), issuers.COOL_DOWN_S, issuers.USABLE_S) == (True, 60, 86_400)
    provider.answer = answer
    clock.now += issuers.COOL_DOWN_S
    assert not await ring.has("two")
    assert provider.asked == [KEYS, KEYS]
    assert await ring.has("one")
    provider.answer, provider.published = None, [public("two")]
    assert not await ring.has("two")
    clock.now += issuers.COOL_DOWN_S
    assert await ring.has("two")
    assert provider.asked == [KEYS] * 3


async def test_an_issuer_that_hangs_is_given_up_and_known_keys_do_not_wait_for_it(
    provider: LocalIssuer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = ring_of(provider, clock)
    assert await ring.has("one")
    monkeypatch.setattr(key_set, "FETCHING_S", 0.2)
    provider.hold = asyncio.Event()
    clock.now += issuers.COOL_DOWN_S
    waiting = asyncio.create_task(ring.has("two"))
    while len(provider.asked) < 2:  # noqa: ASYNC110 - the issuer sets no event for tests
        await asyncio.sleep(0.001)
    async with asyncio.timeout(0.1):
        assert await ring.has("one")
    async with asyncio.timeout(5):
        assert not await waiting
    assert len(provider.asked) == 2


async def test_an_answer_that_never_ends_is_given_up(
    provider: LocalIssuer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_set, "FETCHING_S", 0.3)
    provider.answer, provider.drips = answered(TWO)[:-1].replace(str(len(TWO)).encode(), b"100000"), True
    async with asyncio.timeout(2):
        assert not await ring_of(provider, clock).has("two")
    provider.drips = False


async def test_an_answer_that_is_waited_for_is_not_asked_for_again(provider: LocalIssuer, clock: Clock) -> None:
    provider.hold = asyncio.Event()
    ring = ring_of(provider, clock)
    first = asyncio.create_task(ring.has("one"))
    while not provider.asked:  # noqa: ASYNC110 - the issuer sets no event for tests
        await asyncio.sleep(0.001)
    clock.now += issuers.COOL_DOWN_S
    second = asyncio.create_task(ring.has("one"))
    await asyncio.sleep(0)
    provider.hold.set()
    assert await first
    assert await second
    assert len(provider.asked) == 1


async def test_an_issuer_that_is_down_is_tried_once_a_minute_and_found_again(provider: LocalIssuer, clock: Clock) -> None:
    ring = ring_of(provider, clock)
    await provider.stop()
    assert not await ring.has("one")
    await provider.start()
    clock.now += issuers.COOL_DOWN_S - 1
    assert not await ring.has("one")
    assert provider.asked == []
    clock.now += 1
    assert await ring.has("one")


async def test_of_a_flood_of_unknown_names_one_request_a_minute_reaches_the_issuer(provider: LocalIssuer, clock: Clock) -> None:
    ring = ring_of(provider, clock)
    for minute in range(1, 4):
        for wave in range(10):
            found = await asyncio.gather(*(ring.has(f"unknown {wave} {number}") for number in range(100)))
            assert not any(found)
        assert provider.asked == [KEYS] * minute
        clock.now += issuers.COOL_DOWN_S


async def test_those_who_come_at_once_share_one_request(provider: LocalIssuer, clock: Clock) -> None:
    ring = ring_of(provider, clock)
    assert all(await asyncio.gather(*(ring.has("one") for _ in range(100))))
    assert provider.asked == [KEYS]


async def test_whoever_gives_up_waiting_gives_up_for_himself_alone(provider: LocalIssuer, clock: Clock) -> None:
    provider.hold = asyncio.Event()
    ring = ring_of(provider, clock)
    leaves, stays = (asyncio.create_task(ring.has("one")) for _ in range(2))
    while not provider.asked:  # noqa: ASYNC110 - the issuer sets no event for tests
        await asyncio.sleep(0.001)
    leaves.cancel()
    provider.hold.set()
    assert await stays
    assert leaves.cancelled()


async def test_a_rotation_works_before_and_after_the_old_key_goes(provider: LocalIssuer, clock: Clock) -> None:
    ring = ring_of(provider, clock)
    assert await ring.has("one")
    provider.published = [public("one"), public("two")]
    clock.now += issuers.COOL_DOWN_S
    assert await ring.has("two")
    assert await ring.has("one")
    provider.published = [public("two")]
    clock.now += issuers.FRESH_S + 1
    # The old key serves while a newer set is asked for, and not after it has come.
    assert await ring.has("one")
    async with asyncio.timeout(5):
        while len(provider.asked) < 3 or ring.trusted._rings[ring.issuer.url]._fetching is not None:  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.001)
    assert not await ring.has("one")
    assert await ring.has("two")


async def test_without_the_issuers_word_its_keys_serve_for_a_day(provider: LocalIssuer, clock: Clock) -> None:
    ring = ring_of(provider, clock)
    assert await ring.has("one")
    provider.answer = HTML
    clock.now += issuers.USABLE_S
    assert await ring.has("one")
    clock.now += 1
    assert not await ring.has("one")


async def test_where_the_keys_are_is_discovered_once_and_again_after_they_have_moved(provider: LocalIssuer, clock: Clock) -> None:
    ring = ring_of(provider, clock, jwks_url=None)
    assert await ring.has("one")
    clock.now += issuers.COOL_DOWN_S
    assert not await ring.has("two")
    assert provider.asked == [DISCOVERY, KEYS, KEYS]
    provider.answer = HTML
    clock.now += issuers.COOL_DOWN_S
    assert not await ring.has("two")
    provider.answer, provider.told, provider.published = None, {"jwks_uri": f"{provider.url}/new"}, [public("two")]
    clock.now += issuers.COOL_DOWN_S
    assert await ring.has("two")
    assert provider.asked[4:] == [DISCOVERY, "/new"]


@pytest.mark.parametrize(
    "told",
    [
        {"issuer": "https://another.example"},
        {"issuer": None},
        {"jwks_uri": None},
        {"jwks_uri": ["x"]},
        {"jwks_uri": "http://0.0.0.0:{port}/keys"},
        {"jwks_uri": "http://user@127.0.0.1:{port}/keys"},
        {"jwks_uri": "file:///etc/passwd"},
    ],
    ids=str,
)
async def test_a_discovery_that_leads_elsewhere_is_not_followed(provider: LocalIssuer, told: dict[str, object]) -> None:
    provider.told = {
        name: value.replace("{port}", str(provider.port)) if isinstance(value, str) else value for name, value in told.items()
    }
    with pytest.raises(KeysUnavailableError):
        await key_set.fetch(provider.trusted(jwks_url=None), None)
    assert provider.asked == [DISCOVERY]


async def test_an_issuer_with_tls_has_its_keys_with_tls(provider: LocalIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def told(*_asked: object) -> dict[str, str]:
        return {"issuer": "https://login.example", "jwks_uri": provider.url + KEYS}

    monkeypatch.setattr(key_set, "_read", told)
    with pytest.raises(KeysUnavailableError, match="safe address"):
        await key_set.fetch(makers.issuer(), None)


async def test_the_environment_sends_no_request_through_a_proxy(provider: LocalIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    _, found = await key_set.fetch(provider.trusted(), None)
    assert list(found) == ["one"]


SECRET = OctKey.generate_key(256).as_dict()
UNUSABLE = {
    "a shared secret": {**SECRET, "kid": "bad"},
    "a private key": {**make_key("bad").as_dict(private=True), "kid": "bad"},
    "a key for encryption": public("bad", use="enc"),
    "a key that only signs": public("bad", key_ops=["sign"]),
    "operations that are no list": public("bad", key_ops="verify"),
    "a curve for agreements": {"kty": "OKP", "crv": "X25519", "x": "A" * 43, "kid": "bad"},
    "a curve that nobody knows": public("bad", crv="P-999"),
    "a curve that is no text": public("bad", crv=["P-256"]),
    "a point that is not on the curve": public("bad", x="AA"),
    "RSA that is too small": {"kty": "RSA", "n": "_" * 171, "e": "AQAB", "kid": "bad"},
    "RSA that is too large": {"kty": "RSA", "n": "_" * 2_000, "e": "AQAB", "kid": "bad"},
    "RSA with a number of letters": {"kty": "RSA", "n": "é" * 400, "e": "AQAB", "kid": "bad"},
    "RSA without a number": {"kty": "RSA", "e": "AQAB", "kid": "bad"},
    "a kind that is no text": public("bad", kty=["EC"]),
    "no kind": {"kid": "bad"},
    "a name that is no text": public("bad", kid=5),
    "no object": "bad",
}


# A warning would be an error here, and pass the key over whether or not we do.
@pytest.mark.filterwarnings(f"ignore::{SecurityWarning.__module__}.{SecurityWarning.__name__}")
@pytest.mark.parametrize("given", UNUSABLE.values(), ids=list(UNUSABLE))
def test_what_verifies_no_signature_is_passed_over_and_the_others_are_used(given: object) -> None:
    assert list(key_set.usable({"keys": [given, public("one")]})) == ["one"]


def test_of_a_name_that_is_there_twice_neither_key_is_used() -> None:
    assert list(key_set.usable({"keys": [public("bad"), public("one"), public("other", kid="bad")]})) == ["one"]


def test_keys_of_every_kind_are_used() -> None:
    given = [public("one"), public("two", "RS256"), public("three", "Ed25519", alg="EdDSA")]
    bare = [{name: value for name, value in one.items() if name not in {"use", "alg"}} for one in given]
    assert list(key_set.usable({"keys": bare})) == ["one", "two", "three"]
