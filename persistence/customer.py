"""Customer cards as rows, with their contacts and the words by which they are searched."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, insert, select, true, update

from domain import text
from domain.customer import Address, Contact, Customer
from domain.errors import NotFound
from persistence import customer_filter
from persistence import page as paging
from persistence.customer_filter import CustomerFilter, CustomerOrder
from persistence.database import Reading, Unit
from persistence.page import Page, PageRequest
from persistence.tables import contacts, customer_words, customers

_LONGEST_PLAIN_NUMBER = 9


async def add(unit: Unit, added: Customer) -> None:
    """Insert a card."""
    await add_many(unit, [added])


async def add_many(unit: Unit, added: Sequence[Customer]) -> None:
    """Insert cards with their contacts and search words, with three statements for any number."""
    await unit.connection.execute(insert(customers), [_values(card) for card in added])
    people = [row for card in added for row in _contact_rows(card)]
    if people:
        await unit.connection.execute(insert(contacts), people)
    await unit.connection.execute(insert(customer_words), [row for card in added for row in _word_rows(card)])


async def save(unit: Unit, changed: Customer, *, expected_version: int) -> bool:
    """Write a change with its contacts and words, and tell whether the card was still of the expected version."""
    same = (customers.c.id == changed.id) & (customers.c.version == expected_version)
    done = await unit.connection.execute(update(customers).where(same).values(_values(changed)).returning(customers.c.id))
    if done.scalar_one_or_none() is None:
        return False
    await unit.connection.execute(delete(contacts).where(contacts.c.customer_id == changed.id))
    await unit.connection.execute(delete(customer_words).where(customer_words.c.customer_id == changed.id))
    people = _contact_rows(changed)
    if people:
        await unit.connection.execute(insert(contacts), people)
    await unit.connection.execute(insert(customer_words), _word_rows(changed))
    return True


async def many(reading: Reading, ids: Collection[str], *, scope: ColumnElement[bool]) -> dict[str, Customer]:
    """Return those of the ids that the scope lets through."""
    if not ids:
        return {}
    rows = (await reading.connection.execute(select(customers).where(customers.c.id.in_(list(ids)), scope))).mappings()
    found = rows.all()
    people = await _contacts(reading, [row["id"] for row in found])
    return {row["id"]: _customer(row, people.get(row["id"], ())) for row in found}


async def get(unit: Unit, customer_id: str, *, scope: ColumnElement[bool]) -> Customer:
    """Return the card within the scope, held until the commit.

    Raises:
        NotFound: the scope does not let it through, or there is none.
    """
    held = select(customers.c.id).where(customers.c.id == customer_id, scope).with_for_update(of=customers)
    if await unit.connection.scalar(held) is None:
        raise NotFound
    return (await many(unit, [customer_id], scope=true()))[customer_id]


async def hold(unit: Unit, customer_id: str, *, scope: ColumnElement[bool]) -> None:
    """Keep the card as it is until the commit: others may hold it too, and nobody may change or archive it.

    Raises:
        NotFound: the scope does not let it through, or there is none.
    """
    held = select(customers.c.id).where(customers.c.id == customer_id, scope).with_for_update(read=True, of=customers)
    if await unit.connection.scalar(held) is None:
        raise NotFound


async def page(
    reading: Reading,
    *,
    scope: ColumnElement[bool],
    filter: CustomerFilter,  # noqa: A002 - the field's own word
    order: CustomerOrder,
    request: PageRequest,
) -> Page[Customer]:
    """Return a page of what the scope and the filter let through."""

    async def load(ids: Collection[str]) -> dict[str, Customer]:
        return await many(reading, ids, scope=true())

    return await paging.page_of(
        reading, customer_filter.rows_of(reading, scope, filter), customer_filter.order_of(order), request, load
    )


async def count(
    reading: Reading,
    *,
    scope: ColumnElement[bool],
    filter: CustomerFilter,  # noqa: A002 - the field's own word
) -> int:
    """Count what the scope and the filter let through."""
    return await paging.count_of(reading, customer_filter.rows_of(reading, scope, filter))


async def find_by_number(reading: Reading, office_id: str, customer_number: str) -> str | None:
    """Return the id of the office's customer that has the number."""
    query = select(customers.c.id).where(customers.c.office_id == office_id, customers.c.customer_number == customer_number)
    found: str | None = await reading.connection.scalar(query)
    return found


async def next_number(reading: Reading, office_id: str) -> str:
    """Return the free number after the office's highest one of at most nine digits alone, 1 where there is none."""
    # A key of the padded width that begins with a digit is a number of digits alone.
    plain = and_(
        customers.c.office_id == office_id,
        func.length(customers.c.customer_number) <= _LONGEST_PLAIN_NUMBER,
        func.length(customers.c.number_key) == text.CUSTOMER_NUMBER_LIMIT,
        customers.c.number_key >= "0",
        customers.c.number_key < ":",
    )
    highest = await reading.connection.scalar(
        select(customers.c.number_key).where(plain).order_by(customers.c.number_key.desc()).limit(1)
    )
    following = str(int(highest or "0") + 1)
    # Longer numbers are often organisation numbers and do not count as the highest, but may stand in the way.
    while len(following) > _LONGEST_PLAIN_NUMBER and await find_by_number(reading, office_id, following) is not None:
        following = str(int(following) + 1)
    return following


async def _contacts(reading: Reading, customer_ids: Collection[str]) -> dict[str, tuple[Contact, ...]]:
    found: dict[str, tuple[Contact, ...]] = {}
    query = select(contacts).where(contacts.c.customer_id.in_(list(customer_ids)))
    for row in (await reading.connection.execute(query.order_by(contacts.c.position))).mappings():
        contact = Contact(
            name=row["name"],
            email=row["email"],
            phone=row["phone"],
            language=row["language"],
            is_main=row["is_main"],
        )
        found[row["customer_id"]] = (*found.get(row["customer_id"], ()), contact)
    return found


def _values(card: Customer) -> dict[str, object]:
    address = card.address
    return {
        "id": card.id,
        "office_id": card.office_id,
        "customer_number": card.customer_number,
        "number_key": text.number_key(card.customer_number),
        "name": card.name,
        "name_key": text.sort_key(card.name),
        "organisation_number": card.organisation_number,
        "company_form": card.company_form,
        "has_address": address is not None,
        "street": address.street if address else None,
        "postal_code": address.postal_code if address else None,
        "city": address.city if address else None,
        "country": address.country if address else None,
        "account_manager_id": card.account_manager_id,
        "archived": card.archived,
        "version": card.version,
        "created_at": card.created_at,
        "updated_at": card.updated_at,
    }


def _contact_rows(card: Customer) -> list[dict[str, object]]:
    return [
        {
            "customer_id": card.id,
            "position": position,
            "name": contact.name,
            "email": contact.email,
            "phone": contact.phone,
            "language": contact.language,
            "is_main": contact.is_main,
        }
        for position, contact in enumerate(card.contacts)
    ]


def _word_rows(card: Customer) -> list[dict[str, object]]:
    found = text.words(card.name, card.customer_number, card.organisation_number)
    return [{"office_id": card.office_id, "word": word, "customer_id": card.id} for word in sorted(found)]


def _customer(row: RowMapping, people: tuple[Contact, ...]) -> Customer:
    address = Address(street=row["street"], postal_code=row["postal_code"], city=row["city"], country=row["country"] or "")
    return Customer(
        id=row["id"],
        office_id=row["office_id"],
        customer_number=row["customer_number"],
        name=row["name"],
        organisation_number=row["organisation_number"],
        company_form=row["company_form"],
        address=address if row["has_address"] else None,
        contacts=people,
        account_manager_id=row["account_manager_id"],
        archived=row["archived"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
