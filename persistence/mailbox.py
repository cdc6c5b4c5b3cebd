"""The embedded mailbox: the letters that development keeps for reading instead of sending them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from persistence.database import Reading, Unit
from persistence.tables import mailbox_messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One letter as it arrived; `id` is the mail's, `recipient` an address alone."""

    id: str
    recipient: str
    sender: str
    subject: str
    text: str
    html: str
    created_at: datetime


async def add(unit: Unit, message: Message) -> None:
    """Put a letter into the mailbox; the same one again changes nothing."""
    dialect = sqlite if unit.connection.dialect.name == "sqlite" else postgresql
    values = {name: getattr(message, name) for name in Message.__slots__}
    await unit.connection.execute(dialect.insert(mailbox_messages).values(values).on_conflict_do_nothing())


async def all_messages(reading: Reading) -> tuple[Message, ...]:
    """Return every letter, oldest first."""
    query = select(mailbox_messages).order_by(mailbox_messages.c.created_at, mailbox_messages.c.id)
    rows = (await reading.connection.execute(query)).mappings()
    return tuple(Message(**{name: row[name] for name in Message.__slots__}) for row in rows)
