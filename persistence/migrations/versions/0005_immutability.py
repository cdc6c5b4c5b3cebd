"""Evidence is only ever appended to, and a published terms text never changes: the database refuses the rest."""

from alembic import op

revision = "0005"
down_revision = "0004"

# Whatever a record says stays; only the person's data that its commitments hide may be removed.
_LASTING_EVIDENCE = (
    "id, company_id, number, office_id, collaboration_id, administrator_id, recorded_at, content, "
    "content_hash, previous_hash, hash"
)
_LASTING_TERMS = "id, service_id, version, language, text, sha256, effective_from, mandatory, grace_days"
# Trigger, what it stands before, table and condition.
_TRIGGERS = (
    ("evidence_is_lasting", f"UPDATE OF {_LASTING_EVIDENCE}", "evidence", None),
    ("evidence_persons_are_only_erased", "UPDATE OF personal", "evidence", "NEW.personal IS NOT NULL"),
    ("evidence_is_never_deleted", "DELETE", "evidence", None),
    ("terms_are_lasting", f"UPDATE OF {_LASTING_TERMS}", "terms", None),
    ("terms_are_never_deleted", "DELETE", "terms", None),
)
# SQLite's INSERT OR REPLACE deletes the row in its way without a word to the triggers on deleting.
_REPLACING = (
    ("evidence_is_never_replaced", "evidence", "id = NEW.id OR (company_id = NEW.company_id AND number = NEW.number)"),
    (
        "terms_are_never_replaced",
        "terms",
        "id = NEW.id OR (service_id = NEW.service_id AND version = NEW.version AND language = NEW.language)",
    ),
)
_REFUSAL = "evidence and published terms are never changed"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for name, change, table, condition in _TRIGGERS:
            when = f" WHEN {condition}" if condition else ""
            op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW{when} {refuse}")
        for name, table, same in _REPLACING:
            when = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - our own words
            op.execute(f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW {when} {refuse}")
        return
    op.execute(
        f"CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    for name, change, table, condition in _TRIGGERS:
        when = f" WHEN ({condition})" if condition else ""
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW{when} EXECUTE FUNCTION refuse_change()")
    for table in ("evidence", "terms"):
        op.execute(
            f"CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, *_ in (*_TRIGGERS, *_REPLACING):
            op.execute(f"DROP TRIGGER {name}")
        return
    for table in ("evidence", "terms"):
        op.execute(f"DROP TRIGGER {table}_is_never_emptied ON {table}")
    for name, _, table, _ in _TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute("DROP FUNCTION refuse_change()")
