"""How companies stand with the terms of services, and which collaborations a new version concerns."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from domain.approval import APPROVED
from domain.collaboration import CollaborationStatus
from persistence.database import Reading, Unit
from persistence.tables import collaborations, services, terms_acceptances


async def hold_terms(unit: Unit, service_id: str, *, publishing: bool = False) -> None:
    """Hold a service's versions as they are until the commit: others may do so too, and who publishes waits for them all.

    Without it a version could be published while a yes to the one before is under way, and nobody would be asked for the new one.
    """
    query = select(services.c.id).where(services.c.id == service_id)
    # Neither stands in the way of rows that merely refer to the service.
    await unit.connection.execute(query.with_for_update(read=not publishing, key_share=publishing))


async def accepted_versions(reading: Reading, company_id: str, service_id: str) -> frozenset[int]:
    """Return the numbers of the versions that the company has accepted."""
    mine = (terms_acceptances.c.company_id == company_id) & (terms_acceptances.c.service_id == service_id)
    return frozenset(await reading.connection.scalars(select(terms_acceptances.c.version).where(mine)))


async def set_deadline(unit: Unit, service_id: str, suspends_at: datetime) -> None:
    """Let everything in use of a service be suspended then, where nothing suspends it earlier, for a version that is new.

    Each one's version goes up with it, so that whoever is about to write an older state reads it anew.
    """
    sooner = or_(collaborations.c.suspends_at.is_(None), collaborations.c.suspends_at > suspends_at)
    await unit.connection.execute(
        update(collaborations)
        .where(_in_use(service_id), sooner)
        .values(suspends_at=suspends_at, version=collaborations.c.version + 1)
    )


async def untold(reading: Reading, service_id: str, version: int) -> tuple[str, ...]:
    """Return the ids of what is in use of a service without the version, and was not told of it, oldest first."""
    not_told = or_(collaborations.c.terms_told_version.is_(None), collaborations.c.terms_told_version < version)
    return await _ids(reading, and_(_in_use(service_id), not_told, ~_stands(service_id, terms_acceptances.c.version >= version)))


async def late(reading: Reading, service_id: str) -> tuple[str, ...]:
    """Return the ids of what is stored as active of a service, and suspended by the clock."""
    active = collaborations.c.status == CollaborationStatus.ACTIVE
    return await _ids(reading, and_(_in_use(service_id), active, collaborations.c.suspends_at <= reading.now))


async def _ids(reading: Reading, condition: ColumnElement[bool]) -> tuple[str, ...]:
    query = select(collaborations.c.id).where(condition).order_by(collaborations.c.activated_at, collaborations.c.id)
    return tuple(await reading.connection.scalars(query))


def _in_use(service_id: str) -> ColumnElement[bool]:
    """Of the service, approved and not ended, by a company that stands under one of its versions."""
    statuses = sorted(APPROVED, key=lambda status: status.name)
    return and_(collaborations.c.service_id == service_id, collaborations.c.status.in_(statuses), _stands(service_id))


def _stands(service_id: str, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = (terms_acceptances.c.company_id == collaborations.c.company_id, terms_acceptances.c.service_id == service_id)
    return exists(select(terms_acceptances.c.version).where(*mine, *which))
