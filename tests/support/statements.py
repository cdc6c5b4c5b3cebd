"""What a database is sent, counted statement by statement."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from persistence.database import Database


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the statements that the database is sent while the block lasts."""
    sent: list[str] = []

    def collect(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", collect)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", collect)
