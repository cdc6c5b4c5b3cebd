"""Letters into the embedded mailbox, where development reads them."""

from delivery import letter
from delivery.letter import Letter
from persistence import mailbox
from persistence.database import Database, Unit
from persistence.mailbox import Message


class Mailbox:
    """A transport that keeps every letter in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def send(self, written: Letter, /) -> None:
        """Keep the letter; the same one again changes nothing.

        Raises:
            UnsafeLetterError: it could not be sent as a mail either.
        """
        letter.as_bytes(written)
        message = Message(
            id=written.mail_id,
            recipient=written.to,
            sender=written.sender,
            subject=written.subject,
            text=written.text,
            html=written.html,
            created_at=written.written_at,
        )

        async def work(unit: Unit) -> None:
            await mailbox.add(unit, message)

        await self._database.write(work)

    async def messages(self) -> tuple[Message, ...]:
        """Return every letter that was kept, oldest first."""
        async with self._database.read() as reading:
            return await mailbox.all_messages(reading)
