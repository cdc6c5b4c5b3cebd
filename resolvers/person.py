"""What the law gives a person: everything that is stored about him, and its erasure."""

import hashlib
from contextlib import AsyncExitStack

from domain import text
from domain.errors import NotFound
from domain.event import company_stream, office_stream
from persistence import company, office, person
from persistence.database import Unit
from persistence.person import Person, Row
from resolvers import presence
from resolvers.context import Installation


async def export(installation: Installation, email: str) -> dict[str, list[Row]]:
    """Return every row about whoever has the address, by what it is.

    Raises:
        NotFound: nothing is stored about the address.
    """
    async with installation.database.read() as reading:
        found = await person.everything(reading, await person.find(reading, text.email_key(email)))
    if not found:
        raise NotFound
    return found


async def erase(installation: Installation, email: str) -> dict[str, int]:
    """Erase whoever has the address, on both sides, and return how many rows of what were about him.

    Links, sessions and rights go, and of the evidence what tells who it was, so that the chain still verifies. The row stays
    without name and address, for tasks, collaborations and events hang on it. Contacts with the address leave the cards; mails
    to the address lose what they said. Where nobody is left to answer, the offices are told.

    Raises:
        NotFound: nothing is stored about the address.
    """

    async def work(unit: Unit) -> dict[str, int]:
        known = await person.find(unit, text.email_key(email))
        found = await person.everything(unit, known)
        if not found:
            raise NotFound
        if known.administrator_id is not None:
            await _erase_administrator(unit, known.administrator_id, known)
        else:
            await _erase_words(unit, known)
        if known.advisor_id is not None:
            [advisor] = (await office.many_advisors(unit, [known.advisor_id])).values()
            await person.erase_advisor(unit, advisor.id)
            unit.topics.add(office_stream(advisor.office_id))
        return {name: len(rows) for name, rows in found.items()}

    return await installation.database.write(work)


async def _erase_administrator(unit: Unit, administrator_id: str, known: Person) -> None:
    mine = (await company.companies_of(unit, [administrator_id])).get(administrator_id, ())
    # Companies are held as everybody holds them, and in one order, so that nobody waits for somebody who waits for him.
    for one in sorted(mine, key=lambda each: each.organisation_number):
        await company.find_by_number(unit, one.organisation_number, lock=True)
        unit.topics.add(company_stream(one.id))
    async with AsyncExitStack() as watching:
        for one in mine:
            await watching.enter_async_context(presence.watched(unit, one.id))
        await _erase_words(unit, known)
        await person.erase_evidence(unit, administrator_id)
        await person.erase_administrator(unit, administrator_id)


async def _erase_words(unit: Unit, known: Person) -> None:
    """Erase what was said to and of the person; what others were told of him is found by the rights that he still has."""
    await person.erase_mentions(unit, known, text.ERASED)
    await person.erase_mails(unit, known)
    await person.erase_contacts(unit, known)
    viewers = [f"advisor:{known.advisor_id}", f"administrator:{known.administrator_id}"]
    hashed = [hashlib.sha256(email.encode()).hexdigest() for email in known.emails]
    await person.erase_keys(unit, [*viewers, *(f"anonymous:{one}" for one in hashed)])
