"""The evidence of approvals: one numbered chain per company, only ever appended to."""

from collections.abc import Collection

from sqlalchemy import RowMapping, insert, select

from domain.approval import FIRST_HASH, ChainHead, Evidence
from persistence.database import Reading, Unit
from persistence.tables import companies, evidence


async def head(unit: Unit, company_id: str) -> ChainHead:
    """Return the chain's last record, and hold the chain.

    The company's row is locked until the commit, so that two approvals cannot take the same place.
    """
    await unit.connection.execute(select(companies.c.id).where(companies.c.id == company_id).with_for_update())
    query = (
        select(evidence.c.number, evidence.c.hash)
        .where(evidence.c.company_id == company_id)
        .order_by(evidence.c.number.desc())
        .limit(1)
    )
    row = (await unit.connection.execute(query)).one_or_none()
    if row is None:
        return ChainHead(number=0, hash=FIRST_HASH)
    return ChainHead(number=row.number, hash=row.hash)


async def append(unit: Unit, record: Evidence) -> None:
    """Write a record at the end of its company's chain."""
    await unit.connection.execute(
        insert(evidence).values(
            id=record.id,
            company_id=record.company_id,
            number=record.number,
            office_id=record.office_id,
            collaboration_id=record.collaboration_id,
            administrator_id=record.administrator_id,
            recorded_at=record.recorded_at,
            content=record.content,
            personal=record.personal,
            content_hash=record.content_hash,
            previous_hash=record.previous_hash,
            hash=record.hash,
        )
    )


async def of_collaborations(reading: Reading, collaboration_ids: Collection[str]) -> dict[str, Evidence]:
    """Return the approval's record of each collaboration that has one."""
    rows = await reading.connection.execute(select(evidence).where(evidence.c.collaboration_id.in_(collaboration_ids)))
    return {row["collaboration_id"]: record_of(row) for row in rows.mappings()}


async def names(reading: Reading, administrator_id: str) -> bool:
    """Tell whether any record is of the person."""
    query = select(evidence.c.id).where(evidence.c.administrator_id == administrator_id).limit(1)
    return await reading.connection.scalar(query) is not None


async def many(reading: Reading, ids: Collection[str]) -> dict[str, Evidence]:
    """Return the records with those ids."""
    rows = await reading.connection.execute(select(evidence).where(evidence.c.id.in_(ids)))
    return {row["id"]: record_of(row) for row in rows.mappings()}


async def chain(reading: Reading, company_id: str, *, up_to: int) -> tuple[Evidence, ...]:
    """Return the company's records from the first to number `up_to`."""
    query = select(evidence).where(evidence.c.company_id == company_id, evidence.c.number <= up_to)
    rows = await reading.connection.execute(query.order_by(evidence.c.number))
    return tuple(record_of(row) for row in rows.mappings())


async def whole_chain(reading: Reading, company_id: str) -> tuple[Evidence, ...]:
    """Return all of the company's records, the first one first."""
    rows = await reading.connection.execute(
        select(evidence).where(evidence.c.company_id == company_id).order_by(evidence.c.number)
    )
    return tuple(record_of(row) for row in rows.mappings())


def record_of(row: RowMapping) -> Evidence:
    """Read a record from its row."""
    return Evidence(
        id=row["id"],
        company_id=row["company_id"],
        number=row["number"],
        office_id=row["office_id"],
        collaboration_id=row["collaboration_id"],
        administrator_id=row["administrator_id"],
        recorded_at=row["recorded_at"],
        content=row["content"],
        personal=row["personal"],
        content_hash=row["content_hash"],
        previous_hash=row["previous_hash"],
        hash=row["hash"],
    )
