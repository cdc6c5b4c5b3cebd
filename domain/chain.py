"""The chain of a company's evidence, checked: that each record seals what it says, who said it, and the record before it."""

from dataclasses import dataclass

from domain import approval
from domain.approval import FIRST_HASH, ChainHead, Evidence

_PERSONAL = frozenset({"name", "email", "peerAddress", "userAgent"})
_COMMITMENT = "Commitment"
START = ChainHead(number=0, hash=FIRST_HASH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with one record."""

    record_id: str
    what: str


def faults(before: ChainHead, record: Evidence) -> tuple[Fault, ...]:
    """Return what is wrong with the record that follows `before`; of an erased person only the commitments are left to check."""
    said = {
        "it does not follow the record before": record.number != before.number + 1,
        "it names another hash than the record before has": record.previous_hash != before.hash,
        "its content has another hash": approval.hash_content(record.content) != record.content_hash,
        "its own hash is another": (
            approval.hash_record(record.number, record.previous_hash, record.content_hash) != record.hash
        ),
        "its row says something else than its content": not _row_agrees(record),
        "its person's data are not those that it was made with": not _opens(record),
    }
    return tuple(Fault(record_id=record.id, what=what) for what, is_wrong in said.items() if is_wrong)


def head_of(record: Evidence) -> ChainHead:
    """Return the head of the chain that ends with the record."""
    return ChainHead(number=record.number, hash=record.hash)


def _row_agrees(record: Evidence) -> bool:
    wanted = {
        "collaboration": record.collaboration_id,
        "administrator": record.administrator_id,
        "actingFor": record.company_id,
        "office": record.office_id,
        "recordedAt": approval.moment(record.recorded_at),
    }
    return all(record.content.get(name) == value for name, value in wanted.items())


def _opens(record: Evidence) -> bool:
    personal = record.personal
    if personal is None:
        return True
    salt = personal.get("salt") or ""
    # Whom an issuer's token identified has one datum more: what is committed to says which there are.
    committed = {name.removesuffix(_COMMITMENT) for name in record.content if name.endswith(_COMMITMENT)}
    return committed >= _PERSONAL and all(
        record.content[f"{name}{_COMMITMENT}"] == approval.commitment(salt, personal.get(name)) for name in committed
    )
