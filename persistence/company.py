"""Companies and the persons who may act for them as rows."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, RowMapping, delete, insert, select, update

from domain import text
from domain.company import Administrator, Company
from persistence.database import Reading, Unit
from persistence.tables import administrators, companies, company_administrators


async def find_by_number(reading: Reading, organisation_number: str, *, lock: bool = False) -> Company | None:
    """Return the company with the organisation number, held until the commit where `lock`."""
    query = select(companies).where(companies.c.organisation_number == organisation_number)
    row = (await reading.connection.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    return None if row is None else _company(row)


async def many_by_number(reading: Reading, organisation_numbers: Collection[str]) -> dict[str, Company]:
    """Return the companies by organisation number."""
    if not organisation_numbers:
        return {}
    query = select(companies).where(companies.c.organisation_number.in_(list(organisation_numbers)))
    return {row["organisation_number"]: _company(row) for row in (await reading.connection.execute(query)).mappings()}


async def many(reading: Reading, ids: Collection[str]) -> dict[str, Company]:
    """Return the companies with those ids."""
    if not ids:
        return {}
    rows = await reading.connection.execute(select(companies).where(companies.c.id.in_(list(ids))))
    return {row["id"]: _company(row) for row in rows.mappings()}


async def add(unit: Unit, added: Company) -> None:
    """Insert a company; a second one with the number collides."""
    await unit.connection.execute(insert(companies).values(_company_values(added)))


async def save(unit: Unit, changed: Company) -> None:
    """Write a company's change."""
    await unit.connection.execute(update(companies).where(companies.c.id == changed.id).values(_company_values(changed)))


async def many_administrators(reading: Reading, ids: Collection[str]) -> dict[str, Administrator]:
    """Return the administrators with those ids."""
    return {found.id: found for found in await _administrators(reading, administrators.c.id.in_(list(ids)))}


async def find_administrator_by_email(reading: Reading, email_key: str) -> Administrator | None:
    """Return the administrator with the case-folded address."""
    found = await _administrators(reading, administrators.c.email_key == email_key)
    return found[0] if found else None


async def add_administrator(unit: Unit, added: Administrator, *, salt: str) -> None:
    """Insert a person; `salt` opens the commitments to the person's data in evidence."""
    values = {name: getattr(added, name) for name in Administrator.__slots__}
    values |= {"email_key": text.email_key(added.email), "salt": salt}
    await unit.connection.execute(insert(administrators).values(values))


async def accept(unit: Unit, administrator_id: str) -> None:
    """Note that the person has signed in for the first time."""
    never = administrators.c.accepted_at.is_(None)
    await unit.connection.execute(
        update(administrators).where(administrators.c.id == administrator_id, never).values(accepted_at=unit.now)
    )


async def hold_administrator(unit: Unit, administrator_id: str) -> Administrator | None:
    """Return the person, held until the commit: nobody changes it meanwhile, or lets it act for another company."""
    held = select(administrators.c.id).where(administrators.c.id == administrator_id).with_for_update()
    if await unit.connection.scalar(held) is None:
        return None
    return (await many_administrators(unit, [administrator_id])).get(administrator_id)


async def rename(unit: Unit, administrator_id: str, *, name: str, email: str) -> None:
    """Give a person another name and address; an address that is another person's collides."""
    values = {"name": name, "email": email, "email_key": text.email_key(email)}
    await unit.connection.execute(update(administrators).where(administrators.c.id == administrator_id).values(values))


async def delete_administrator(unit: Unit, administrator_id: str) -> None:
    """Remove a person, with links and sessions."""
    await unit.connection.execute(delete(administrators).where(administrators.c.id == administrator_id))


async def salt_of(reading: Reading, administrator_id: str) -> str:
    """Return the salt of the person's data in evidence."""
    query = select(administrators.c.salt).where(administrators.c.id == administrator_id)
    salt: str = (await reading.connection.execute(query)).scalar_one()
    return salt


async def administrators_of(reading: Reading, company_ids: Collection[str]) -> dict[str, tuple[Administrator, ...]]:
    """Return who may act for each company, by name."""
    if not company_ids:
        return {}
    query = (
        select(administrators, company_administrators.c.company_id)
        .join_from(company_administrators, administrators)
        .where(company_administrators.c.company_id.in_(list(company_ids)))
    )
    found: dict[str, list[Administrator]] = {}
    for row in (await reading.connection.execute(query)).mappings():
        found.setdefault(row["company_id"], []).append(_administrator(row))
    return {
        company_id: tuple(sorted(people, key=lambda one: (text.sort_key(one.name), one.id)))
        for company_id, people in found.items()
    }


async def companies_of(reading: Reading, administrator_ids: Collection[str]) -> dict[str, tuple[Company, ...]]:
    """Return the companies that each person may act for, by name."""
    query = (
        select(companies, company_administrators.c.administrator_id)
        .join_from(company_administrators, companies)
        .where(company_administrators.c.administrator_id.in_(list(administrator_ids)))
    )
    found: dict[str, list[Company]] = {}
    for row in (await reading.connection.execute(query)).mappings():
        found.setdefault(row["administrator_id"], []).append(_company(row))
    return {
        administrator_id: tuple(sorted(known, key=lambda one: (text.sort_key(one.name), one.id)))
        for administrator_id, known in found.items()
    }


async def link(unit: Unit, company_id: str, administrator_id: str, *, pending: bool) -> None:
    """Let the person act for the company, pending until an approval confirms it; whoever is firm already stays so."""
    values = {"company_id": company_id, "administrator_id": administrator_id, "pending": pending}
    if not pending:
        await unlink(unit, company_id, administrator_id)
    await unit.connection.execute(insert(company_administrators).values(values))


async def confirm(unit: Unit, company_id: str, administrator_id: str) -> None:
    """Make firm that the person may act for the company; others who are pending stay so."""
    mine = (company_administrators.c.company_id == company_id) & (company_administrators.c.administrator_id == administrator_id)
    await unit.connection.execute(update(company_administrators).where(mine).values(pending=False))


async def unlink(unit: Unit, company_id: str, administrator_id: str) -> None:
    """Take the person's right to act for the company."""
    mine = (company_administrators.c.company_id == company_id) & (company_administrators.c.administrator_id == administrator_id)
    await unit.connection.execute(delete(company_administrators).where(mine))


async def unlink_pending(unit: Unit, company_id: str) -> tuple[str, ...]:
    """Take the right of those whom no approval has confirmed, and return their ids."""
    mine = (company_administrators.c.company_id == company_id) & company_administrators.c.pending
    gone = delete(company_administrators).where(mine).returning(company_administrators.c.administrator_id)
    return tuple(await unit.connection.scalars(gone))


async def _administrators(reading: Reading, condition: ColumnElement[bool]) -> list[Administrator]:
    rows = await reading.connection.execute(select(administrators).where(condition))
    return [_administrator(row) for row in rows.mappings()]


def _administrator(row: RowMapping) -> Administrator:
    return Administrator(
        id=row["id"],
        name=row["name"],
        email=row["email"],
        language=row["language"],
        accepted_at=row["accepted_at"],
    )


def _company(row: RowMapping) -> Company:
    return Company(
        id=row["id"],
        name=row["name"],
        organisation_number=row["organisation_number"],
        registered=row["registered"],
    )


def _company_values(company: Company) -> dict[str, object]:
    return {name: getattr(company, name) for name in Company.__slots__}
