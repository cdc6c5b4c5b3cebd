"""What is true of evidence: every approval has its record, every record its approval, and every chain holds."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import Select, and_, exists, or_, select

from domain import chain
from domain.approval import ChainHead, Evidence
from domain.collaboration import CollaborationStatus
from persistence import evidence as stored
from persistence.database import Reading
from persistence.tables import collaborations, evidence, terms, terms_acceptances

_own, _record = collaborations.c, evidence.c
_APPROVED = "what was approved has a record of the approval"
_NOT_APPROVED = "a record is of a collaboration that was approved"
_ACCEPTED = "terms that a record proves are noted as accepted, and the other way round"
_CHAIN = "a chain of evidence holds"

SENTENCES = (_APPROVED, _NOT_APPROVED, _ACCEPTED, _CHAIN)


def _without_record() -> Select[tuple[str]]:
    used = or_(
        _own.status.in_([CollaborationStatus.ACTIVE, CollaborationStatus.SUSPENDED, CollaborationStatus.ENDING]),
        _own.approved_at.is_not(None),
    )
    same = and_(_record.company_id == _own.company_id, _record.office_id == _own.office_id)
    proof = select(_record.id).where(_record.collaboration_id == _own.id, same, _record.recorded_at == _own.approved_at)
    return select(_own.id).where(used, ~proof.exists())


def _without_approval() -> Select[tuple[str]]:
    approved = exists(select(_own.id).where(_own.id == _record.collaboration_id, _own.approved_at.is_not(None)))
    return select(_record.id).where(~approved, _record.collaboration_id.is_not(None))


async def broken(reading: Reading) -> AsyncIterator[tuple[str, str]]:
    """Yield each sentence that is not true with the row that shows it; a chain is read record by record."""
    for sentence, query in ((_APPROVED, _without_record()), (_NOT_APPROVED, _without_approval())):
        for row in await reading.connection.scalars(query):
            yield sentence, str(row)
    accepted = await _Accepted.load(reading)
    heads: dict[str, ChainHead] = {}
    rows = await reading.connection.stream(select(evidence).order_by(_record.company_id, _record.number))
    async for known in rows.mappings():
        record = stored.record_of(known)
        for fault in chain.faults(heads.get(record.company_id, chain.START), record):
            yield _CHAIN, f"{record.company_id} {record.number}: {fault.what}"
        heads[record.company_id] = chain.head_of(record)
        if not accepted.agrees(record):
            yield _ACCEPTED, record.id
    for record_id in accepted.by_record:
        yield _ACCEPTED, record_id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Accepted:
    """What companies have accepted: by the record that proves it, and by company, service and version; and what terms are."""

    by_record: dict[str, tuple[str, str]]
    versions: frozenset[tuple[str, str, int]]
    terms: dict[str, tuple[str, int]]

    @staticmethod
    async def load(reading: Reading) -> "_Accepted":
        """Read what is noted as accepted."""
        noted = list((await reading.connection.execute(select(terms_acceptances))).mappings())
        published = await reading.connection.execute(select(terms.c.id, terms.c.service_id, terms.c.version))
        return _Accepted(
            by_record={row["evidence_id"]: (row["company_id"], row["terms_id"]) for row in noted if row["evidence_id"]},
            versions=frozenset((row["company_id"], row["service_id"], row["version"]) for row in noted),
            terms={row.id: (row.service_id, row.version) for row in published},
        )

    def agrees(self, record: Evidence) -> bool:
        """Tell whether what a record says was accepted is noted, and take it off the list of what needs a record."""
        proves = self.by_record.pop(record.id, None)
        named = record.content.get("terms")
        if named is None:
            return proves is None
        known = self.terms.get(str(named))
        # The company may have come under the version before, unasked: then that is what is noted.
        stands = known is not None and (record.company_id, *known) in self.versions
        return stands and proves in {None, (record.company_id, named)}
