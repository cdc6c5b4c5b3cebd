"""Signing in by a link from an e-mail, and the bearer tokens that come of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain import text
from domain.collaboration import Collaboration, CollaborationStatus
from domain.company import Administrator
from domain.errors import InputProblemCode, InvalidInput, NotFound, NotPermitted, SignInLinkInvalid
from domain.mail import MailKind, Recipient
from domain.office import Advisor
from domain.viewer import PartnerViewer, PersonViewer, Side, Viewer
from persistence import collaboration, company, keys, office, scope, session
from persistence.database import Unit
from persistence.session import Link
from resolvers import mail, replay, settlement, streams, token
from resolvers.context import Context, Installation
from resolvers.replay import Kept

SIGN_IN_LINK_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRequested:
    """When a link that was sent goes out of use; the same for every address."""

    expires_at: datetime
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session that a link opened; the token is None when replayed, `collaboration` what an approval link leads to."""

    token: str | None
    expires_at: datetime
    viewer: PersonViewer
    collaboration: Collaboration | None
    replayed: bool


async def request_sign_in_link(context: Context, email: str, side: Side, key: str | None) -> LinkRequested:
    """Mail a sign-in link to the address, if it is somebody's; the answer is the same for every address.

    Raises:
        InvalidInput: the side is neither OFFICE nor COMPANY, or the key is not 1 to 255 printable ASCII characters.
        IdempotencyKeyReused: the key was used with another side.
    """
    if side not in {Side.OFFICE, Side.COMPANY}:
        raise InvalidInput.at(InputProblemCode.NOT_ALLOWED, "side")
    use = replay.use_of(context, "requestSignInLink", key, {"email": email, "side": side}, anonymous=email)

    async def work(unit: Unit) -> LinkRequested:
        async def do() -> LinkRequested:
            expires_at = unit.now + SIGN_IN_LINK_LIFETIME
            # What is no address is nobody's, and not every database takes every text.
            person = await _find_person(unit, text.email_key(email), side) if text.is_email(text.clean(email)) else None
            if person is not None:
                await mail.send_sign_in_link(unit, context.installation, _recipient(person), expires_at)
            return LinkRequested(expires_at=expires_at, replayed=False)

        async def again(kept: Kept) -> LinkRequested:
            return LinkRequested(expires_at=datetime.fromisoformat(str(kept["expires_at"])), replayed=True)

        def keep(done: LinkRequested) -> Kept:
            return {"expires_at": done.expires_at.isoformat()}

        return await replay.once(unit, use, do=do, keep=keep, again=again)

    return await context.installation.database.write(work)


async def sign_in(context: Context, secret: str, key: str | None) -> SignedIn:
    """Exchange a link's secret for a bearer token, once.

    Raises:
        SignInLinkInvalid: used, expired, replaced or never issued.
        InvalidInput: the secret is empty.
    """
    if not secret:
        raise InvalidInput.at(InputProblemCode.BLANK, "secret")
    use = replay.use_of(context, "signIn", key, {"secret": keys.hash_secret(secret)}, anonymous=secret)

    async def work(unit: Unit) -> SignedIn:
        async def do() -> SignedIn:
            return await _exchange(context.installation, unit, secret)

        async def again(kept: Kept) -> SignedIn:
            viewer = await token.find_viewer(unit, str(kept["session"]))
            if viewer is None:
                raise SignInLinkInvalid
            target = kept["collaboration"]
            return SignedIn(
                token=None,
                expires_at=datetime.fromisoformat(str(kept["expires_at"])),
                viewer=viewer,
                collaboration=None if target is None else await _visible(unit, viewer, str(target)),
                replayed=True,
            )

        def keep(done: SignedIn) -> Kept:
            target = None if done.collaboration is None else done.collaboration.id
            kept: Kept = {"session": done.viewer.session_id, "expires_at": done.expires_at.isoformat()}
            return kept | {"collaboration": target}

        return await replay.once(unit, use, do=do, keep=keep, again=again)

    signed_in = await context.installation.database.write(work)
    context.viewer = signed_in.viewer
    return signed_in


async def sign_out(context: Context, key: str | None) -> bool:
    """End the session whose token asks, and tell whether this is a replay.

    Raises:
        NotPermitted: a partner asks, whose token is the office's to revoke.
    """
    viewer = context.require_viewer()
    if isinstance(viewer, PartnerViewer):
        raise NotPermitted(required="ADVISOR")
    use = replay.use_of(context, "signOut", key, {})

    async def work(unit: Unit) -> bool:
        async def do() -> bool:
            await session.revoke_session(unit, viewer.session_id)
            # Whoever follows a stream looks anew whether the session still holds.
            unit.topics.update(streams.names_of(viewer))
            return False

        async def again(_kept: Kept) -> bool:
            await session.revoke_session(unit, viewer.session_id)
            return True

        return await replay.once(unit, use, do=do, keep=lambda _replayed: {}, again=again)

    return await context.database.write(work)


async def renew_link(installation: Installation, secret: str) -> None:
    """Mail a new approval link to the same address, if the used one's request still waits; nothing tells whether it did.

    It is a mail that asks, so the office's next reminder waits 24 hours from it.
    """

    async def work(unit: Unit) -> None:
        used = await session.find_link(unit, keys.hash_secret(secret))
        if used is None or used.collaboration_id is None or used.administrator_id is None or used.used_at is None:
            return
        found = await collaboration.find(unit, used.collaboration_id)
        if found is None or found.status is not CollaborationStatus.AWAITING_APPROVAL or settlement.lapsed(unit, found):
            return
        if await session.has_unused_link(unit, used.administrator_id, found.id):
            return
        people = (await company.administrators_of(unit, [found.company_id])).get(found.company_id, ())
        person = next((one for one in people if one.id == used.administrator_id), None)
        if person is not None:
            asked = replace(found, asked_at=unit.now, version=found.version + 1)
            await collaboration.save(unit, asked, before=found)
            story = await mail.tell_story(unit, asked)
            await mail.ask(unit, installation, story, (_recipient(person),), MailKind.ACTIVATION, {})

    await installation.database.write(work)


async def issue_token(installation: Installation, email: str, side: Side | None, lifetime: timedelta = timedelta(days=30)) -> str:
    """Issue a token for a person by address, for development and for those who run the service.

    Raises:
        NotFound: the address is nobody's, on that side.
    """

    async def work(unit: Unit) -> str:
        sides = [Side.OFFICE, Side.COMPANY] if side is None else [side]
        for candidate in sides:
            person = await _find_person(unit, text.email_key(email), candidate)
            if person is not None:
                opened = await token.open_session(unit, person, lifetime, company_id=None, link=None, by="command")
                return token.sign(installation.keys, opened)
        raise NotFound

    return await installation.database.write(work)


async def _exchange(installation: Installation, unit: Unit, secret: str) -> SignedIn:
    link = await session.find_link(unit, keys.hash_secret(secret))
    if link is None or not await session.use_link(unit, link.id):
        raise SignInLinkInvalid
    person = await _person_of(unit, link)
    target = None if link.collaboration_id is None else await collaboration.find(unit, link.collaboration_id)
    if isinstance(person, Administrator) and person.accepted_at is None:
        await company.accept(unit, person.id)
    company_id = None if target is None else target.company_id
    by = "approval link" if target is not None else "sign-in link"
    opened = await token.open_session(unit, person, SESSION_LIFETIME, company_id=company_id, link=link, by=by)
    viewer = await token.find_viewer(unit, opened.id)
    if viewer is None:
        raise SignInLinkInvalid
    return SignedIn(
        token=token.sign(installation.keys, opened),
        expires_at=opened.expires_at,
        viewer=viewer,
        collaboration=None if target is None else await _visible(unit, viewer, target.id),
        replayed=False,
    )


async def _visible(unit: Unit, viewer: Viewer, collaboration_id: str) -> Collaboration | None:
    found = await collaboration.many(unit, [collaboration_id], scope=scope.collaborations_of(viewer))
    return found.get(collaboration_id)


async def _person_of(unit: Unit, link: Link) -> Advisor | Administrator:
    person: Advisor | Administrator | None
    if link.advisor_id is not None:
        person = (await office.many_advisors(unit, [link.advisor_id])).get(link.advisor_id)
    else:
        person = (await company.many_administrators(unit, [link.administrator_id or ""])).get(link.administrator_id or "")
    if person is None or (isinstance(person, Advisor) and not person.active):
        raise SignInLinkInvalid
    return person


async def _find_person(unit: Unit, email_key: str, side: Side) -> Advisor | Administrator | None:
    if side is Side.OFFICE:
        advisor = await office.find_advisor_by_email(unit, email_key)
        return advisor if advisor is not None and advisor.active else None
    return await company.find_administrator_by_email(unit, email_key) if side is Side.COMPANY else None


def _recipient(person: Advisor | Administrator) -> Recipient:
    is_advisor = isinstance(person, Advisor)
    return Recipient(
        name=person.name,
        email=person.email,
        language=person.language,
        advisor_id=person.id if is_advisor else None,
        administrator_id=None if is_advisor else person.id,
    )
