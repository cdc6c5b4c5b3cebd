"""Persons whom issuers know: who a subject is here, on which side, and for how long."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.company import Administrator
from domain.errors import InputProblemCode, InvalidInput, NotFound
from domain.issuer import Claimed, Issuer, MappedBy
from domain.office import Advisor
from domain.viewer import Side
from persistence.database import Reading, Unit
from persistence.tables import administrators
from resolvers import event, fact, identity, person, session
from resolvers.context import Context, UnauthenticatedError
from resolvers.wanted import EventFilter
from tests.support.correcting import correct
from tests.support.home import Home
from tests.support.issuer import LocalIssuer
from tests.support.seen import as_administrator, as_advisor
from tests.support.world import ALFA, ANNA, BO, CLEO, DAG, GUN, PollingBell, World

pytestmark = pytest.mark.anyio

BOTH = {"sides": frozenset({Side.OFFICE, Side.COMPANY}), "side_claim": "side"}


async def test_a_person_is_known_by_the_first_verified_address_and_then_by_the_subject(
    world: World, provider: LocalIssuer
) -> None:
    home = Home(world, provider)
    first = await home.comes()
    assert as_administrator(first).company_ids == as_administrator(await world.viewed_by(CLEO)).company_ids
    moved = await home.comes(email="another@alfa.example", email_verified=False)
    assert as_administrator(moved).id == as_administrator(first).id
    assert await home.subjects() == ["cleo"]


async def test_an_address_that_was_given_to_somebody_else_does_not_bring_the_rights_along(
    world: World, provider: LocalIssuer
) -> None:
    home = Home(world, provider)
    await home.comes()
    assert await home.is_refused(sub="the next person with the address")
    assert await home.subjects() == ["cleo"]


async def test_of_two_subjects_that_come_at_once_with_one_address_one_is_the_person(world: World, provider: LocalIssuer) -> None:
    home = Home(world, provider)
    refused = await asyncio.gather(*(home.is_refused(sub=f"subject {number}") for number in range(6)))
    assert refused.count(False) == 1
    assert len(await home.subjects()) == 1


@pytest.mark.parametrize("backend", [pytest.param("postgresql", marks=pytest.mark.postgresql)])
async def test_a_subject_that_was_linked_while_another_was_looked_at_keeps_the_other_out(
    world: World, provider: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(world, provider)
    looked, by_email = asyncio.Event(), identity._by_email

    async def slowly(reading: Reading, issuer: Issuer, claimed: Claimed) -> Advisor | Administrator:
        found = await by_email(reading, issuer, claimed)
        if isinstance(reading, Unit) and not looked.is_set():
            looked.set()
            await home.comes(sub="faster")
        return found

    monkeypatch.setattr(identity, "_by_email", slowly)
    assert await home.is_refused(sub="slower")
    assert await home.subjects() == ["faster"]


async def test_requests_that_come_at_once_with_a_new_token_share_one_session(world: World, provider: LocalIssuer) -> None:
    home = Home(world, provider)
    given = await home.token()
    found = await asyncio.gather(*(home.world.context(given) for _ in range(8)))
    assert len({as_administrator(one).session_id for one in found}) == 1


async def test_by_subject_a_command_alone_says_who_it_is(world: World, provider: LocalIssuer) -> None:
    home = Home(world, provider, mapped_by=MappedBy.SUBJECT)
    assert await home.is_refused()
    await identity.link(home.world.installation, home.url, "cleo", CLEO, Side.COMPANY)
    known = await home.comes(email="whatever")
    await identity.unlink(home.world.installation, home.url, "cleo")
    async with asyncio.timeout(5):
        with pytest.raises(UnauthenticatedError):
            await anext(event.follow(known, None, None, EventFilter()))
    assert await home.is_refused()
    with pytest.raises(NotFound):
        await identity.unlink(home.world.installation, home.url, "cleo")


async def test_a_token_has_one_side(world: World, provider: LocalIssuer) -> None:
    home = Home(world, provider, **BOTH)
    await fact.add_administrator(world.installation, ALFA, "Anna Ek", ANNA)
    advisor = as_advisor(await home.comes(sub="anna", email=ANNA, side="OFFICE"))
    administrator = as_administrator(await home.comes(sub="anna", email=ANNA, side="COMPANY"))
    assert advisor.session_id != administrator.session_id
    assert await home.is_refused(sub="anna", email=ANNA)
    assert await home.is_refused(sub="bo", email=BO, side="COMPANY")
    assert await home.subjects() == ["anna", "anna"]


async def test_an_issuer_of_one_side_makes_nobody_of_the_other(world: World, provider: LocalIssuer) -> None:
    home = Home(world, provider)
    assert await home.is_refused(sub="anna", email=ANNA)
    assert await home.is_refused(sub="anna", email=ANNA, side="OFFICE")


async def test_an_inactive_advisor_is_refused_linked_or_not(world: World, provider: LocalIssuer) -> None:
    home = Home(world, provider, sides=frozenset({Side.OFFICE}))
    await home.comes(sub="bo", email=BO)
    for email in (ANNA, BO):
        await fact.deactivate_advisor(world.installation, email)
    before = await home.sessions()
    assert await home.is_refused(sub="bo", email=BO, jti="a new token")
    assert await home.is_refused(sub="anna", email=ANNA)
    assert (await home.sessions(), await home.subjects()) == (before, ["bo"])


REFUSED_LINKS = [
    ("https://another.example", "new", DAG, Side.COMPANY, "issuer", InputProblemCode.NOT_ALLOWED),
    (None, "new", ANNA, Side.OFFICE, "side", InputProblemCode.NOT_ALLOWED),
    (None, "new", DAG, Side.PARTNER, "side", InputProblemCode.NOT_ALLOWED),
    (None, "", DAG, Side.COMPANY, "subject", InputProblemCode.NOT_ALLOWED_CHARACTER),
    (None, "å", DAG, Side.COMPANY, "subject", InputProblemCode.NOT_ALLOWED_CHARACTER),
    (None, "cleo", DAG, Side.COMPANY, "subject", InputProblemCode.DUPLICATE),
    (None, "new", CLEO, Side.COMPANY, "email", InputProblemCode.DUPLICATE),
]


@pytest.mark.parametrize(("url", "subject", "email", "side", "path", "code"), REFUSED_LINKS)
async def test_a_link_that_could_not_be_is_refused(
    world: World, provider: LocalIssuer, url: str | None, subject: str, email: str, side: Side, path: str, code: InputProblemCode
) -> None:
    home = Home(world, provider)
    await home.comes()
    with pytest.raises(InvalidInput) as refusal:
        await identity.link(home.world.installation, url or home.url, subject, email, side)
    assert [(problem.path, problem.code) for problem in refusal.value.problems] == [((path,), code)]


@pytest.mark.parametrize("email", ["nobody@alfa.example", "no address", ANNA])
async def test_nobody_is_linked_with_an_address_that_is_nobodys(world: World, provider: LocalIssuer, email: str) -> None:
    home = Home(world, provider)
    with pytest.raises(NotFound):
        await identity.link(home.world.installation, home.url, "new", email, Side.COMPANY)


async def sign_out(home: Home, context: Context) -> None:
    await session.sign_out(context, None)


async def outlive(home: Home, context: Context) -> None:
    await home.world.advance(timedelta(minutes=5))


async def unlink(home: Home, context: Context) -> None:
    await identity.unlink(home.world.installation, home.url, "cleo")


async def erase(home: Home, context: Context) -> None:
    await person.erase(home.world.installation, CLEO)


@pytest.mark.parametrize("end", [sign_out, outlive, unlink, erase], ids=lambda end: end.__name__)
async def test_a_stream_closes_when_the_issuers_token_is_over_and_the_token_is_refused(
    world: World, provider: LocalIssuer, end: Callable[[Home, Context], Awaitable[None]]
) -> None:
    home = Home(world, provider, mapped_by=MappedBy.SUBJECT)
    await identity.link(home.world.installation, home.url, "cleo", CLEO, Side.COMPANY)
    given = await home.token()
    cleo = await home.world.context(given)
    waiting = asyncio.ensure_future(anext(event.follow(cleo, None, None, EventFilter())))
    bell = world.installation.bell
    assert isinstance(bell, PollingBell)
    async with asyncio.timeout(20):
        await bell.waited.wait()
        await end(home, cleo)
        with pytest.raises(UnauthenticatedError):
            await waiting
    with pytest.raises(UnauthenticatedError):
        await home.world.context(given)


async def test_an_issuers_clock_may_be_a_minute_ahead_and_no_more(world: World, provider: LocalIssuer) -> None:
    home = Home(world, provider)
    at = int((await world.context()).now.timestamp())
    assert not await home.is_refused(nbf=at + 50, iat=at + 50)
    assert await home.is_refused(nbf=at + 120)


async def test_whoever_is_corrected_takes_no_subject_along(world: World, provider: LocalIssuer) -> None:
    home = Home(world, provider, mapped_by=MappedBy.SUBJECT)
    known = (await world.activate(await world.viewed_by(ANNA), "Gamma AB")).collaboration
    await identity.link(home.world.installation, home.url, "gun", GUN, Side.COMPANY)
    await correct(world, known)
    assert await home.subjects() == []
    assert await home.is_refused(sub="gun")


async def test_whoever_signs_in_at_an_issuer_has_accepted_to_be_administrator(world: World, provider: LocalIssuer) -> None:
    home = Home(world, provider)
    await world.activate(await world.viewed_by(ANNA), "Gamma AB")
    gun = as_administrator(await home.comes(sub="gun", email=GUN))
    async with world.database.read() as reading:
        accepted = await reading.connection.scalar(select(administrators.c.accepted_at).where(administrators.c.id == gun.id))
    assert accepted is not None


async def test_an_export_of_a_person_says_by_which_subjects_he_is_known_and_an_erasure_takes_them(
    world: World, provider: LocalIssuer
) -> None:
    home = Home(world, provider)
    await home.comes()
    found = await person.export(home.world.installation, CLEO)
    assert [(row["issuer"], row["subject"]) for row in found["identities"]] == [(home.url, "cleo")]
    assert [row["subject"] for row in found["sessions"] if row["subject"]] == ["cleo"]
    await person.erase(home.world.installation, CLEO)
    assert await home.subjects() == []
