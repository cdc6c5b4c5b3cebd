"""Keys of mutations that were done: what was asked, as a hash, and what came of it, as ids and scalars, never a secret."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, insert, select

from persistence.database import Reading, Unit
from persistence.tables import idempotency_keys

KEPT = timedelta(days=7)

Result = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """Which key is used by whom for what; `viewer` is kind and id, `input_sha256` the hash of the input."""

    viewer: str
    field: str
    key: str
    input_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptResult:
    """What came of the first use."""

    input_sha256: str
    result: dict[str, str | int | bool | None]


async def find(unit: Unit, use: KeyUse) -> KeptResult | None:
    """Return what the key's first use brought, if that is less than 7 days ago; an older use is forgotten here.

    A use at the same moment waits here for the first one's commit, so that it is answered alike and not refused for what the
    first has done. SQLite has one writer, who waits already.
    """
    if unit.connection.dialect.name != "sqlite":
        name = f"{use.viewer} {use.field} {use.key}"
        await unit.connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
    mine = (
        (idempotency_keys.c.viewer == use.viewer) & (idempotency_keys.c.field == use.field) & (idempotency_keys.c.key == use.key)
    )
    await unit.connection.execute(delete(idempotency_keys).where(mine, idempotency_keys.c.created_at <= unit.now - KEPT))
    row = (await unit.connection.execute(select(idempotency_keys).where(mine))).mappings().one_or_none()
    return None if row is None else KeptResult(input_sha256=row["input_sha256"], result=row["result"])


async def find_many(reading: Reading, uses: Collection[KeyUse]) -> dict[KeyUse, KeptResult]:
    """Return what the first uses of keys brought that are less than 7 days old; all of one viewer and key."""
    found: dict[KeyUse, KeptResult] = {}
    by_field = {use.field: use for use in uses}
    if not by_field:
        return found
    one = next(iter(by_field.values()))
    mine = (idempotency_keys.c.viewer == one.viewer) & (idempotency_keys.c.key == one.key)
    fresh = idempotency_keys.c.created_at > reading.now - KEPT
    rows = await reading.connection.execute(
        select(idempotency_keys).where(mine, idempotency_keys.c.field.in_(list(by_field)), fresh)
    )
    for row in rows.mappings():
        found[by_field[row["field"]]] = KeptResult(input_sha256=row["input_sha256"], result=row["result"])
    return found


async def forget_old(unit: Unit, uses: Collection[KeyUse]) -> None:
    """Forget uses that are 7 days old; all of one viewer and key."""
    if not uses:
        return
    one = next(iter(uses))
    mine = (idempotency_keys.c.viewer == one.viewer) & (idempotency_keys.c.key == one.key)
    old = idempotency_keys.c.created_at <= unit.now - KEPT
    fields = idempotency_keys.c.field.in_([use.field for use in uses])
    await unit.connection.execute(delete(idempotency_keys).where(mine, old, fields))


async def keep(unit: Unit, use: KeyUse, result: Result) -> None:
    """Keep what came of the first use; a second first use at the same moment collides on the primary key."""
    await keep_many(unit, {use: result})


async def keep_many(unit: Unit, results: Mapping[KeyUse, Result]) -> None:
    """Keep what came of the first uses of keys, with one statement."""
    rows = [
        {
            "viewer": use.viewer,
            "field": use.field,
            "key": use.key,
            "input_sha256": use.input_sha256,
            "result": result,
            "created_at": unit.now,
        }
        for use, result in results.items()
    ]
    if rows:
        await unit.connection.execute(insert(idempotency_keys), rows)
