"""Who an issuer's subject is here: linked by a command, or by the first verified address where the issuer is trusted with it."""

from domain import text
from domain.company import Administrator
from domain.errors import InputProblemCode, InvalidInput, NotFound
from domain.identity import Identity
from domain.issuer import Claimed, Issuer, TokenRefusedError
from domain.office import Advisor
from domain.viewer import Side
from persistence import company, identity, office
from persistence.database import Reading, Unit
from resolvers.context import Installation

_LONGEST_SUBJECT = 255


async def recognise(reading: Reading, issuer: Issuer, claimed: Claimed) -> Advisor | Administrator:
    """Return whose token it is.

    A subject that was linked is that person whatever its address is by now. Another is whoever has its verified address, unless
    that person is another subject's already: an address that was given to somebody else does not bring the rights along.

    Raises:
        TokenRefusedError: it is nobody's here, or an advisor's who is inactive.
    """
    person = await identity.find_person(reading, claimed.identity, claimed.side)
    if person is None:
        person = await _by_email(reading, issuer, claimed)
    if isinstance(person, Advisor) and not person.active:
        raise TokenRefusedError("the advisor is inactive")
    return person


async def welcome(unit: Unit, issuer: Issuer, claimed: Claimed) -> tuple[str | None, str | None]:
    """Link the subject if it is new, note that the person has signed in, and return the ids as advisor and as administrator.

    Raises:
        TokenRefusedError: as `recognise` says.
    """
    person = await recognise(unit, issuer, claimed)
    # Not whether the person is linked: another subject may have come with the address since that was looked at, and collides.
    if await identity.find_person(unit, claimed.identity, claimed.side) is None:
        await identity.link(unit, claimed.identity, person)
    if isinstance(person, Advisor):
        return person.id, None
    if person.accepted_at is None:
        await company.accept(unit, person.id)
    return None, person.id


async def link(installation: Installation, issuer_url: str, subject: str, email: str, side: Side) -> Advisor | Administrator:
    """Link an issuer's subject with the person who has the address on that side.

    Raises:
        NotFound: nobody has it, or an inactive advisor.
        InvalidInput: the issuer is not configured, or not for that side; the subject is no issuer's; either is linked already.
    """
    issuer = installation.issuers.known.get(issuer_url)
    if issuer is None or side not in issuer.sides:
        raise InvalidInput.at(InputProblemCode.NOT_ALLOWED, "issuer" if issuer is None else "side")
    if not 0 < len(subject) <= _LONGEST_SUBJECT or not (subject.isascii() and subject.isprintable()):
        raise InvalidInput.at(InputProblemCode.NOT_ALLOWED_CHARACTER, "subject")
    named = Identity(issuer=issuer.url, subject=subject, assurance=None)

    async def work(unit: Unit) -> Advisor | Administrator:
        person = await _find_by_email(unit, email, side)
        if person is None or (isinstance(person, Advisor) and not person.active):
            raise NotFound
        if await identity.find_person(unit, named, side) is not None:
            raise InvalidInput.at(InputProblemCode.DUPLICATE, "subject")
        if await identity.find_subject(unit, issuer.url, person) is not None:
            raise InvalidInput.at(InputProblemCode.DUPLICATE, "email")
        await identity.link(unit, named, person)
        return person

    return await installation.database.write(work)


async def unlink(installation: Installation, issuer_url: str, subject: str) -> None:
    """Take a subject's links, on both sides: its tokens are refused from now on, and its streams close.

    Raises:
        NotFound: it is linked with nobody.
    """
    named = Identity(issuer=issuer_url, subject=subject, assurance=None)

    async def work(unit: Unit) -> None:
        if not await identity.unlink(unit, named):
            raise NotFound

    await installation.database.write(work)


async def _by_email(reading: Reading, issuer: Issuer, claimed: Claimed) -> Advisor | Administrator:
    if claimed.email is None:
        raise TokenRefusedError("sub is linked with nobody, and there is no verified address that the issuer may vouch for")
    person = await _find_by_email(reading, claimed.email, claimed.side)
    if person is None:
        raise TokenRefusedError("sub and email are nobody's here")
    # The same one where another request of the same person has linked it since.
    if await identity.find_subject(reading, issuer.url, person) not in {None, claimed.identity.subject}:
        raise TokenRefusedError("email is that of a person who is linked with another sub")
    return person


async def _find_by_email(reading: Reading, email: str, side: Side) -> Advisor | Administrator | None:
    if not text.is_email(text.clean(email)):
        return None
    if side is Side.OFFICE:
        return await office.find_advisor_by_email(reading, text.email_key(email))
    return await company.find_administrator_by_email(reading, text.email_key(email))
