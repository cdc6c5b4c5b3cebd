"""A person wherever he stands in rows: as advisor, administrator, contact on cards, and in what was written to or about him."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, delete, false, func, literal, or_, select, update

from domain.mail import MailStatus
from persistence.database import Reading, Unit
from persistence.tables import (
    administrators,
    advisors,
    collaborations,
    company_administrators,
    contacts,
    customers,
    events,
    evidence,
    idempotency_keys,
    identities,
    jobs,
    links,
    mailbox_messages,
    mails,
    sessions,
)

Row = dict[str, Any]
# Neither the hash of a secret nor a salt is a person's to be given: they open what is kept about others' trust in it.
_SECRET = frozenset({"salt", "secret_sha256", "email_key"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who has an address; the ids are None where the person is no advisor, or no administrator."""

    email_key: str
    advisor_id: str | None
    administrator_id: str | None
    names: frozenset[str]
    emails: frozenset[str]


async def find(reading: Reading, email_key: str) -> Person:
    """Return who has the case-folded address, on either side."""
    found = {}
    for table in (advisors, administrators):
        rows = await reading.connection.execute(select(table).where(table.c.email_key == email_key))
        found[table.name] = rows.mappings().one_or_none()
    advisor, administrator = found["advisors"], found["administrators"]
    known = [row for row in (advisor, administrator) if row is not None]
    return Person(
        email_key=email_key,
        advisor_id=None if advisor is None else advisor["id"],
        administrator_id=None if administrator is None else administrator["id"],
        names=frozenset(row["name"] for row in known),
        emails=frozenset({email_key, *(row["email"] for row in known)}),
    )


async def everything(reading: Reading, person: Person) -> dict[str, list[Row]]:
    """Return every row that is about the person, by what it is."""
    asked = {
        "advisors": select(advisors).where(advisors.c.id == person.advisor_id),
        "administrators": select(administrators).where(administrators.c.id == person.administrator_id),
        "companies": select(company_administrators).where(company_administrators.c.administrator_id == person.administrator_id),
        "contacts": select(contacts, customers.c.office_id).join_from(contacts, customers).where(_contact(person)),
        "evidence": select(evidence).where(evidence.c.administrator_id == person.administrator_id),
        "mails": select(mails).where(_written_to(person)),
        "links": select(links).where(_of(links, person)),
        "sessions": select(sessions).where(_of(sessions, person)),
        "identities": select(identities).where(_of(identities, person)),
        "events": select(events).where(events.c.actor_id.in_(_ids(person))),
        "mailbox": select(mailbox_messages).where(func.lower(mailbox_messages.c.recipient) == person.email_key),
    }
    found: dict[str, list[Row]] = {}
    for name, query in asked.items():
        rows = (await reading.connection.execute(query)).mappings()
        found[name] = [{str(key): value for key, value in row.items() if key not in _SECRET} for row in rows]
    return {name: rows for name, rows in found.items() if rows}


async def erase_evidence(unit: Unit, administrator_id: str) -> None:
    """Take the person's data and the salt out of the records; what they prove stays, and so do the chains."""
    mine = and_(evidence.c.administrator_id == administrator_id, evidence.c.personal.is_not(None))
    await unit.connection.execute(update(evidence).where(mine).values(personal=None))


async def erase_advisor(unit: Unit, advisor_id: str) -> None:
    """Leave of an advisor what others hang on: a row without a name or an address, that cannot sign in."""
    nobody = _nobody(advisor_id) | {"active": False}
    await unit.connection.execute(update(advisors).where(advisors.c.id == advisor_id).values(nobody))
    for table in (sessions, links, identities):
        await unit.connection.execute(delete(table).where(table.c.advisor_id == advisor_id))


async def erase_administrator(unit: Unit, administrator_id: str) -> None:
    """Leave of an administrator a row without name, address or salt, that acts for nobody: events and evidence name its id."""
    nobody = _nobody(administrator_id) | {"salt": ""}
    await unit.connection.execute(update(administrators).where(administrators.c.id == administrator_id).values(nobody))
    for table in (sessions, links, identities, company_administrators):
        await unit.connection.execute(delete(table).where(table.c.administrator_id == administrator_id))


def _nobody(person_id: str) -> Row:
    return {"name": "", "email": "", "email_key": f"erased:{person_id}"}


async def erase_contacts(unit: Unit, person: Person) -> None:
    """Take the contacts with the address off every card, whose version counts it."""
    cards = select(contacts.c.customer_id).where(_contact(person))
    changed = update(customers).where(customers.c.id.in_(cards))
    await unit.connection.execute(changed.values(version=customers.c.version + 1, updated_at=unit.now))
    await unit.connection.execute(delete(contacts).where(_contact(person)))


async def erase_keys(unit: Unit, viewers: Collection[str]) -> None:
    """Forget what the viewers did under keys."""
    await unit.connection.execute(delete(idempotency_keys).where(idempotency_keys.c.viewer.in_(viewers)))


async def erase_mails(unit: Unit, person: Person) -> None:
    """Empty what was written to the person; what waits to be sent is not sent."""
    mine = _written_to(person)
    waiting = select(literal("mail:").concat(mails.c.id)).where(mine, mails.c.status == MailStatus.QUEUED)
    await unit.connection.execute(delete(jobs).where(jobs.c.id.in_(waiting)))
    given_up = update(mails).where(mine, mails.c.status == MailStatus.QUEUED).values(status=MailStatus.FAILED)
    await unit.connection.execute(given_up)
    nothing: Row = {"recipient_name": "", "recipient_email": "", "content": {}, "problem": None}
    await unit.connection.execute(update(mails).where(mine).values(nothing))


async def erase_mentions(unit: Unit, person: Person, erased: dict[str, str]) -> None:
    """Put the words for an erased person, by language, in the place of name and address where mails to others have them."""
    said = person.names | person.emails
    about = select(mails.c.id, mails.c.language, mails.c.content).where(_about(person))
    for row in (await unit.connection.execute(about)).all():
        content = {key: erased[row.language] if value in said else value for key, value in row.content.items()}
        if content != row.content:
            await unit.connection.execute(update(mails).where(mails.c.id == row.id).values(content=content))
    letter = mailbox_messages.c
    mentioned = [column.contains(text, autoescape=True) for text in said for column in (letter.text, letter.subject)]
    mine = func.lower(letter.recipient) == person.email_key
    await unit.connection.execute(delete(mailbox_messages).where(or_(mine, *mentioned)))


def _ids(person: Person) -> list[str]:
    return [one for one in (person.advisor_id, person.administrator_id) if one is not None]


def _of(table: Any, person: Person) -> ColumnElement[bool]:  # noqa: ANN401 - links, sessions and identities alike
    known = person.advisor_id is not None, person.administrator_id is not None
    as_advisor = table.c.advisor_id == person.advisor_id if known[0] else false()
    return or_(as_advisor, table.c.administrator_id == person.administrator_id if known[1] else false())


def _contact(person: Person) -> ColumnElement[bool]:
    return func.lower(contacts.c.email) == person.email_key


def _written_to(person: Person) -> ColumnElement[bool]:
    return or_(func.lower(mails.c.recipient_email) == person.email_key, _of(mails, person))


def _about(person: Person) -> ColumnElement[bool]:
    """Mails of collaborations in which the person had a part, and those that have the address."""
    ids = _ids(person)
    own = collaborations.c
    acted = select(events.c.collaboration_id).where(events.c.actor_id.in_(ids))
    asked = select(own.id).where(own.activated_by_id.in_(ids))
    companies = select(company_administrators.c.company_id).where(company_administrators.c.administrator_id.in_(ids))
    at_companies = select(own.id).where(own.company_id.in_(companies))
    mine = mails.c.collaboration_id
    mentioned = [cast(mails.c.content, Text).contains(email, autoescape=True) for email in person.emails]
    return or_(mine.in_(acted), mine.in_(asked), mine.in_(at_companies), *mentioned)
