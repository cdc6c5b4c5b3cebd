"""Links, sessions and tokens: exchanged once, bound to a company, ended when they are over, and never to be made up."""

import base64
import json
from datetime import timedelta

import pytest
from joserfc import jws, jwt
from joserfc.jwk import OctKey
from sqlalchemy import select

from domain.collaboration import Collaboration
from domain.errors import IdempotencyKeyReused, InvalidInput, NotFound, ReminderTooSoon, SignInLinkInvalid
from domain.mail import Mail, MailKind
from domain.viewer import Side
from persistence import company as stored_company
from persistence import keys
from persistence import mail as stored_mail
from persistence.tables import idempotency_keys, links, mails, sessions
from resolvers import answer, company, fact, reminder, session
from resolvers.context import UnauthenticatedError
from tests.support.seen import as_administrator, as_advisor, written
from tests.support.world import ALFA, ANNA, BETA, BO, CLEO, DAG, GUN, SARA, World

pytestmark = pytest.mark.anyio


async def linked(world: World, name: str = "Gamma AB") -> tuple[Collaboration, str]:
    """Activate for a customer, and return the request with its link's secret."""
    known = (await world.activate(await world.viewed_by(ANNA), name)).collaboration
    return known, await world.link_secret(known.id)


async def links_of(world: World, email: str) -> list[Mail]:
    """Return the sign-in mails to an address."""
    async with world.database.read() as reading:
        ids = list(await reading.connection.scalars(select(mails.c.id).where(mails.c.recipient_email == email)))
        found = (await stored_mail.many(reading, ids)).values()
    return [one for one in found if one.kind is MailKind.SIGN_IN]


async def test_an_approval_link_is_exchanged_once_for_twelve_hours_of_one_company(world: World) -> None:
    await fact.add_administrator(world.installation, BETA, "Cleo Falk", CLEO)
    known, secret = await linked(world, "Alfa AB")
    opened = await session.sign_in(await world.context(), secret, None)
    assert opened.token is not None
    assert opened.collaboration == known
    cleo = await world.context(opened.token)
    assert opened.expires_at - timedelta(hours=12) <= cleo.now
    assert as_administrator(cleo).company_ids == {known.company_id}
    assert len(as_administrator(await world.viewed_by(CLEO)).company_ids) == 2
    with pytest.raises(SignInLinkInvalid):
        await session.sign_in(await world.context(), secret, None)
    await world.advance(timedelta(hours=11, minutes=59))
    await world.context(opened.token)
    await world.advance(timedelta(minutes=1))
    with pytest.raises(UnauthenticatedError):
        await world.context(opened.token)


async def test_an_administrator_has_accepted_with_the_first_sign_in(world: World) -> None:
    known, secret = await linked(world)
    async with world.database.read() as reading:
        (gun,) = (await stored_company.administrators_of(reading, [known.company_id]))[known.company_id]
    assert gun.accepted_at is None
    opened = await session.sign_in(await world.context(), secret, None)
    person = await company.find_administrator(await world.context(opened.token), gun.id)
    assert person is not None
    assert person.accepted_at is not None


async def test_a_link_dies_with_its_request_and_at_its_end(world: World) -> None:
    known, secret = await linked(world)
    await answer.cancel(await world.viewed_by(ANNA), known.id, None, None)
    again, late = await linked(world)
    await world.advance(timedelta(days=30))
    for dead in (secret, late, "never issued", again.id):
        with pytest.raises(SignInLinkInvalid):
            await session.sign_in(await world.context(), dead, None)
    with pytest.raises(InvalidInput):
        await session.sign_in(await world.context(), "", None)


async def test_a_used_link_of_a_waiting_request_brings_a_new_one_to_the_same_address(world: World) -> None:
    known, secret = await linked(world)
    await session.renew_link(world.installation, secret)
    assert len(await written(world, known.id)) == 1, "an unused link is enough"
    await session.sign_in(await world.context(), secret, None)
    for asked in (secret, secret, "nobody's"):
        await session.renew_link(world.installation, asked)
    assert [one.recipient.email for one in await written(world, known.id)] == [GUN] * 2
    assert await world.by_link(known.id) is not None


async def test_a_new_link_puts_the_next_reminder_off_for_a_day_from_its_mail(world: World) -> None:
    known, secret = await linked(world)
    await world.advance(timedelta(hours=20))
    await session.sign_in(await world.context(), secret, None)
    await session.renew_link(world.installation, secret)
    await world.advance(timedelta(hours=5))
    with pytest.raises(ReminderTooSoon):
        await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)
    await world.advance(timedelta(hours=19))
    assert (await reminder.remind(await world.viewed_by(ANNA), known.id, None, None)).collaboration.reminders_sent == 1


async def test_a_used_link_brings_nothing_where_nobody_waits_or_the_person_may_not_answer_any_more(world: World) -> None:
    known, secret = await linked(world, "Alfa AB")
    await session.sign_in(await world.context(), secret, None)
    await fact.remove_administrator(world.installation, ALFA, CLEO)
    await session.renew_link(world.installation, secret)
    await fact.add_administrator(world.installation, ALFA, "Cleo Falk", CLEO)
    await world.approve(await world.viewed_by(DAG), known)
    await session.renew_link(world.installation, secret)
    assert len(await written(world, known.id, MailKind.ACTIVATION)) == 1


async def test_a_sign_in_link_is_answered_alike_for_every_address_and_sent_to_those_of_its_side(world: World) -> None:
    await fact.add_administrator(world.installation, BETA, "Bo Berg", BO)
    await fact.deactivate_advisor(world.installation, SARA)
    context = await world.context()
    answers = [
        await session.request_sign_in_link(context, email, side, None)
        for email in (BO, BO.upper(), CLEO, SARA, "nobody@nowhere.example", "not an address")
        for side in (Side.OFFICE, Side.COMPANY)
    ]
    assert {type(one) for one in answers} == {session.LinkRequested}
    assert all(abs(one.expires_at - context.now - timedelta(minutes=15)) < timedelta(minutes=1) for one in answers)
    assert len(await links_of(world, BO)) == 4
    assert len(await links_of(world, CLEO)) == 1
    assert await links_of(world, SARA) == await links_of(world, "nobody@nowhere.example") == []


async def test_a_sign_in_link_opens_the_side_it_was_asked_for_within_fifteen_minutes(world: World) -> None:
    await fact.add_administrator(world.installation, BETA, "Bo Berg", BO)
    for side, kind in ((Side.OFFICE, "advisor"), (Side.COMPANY, "administrator")):
        await session.request_sign_in_link(await world.context(), BO, side, None)
        link_id = max(one.link_id for one in await links_of(world, BO) if one.link_id is not None)
        opened = await session.sign_in(await world.context(), world.installation.keys.link_secret(link_id), None)
        assert (opened.viewer.kind, opened.collaboration) == (kind, None)
    await session.request_sign_in_link(await world.context(), BO, Side.OFFICE, None)
    link_id = max(one.link_id for one in await links_of(world, BO) if one.link_id is not None)
    await world.advance(timedelta(minutes=15))
    with pytest.raises(SignInLinkInvalid):
        await session.sign_in(await world.context(), world.installation.keys.link_secret(link_id), None)


@pytest.mark.parametrize("email", ["a\x00b@nordbyran.example", "anna", "", "å" * 100_000, f"{ANNA}, {BO}"])
async def test_what_is_no_address_is_answered_like_one_that_is_nobodys(world: World, email: str) -> None:
    context = await world.context()
    assert (await session.request_sign_in_link(context, email, Side.OFFICE, None)).replayed is False
    assert (await session.request_sign_in_link(context, email, Side.OFFICE, "k")).replayed is False


@pytest.mark.parametrize("side", [Side.PARTNER, Side.SYSTEM])
async def test_a_link_is_asked_for_one_of_the_two_sides_that_people_are_on(world: World, side: Side) -> None:
    with pytest.raises(InvalidInput):
        await session.request_sign_in_link(await world.context(), ANNA, side, None)


async def test_the_same_key_and_address_ask_for_one_link(world: World) -> None:
    context = await world.context()
    first = await session.request_sign_in_link(context, CLEO, Side.COMPANY, "k")
    again = await session.request_sign_in_link(context, CLEO, Side.COMPANY, "k")
    assert (again.expires_at, again.replayed) == (first.expires_at, True)
    other = await session.request_sign_in_link(context, DAG, Side.COMPANY, "k")
    assert other.replayed is False
    assert len(await links_of(world, CLEO)) == len(await links_of(world, DAG)) == 1
    with pytest.raises(IdempotencyKeyReused):
        await session.request_sign_in_link(context, CLEO, Side.OFFICE, "k")


async def test_an_idempotency_key_is_kept_without_the_secret(world: World) -> None:
    known, secret = await linked(world)
    first = await session.sign_in(await world.context(), secret, "once")
    again = await session.sign_in(await world.context(), secret, "once")
    assert (again.token, again.replayed, again.expires_at) == (None, True, first.expires_at)
    assert (again.viewer, again.collaboration) == (first.viewer, known)
    async with world.database.read() as reading:
        kept = (await reading.connection.execute(select(idempotency_keys))).all()
        stored = [(await reading.connection.execute(select(table))).all() for table in (links, sessions, mails)]
    for secret_text in (secret, str(first.token)):
        assert secret_text not in repr(kept)
        assert secret_text not in repr(stored)


async def test_signing_out_ends_the_token_alone(world: World) -> None:
    bearer, other = [await session.issue_token(world.installation, ANNA, None) for _ in range(2)]
    await session.sign_out(await world.context(bearer), None)
    with pytest.raises(UnauthenticatedError):
        await world.context(bearer)
    await world.context(other)


async def test_a_token_is_issued_for_a_person_of_the_side(world: World) -> None:
    for email, side in ((CLEO, Side.OFFICE), (ANNA, Side.COMPANY), ("nobody@nowhere.example", None)):
        with pytest.raises(NotFound):
            await session.issue_token(world.installation, email, side)
    bearer = await session.issue_token(world.installation, ANNA, None)
    await world.advance(timedelta(days=30) - timedelta(minutes=1))
    assert (await world.context(bearer)).viewer is not None
    await world.advance(timedelta(minutes=1))
    with pytest.raises(UnauthenticatedError):
        await world.context(bearer)


async def test_a_deactivated_advisors_token_and_links_open_nothing(world: World) -> None:
    bearer = await session.issue_token(world.installation, ANNA, None)
    await session.request_sign_in_link(await world.context(), ANNA, Side.OFFICE, None)
    (sent,) = await links_of(world, ANNA)
    await fact.deactivate_advisor(world.installation, ANNA)
    with pytest.raises(UnauthenticatedError):
        await world.context(bearer)
    with pytest.raises(SignInLinkInvalid):
        await session.sign_in(await world.context(), world.installation.keys.link_secret(sent.link_id or ""), None)


def part(value: object) -> str:
    """Write one part of a token."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def test_tokens_that_we_did_not_sign_like_this_are_refused(world: World) -> None:
    good = await session.issue_token(world.installation, ANNA, None)
    header, claims, signature = good.split(".")
    session_id = as_advisor(await world.context(good)).session_id
    ours, another = [OctKey.import_key(keys.Keys(byte * 32).token) for byte in (b"k", b"x")]
    right = {"iss": "samarbete", "jti": session_id}
    bad = [
        "", ".", "..", "a.b.c", "é.é.é", "\\0", " ", good + " ", good + ".", good[:-1], good * 40,
        f"{header}.{claims}.", f"{header}.{claims}", f"{header}.{part(right)}.{signature}",
        f"{part({'alg': 'none', 'typ': 'JWT'})}.{claims}.",
        f"{part({'alg': 'none', 'typ': 'JWT'})}.{claims}.{signature}",
        f"{part({'alg': 5})}.{claims}.{signature}", f"{part([])}.{claims}.{signature}", f"{part(None)}.{claims}.{signature}",
        f"{part(b'[' * 2_900)}.e30.AA", f"{part(b'{{' + b'9' * 2_900)}.e30.AA", f"{part(bytes([255]))}.e30.AA",
        jwt.encode({"alg": "HS256", "typ": "JWT"}, right, another),
        jwt.encode({"alg": "HS384", "typ": "JWT"}, right, ours, algorithms=["HS384"]),
        jwt.encode({"alg": "HS256", "typ": "JWT"}, right | {"iss": "somebody"}, ours),
        jwt.encode({"alg": "HS256", "typ": "JWT"}, {"jti": session_id}, ours),
        jwt.encode({"alg": "HS256", "typ": "at+jwt"}, right, ours),
        jwt.encode({"alg": "HS256", "typ": "JWT"}, right | {"jti": 5}, ours),
        jwt.encode({"alg": "HS256", "typ": "JWT"}, right | {"jti": "no such session"}, ours),
        jws.serialize_compact({"alg": "HS256"}, json.dumps(right), ours),
        jws.serialize_compact({"alg": "HS256", "typ": "JWT"}, b"[]", ours),
    ]  # fmt: skip
    for made_up in bad:
        with pytest.raises(UnauthenticatedError):
            await world.context(made_up)
    accepted = await world.context(jwt.encode({"alg": "HS256", "typ": "JWT"}, right, ours))
    assert as_advisor(accepted).session_id == session_id
