"""Bearer tokens: a person's, ours or an issuer's, stands for a session, which says whether it still holds; or a partner's."""

from datetime import timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from domain.company import Administrator
from domain.office import Advisor
from domain.partner import PREFIX, Partner
from domain.viewer import AdministratorViewer, AdvisorViewer, PartnerViewer, PersonViewer, Side, Viewer
from persistence import company, ids, office, session
from persistence.database import Reading, Unit
from persistence.keys import Keys
from persistence.session import Link, Session
from resolvers import issuer_token, partner_token
from resolvers.context import Context, Installation, Request, UnauthenticatedError

_ISSUER = "samarbete"
_ALGORITHM = "HS256"
_LONGEST_TOKEN = 4_096


async def open_context(installation: Installation, *, token: str | None, language: str, request: Request) -> Context:
    """Open an operation for whoever holds the token, or for nobody.

    Raises:
        UnauthenticatedError: a token is given and is not a valid one now.
    """
    session_id = None if token is None else await issuer_token.session_of(installation, token)
    async with installation.database.read() as reading:
        viewer, used = (None, None) if token is None else await _read(installation.keys, reading, token, session_id)
        opened = Context(
            installation=installation,
            viewer=viewer,
            language=language,
            request=request,
            now=reading.now,
            epoch=reading.epoch,
        )
    if used is not None:
        await partner_token.note_use(installation.database, used, reading)
    return opened


async def find_current(reading: Reading, viewer: Viewer) -> Viewer | None:
    """Return the viewer with the rights of now; None where the token by which it came holds no more."""
    if isinstance(viewer, PartnerViewer):
        return await partner_token.find_current(reading, viewer)
    return await find_viewer(reading, viewer.session_id)


async def find_viewer(reading: Reading, session_id: str) -> PersonViewer | None:
    """Return whom the session stands for now, with the rights of now; None where it no longer holds."""
    found = await session.find_session(reading, session_id)
    if found is None or found.revoked_at is not None or found.expires_at <= reading.now:
        return None
    if found.advisor_id is not None:
        advisor = (await office.many_advisors(reading, [found.advisor_id])).get(found.advisor_id)
        return None if advisor is None or not advisor.active else _advisor_viewer(advisor, found.id)
    if found.administrator_id is None:
        return None
    companies = (await company.companies_of(reading, [found.administrator_id])).get(found.administrator_id, ())
    ids_now = frozenset(known.id for known in companies)
    if found.company_id is not None:
        ids_now &= {found.company_id}
    return AdministratorViewer(id=found.administrator_id, company_ids=ids_now, session_id=found.id, identity=found.identity)


async def open_session(
    unit: Unit,
    person: Advisor | Administrator,
    lifetime: timedelta,
    *,
    company_id: str | None,
    link: Link | None,
    by: str,
) -> Session:
    """Open a session for a person, bound to one company where `company_id` is given."""
    is_advisor = isinstance(person, Advisor)
    opened = Session(
        id=ids.new_id(),
        side=Side.OFFICE if is_advisor else Side.COMPANY,
        administrator_id=None if is_advisor else person.id,
        advisor_id=person.id if is_advisor else None,
        company_id=company_id,
        link_id=None if link is None else link.id,
        identified_by=by,
        created_at=unit.now,
        expires_at=unit.now + lifetime,
        revoked_at=None,
    )
    await session.add_session(unit, opened)
    return opened


def sign(known: Keys, opened: Session) -> str:
    """Return the bearer token of a session."""
    claims: dict[str, Any] = {
        "iss": _ISSUER,
        "jti": opened.id,
        "iat": int(opened.created_at.timestamp()),
        "exp": int(opened.expires_at.timestamp()),
    }
    return jwt.encode({"alg": _ALGORITHM, "typ": "JWT"}, claims, OctKey.import_key(known.token), algorithms=[_ALGORITHM])


async def _read(known: Keys, reading: Reading, token: str, session_id: str | None) -> tuple[Viewer, Partner | None]:
    """Return whose token it is, and the partner whose use is to be noted; `session_id` stands for an issuer's token.

    Raises:
        UnauthenticatedError: it is not a valid one now.
    """
    if token.startswith(PREFIX):
        found = await partner_token.read(reading, token)
        if found is None:
            raise UnauthenticatedError
        return found
    viewer = await find_viewer(reading, session_id or _session_id(known, token))
    if viewer is None:
        raise UnauthenticatedError
    return viewer, None


def _session_id(known: Keys, token: str) -> str:
    """Read whose token it is; when it ends is judged by the session, by the database's clock."""
    if len(token) > _LONGEST_TOKEN:
        raise UnauthenticatedError
    try:
        decoded = jwt.decode(token, OctKey.import_key(known.token), algorithms=[_ALGORITHM])
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        # The last two come of headers with members of the wrong type, and of JSON nested deeper than Python reads.
        raise UnauthenticatedError from error
    session_id = decoded.claims.get("jti")
    if decoded.header.get("typ") != "JWT" or decoded.claims.get("iss") != _ISSUER or not isinstance(session_id, str):
        raise UnauthenticatedError
    return session_id


def _advisor_viewer(advisor: Advisor, session_id: str) -> AdvisorViewer:
    return AdvisorViewer(id=advisor.id, office_id=advisor.office_id, permission=advisor.permission, session_id=session_id)
