"""What an import asks of the register before it adds: which numbers and companies an office has cards of."""

from collections.abc import Collection

from sqlalchemy import select

from persistence.database import Reading
from persistence.tables import customers


async def taken(reading: Reading, office_id: str, numbers: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return, by customer number, the id and the organisation number of the card that has it."""
    query = select(customers.c.customer_number, customers.c.id, customers.c.organisation_number)
    mine = (customers.c.office_id == office_id) & customers.c.customer_number.in_(list(numbers))
    return {row[0]: (row[1], row[2]) for row in await reading.connection.execute(query.where(mine))}


async def known_companies(reading: Reading, office_id: str, organisation_numbers: Collection[str]) -> frozenset[str]:
    """Return those of the organisation numbers of which the office has a card, archived ones included."""
    mine = (customers.c.office_id == office_id) & customers.c.organisation_number.in_(list(organisation_numbers))
    return frozenset(await reading.connection.scalars(select(customers.c.organisation_number).where(mine).distinct()))
