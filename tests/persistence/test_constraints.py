"""What the database itself refuses, whatever the code does: it is tried on the tables, past every function of ours."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from domain import approval
from domain.collaboration import LIVE, Collaboration, CollaborationStatus
from domain.scenario import ApprovalKind
from persistence import collaboration, company, evidence, service, tables
from persistence.database import Database
from tests.persistence import stored
from tests.support import makers

pytestmark = pytest.mark.anyio

CLOSED = [status for status in CollaborationStatus if status not in LIVE]


async def refused(database: Database, statement: Any) -> str:  # noqa: ANN401 - any statement
    """Run a statement that must fail, and return what the database said."""
    with pytest.raises(IntegrityError) as refusal:
        async with database.engine.begin() as connection:
            await connection.execute(statement)
    return str(refusal.value.orig)


async def a_row(database: Database, table: Table) -> dict[str, Any]:
    async with database.read() as reading:
        return dict((await reading.connection.execute(select(table).limit(1))).mappings().one())


@pytest.fixture
async def full(ground: Database) -> Database:
    """Have a row in the tables that the cases are about."""
    record = approval.make_evidence(
        makers.collaboration(), makers.administrator(), evidence_id="evidence-1", salt="salt", accepted=None,
        identification=makers.identification(), head=approval.ChainHead(number=0, hash=approval.FIRST_HASH), now=makers.NOW,
    )  # fmt: skip
    await stored.store(
        ground,
        lambda unit: service.add_terms(unit, [makers.terms()]),
        lambda unit: collaboration.add(unit, makers.collaboration()),
        lambda unit: company.add_administrator(unit, makers.administrator(), salt="salt"),
        lambda unit: service.store_subscription(unit, makers.subscription()),
        lambda unit: evidence.append(unit, record),
    )
    return ground


NEEDED: list[tuple[str, str]] = [
    ("customers", "name"),
    ("customers", "name_key"),
    ("customers", "archived"),
    ("customers", "office_id"),
    ("tasks", "owner_id"),
    ("collaborations", "status"),
    ("collaborations", "expires_at"),
    ("collaborations", "reminders_sent"),
    ("companies", "registered"),
    ("subscriptions", "status"),
    ("administrators", "email_key"),
]


async def test_a_value_that_must_be_there_is_not_left_out(full: Database, subtests: pytest.Subtests) -> None:
    for table, column in NEEDED:
        with subtests.test(f"{table}.{column}"):
            known = tables.metadata.tables[table]
            row = await a_row(full, known)
            if "id" in row:
                row["id"] = "another"
            told = await refused(full, insert(known).values({**row, column: None}))
            assert column in told
            assert "null" in told.casefold()


RULES: list[tuple[str, dict[str, Any], str]] = [
    ("customers", {"version": 0}, "version_positive"),
    ("customers", {"organisation_number": "556016068"}, "ten_digits"),
    ("customers", {"has_address": True, "country": None}, "address_has_country"),
    ("tasks", {"version": -1}, "version_positive"),
    ("advisors", {"language": "de"}, "language_known"),
    ("companies", {"organisation_number": "16556016068"}, "ten_digits"),
    ("collaborations", {"status": CollaborationStatus.ACTIVE}, "used_only_when_approved"),
    ("collaborations", {"status": CollaborationStatus.ENDED}, "used_only_when_approved"),
    ("collaborations", {"approval_kind": ApprovalKind.TERMS_AND_CONDITIONS}, "terms_pinned"),
    ("collaborations", {"version": 0}, "version_positive"),
    ("installation", {"id": 2}, "single"),
]


async def test_a_value_against_the_rules_is_refused(full: Database, subtests: pytest.Subtests) -> None:
    for table, changes, constraint in RULES:
        with subtests.test(f"{table}.{changes}"):
            told = await refused(full, update(tables.metadata.tables[table]).values(changes))
            assert f"ck_{table}_{constraint}" in told


WORDS: list[tuple[str, str]] = [
    ("customers", "company_form"),
    ("tasks", "period"),
    ("advisors", "permission"),
    ("collaborations", "status"),
    ("collaborations", "scenario"),
    ("collaborations", "approval_kind"),
    ("collaborations", "invoice_recipient"),
    ("collaborations", "ended_by"),
    ("collaborations", "service_afterwards"),
    ("subscriptions", "status"),
    ("subscriptions", "prior_status"),
]


async def test_a_word_that_the_domain_does_not_know_is_refused(full: Database, subtests: pytest.Subtests) -> None:
    for table, column in WORDS:
        with subtests.test(f"{table}.{column}"), pytest.raises(IntegrityError, match=f"ck_{table}_{column}_known"):
            async with full.engine.begin() as connection:
                await connection.exec_driver_sql(f"UPDATE {table} SET {column} = 'NOBODY_KNOWS'")  # noqa: S608 - our own words


REFERENCES: list[tuple[str, str]] = [
    ("customers", "office_id"),
    ("customers", "account_manager_id"),
    ("tasks", "customer_id"),
    ("tasks", "owner_id"),
    ("task_participants", "advisor_id"),
    ("customer_words", "office_id"),
    ("collaborations", "office_id"),
    ("collaborations", "customer_id"),
    ("collaborations", "company_id"),
    ("collaborations", "service_id"),
    ("collaborations", "task_id"),
    ("collaborations", "activated_by_id"),
    ("collaborations", "previous_id"),
    ("subscriptions", "paying_office_id"),
]


async def test_nothing_points_at_what_does_not_exist(full: Database, subtests: pytest.Subtests) -> None:
    for table, column in REFERENCES:
        with subtests.test(f"{table}.{column}"):
            told = await refused(full, update(tables.metadata.tables[table]).values({column: "nowhere"}))
            assert "foreign key" in told.casefold()


async def test_what_is_pointed_at_stays(full: Database, subtests: pytest.Subtests) -> None:
    for table in ("offices", "advisors", "customers", "tasks", "companies", "services"):
        with subtests.test(table):
            told = await refused(full, delete(tables.metadata.tables[table]))
            assert "foreign key" in told.casefold()


def values(known: Collaboration) -> dict[str, Any]:
    return {name: getattr(known, name) for name in Collaboration.__slots__}


async def test_a_second_live_collaboration_of_office_company_and_service_is_refused(
    ground: Database, subtests: pytest.Subtests
) -> None:
    await stored.store(ground, lambda unit: collaboration.add(unit, makers.collaboration(approved_at=makers.NOW)))
    for status, other in itertools.product(LIVE, LIVE):
        with subtests.test(f"{status.name}, {other.name}"):
            await stored.execute(ground, update(tables.collaborations).values(status=status))
            second = makers.collaboration(id="second", customer_id="customer-syd", status=other, approved_at=makers.NOW)
            told = await refused(ground, insert(tables.collaborations).values(values(second)))
            assert "unique" in told.casefold()


async def test_one_live_collaboration_stands_beside_closed_ones_and_those_of_others(ground: Database) -> None:
    closed = [
        makers.collaboration(id=f"{status.name} {place}", status=status, approved_at=makers.NOW)
        for status in CLOSED
        for place in (1, 2)
    ]
    live = [
        makers.collaboration(),
        makers.collaboration(id="of another service", service_id="service-archive"),
        makers.collaboration(id="of another company", company_id="company-beta"),
        makers.collaboration(id="of another office", office_id="office-syd", customer_id="customer-syd"),
    ]
    await stored.execute(ground, *(insert(tables.collaborations).values(values(one)) for one in (*closed, *live)))
    async with ground.read() as reading:
        assert await reading.connection.scalar(select(func.count()).select_from(tables.collaborations)) == len(closed + live)


LASTING: list[tuple[str, dict[str, Any]]] = [
    ("evidence", {"hash": "0" * 64}),
    ("evidence", {"content": {"kind": "COLLABORATION"}}),
    ("evidence", {"number": 7}),
    ("evidence", {"recorded_at": makers.NOW + timedelta(days=1)}),
    ("evidence", {"administrator_id": "somebody else"}),
    ("evidence", {"personal": {"name": "Somebody Else"}}),
    ("terms", {"text": "Other words"}),
    ("terms", {"sha256": "0" * 64}),
    ("terms", {"mandatory": False}),
    ("terms", {"grace_days": 0}),
]


async def test_evidence_and_published_terms_cannot_be_changed(full: Database, subtests: pytest.Subtests) -> None:
    for table, changes in LASTING:
        with subtests.test(f"{table}.{changes}"):
            known = tables.metadata.tables[table]
            before = await a_row(full, known)
            with pytest.raises(DBAPIError, match="evidence and published terms are never changed"):
                await stored.execute(full, update(known).values(changes))
            assert await a_row(full, known) == before


async def test_evidence_and_published_terms_cannot_be_deleted(full: Database) -> None:
    for table in (tables.evidence, tables.terms):
        before = await a_row(full, table)
        # PostgreSQL's TRUNCATE is not for the role of our transactions anyway; it is refused to the owner too.
        emptying = (text("SET LOCAL ROLE NONE"), text(f"TRUNCATE {table.name} CASCADE"))
        for statements in ((text(f"DELETE FROM {table.name}"),), *(() if full.is_sqlite else (emptying,))):  # noqa: S608 - our own names
            with pytest.raises(DBAPIError, match="evidence and published terms are never changed"):
                await stored.execute(full, *statements)
        assert await a_row(full, table) == before


async def test_evidence_and_published_terms_cannot_be_replaced_in_passing(full: Database) -> None:
    for table, changes in ((tables.evidence, {"hash": "0" * 64}), (tables.terms, {"text": "Other words"})):
        row = await a_row(full, table)
        for same in ({}, {"id": "a new one in the same place"}):
            replace = insert(table).values({**row, **changes, **same})
            if full.is_sqlite:
                replace = replace.prefix_with("OR REPLACE")
            await refused(full, replace)
        assert await a_row(full, table) == row


async def test_a_persons_data_can_be_erased_from_evidence_and_nothing_put_in_its_place(full: Database) -> None:
    erase = update(tables.evidence).values(personal=None)
    await stored.execute(full, erase)
    assert (await a_row(full, tables.evidence))["personal"] is None
    with pytest.raises(DBAPIError, match="never changed"):
        await stored.execute(full, update(tables.evidence).values(personal={"name": "Forged"}))
