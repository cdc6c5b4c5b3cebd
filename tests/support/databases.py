"""Fresh databases with every table, made by copying one that was migrated once per session, or by putting one back."""

import asyncio
import functools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from persistence import migration
from tests.support import postgres


def make_sqlite_template(directory: Path) -> Path:
    """Make a SQLite file with every table, to be copied."""
    file = directory / "template.sqlite"
    asyncio.run(migration.upgrade(f"sqlite+aiosqlite:///{file}"))
    return file


def make_postgres_template(server: URL) -> URL:
    """Make a PostgreSQL database with every table, to be copied."""
    template = postgres.create_database(server)
    asyncio.run(migration.upgrade(template.render_as_string(hide_password=False)))
    return template


def copy_sqlite(template: Path, directory: Path) -> str:
    """Copy the template into the directory and return the copy's address."""
    file = directory / "samarbete.sqlite"
    shutil.copyfile(template, file)
    return f"sqlite+aiosqlite:///{file}"


@contextmanager
def lend_postgres(server: URL, template: URL, shelf: list[URL]) -> Iterator[str]:
    """Yield the address of a database that is as the template is: one from the shelf, where the last test's was put back.

    Making and dropping one costs half a second, emptying one some milliseconds.
    """
    database = shelf.pop() if shelf else postgres.create_database(server, template=template)
    yield database.render_as_string(hide_password=False)
    if asyncio.run(postgres.empty(database)) == _shape(template):
        shelf.append(database)
    else:
        postgres.drop_database(server, database)


@functools.cache
def _shape(template: URL) -> str:
    return asyncio.run(postgres.shape(template))
