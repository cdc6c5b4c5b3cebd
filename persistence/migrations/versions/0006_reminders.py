"""Requests that wait from before are reminded of by themselves too."""

from datetime import timedelta

from alembic import op
from sqlalchemy import Integer, column, insert, select, table, text

from persistence.tables.columns import Bytewise, Instant

revision = "0006"
down_revision = "0005"

_DAYS = (3, 10, 24)
_COLLABORATIONS = table(
    "collaborations",
    column("id", Bytewise()),
    column("status", Bytewise()),
    column("activated_at", Instant()),
    column("expires_at", Instant()),
)
_JOBS = table(
    "jobs",
    column("id", Bytewise()),
    column("kind", Bytewise()),
    column("subject_id", Bytewise()),
    column("due_at", Instant()),
    column("attempts", Integer()),
)


def upgrade() -> None:
    waiting = select(_COLLABORATIONS).where(_COLLABORATIONS.c.status == "AWAITING_APPROVAL")
    jobs = [
        {"id": f"remind:{row.id}:{day}", "kind": "remind", "subject_id": row.id, "due_at": due, "attempts": 0}
        for row in op.get_bind().execute(waiting).all()
        for day in _DAYS
        if (due := row.activated_at + timedelta(days=day)) < row.expires_at
    ]
    if jobs:
        op.get_bind().execute(insert(_JOBS), jobs)


def downgrade() -> None:
    op.execute(text("DELETE FROM jobs WHERE kind = 'remind'"))
