"""Sessions may come of an identity provider's token, and its subjects are linked with persons."""

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, UniqueConstraint

from persistence.tables.columns import Bytewise, ChoiceName, Instant

revision = "0010"
down_revision = "0009"

_OF_SESSIONS = ("issuer", "subject", "assurance")


def upgrade() -> None:
    for name in _OF_SESSIONS:
        op.add_column("sessions", Column(name, Bytewise(), nullable=True))
    op.create_table(
        "identities",
        Column("issuer", Bytewise(), nullable=False),
        Column("subject", Bytewise(), nullable=False),
        Column("side", ChoiceName, nullable=False),
        Column("administrator_id", Bytewise(), nullable=True),
        Column("advisor_id", Bytewise(), nullable=True),
        Column("linked_at", Instant(), nullable=False),
        CheckConstraint("side IN ('OFFICE', 'COMPANY', 'PARTNER', 'SYSTEM')", name="side_known"),
        CheckConstraint("(administrator_id IS NULL) <> (advisor_id IS NULL)", name="one_person"),
        ForeignKeyConstraint(["administrator_id"], ["administrators.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["advisor_id"], ["advisors.id"]),
        PrimaryKeyConstraint("issuer", "subject", "side"),
        UniqueConstraint("issuer", "administrator_id"),
        UniqueConstraint("issuer", "advisor_id"),
    )
    op.create_index("ix_identities_administrator_id", "identities", ["administrator_id"])
    op.create_index("ix_identities_advisor_id", "identities", ["advisor_id"])


def downgrade() -> None:
    op.drop_table("identities")
    for name in _OF_SESSIONS:
        op.drop_column("sessions", name)
