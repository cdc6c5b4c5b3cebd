"""Which person an issuer's subject is: one link for each subject and side, and one for each person with an issuer."""

from sqlalchemy import ColumnElement, delete, insert, select, update

from domain.company import Administrator
from domain.identity import Identity
from domain.office import Advisor
from domain.viewer import Side
from persistence import company, office
from persistence.database import Reading, Unit
from persistence.tables import identities, sessions


async def find_person(reading: Reading, identity: Identity, side: Side) -> Advisor | Administrator | None:
    """Return the person that the subject is linked with on that side."""
    query = select(identities.c.administrator_id, identities.c.advisor_id).where(_is(identity), identities.c.side == side)
    row = (await reading.connection.execute(query)).one_or_none()
    if row is None:
        return None
    if row.advisor_id is not None:
        return (await office.many_advisors(reading, [row.advisor_id])).get(row.advisor_id)
    return (await company.many_administrators(reading, [row.administrator_id])).get(row.administrator_id)


async def find_subject(reading: Reading, issuer: str, person: Advisor | Administrator) -> str | None:
    """Return the issuer's subject that the person is linked with."""
    query = select(identities.c.subject).where(identities.c.issuer == issuer, _column(person) == person.id)
    subject: str | None = await reading.connection.scalar(query)
    return subject


async def link(unit: Unit, identity: Identity, person: Advisor | Administrator) -> None:
    """Link the subject with a person; a second one for either collides."""
    is_advisor = isinstance(person, Advisor)
    values = {
        "issuer": identity.issuer,
        "subject": identity.subject,
        "side": Side.OFFICE if is_advisor else Side.COMPANY,
        _column(person).name: person.id,
        "linked_at": unit.now,
    }
    await unit.connection.execute(insert(identities).values(values))


async def unlink(unit: Unit, identity: Identity) -> int:
    """Take the subject's links, on both sides, with the sessions that came of them, and return how many links there were."""
    gone = await unit.connection.execute(delete(identities).where(_is(identity)).returning(identities.c.side))
    mine = (sessions.c.issuer == identity.issuer) & (sessions.c.subject == identity.subject)
    await unit.connection.execute(update(sessions).where(mine, sessions.c.revoked_at.is_(None)).values(revoked_at=unit.now))
    return len(gone.all())


def _is(identity: Identity) -> ColumnElement[bool]:
    return (identities.c.issuer == identity.issuer) & (identities.c.subject == identity.subject)


def _column(person: Advisor | Administrator) -> ColumnElement[str | None]:
    return identities.c.advisor_id if isinstance(person, Advisor) else identities.c.administrator_id
