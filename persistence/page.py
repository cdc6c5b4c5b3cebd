"""Keyset pages: rows after or before a key in a total order, for one list or for many parents' lists in one statement."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, false, func, literal, or_, select

from persistence.database import Reading
from persistence.tables.columns import Choice, Instant, as_text

Item = TypeVar("Item")

Key = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Which page: up to `limit` rows after one key and before another, from the end where `backwards`."""

    limit: int
    backwards: bool = False
    after: Key | None = None
    before: Key | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """One page in the list's order, with each item's key and whether there is more on either side."""

    items: tuple[Item, ...]
    keys: tuple[Key, ...]
    has_next: bool
    has_previous: bool


EMPTY: Page[Any] = Page(items=(), keys=(), has_next=False, has_previous=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A total order: its columns, the last of them unique and none of them null."""

    columns: tuple[ColumnElement[Any], ...]
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows to page: where they come from, and which of them."""

    source: FromClause
    condition: ColumnElement[bool]
    identity: ColumnElement[str]


async def page_of(
    reading: Reading,
    rows: Rows,
    order: Order,
    request: PageRequest,
    load: Callable[[Collection[str]], Awaitable[dict[str, Item]]],
) -> Page[Item]:
    """Return a page; `load` turns the ids found into items."""
    query = _keyed(rows, order, request).order_by(*_directed(order, request)).limit(request.limit + 1)
    found = (await reading.connection.execute(query)).all()
    items = await load([row[0] for row in found])
    return _page(found, items, request, width=len(order.columns))


async def pages_of(
    reading: Reading,
    rows: Rows,
    order: Order,
    request: PageRequest,
    load: Callable[[Collection[str]], Awaitable[dict[str, Item]]],
    *,
    parent: ColumnElement[str],
    parents: Collection[str],
) -> dict[str, Page[Item]]:
    """Return the same page of each parent's list, with one statement for all of them."""
    place = func.row_number().over(partition_by=parent, order_by=_directed(order, request)).label("place")
    inner = _keyed(rows, order, request).add_columns(parent.label("parent"), place).where(parent.in_(list(parents))).subquery()
    query = select(inner).where(inner.c.place <= request.limit + 1).order_by(inner.c.parent, inner.c.place)
    found = (await reading.connection.execute(query)).all()
    items = await load([row[0] for row in found])
    by_parent: dict[str, list[Row[Any]]] = {name: [] for name in parents}
    for row in found:
        by_parent[row.parent].append(row)
    width = len(order.columns)
    return {name: _page(of_parent, items, request, width=width) for name, of_parent in by_parent.items()}


async def count_of(reading: Reading, rows: Rows) -> int:
    """Count the rows."""
    query = select(func.count()).select_from(rows.source).where(rows.condition)
    return await reading.connection.scalar(query) or 0


async def counts_of(reading: Reading, rows: Rows, *, parent: ColumnElement[str], parents: Collection[str]) -> dict[str, int]:
    """Count each parent's rows; parents without any are left out."""
    query = select(parent, func.count()).select_from(rows.source).where(rows.condition, parent.in_(list(parents)))
    return {row[0]: row[1] for row in await reading.connection.execute(query.group_by(parent))}


def _keyed(rows: Rows, order: Order, request: PageRequest) -> Select[Any]:
    query = select(rows.identity.label("id_"), *(c.label(f"key_{n}") for n, c in enumerate(order.columns)))
    query = query.select_from(rows.source).where(rows.condition)
    if request.after is not None:
        query = query.where(_beyond(order, request.after, descending=order.descending))
    if request.before is not None:
        query = query.where(_beyond(order, request.before, descending=not order.descending))
    return query


def _directed(order: Order, request: PageRequest) -> list[ColumnElement[Any]]:
    descending = order.descending is not request.backwards
    return [column.desc() if descending else column.asc() for column in order.columns]


def _beyond(order: Order, key: Key, *, descending: bool) -> ColumnElement[bool]:
    """Return that a row comes after the key; written out by columns, the first of them once more for the index."""
    if len(key) != len(order.columns):
        return false()
    values = [_bound(column, value) for column, value in zip(order.columns, key, strict=True)]
    alternatives: list[ColumnElement[bool]] = []
    for place, (column, value) in enumerate(zip(order.columns, values, strict=True)):
        equal = [earlier == known for earlier, known in zip(order.columns[:place], values[:place], strict=True)]
        alternatives.append(and_(*equal, column < value if descending else column > value))
    first = order.columns[0] <= values[0] if descending else order.columns[0] >= values[0]
    return and_(first, or_(*alternatives))


def _bound(column: ColumnElement[Any], value: str | int | None) -> ColumnElement[Any]:
    plain: Any = value
    python_type = _python_type(column)
    if python_type is datetime and isinstance(value, str):
        plain = datetime.fromisoformat(value)
    elif isinstance(value, str) and isinstance(python_type, type) and issubclass(python_type, Enum):
        plain = python_type[value]
    return literal(plain, column.type)


def _python_type(column: ColumnElement[Any]) -> type[Any] | None:
    if isinstance(column.type, Choice):
        return column.type.choices
    return datetime if isinstance(column.type, Instant) else None


def _page(
    found: Sequence[Row[Any]],
    items: dict[str, Item],
    request: PageRequest,
    *,
    width: int,
) -> Page[Item]:
    more = len(found) > request.limit
    kept = list(found[: request.limit])
    if request.backwards:
        kept.reverse()
    return Page(
        items=tuple(items[row[0]] for row in kept),
        keys=tuple(tuple(_plain(value) for value in row[1 : 1 + width]) for row in kept),
        has_next=request.before is not None if request.backwards else more,
        has_previous=more if request.backwards else request.after is not None,
    )


def _plain(value: Any) -> str | int | None:  # noqa: ANN401 - whatever the column holds
    if isinstance(value, datetime):
        return as_text(value)
    if isinstance(value, Enum):
        return value.name
    plain: str | int | None = value
    return plain
