"""Mails and the mailbox: queued with their jobs in the same transaction, and marked once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain.errors import NotFound
from domain.mail import Mail, MailKind, MailStatus, Recipient
from persistence import collaboration, jobs, mail, mailbox, session
from persistence.database import Database, Unit
from persistence.mailbox import Message
from persistence.tables import jobs as jobs_table
from persistence.tables import mails
from tests.persistence import stored
from tests.support import makers

pytestmark = pytest.mark.anyio

LETTER = Mail(
    id="mail-1",
    kind=MailKind.ACTIVATION,
    collaboration_id="collaboration-alfa",
    recipient=Recipient(name="Cleo", email="cleo@alfa.example", language="en", administrator_id="administrator-cleo"),
    content={"office": "Nordbyrån", "approvers": ["Cleo", "Dag"], "days": 30, "terms": None, "isLast": False},
    link_id="link-1",
    status=MailStatus.QUEUED,
    problem=None,
    queued_at=makers.NOW,
    sent_at=None,
    attempts=0,
)


@pytest.fixture
async def asked(ground: Database) -> Database:
    """Have a collaboration to write about."""
    await stored.store(ground, lambda unit: collaboration.add(unit, makers.collaboration()))
    return ground


async def test_a_mail_is_queued_with_the_job_that_sends_it(asked: Database, rung: list[frozenset[str]]) -> None:
    rung.clear()
    await stored.store(asked, lambda unit: mail.add(unit, LETTER))
    assert rung == [frozenset({"jobs"})]
    leased = await asked.write(lambda unit: jobs.lease(unit, limit=9, seconds=60))
    assert [(one.id, one.kind, one.subject_id) for one in leased] == [("mail:mail-1", "mail", "mail-1")]
    async with asked.read() as reading:
        assert await mail.many(reading, [LETTER.id, "nothing"]) == {LETTER.id: LETTER}


async def test_a_change_that_is_refused_writes_to_nobody(asked: Database) -> None:
    async def refused(unit: Unit) -> None:
        await mail.add(unit, LETTER)
        raise NotFound

    with pytest.raises(NotFound):
        await asked.write(refused)
    async with asked.read() as reading:
        for table in (mails, jobs_table):
            assert await reading.connection.scalar(select(func.count()).select_from(table)) == 0


async def test_mails_are_listed_by_collaboration_oldest_first(asked: Database) -> None:
    to_advisor = Recipient(name="Anna", email="anna@nordbyran.example", language="sv", advisor_id="advisor-anna")
    later = replace(
        LETTER, id="mail-0", kind=MailKind.DECLINED, recipient=to_advisor, queued_at=makers.NOW + timedelta(seconds=1)
    )
    alone = replace(LETTER, id="mail-2", kind=MailKind.SIGN_IN, collaboration_id=None)
    for one in (later, LETTER, alone):
        await stored.store(asked, lambda unit, one=one: mail.add(unit, one))  # type: ignore[misc]  # mypy does not infer a lambda with a default
    async with asked.read() as reading:
        assert await mail.of_collaborations(reading, ["collaboration-alfa", "nothing"]) == {"collaboration-alfa": (LETTER, later)}


async def test_what_became_of_a_mail_is_written_once(asked: Database) -> None:
    await stored.store(asked, lambda unit: mail.add(unit, LETTER))

    async def mark(status: MailStatus, problem: str | None, attempts: int) -> bool:
        return await asked.write(
            lambda unit: mail.mark(unit, LETTER.id, status=status, problem=problem, sent_at=makers.NOW, attempts=attempts)
        )

    assert await mark(MailStatus.QUEUED, "greylisted", 1)
    assert await mark(MailStatus.SENT, None, 2)
    assert not await mark(MailStatus.FAILED, "too late", 3)
    async with asked.read() as reading:
        found = await mail.many(reading, [LETTER.id])
        assert found[LETTER.id] == replace(LETTER, status=MailStatus.SENT, sent_at=makers.NOW, attempts=2)
        assert await session.link_sent_at(reading, "link-1") == makers.NOW
        assert await session.link_sent_at(reading, "link-2") is None


async def test_the_mailbox_holds_a_letter_once_oldest_first(database: Database) -> None:
    first = Message(
        id="b",
        recipient="cleo@alfa.example",
        sender="x@y.example",
        subject="Ämne",
        text="Å",
        html="<p>Å</p>",
        created_at=makers.NOW,
    )
    second = replace(first, id="a", created_at=makers.NOW + timedelta(seconds=1))
    for one in (second, first, replace(first, subject="another")):
        await stored.store(database, lambda unit, one=one: mailbox.add(unit, one))  # type: ignore[misc]  # mypy does not infer a lambda with a default
    async with database.read() as reading:
        assert await mailbox.all_messages(reading) == (first, second)
