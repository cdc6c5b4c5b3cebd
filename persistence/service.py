"""Services, their terms, and companies' subscriptions to them as rows."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, RowMapping, delete, insert, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from domain.service import (
    InvoiceRecipient,
    PriorSubscription,
    Service,
    ServiceAfterwards,
    ServiceSubscription,
    Terms,
    TermsAcceptance,
)
from persistence.database import Reading, Unit
from persistence.tables import services, subscriptions, terms, terms_acceptances


async def all_services(reading: Reading) -> tuple[Service, ...]:
    """Return the catalogue, by code."""
    rows = await reading.connection.execute(select(services).order_by(services.c.code))
    return tuple(_service(row) for row in rows.mappings())


async def many(reading: Reading, ids: Collection[str]) -> dict[str, Service]:
    """Return the services with those ids."""
    rows = await reading.connection.execute(select(services).where(services.c.id.in_(list(ids))))
    return {row["id"]: _service(row) for row in rows.mappings()}


async def find_by_code(reading: Reading, code: str) -> Service | None:
    """Return the service with the code."""
    row = (await reading.connection.execute(select(services).where(services.c.code == code))).mappings().one_or_none()
    return None if row is None else _service(row)


async def add(unit: Unit, added: Service) -> None:
    """Insert a service."""
    await unit.connection.execute(
        insert(services).values(
            id=added.id,
            code=added.code,
            names=added.names,
            descriptions=added.descriptions,
            information_url=added.information_url,
            open_url=added.open_url,
            allowed_invoice_recipients=[one.name for one in added.allowed_invoice_recipients],
            end_options=[one.name for one in added.end_options],
        )
    )


async def add_terms(unit: Unit, added: Sequence[Terms]) -> None:
    """Insert the languages of a new version; a published text never changes."""
    rows = [{name: getattr(one, name) for name in Terms.__slots__} for one in added]
    await unit.connection.execute(insert(terms), rows)


async def terms_of(reading: Reading, service_ids: Collection[str]) -> dict[str, tuple[Terms, ...]]:
    """Return every language of every version of each service."""
    found: dict[str, tuple[Terms, ...]] = {}
    for one in await _terms(reading, terms.c.service_id.in_(list(service_ids))):
        found[one.service_id] = (*found.get(one.service_id, ()), one)
    return found


async def many_terms(reading: Reading, ids: Collection[str]) -> dict[str, Terms]:
    """Return the texts with those ids."""
    return {one.id: one for one in await _terms(reading, terms.c.id.in_(list(ids)))}


async def find_subscriptions(reading: Reading, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], ServiceSubscription]:
    """Return the subscriptions by company and service."""
    if not pairs:
        return {}
    wanted = tuple_(subscriptions.c.company_id, subscriptions.c.service_id).in_(list(pairs))
    found = await _subscriptions(reading, wanted)
    return {(one.company_id, one.service_id): one for one in found}


async def subscriptions_of(reading: Reading, company_ids: Collection[str]) -> dict[str, tuple[ServiceSubscription, ...]]:
    """Return each company's subscriptions."""
    found: dict[str, tuple[ServiceSubscription, ...]] = {}
    for one in await _subscriptions(reading, subscriptions.c.company_id.in_(list(company_ids))):
        found[one.company_id] = (*found.get(one.company_id, ()), one)
    return found


async def store_subscription(unit: Unit, stored: ServiceSubscription) -> None:
    """Insert or replace a company's row for a service."""
    prior = stored.prior
    changing = {
        "status": stored.status,
        "invoice_recipient": stored.invoice_recipient,
        "paying_office_id": stored.paying_office_id,
        "started_at": stored.started_at,
        "prior_status": prior.status if prior else None,
        "prior_invoice_recipient": prior.invoice_recipient if prior else None,
        "prior_paying_office_id": prior.paying_office_id if prior else None,
        "prior_started_at": prior.started_at if prior else None,
    }
    dialect = sqlite if unit.connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(subscriptions).values(company_id=stored.company_id, service_id=stored.service_id, **changing)
    await unit.connection.execute(statement.on_conflict_do_update(index_elements=["company_id", "service_id"], set_=changing))


async def delete_subscription(unit: Unit, company_id: str, service_id: str) -> None:
    """Remove a company's row for a service."""
    mine = (subscriptions.c.company_id == company_id) & (subscriptions.c.service_id == service_id)
    await unit.connection.execute(delete(subscriptions).where(mine))


async def accept_terms(unit: Unit, service_id: str, accepted: TermsAcceptance, version: int) -> None:
    """Record that a company stands under a version; the first record of a version stays."""
    dialect = sqlite if unit.connection.dialect.name == "sqlite" else postgresql
    values = {name: getattr(accepted, name) for name in TermsAcceptance.__slots__}
    statement = dialect.insert(terms_acceptances).values(values | {"service_id": service_id, "version": version})
    await unit.connection.execute(statement.on_conflict_do_nothing())


async def get_acceptance(reading: Reading, company_id: str, service_id: str, version: int) -> TermsAcceptance:
    """Return the record that the company stands, or stood, under a version."""
    table = terms_acceptances.c
    mine = (table.company_id == company_id) & (table.service_id == service_id) & (table.version == version)
    row = (await reading.connection.execute(select(terms_acceptances).where(mine))).mappings().one()
    return TermsAcceptance(**{name: row[name] for name in TermsAcceptance.__slots__})


async def acceptances_of(reading: Reading, company_ids: Collection[str]) -> dict[str, tuple[TermsAcceptance, ...]]:
    """Return what each company has accepted, oldest first."""
    query = select(terms_acceptances).where(terms_acceptances.c.company_id.in_(list(company_ids)))
    rows = await reading.connection.execute(
        query.order_by(terms_acceptances.c.accepted_at, terms_acceptances.c.service_id, terms_acceptances.c.version)
    )
    found: dict[str, tuple[TermsAcceptance, ...]] = {}
    for row in rows.mappings():
        accepted = TermsAcceptance(**{name: row[name] for name in TermsAcceptance.__slots__})
        found[accepted.company_id] = (*found.get(accepted.company_id, ()), accepted)
    return found


async def _terms(reading: Reading, condition: ColumnElement[bool]) -> list[Terms]:
    query = select(terms).where(condition).order_by(terms.c.service_id, terms.c.version, terms.c.language)
    rows = await reading.connection.execute(query)
    return [Terms(**{name: row[name] for name in Terms.__slots__}) for row in rows.mappings()]


async def _subscriptions(reading: Reading, condition: ColumnElement[bool]) -> list[ServiceSubscription]:
    query = select(subscriptions).where(condition)
    rows = await reading.connection.execute(query.order_by(subscriptions.c.company_id, subscriptions.c.service_id))
    return [_subscription(row) for row in rows.mappings()]


def _subscription(row: RowMapping) -> ServiceSubscription:
    prior = None
    if row["prior_status"] is not None:
        prior = PriorSubscription(
            status=row["prior_status"],
            invoice_recipient=row["prior_invoice_recipient"],
            paying_office_id=row["prior_paying_office_id"],
            started_at=row["prior_started_at"],
        )
    return ServiceSubscription(
        company_id=row["company_id"],
        service_id=row["service_id"],
        status=row["status"],
        invoice_recipient=row["invoice_recipient"],
        paying_office_id=row["paying_office_id"],
        started_at=row["started_at"],
        prior=prior,
    )


def _service(row: RowMapping) -> Service:
    return Service(
        id=row["id"],
        code=row["code"],
        names=row["names"],
        descriptions=row["descriptions"],
        information_url=row["information_url"],
        open_url=row["open_url"],
        allowed_invoice_recipients=tuple(InvoiceRecipient[one] for one in row["allowed_invoice_recipients"]),
        end_options=tuple(ServiceAfterwards[one] for one in row["end_options"]),
    )
