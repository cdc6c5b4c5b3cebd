"""Links that are mailed, and the sessions that their exchange opens."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, delete, insert, select, update

from domain.identity import Identity
from domain.viewer import Side
from persistence.database import Reading, Unit
from persistence.tables import identities, links, mails, sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A one-time link; only the SHA-256 of its secret is stored. `collaboration_id` is set on approval links."""

    id: str
    secret_sha256: str
    side: Side
    administrator_id: str | None
    advisor_id: str | None
    collaboration_id: str | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    voided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a bearer token stands for; `company_id` is set where it may act for that company alone.

    Issuer, subject and assurance are set where an identity provider's token said who it is.
    """

    id: str
    side: Side
    administrator_id: str | None
    advisor_id: str | None
    company_id: str | None
    link_id: str | None
    identified_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    issuer: str | None = None
    subject: str | None = None
    assurance: str | None = None

    @property
    def identity(self) -> Identity | None:
        """How an identity provider knows the person."""
        if self.issuer is None or self.subject is None:
            return None
        return Identity(issuer=self.issuer, subject=self.subject, assurance=self.assurance)


async def add_link(unit: Unit, link: Link) -> None:
    """Store a new link."""
    await unit.connection.execute(insert(links).values(**{name: getattr(link, name) for name in Link.__slots__}))


async def find_link(reading: Reading, secret_sha256: str) -> Link | None:
    """Return the link whose secret has the hash."""
    rows = await reading.connection.execute(select(links).where(links.c.secret_sha256 == secret_sha256))
    row = rows.mappings().one_or_none()
    return None if row is None else _link(row)


async def get_link(reading: Reading, link_id: str) -> Link | None:
    """Return the link with the id."""
    rows = await reading.connection.execute(select(links).where(links.c.id == link_id))
    row = rows.mappings().one_or_none()
    return None if row is None else _link(row)


async def use_link(unit: Unit, link_id: str) -> bool:
    """Use the link up, and tell whether this caller was the one: one conditional update has one winner."""
    usable = links.c.used_at.is_(None) & links.c.voided_at.is_(None) & (links.c.expires_at > unit.now)
    done = await unit.connection.execute(
        update(links).where(links.c.id == link_id, usable).values(used_at=unit.now).returning(links.c.id)
    )
    return done.scalar_one_or_none() is not None


async def void_links(unit: Unit, collaboration_id: str) -> None:
    """Let every unused link of the collaboration die."""
    unused = links.c.used_at.is_(None) & links.c.voided_at.is_(None)
    await unit.connection.execute(
        update(links).where(links.c.collaboration_id == collaboration_id, unused).values(voided_at=unit.now)
    )


async def shut_out(unit: Unit, administrator_id: str) -> None:
    """Let every unused link of a person die, and end every session; an issuer's subject is this person no more."""
    unused = links.c.used_at.is_(None) & links.c.voided_at.is_(None)
    await unit.connection.execute(
        update(links).where(links.c.administrator_id == administrator_id, unused).values(voided_at=unit.now)
    )
    await unit.connection.execute(
        update(sessions)
        .where(sessions.c.administrator_id == administrator_id, sessions.c.revoked_at.is_(None))
        .values(revoked_at=unit.now)
    )
    await unit.connection.execute(delete(identities).where(identities.c.administrator_id == administrator_id))


async def link_sent_at(reading: Reading, link_id: str) -> datetime | None:
    """Return when the mail that carried the link was sent."""
    sent: datetime | None = await reading.connection.scalar(select(mails.c.sent_at).where(mails.c.link_id == link_id))
    return sent


async def add_session(unit: Unit, session: Session) -> None:
    """Store a new session."""
    await unit.connection.execute(insert(sessions).values(**{name: getattr(session, name) for name in Session.__slots__}))


async def find_session(reading: Reading, session_id: str) -> Session | None:
    """Return the session with the id, whether or not it still holds."""
    rows = await reading.connection.execute(select(sessions).where(sessions.c.id == session_id))
    row = rows.mappings().one_or_none()
    return None if row is None else Session(**{name: row[name] for name in Session.__slots__})


async def revoke_session(unit: Unit, session_id: str) -> None:
    """End a session; its token is refused from the commit on."""
    await unit.connection.execute(
        update(sessions).where(sessions.c.id == session_id, sessions.c.revoked_at.is_(None)).values(revoked_at=unit.now)
    )


def _link(row: RowMapping) -> Link:
    return Link(**{name: row[name] for name in Link.__slots__})


async def has_unused_link(reading: Reading, administrator_id: str, collaboration_id: str) -> bool:
    """Tell whether the administrator still has a link to the collaboration that can be used."""
    usable = links.c.used_at.is_(None) & links.c.voided_at.is_(None) & (links.c.expires_at > reading.now)
    mine = (links.c.administrator_id == administrator_id) & (links.c.collaboration_id == collaboration_id)
    return await reading.connection.scalar(select(links.c.id).where(mine, usable).limit(1)) is not None
