"""What a transaction may see on PostgreSQL: a wall of the database's own behind the conditions of `scope`.

Each transaction begins by taking a role to which row-level security applies, and by saying whose rows it is about. Both end with
the transaction, so nothing of them reaches the pool's next user. Who says nothing sees nothing. SQLite has no such wall.
"""

from typing import Any

from sqlalchemy import ColumnElement, func, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.viewer import AdministratorViewer, Viewer

ROLE = "samarbete_application"
EVERYTHING = "everything"
NOTHING = ""
# Whatever else there is belongs to no office: what the provider knows of companies, and what the service works with itself.
WALLED = (
    "advisors",
    "collaborations",
    "contacts",
    "customer_words",
    "customers",
    "events",
    "evidence",
    "mailbox_messages",
    "mails",
    "offices",
    "partner_tokens",
    "partners",
    "stream_entries",
    "streams",
    "task_participants",
    "tasks",
)
_SETTING = "samarbete.sight"
# No id is written so.
_FORGED = "?"


class NoWallError(Exception):
    """The database would not keep offices apart by itself; the text says what to run."""


def of(viewer: Viewer | None) -> str:
    """Return the sight of a viewer: the ids of the office, or of the companies, whose rows may be seen; nobody sees nothing."""
    if viewer is None:
        return NOTHING
    seen = viewer.company_ids if isinstance(viewer, AdministratorViewer) else {viewer.office_id}
    return ",".join(sorted(seen))


def beginning(sight: str) -> list[ColumnElement[Any]]:
    """Return the columns of a transaction's first statement that take the role and the sight until its end."""
    return [func.set_config("role", ROLE, True), changed(sight)]  # noqa: FBT003 - PostgreSQL's signature: until the end


def changed(sight: str) -> ColumnElement[Any]:
    """Return the expression that changes the sight until the transaction's end."""
    return func.set_config(_SETTING, sight, True)  # noqa: FBT003 - as above


async def check(connection: AsyncConnection) -> None:
    """Take the role as transactions do, and make sure that the wall stands before it.

    Raises:
        NoWallError: the role cannot be taken, security passes it by, or a made-up sight shows rows.
    """
    names = ", ".join(f"'{name}'" for name in WALLED)
    passed_by = text(f"SELECT name FROM unnest(ARRAY[{names}]) AS name WHERE NOT row_security_active(name)")  # noqa: S608 - our own names
    shown = text("SELECT " + " OR ".join(f"EXISTS (SELECT FROM {name})" for name in WALLED))  # noqa: S608 - our own names
    login = await connection.scalar(text("SELECT session_user"))
    try:
        await connection.execute(text("SELECT set_config('role', :role, true)"), {"role": ROLE})
    except DBAPIError as error:
        message = (
            f"The database's user {login} may not act as the role {ROLE}, behind which PostgreSQL keeps offices apart. "
            f'Run as a superuser: GRANT {ROLE} TO "{login}";'
        )
        raise NoWallError(message) from error
    open_tables = sorted(await connection.scalars(passed_by))
    if open_tables:
        message = (
            f"PostgreSQL does not keep offices apart for the role {ROLE} in {', '.join(open_tables)}. "
            f"Run as a superuser: ALTER ROLE {ROLE} NOSUPERUSER NOBYPASSRLS; and for each of these tables, "
            "ALTER TABLE … ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
        )
        raise NoWallError(message)
    await connection.execute(text("SELECT set_config(:name, :sight, true)"), {"name": _SETTING, "sight": _FORGED})
    if await connection.scalar(shown):
        message = (
            "PostgreSQL shows an office's rows to a sight that is nobody's: somebody has added or changed a policy. "
            "Compare the tables' policies with those of a database that was migrated anew, and drop what is too much."
        )
        raise NoWallError(message)
