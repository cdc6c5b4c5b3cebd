"""Offices are walled off by PostgreSQL too: row-level security on what is an office's, for a role that owns nothing."""

from alembic import op

revision = "0011"
down_revision = "0010"

_ROLE = "samarbete_application"
# The ids of the office, or of the companies, whose rows the transaction is about; asked for once in each statement.
_SIGHT = "(SELECT string_to_array(current_setting('samarbete.sight', true), ','))::text[]"
_EVERYTHING = f"'everything' = ANY ({_SIGHT})"
_OFFICE = f"office_id = ANY ({_SIGHT})"
_COMPANY = f"company_id = ANY ({_SIGHT})"
# A company's administrator knows the offices that it works with, and their advisors.
_WORKS_WITH = f"EXISTS (SELECT FROM collaborations AS known WHERE known.{_COMPANY} AND known.office_id = %s)"
_SEEN = {
    "offices": f"id = ANY ({_SIGHT}) OR {_WORKS_WITH % 'offices.id'}",
    "advisors": f"{_OFFICE} OR {_WORKS_WITH % 'advisors.office_id'}",
    "partners": _OFFICE,
    "partner_tokens": "EXISTS (SELECT FROM partners WHERE partners.id = partner_tokens.partner_id)",
    "customers": _OFFICE,
    "contacts": "EXISTS (SELECT FROM customers WHERE customers.id = contacts.customer_id)",
    "customer_words": _OFFICE,
    "tasks": _OFFICE,
    "task_participants": "EXISTS (SELECT FROM tasks WHERE tasks.id = task_participants.task_id)",
    "collaborations": f"{_OFFICE} OR {_COMPANY}",
    "evidence": f"{_OFFICE} OR {_COMPANY}",
    "events": f"{_OFFICE} OR {_COMPANY}",
    "streams": f"split_part(id, ':', 2) = ANY ({_SIGHT})",
    "stream_entries": f"split_part(stream_id, ':', 2) = ANY ({_SIGHT})",
    "mails": "EXISTS (SELECT FROM collaborations WHERE collaborations.id = mails.collaboration_id)",
    "mailbox_messages": "false",
}
# A role belongs to all databases of a server, so another one may have made it; whoever migrates must be able to act as it.
_MAKE_ROLE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{_ROLE}') THEN
        BEGIN
            CREATE ROLE {_ROLE} NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END IF;
    IF NOT pg_has_role(
        current_user, '{_ROLE}', CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END
    ) THEN
        EXECUTE format('GRANT {_ROLE} TO %I', current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the role {_ROLE} is needed, and % may not make it or act as it. %', current_user,
        format('Run as a superuser: CREATE ROLE {_ROLE} NOLOGIN; GRANT {_ROLE} TO %I;', current_user);
END $$
"""
_WORK = "SELECT, INSERT, UPDATE, DELETE"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute(_MAKE_ROLE)
    op.execute(f"GRANT {_WORK} ON ALL TABLES IN SCHEMA public TO {_ROLE}")
    op.execute(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {_ROLE}")
    # What later revisions add is worked with too; whether it is walled off, they must say.
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {_WORK} ON TABLES TO {_ROLE}")
    for table, seen in _SEEN.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY sight ON {table} USING ({_EVERYTHING} OR {seen})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for table in _SEEN:
        op.execute(f"DROP POLICY sight ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    # The role stays: other databases of the server may use it.
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE {_WORK} ON TABLES FROM {_ROLE}")
    op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {_ROLE}")
