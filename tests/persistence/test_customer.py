"""Cards: found by the beginnings of their words, numbered after the highest number, and changed only as they were read."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from domain import text
from domain.collaboration import CollaborationStatus
from domain.customer import Customer
from domain.errors import NotFound
from persistence import collaboration, customer, scope
from persistence.customer_filter import CustomerFilter, CustomerOrder
from persistence.database import Database, Reading, Unit
from persistence.page import PageRequest
from persistence.tables import customer_words, customers
from tests.persistence import stored
from tests.support import makers

pytestmark = pytest.mark.anyio

FULL = scope.everything()


def card(number: str, name: str = "Någon", organisation_number: str = "5560160680", **changes: object) -> Customer:
    made = makers.customer(id=f"customer {number}", customer_number=number, name=name, organisation_number=organisation_number)
    return replace(made, **changes)  # type: ignore[arg-type]  # keywords of the dataclass


CARDS = (
    card("1001", "Åkerlunds Éclair & Söner AB"),
    card("1002", "AKERI-BOLAGET i Malmö", "5560004615"),
    card("A-17", "O'Neill Østergård", "8020024280"),
    card("556016", "Straße 24", "2021005489"),
    card("B/2024-03", "日本 Import", "2321000156"),
)

SEARCHES = [
    ("åkerlund", {"1001"}),
    ("AKERL", {"1001"}),
    ("aker", {"1001", "1002"}),
    ("Åker bol", {"1002"}),
    ("ab sön ecl", {"1001"}),
    ("lunds", set[str]()),
    ("malmo", {"1002"}),
    ("MALMÖ", {"1002"}),
    ("malmo\u0308", {"1002"}),
    ("o'neill", {"A-17"}),
    ("neill", {"A-17"}),
    ("ostergard", {"A-17"}),
    ("strasse", {"556016"}),
    ("STRAẞE", {"556016"}),
    ("日", {"B/2024-03"}),
    ("100", {"1001", "1002"}),
    ("1002", {"1002"}),
    ("10021", set()),
    ("a-17", {"A-17"}),
    ("a17", {"A-17"}),
    ("17", {"A-17"}),
    ("2024-03", {"B/2024-03"}),
    ("b202403", {"B/2024-03"}),
    ("556016-0680", {"1001"}),
    ("16556016-0680", {"1001"}),
    ("5560160680", {"1001"}),
    ("556016-06", {"1001"}),
    ("556016", {"1001", "556016"}),
    ("5560", {"1001", "1002", "556016"}),
    ("80200", {"A-17"}),
    ("24", {"556016"}),
    ("%", set()),
    ("ak%", {"1001", "1002"}),
    ("a_er", set()),
]


async def numbers(reading: Reading, wanted: CustomerFilter) -> set[str]:
    request = PageRequest(limit=100)
    found = await customer.page(reading, scope=FULL, filter=wanted, order=CustomerOrder(), request=request)
    assert await customer.count(reading, scope=FULL, filter=wanted) == len(found.items)
    return {one.customer_number for one in found.items}


@pytest.fixture
async def register(ground: Database) -> Database:
    """Have the cards above, and no others that are not archived."""
    await stored.execute(ground, update(customers).values(archived=True, customer_number=customers.c.id))
    await stored.store(ground, lambda unit: customer.add_many(unit, CARDS))
    return ground


async def test_a_card_is_found_by_the_beginning_of_each_word(register: Database, subtests: pytest.Subtests) -> None:
    async with register.read() as reading:
        for search, expected in SEARCHES:
            with subtests.test(search):
                assert await numbers(reading, CustomerFilter(search=search)) == expected


async def test_a_search_finds_what_the_rule_says_whatever_is_asked(register: Database) -> None:
    """Every beginning of every word, and of pairs of words, against the rule in Python."""
    words = {one.customer_number: text.words(one.name, one.customer_number, one.organisation_number) for one in CARDS}
    every = sorted(set().union(*words.values()))
    queries = [word[:length] for word in every for length in (1, 2, len(word))]
    queries += [f"{first[:2]} {second[:1]}" for first, second in zip(every, reversed(every), strict=True)]
    async with register.read() as reading:
        for query in queries:
            expected = {
                number
                for number, found in words.items()
                if all(any(word.startswith(prefix) for word in found) for prefix in text.search_words(query))
            }
            assert await numbers(reading, CustomerFilter(search=query)) == expected, query


async def test_a_renamed_card_is_found_by_its_new_words_alone(register: Database) -> None:
    renamed = card("1001", "Björk AB", "5560160680", version=2)
    assert await register.write(lambda unit: customer.save(unit, renamed, expected_version=1))
    async with register.read() as reading:
        assert await numbers(reading, CustomerFilter(search="akerlunds")) == set()
        assert await numbers(reading, CustomerFilter(search="bjo")) == {"1001"}
        words = select(func.count()).where(customer_words.c.customer_id == renamed.id)
        assert await reading.connection.scalar(words) == len(text.words("Björk AB", "1001", "5560160680"))


async def test_filters_choose_by_number_manager_archive_and_collaboration(register: Database) -> None:
    waiting = makers.collaboration(customer_id=CARDS[0].id, task_id=None)
    async with register.read() as reading:
        lapsed_at, open_until = reading.now - timedelta(seconds=1), reading.now + timedelta(days=1)
    await stored.store(
        register,
        lambda unit: collaboration.add(unit, replace(waiting, expires_at=lapsed_at)),
        lambda unit: collaboration.add(
            unit, replace(waiting, id="second", customer_id=CARDS[1].id, company_id="company-beta", expires_at=open_until)
        ),
        lambda unit: customer.save(unit, replace(CARDS[2], account_manager_id=None, version=2), expected_version=1),
    )
    status = CollaborationStatus
    everybody = {one.customer_number for one in CARDS}
    cases: list[tuple[CustomerFilter, set[str]]] = [
        (CustomerFilter(), everybody),
        (CustomerFilter(archived=False), everybody),
        (CustomerFilter(archived=True), {"customer-alfa", "customer-syd"}),
        (CustomerFilter(organisation_number="556016-0680"), {"1001"}),
        (CustomerFilter(organisation_number="16556016-0680"), {"1001"}),
        (CustomerFilter(organisation_number="nonsense"), set()),
        (CustomerFilter(account_manager_id="advisor-anna"), everybody - {"A-17"}),
        (CustomerFilter(account_manager_id="nobody"), set()),
        (CustomerFilter(collaboration_status=status.EXPIRED), {"1001"}),
        (CustomerFilter(collaboration_status=status.AWAITING_APPROVAL), {"1002"}),
        (CustomerFilter(service_id="service-scanner"), {"1001", "1002"}),
        (CustomerFilter(service_id="service-archive"), set()),
        (CustomerFilter(service_id="service-scanner", collaboration_status=status.EXPIRED), {"1001"}),
        (CustomerFilter(service_id="service-archive", collaboration_status=status.EXPIRED), set()),
        (CustomerFilter(service_id="service-scanner", search="malmö"), {"1002"}),
    ]
    async with register.read() as reading:
        for wanted, expected in cases:
            assert await numbers(reading, wanted) == expected, wanted


NEXT = [
    (["1", "9", "10"], "11"),
    (["0042"], "43"),
    (["7", "A-100", "100-A", "B200"], "8"),
    (["5", "5560160680"], "6"),
    (["5", "²"], "6"),
    (["1²"], "13"),
    (["999999998"], "999999999"),
    (["999999999"], "1000000000"),
    (["999999999", "1000000000", "1000000001"], "1000000002"),
]


async def test_the_next_number_follows_the_highest_one_of_digits(ground: Database, subtests: pytest.Subtests) -> None:
    async with ground.read() as reading:
        assert await customer.next_number(reading, "office-nord") == "1002"
        assert await customer.next_number(reading, "office-syd") == "2"
        assert await customer.next_number(reading, "office of nobody") == "1"
    for taken, following in NEXT:

        async def work(unit: Unit, taken: list[str] = taken, following: str = following) -> None:
            await unit.connection.execute(customer_words.delete())
            await unit.connection.execute(customers.update().values(office_id="office-syd", customer_number=customers.c.id))
            await customer.add_many(unit, [card(number) for number in taken])
            assert await customer.next_number(unit, "office-nord") == following
            assert await customer.find_by_number(unit, "office-nord", following) is None
            raise NotFound

        with subtests.test(str(taken)), pytest.raises(NotFound):
            await ground.write(work)


async def test_a_number_belongs_to_one_card_of_an_office(ground: Database) -> None:
    async with ground.read() as reading:
        assert await customer.find_by_number(reading, "office-nord", "1001") == "customer-alfa"
        assert await customer.find_by_number(reading, "office-nord", "1") is None
        assert await customer.find_by_number(reading, "office-syd", "1001") is None
    with pytest.raises(IntegrityError):
        await stored.store(ground, lambda unit: customer.add(unit, card("1001")))
    await stored.store(ground, lambda unit: customer.add(unit, card("1001", office_id="office-syd")))


async def test_a_card_comes_back_as_it_was_stored(ground: Database) -> None:
    people = (
        makers.contact(is_main=False, email=None),
        makers.contact(name="Zoë", phone=None, language="en"),
        makers.contact(name="Adam", is_main=False),
    )
    bare = card("2", address=None, contacts=(), account_manager_id=None, archived=True)
    partial = card("3", address=makers.address(street=None, city=None, postal_code=None), contacts=people)
    await stored.store(ground, lambda unit: customer.add_many(unit, [bare, partial]))
    async with ground.read() as reading:
        found = await customer.many(reading, [bare.id, partial.id, "nobody"], scope=FULL)
        assert found == {bare.id: bare, partial.id: partial}
        assert await customer.many(reading, [], scope=FULL) == {}


async def test_a_card_is_saved_only_over_the_version_that_was_read(ground: Database) -> None:
    known = stored.CUSTOMERS[0]
    changed = replace(known, name="Nytt namn", contacts=(), version=2, updated_at=makers.NOW + timedelta(days=1))
    assert not await ground.write(lambda unit: customer.save(unit, changed, expected_version=2))
    async with ground.read() as reading:
        assert await customer.many(reading, [known.id], scope=FULL) == {known.id: known}
    assert await ground.write(lambda unit: customer.save(unit, changed, expected_version=1))
    assert not await ground.write(lambda unit: customer.save(unit, changed, expected_version=1))
    async with ground.read() as reading:
        assert await customer.many(reading, [known.id], scope=FULL) == {known.id: changed}


async def test_a_card_outside_the_scope_is_not_found(ground: Database) -> None:
    viewer = makers.advisor_viewer()

    async def get(unit: Unit, customer_id: str) -> Customer:
        return await customer.get(unit, customer_id, scope=scope.customers_of(viewer))

    assert await ground.write(lambda unit: get(unit, "customer-alfa")) == stored.CUSTOMERS[0]
    for hidden in ("customer-syd", "nobody"):
        with pytest.raises(NotFound):
            await ground.write(lambda unit, hidden=hidden: get(unit, hidden))  # type: ignore[misc]  # mypy does not infer a lambda with a default
