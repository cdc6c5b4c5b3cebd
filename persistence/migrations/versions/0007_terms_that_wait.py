"""Terms that wait: when a collaboration is suspended for them, of what was told, and evidence of terms alone."""

from alembic import op
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
    text,
)

from persistence.tables.columns import Bytewise, Instant, Json

revision = "0007"
down_revision = "0006"

_COLUMNS = (
    "id, company_id, number, office_id, collaboration_id, administrator_id, recorded_at, content, personal, "
    "content_hash, previous_hash, hash"
)
_LASTING = _COLUMNS.replace("personal, ", "")
_REFUSAL = "BEGIN SELECT RAISE(ABORT, 'evidence and published terms are never changed'); END"
_REPLACING = "SELECT 1 FROM evidence WHERE id = NEW.id OR (company_id = NEW.company_id AND number = NEW.number)"
# Trigger, what it stands before, and condition.
_TRIGGERS = (
    ("evidence_is_lasting", f"UPDATE OF {_LASTING}", None),
    ("evidence_persons_are_only_erased", "UPDATE OF personal", "NEW.personal IS NOT NULL"),
    ("evidence_is_never_deleted", "DELETE", None),
    ("evidence_is_never_replaced", "INSERT", f"EXISTS ({_REPLACING})"),
)


def upgrade() -> None:
    op.add_column("collaborations", Column("suspends_at", Instant(), nullable=True))
    op.add_column("collaborations", Column("terms_told_version", Integer(), nullable=True))
    op.create_index("ix_collaborations_by_service", "collaborations", ["service_id", "status"])
    _let_evidence_stand_alone(alone=True)


def downgrade() -> None:
    if op.get_bind().execute(text("SELECT 1 FROM evidence WHERE collaboration_id IS NULL LIMIT 1")).all():
        message = "there is evidence of accepted terms, which the older release cannot keep, and evidence is never deleted"
        raise RuntimeError(message)
    _let_evidence_stand_alone(alone=False)
    op.drop_index("ix_collaborations_by_service", "collaborations")
    op.drop_column("collaborations", "terms_told_version")
    op.drop_column("collaborations", "suspends_at")


def _let_evidence_stand_alone(*, alone: bool) -> None:
    """Let a record concern no collaboration and no office, or take that back."""
    if op.get_bind().dialect.name == "postgresql":
        for column in ("office_id", "collaboration_id"):
            op.alter_column("evidence", column, nullable=alone)
        return
    # SQLite cannot loosen a column: the rows are put aside while the table is made anew, and its triggers with it.
    op.execute(f"CREATE TABLE evidence_aside AS SELECT {_COLUMNS} FROM evidence")  # noqa: S608 - our own words
    op.drop_table("evidence")
    _create_evidence(alone=alone)
    op.execute(f"INSERT INTO evidence ({_COLUMNS}) SELECT {_COLUMNS} FROM evidence_aside")  # noqa: S608 - our own words
    op.drop_table("evidence_aside")
    for name, change, condition in _TRIGGERS:
        when = f" WHEN {condition}" if condition else ""
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON evidence FOR EACH ROW{when} {_REFUSAL}")


def _create_evidence(*, alone: bool) -> None:
    op.create_table(
        "evidence",
        Column("id", Bytewise(), nullable=False),
        Column("company_id", Bytewise(), nullable=False),
        Column("number", Integer(), nullable=False),
        Column("office_id", Bytewise(), nullable=alone),
        Column("collaboration_id", Bytewise(), nullable=alone),
        Column("administrator_id", Bytewise(), nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("content", Json, nullable=False),
        Column("personal", Json, nullable=True),
        Column("content_hash", String(64), nullable=False),
        Column("previous_hash", String(64), nullable=False),
        Column("hash", String(64), nullable=False),
        PrimaryKeyConstraint("id", name="pk_evidence"),
        CheckConstraint("number > 0", name=op.f("ck_evidence_from_one")),
        ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_evidence_company_id"),
        ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_evidence_office_id"),
        ForeignKeyConstraint(["collaboration_id"], ["collaborations.id"], name="fk_evidence_collaboration_id"),
        UniqueConstraint("company_id", "number", name="uq_evidence_company_id_number"),
    )
    op.create_index("ix_evidence_collaboration_id", "evidence", ["collaboration_id"])
