"""Offices and their advisors as rows."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, RowMapping, insert, select, update

from domain import text
from domain.office import Advisor, Office
from persistence.database import Reading, Unit
from persistence.tables import advisors, offices


async def add_office(unit: Unit, added: Office) -> None:
    """Insert an office."""
    values = {"id": added.id, "name": added.name, "organisation_number": added.organisation_number}
    await unit.connection.execute(insert(offices).values(values))


async def many_offices(reading: Reading, ids: Collection[str]) -> dict[str, Office]:
    """Return the offices with those ids."""
    rows = await reading.connection.execute(select(offices).where(offices.c.id.in_(list(ids))))
    return {row["id"]: _office(row) for row in rows.mappings()}


async def find_office_by_number(reading: Reading, organisation_number: str) -> Office | None:
    """Return the office with the organisation number."""
    query = select(offices).where(offices.c.organisation_number == organisation_number)
    row = (await reading.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _office(row)


async def offices_named(reading: Reading, name: str) -> list[Office]:
    """Return every office of that name."""
    rows = await reading.connection.execute(select(offices).where(offices.c.name == name).order_by(offices.c.id))
    return [_office(row) for row in rows.mappings()]


async def add_advisor(unit: Unit, added: Advisor) -> None:
    """Insert an advisor; an address belongs to one advisor."""
    await unit.connection.execute(insert(advisors).values(_advisor_values(added)))


async def save_advisor(unit: Unit, changed: Advisor) -> None:
    """Write an advisor's change."""
    await unit.connection.execute(update(advisors).where(advisors.c.id == changed.id).values(_advisor_values(changed)))


async def many_advisors(reading: Reading, ids: Collection[str]) -> dict[str, Advisor]:
    """Return the advisors with those ids."""
    return {found.id: found for found in await _advisors(reading, advisors.c.id.in_(list(ids)))}


async def advisors_of(reading: Reading, office_ids: Collection[str]) -> dict[str, tuple[Advisor, ...]]:
    """Return each office's advisors, by name."""
    found: dict[str, tuple[Advisor, ...]] = {}
    for advisor in sorted(
        await _advisors(reading, advisors.c.office_id.in_(list(office_ids))),
        key=lambda one: (text.sort_key(one.name), one.id),
    ):
        found[advisor.office_id] = (*found.get(advisor.office_id, ()), advisor)
    return found


async def find_advisor_by_email(reading: Reading, email_key: str) -> Advisor | None:
    """Return the advisor with the case-folded address."""
    found = await _advisors(reading, advisors.c.email_key == email_key)
    return found[0] if found else None


async def advisor_emails(reading: Reading, office_ids: Collection[str]) -> dict[str, frozenset[str]]:
    """Return the case-folded addresses of each office's advisors, active or not."""
    query = select(advisors.c.office_id, advisors.c.email_key).where(advisors.c.office_id.in_(list(office_ids)))
    found: dict[str, set[str]] = {}
    for row in await reading.connection.execute(query):
        found.setdefault(row.office_id, set()).add(row.email_key)
    return {office_id: frozenset(emails) for office_id, emails in found.items()}


async def _advisors(reading: Reading, condition: ColumnElement[bool]) -> Sequence[Advisor]:
    rows = await reading.connection.execute(select(advisors).where(condition))
    return [
        Advisor(
            id=row["id"],
            office_id=row["office_id"],
            name=row["name"],
            email=row["email"],
            permission=row["permission"],
            active=row["active"],
            language=row["language"],
        )
        for row in rows.mappings()
    ]


def _office(row: RowMapping) -> Office:
    return Office(id=row["id"], name=row["name"], organisation_number=row["organisation_number"])


def _advisor_values(advisor: Advisor) -> dict[str, object]:
    values = {name: getattr(advisor, name) for name in Advisor.__slots__}
    return values | {"email_key": text.email_key(advisor.email)}
