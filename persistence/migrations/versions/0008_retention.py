"""Events are kept for a time: each says when it was recorded, and each stream how far it was forgotten."""

from alembic import op
from sqlalchemy import BigInteger, Column, text

from persistence.tables.columns import Instant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("streams", Column("forgotten", BigInteger(), server_default=text("0"), nullable=False))
    # SQLite adds no column that must be filled; whoever appends an event fills it.
    op.add_column("events", Column("recorded_at", Instant(), nullable=True))
    op.execute("UPDATE events SET recorded_at = occurred_at")


def downgrade() -> None:
    op.drop_column("events", "recorded_at")
    op.drop_column("streams", "forgotten")
