"""The post: the kind of job that sends one mail, and writes down what has become of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from jinja2 import TemplateError

from delivery import letter
from delivery.letter import Letterhead, UnsafeLetterError
from delivery.transport import PermanentFailureError, TemporaryFailureError, Transport
from domain.mail import Mail, MailStatus
from persistence import mail, session
from persistence.database import Database, Reading, Unit
from persistence.jobs import Job

# How long a mail is tried; one with a link no longer than the link lives.
LONGEST_TRIAL = timedelta(days=3)

_log = structlog.get_logger()


class Post:
    """Sends mails through a transport; `on_undelivered` is told, in the same transaction, of each that never got through."""

    def __init__(
        self,
        database: Database,
        transport: Transport,
        head: Letterhead,
        on_undelivered: Callable[[Unit, Mail], Awaitable[None]],
    ) -> None:
        self._database = database
        self._transport = transport
        self._head = head
        self._on_undelivered = on_undelivered

    async def send(self, job: Job) -> None:
        """Send the mail that the job is about, unless it is settled already.

        A refusal for good makes it BOUNCED at once. What may pass is tried again until the link's end, or for three days; then
        the mail has FAILED. A worker that dies between the sending and the writing leaves a mail that is sent again, with the
        same Message-ID. A mail whose link has died, because its request was closed, is not sent any more, and nobody is told.

        Raises:
            TemporaryFailureError: to be tried again later.
        """
        async with self._database.read() as reading:
            queued = (await mail.many(reading, [job.subject_id])).get(job.subject_id)
            is_void = queued is not None and await _is_void(reading, queued)
        if queued is None or queued.status is not MailStatus.QUEUED:
            return
        if is_void:
            await self._drop(queued, job)
            return
        try:
            await self._transport.send(letter.write(queued, self._head))
        except PermanentFailureError as failure:
            await self._give_up(queued, job, MailStatus.BOUNCED, failure.problem)
        except TemporaryFailureError as failure:
            if await self._may_try_again(queued, job, failure.problem):
                raise
        except (TemplateError, UnsafeLetterError) as error:
            _log.error("mail cannot be written", mail=queued.id, kind=queued.kind.value, error=type(error).__name__)
            await self._give_up(queued, job, MailStatus.FAILED, "the mail could not be written")
        else:
            await self._note_sent(queued, job)

    async def _drop(self, queued: Mail, job: Job) -> None:
        async def work(unit: Unit) -> None:
            problem = "not sent: the request was closed before"
            await mail.mark(unit, queued.id, status=MailStatus.FAILED, problem=problem, sent_at=None, attempts=job.attempts)

        await self._database.write(work)

    async def _note_sent(self, queued: Mail, job: Job) -> None:
        async def work(unit: Unit) -> None:
            await mail.mark(unit, queued.id, status=MailStatus.SENT, problem=None, sent_at=unit.now, attempts=job.attempts)

        await self._database.write(work)

    async def _may_try_again(self, queued: Mail, job: Job, problem: str) -> bool:
        async def work(unit: Unit) -> bool:
            if unit.now >= await _end(unit, queued):
                await self._settle(unit, queued, job, MailStatus.FAILED, problem)
                return False
            await mail.mark(unit, queued.id, status=MailStatus.QUEUED, problem=problem, sent_at=None, attempts=job.attempts)
            return True

        return await self._database.write(work)

    async def _give_up(self, queued: Mail, job: Job, status: MailStatus, problem: str) -> None:
        async def work(unit: Unit) -> None:
            await self._settle(unit, queued, job, status, problem)

        await self._database.write(work)

    async def _settle(self, unit: Unit, queued: Mail, job: Job, status: MailStatus, problem: str) -> None:
        undelivered = replace(queued, status=status, problem=problem, attempts=job.attempts)
        if await mail.mark(unit, queued.id, status=status, problem=problem, sent_at=None, attempts=job.attempts):
            await self._on_undelivered(unit, undelivered)


async def _is_void(reading: Reading, queued: Mail) -> bool:
    link = None if queued.link_id is None else await session.get_link(reading, queued.link_id)
    return link is not None and link.voided_at is not None


async def _end(reading: Reading, queued: Mail) -> datetime:
    """Return when trying ends: after three days, or with the link."""
    longest = queued.queued_at + LONGEST_TRIAL
    link = None if queued.link_id is None else await session.get_link(reading, queued.link_id)
    return longest if link is None else min(longest, link.expires_at)
