"""Tokens of issuers: a good one is believed, and every kind of bad one is refused before anything is written."""

import base64
from dataclasses import replace

import pytest
from joserfc.errors import SecurityWarning
from sqlalchemy import func, select
from structlog.testing import capture_logs

from delivery.issuers import TrustedIssuers
from domain.issuer import ALGORITHMS
from persistence.database import Database
from persistence.tables import sessions
from resolvers import session
from resolvers.context import UnauthenticatedError
from tests.support import bad_tokens
from tests.support.bad_tokens import BAD, Make
from tests.support.issuer import AUDIENCE, LocalIssuer, encoded, make_key, public, signed
from tests.support.seen import as_administrator, rows
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite]

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture
def backend() -> str:
    return "sqlite"


def trusting(world: World, provider: LocalIssuer, **changes: object) -> World:
    trusted = TrustedIssuers([provider.trusted(**changes)])
    return replace(world, installation=replace(world.installation, issuers=trusted))


async def opened(world: World) -> int:
    async with world.database.read() as reading:
        return await reading.connection.scalar(select(func.count()).select_from(sessions)) or 0


async def test_a_good_token_is_believed_time_and_again(world: World, provider: LocalIssuer) -> None:
    world = trusting(world, provider)
    now = (await world.context()).now
    before = await opened(world)
    given = provider.token(now)
    first, again = await world.context(given), await world.context(given)
    assert as_administrator(first) == as_administrator(again)
    assert await opened(world) == before + 1
    assert len(provider.asked) == 1


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"])
async def test_every_family_of_algorithms_is_verified(world: World, provider: LocalIssuer, algorithm: str) -> None:
    world = trusting(world, provider, algorithms=ALGORITHMS)
    provider.published = [public("new", algorithm if algorithm != "PS256" else "RS256", alg=algorithm)]
    now = (await world.context()).now
    key = make_key("new", algorithm if algorithm != "PS256" else "RS256")
    for kind in ("JWT", "at+jwt", "AT+JWT"):
        header = {"alg": algorithm, "typ": kind, "kid": "new", "x5t": "AA", "nonce": "an unknown member"}
        assert (await world.context(signed(header, provider.claims(now, aud=["x", AUDIENCE]), key, algorithm))).viewer is not None


# Small keys are made here on purpose, of which joserfc warns.
@pytest.mark.filterwarnings(f"ignore::{SecurityWarning.__module__}.{SecurityWarning.__name__}")
@pytest.mark.parametrize(("make", "why"), BAD.values(), ids=list(BAD))
async def test_a_bad_token_is_refused_and_nothing_is_written(
    world: World, provider: LocalIssuer, make: Make, why: str | None
) -> None:
    world = trusting(world, provider, algorithms=ALGORITHMS - {"ES384"})
    now = (await world.context()).now
    before = await rows(world), await opened(world)
    given = make(provider, now)
    with capture_logs() as logged, pytest.raises(UnauthenticatedError):
        await world.context(given)
    # What names no issuer that is trusted is judged, and refused, as one of our own.
    assert [line["why"] for line in logged if line["event"] == "token refused"] == ([] if why is None else [why])
    assert (await rows(world), await opened(world)) == before
    assert not any(part in str(logged) for part in given.split(".") if len(part) > 20)


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_a_token_with_any_letter_changed_is_refused(world: World, provider: LocalIssuer, place: int) -> None:
    world = trusting(world, provider)
    given = provider.token((await world.context()).now)
    parts = given.split(".")
    for at in range(0, len(parts[place]) - 1, 7):
        letter = "A" if parts[place][at] != "A" else "B"
        changed = [*parts[:place], parts[place][:at] + letter + parts[place][at + 1 :], *parts[place + 1 :]]
        with pytest.raises(UnauthenticatedError):
            await world.context(".".join(changed))


async def test_for_a_token_that_is_nobodys_nobody_waits_to_write(
    world: World, provider: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = trusting(world, provider)
    given = provider.token((await world.context()).now, email="nobody@alfa.example")

    async def write(*_given: object) -> None:
        raise AssertionError("a public issuer signs for everybody")

    monkeypatch.setattr(Database, "write", write)
    with pytest.raises(UnauthenticatedError):
        await world.context(given)


async def test_our_own_tokens_are_taken_beside_those_of_issuers(world: World, provider: LocalIssuer) -> None:
    world = trusting(world, provider)
    assert (await world.viewed_by("anna@nordbyran.example")).viewer is not None
    assert provider.asked == []


async def test_without_issuers_theirs_are_refused(world: World, provider: LocalIssuer) -> None:
    given = provider.token((await world.context()).now)
    with pytest.raises(UnauthenticatedError):
        await world.context(given)
    assert provider.asked == []


async def test_a_signature_written_otherwise_stands_for_the_same_session(world: World, provider: LocalIssuer) -> None:
    world = trusting(world, provider)
    given = provider.token((await world.context()).now)
    body, _, signature = given.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    # Of an ECDSA signature (r, s) everybody can make (r, -s), which verifies as well.
    mirrored = raw[:32] + (P256_ORDER - int.from_bytes(raw[32:])).to_bytes(32)
    before = await opened(world)
    await world.context(given)
    again = await world.context(f"{body}.{encoded(mirrored)}")
    assert await opened(world) == before + 1
    await session.sign_out(again, None)
    with pytest.raises(UnauthenticatedError):
        await world.context(given)


async def test_a_flood_of_unknown_keys_reaches_the_issuer_once(world: World, provider: LocalIssuer) -> None:
    world = trusting(world, provider)
    now = (await world.context()).now
    for number in range(50):
        with pytest.raises(UnauthenticatedError):
            await world.context(bad_tokens.header(kid=f"unknown {number}")(provider, now))
    assert (await world.context(provider.token(now))).viewer is not None
    assert len(provider.asked) == 1
