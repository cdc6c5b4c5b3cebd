"""Mails as rows: queued with the change, and marked with what became of them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from domain.mail import Mail, MailStatus, Recipient
from persistence import jobs
from persistence.database import Reading, Unit
from persistence.tables import mails


async def add(unit: Unit, queued: Mail) -> None:
    """Insert a mail and the job that sends it."""
    recipient = queued.recipient
    await unit.connection.execute(
        insert(mails).values(
            id=queued.id,
            kind=queued.kind,
            collaboration_id=queued.collaboration_id,
            recipient_name=recipient.name,
            recipient_email=recipient.email,
            administrator_id=recipient.administrator_id,
            advisor_id=recipient.advisor_id,
            language=recipient.language,
            content=queued.content,
            link_id=queued.link_id,
            status=queued.status,
            problem=queued.problem,
            queued_at=queued.queued_at,
            sent_at=queued.sent_at,
            attempts=queued.attempts,
        )
    )
    await jobs.add(unit, id=f"mail:{queued.id}", kind="mail", subject_id=queued.id, due_at=queued.queued_at)


async def many(reading: Reading, ids: Collection[str]) -> dict[str, Mail]:
    """Return the mails with those ids."""
    rows = await reading.connection.execute(select(mails).where(mails.c.id.in_(list(ids))))
    return {row["id"]: _mail(row) for row in rows.mappings()}


async def of_collaborations(reading: Reading, collaboration_ids: Collection[str]) -> dict[str, tuple[Mail, ...]]:
    """Return what was written about each collaboration, oldest first."""
    query = select(mails).where(mails.c.collaboration_id.in_(list(collaboration_ids)))
    found: dict[str, tuple[Mail, ...]] = {}
    for row in (await reading.connection.execute(query.order_by(mails.c.queued_at, mails.c.id))).mappings():
        found[row["collaboration_id"]] = (*found.get(row["collaboration_id"], ()), _mail(row))
    return found


async def mark(
    unit: Unit, mail_id: str, *, status: MailStatus, problem: str | None, sent_at: datetime | None, attempts: int
) -> bool:
    """Write what has become of a queued mail, and tell whether it was still queued; else nothing changes."""
    marked = await unit.connection.execute(
        update(mails)
        .where(mails.c.id == mail_id, mails.c.status == MailStatus.QUEUED)
        .values(status=status, problem=problem, sent_at=sent_at, attempts=attempts)
        .returning(mails.c.id)
    )
    return marked.scalar_one_or_none() is not None


def _mail(row: RowMapping) -> Mail:
    return Mail(
        id=row["id"],
        kind=row["kind"],
        collaboration_id=row["collaboration_id"],
        recipient=Recipient(
            name=row["recipient_name"],
            email=row["recipient_email"],
            language=row["language"],
            administrator_id=row["administrator_id"],
            advisor_id=row["advisor_id"],
        ),
        content=row["content"],
        link_id=row["link_id"],
        status=row["status"],
        problem=row["problem"],
        queued_at=row["queued_at"],
        sent_at=row["sent_at"],
        attempts=row["attempts"],
    )
