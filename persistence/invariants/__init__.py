"""What must be true of every database at every moment, whatever has happened to it; each sentence with what breaks it.

A sentence is checked by a statement that finds the rows which break it, so that a check costs no memory for the rows that do
not. Chains of evidence are read record by record, because only their hashes tell.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Select

from persistence.database import Reading
from persistence.invariants import clock, evidence, leftovers, mails, partners, requests, streams, subscriptions

# Of what is broken in one way, the first rows tell enough.
_SHOWN = 20

_BY_ROW = {
    sentence: rows
    for part in (requests, subscriptions, streams, mails, clock, leftovers, partners)
    for sentence, rows in part.CHECKS.items()
}
SENTENCES: tuple[str, ...] = (*_BY_ROW, *evidence.SENTENCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A sentence that is not true, and the row that shows it."""

    sentence: str
    row: str


async def check(reading: Reading) -> tuple[Broken, ...]:
    """Return what is broken; of each sentence the first 20 rows."""
    found = [broken async for broken in _rows(reading, _BY_ROW)]
    shown: dict[str, int] = {}
    async for sentence, row in evidence.broken(reading):
        shown[sentence] = shown.get(sentence, 0) + 1
        if shown[sentence] <= _SHOWN:
            found.append(Broken(sentence=sentence, row=row))
    return tuple(found)


async def _rows(reading: Reading, checks: Mapping[str, Select[tuple[str]]]) -> AsyncIterator[Broken]:
    for sentence, query in checks.items():
        for row in await reading.connection.scalars(query.limit(_SHOWN)):
            yield Broken(sentence=sentence, row=str(row))
