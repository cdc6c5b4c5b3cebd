"""How SQLite answers: lists from the index of their order, searches from the index of words, nothing sorted by hand."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from domain.office import CustomerPermission
from persistence import collaboration, customer, jobs, scope, task
from persistence import event as streams
from persistence.collaboration_filter import CollaborationFilter, CollaborationOrder, CollaborationOrderField
from persistence.customer_filter import CustomerFilter, CustomerOrder, CustomerOrderField
from persistence.database import Database, Reading
from persistence.page import PageRequest
from persistence.task import TaskFilter, TaskOrder, TaskOrderField
from tests.persistence import crowd
from tests.support import databases, makers

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite]

FULL = makers.advisor_viewer(permission=CustomerPermission.FULL)
SORT, SCAN = "USE TEMP B-TREE", "SCAN "
CUSTOMER_INDEXES = {
    CustomerOrderField.NAME: "ix_customers_by_name",
    CustomerOrderField.CUSTOMER_NUMBER: "ix_customers_by_number",
    CustomerOrderField.CREATED_AT: "ix_customers_by_creation",
}


@asynccontextmanager
async def opened(template: Path, directory: Path) -> AsyncIterator[Database]:
    """Open a database on which SQLite has statistics of a crowd, as a server's has."""
    database = Database(databases.copy_sqlite(template, directory), ring=lambda _topics: None)
    await crowd.gather(database)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture(params=["fresh", "analysed"])
async def known(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path, anyio_backend: str
) -> AsyncIterator[Database]:
    """Have a crowd, and where asked SQLite's statistics of it, which may change its mind."""
    async with opened(sqlite_template, tmp_path) as database:
        if request.param == "analysed":
            async with database.engine.begin() as connection:
                await connection.exec_driver_sql("ANALYZE")
        yield database


async def plan(database: Database, ask: Callable[[Reading], Awaitable[object]]) -> list[str]:
    """Return the plan of the first statement that `ask` runs, step by step."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:  # noqa: ANN401 - the driver's
        statements.append((statement, parameters))

    async with database.read() as reading:
        event.listen(database.engine.sync_engine, "before_cursor_execute", note)
        await ask(reading)
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)
        statement, parameters = statements[0]
        rows = await reading.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row.detail for row in rows]


async def of_customers(database: Database, request: PageRequest, order: CustomerOrder, wanted: CustomerFilter) -> list[str]:
    visible = scope.customers_of(FULL)
    return await plan(
        database, lambda reading: customer.page(reading, scope=visible, filter=wanted, order=order, request=request)
    )


async def keys(database: Database, order: CustomerOrder) -> Any:  # noqa: ANN401 - whatever the order's keys are
    async with database.read() as reading:
        found = await customer.page(
            reading, scope=scope.everything(), filter=CustomerFilter(), order=order, request=PageRequest(limit=5)
        )
    return found.keys[2]


async def test_customers_come_in_every_order_from_its_index(known: Database, subtests: pytest.Subtests) -> None:
    for field, index in CUSTOMER_INDEXES.items():
        for descending in (False, True):
            order = CustomerOrder(field=field, descending=descending)
            key = await keys(known, order)
            for request in (
                PageRequest(limit=20),
                PageRequest(limit=20, after=key),
                PageRequest(limit=20, before=key, backwards=True),
            ):
                with subtests.test(f"{order} {request}"):
                    steps = await of_customers(known, request, order, CustomerFilter())
                    assert len(steps) == 1
                    assert f"USING COVERING INDEX {index} (office_id=? AND archived=?" in steps[0]
                    bounded = request.after or request.before
                    assert ("<" in steps[0] or ">" in steps[0]) is (bounded is not None)


async def test_filtered_customers_are_found_by_an_index_too(known: Database) -> None:
    by_name = CustomerOrder()
    for wanted, index in (
        (CustomerFilter(search="kund"), "customer_words"),
        (CustomerFilter(organisation_number="5560160680"), "ix_customers"),
        (CustomerFilter(service_id="service-scanner"), "ix_collaborations_customer_id"),
    ):
        steps = await of_customers(known, PageRequest(limit=20), by_name, wanted)
        assert any(index in step for step in steps), steps
        assert [step for step in steps if step.startswith(SCAN)] == []


async def test_tasks_and_collaborations_of_an_office_are_not_scanned(known: Database, subtests: pytest.Subtests) -> None:
    request = PageRequest(limit=20)
    for task_field in TaskOrderField:
        with subtests.test(task_field.name):
            steps = await plan(
                known,
                lambda reading, field=task_field: task.page(  # type: ignore[misc]  # mypy does not infer a lambda with a default
                    reading, scope=scope.tasks_of(FULL), filter=TaskFilter(), order=TaskOrder(field=field), request=request
                ),
            )
            assert [step for step in steps if step.startswith(SCAN)] == []
            if task_field is not TaskOrderField.CUSTOMER_NAME:
                assert [step for step in steps if SORT in step] == []
    for field in CollaborationOrderField:
        with subtests.test(field.name):
            steps = await plan(
                known,
                lambda reading, field=field: collaboration.page(  # type: ignore[misc]  # mypy does not infer a lambda with a default
                    reading,
                    scope=scope.collaborations_of(FULL),
                    filter=CollaborationFilter(),
                    order=CollaborationOrder(field=field),
                    request=request,
                ),
            )
            assert [step for step in steps if step.startswith(SCAN)] == []
            if field is CollaborationOrderField.ACTIVATED_AT:
                assert [step for step in steps if SORT in step] == []


async def test_streams_and_jobs_are_read_from_their_indexes(known: Database) -> None:
    steps = await plan(known, lambda reading: streams.after(reading, "office:office-nord", 7, limit=100))
    assert "SEARCH stream_entries USING PRIMARY KEY (stream_id=? AND sequence>?)" in steps
    assert [step for step in steps if SORT in step or step.startswith(SCAN)] == []
    steps = await plan(known, jobs.next_due)
    assert any("ix_jobs_due" in step for step in steps), steps
    assert [step for step in steps if SORT in step] == []
