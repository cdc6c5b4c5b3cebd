"""The installation, links, sessions, mails, jobs and idempotency keys."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    text,
)

from persistence import ids
from persistence.tables.columns import Bytewise, ChoiceName, Instant, Json

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _create_installation()
    _create_links()
    _create_sessions()
    _create_mails()
    _create_mailbox_messages()
    _create_jobs()
    _create_idempotency_keys()


def downgrade() -> None:
    op.drop_table("idempotency_keys")
    op.drop_table("jobs")
    op.drop_table("mailbox_messages")
    op.drop_table("mails")
    op.drop_table("sessions")
    op.drop_table("links")
    op.drop_table("installation")


def _create_installation() -> None:
    created = op.create_table(
        "installation",
        Column("id", Integer(), autoincrement=False, nullable=False),
        Column("epoch", Bytewise(), nullable=False),
        Column("clock_shift_seconds", BigInteger(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_installation"),
        CheckConstraint("id = 1", name=op.f("ck_installation_single")),
    )
    op.bulk_insert(created, [{"id": 1, "epoch": ids.new_id(), "clock_shift_seconds": 0}])


def _create_links() -> None:
    op.create_table(
        "links",
        Column("id", Bytewise(), nullable=False),
        Column("secret_sha256", String(64), nullable=False),
        Column("side", ChoiceName, nullable=False),
        Column("administrator_id", Bytewise(), nullable=True),
        Column("advisor_id", Bytewise(), nullable=True),
        Column("collaboration_id", Bytewise(), nullable=True),
        Column("created_at", Instant(), nullable=False),
        Column("expires_at", Instant(), nullable=False),
        Column("used_at", Instant(), nullable=True),
        Column("voided_at", Instant(), nullable=True),
        PrimaryKeyConstraint("id", name="pk_links"),
        CheckConstraint("side IN ('OFFICE', 'COMPANY', 'PARTNER', 'SYSTEM')", name=op.f("ck_links_side_known")),
        CheckConstraint("(administrator_id IS NULL) <> (advisor_id IS NULL)", name=op.f("ck_links_one_person")),
        ForeignKeyConstraint(["administrator_id"], ["administrators.id"], name="fk_links_administrator_id", ondelete="CASCADE"),
        ForeignKeyConstraint(["advisor_id"], ["advisors.id"], name="fk_links_advisor_id"),
        ForeignKeyConstraint(["collaboration_id"], ["collaborations.id"], name="fk_links_collaboration_id"),
        UniqueConstraint("secret_sha256", name="uq_links_secret_sha256"),
    )
    op.create_index("ix_links_administrator_id", "links", ["administrator_id"])
    op.create_index("ix_links_advisor_id", "links", ["advisor_id"])
    op.create_index("ix_links_collaboration_id", "links", ["collaboration_id"])
    op.create_index("ix_links_expires_at", "links", ["expires_at"])


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        Column("id", Bytewise(), nullable=False),
        Column("side", ChoiceName, nullable=False),
        Column("administrator_id", Bytewise(), nullable=True),
        Column("advisor_id", Bytewise(), nullable=True),
        Column("company_id", Bytewise(), nullable=True),
        Column("link_id", Bytewise(), nullable=True),
        Column("identified_by", Bytewise(), nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("expires_at", Instant(), nullable=False),
        Column("revoked_at", Instant(), nullable=True),
        PrimaryKeyConstraint("id", name="pk_sessions"),
        CheckConstraint("side IN ('OFFICE', 'COMPANY', 'PARTNER', 'SYSTEM')", name=op.f("ck_sessions_side_known")),
        CheckConstraint("(administrator_id IS NULL) <> (advisor_id IS NULL)", name=op.f("ck_sessions_one_person")),
        ForeignKeyConstraint(
            ["administrator_id"], ["administrators.id"], name="fk_sessions_administrator_id", ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["advisor_id"], ["advisors.id"], name="fk_sessions_advisor_id"),
        ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_sessions_company_id"),
    )
    op.create_index("ix_sessions_administrator_id", "sessions", ["administrator_id"])
    op.create_index("ix_sessions_advisor_id", "sessions", ["advisor_id"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])


def _create_mails() -> None:
    op.create_table(
        "mails",
        Column("id", Bytewise(), nullable=False),
        Column("kind", ChoiceName, nullable=False),
        Column("collaboration_id", Bytewise(), nullable=True),
        Column("recipient_name", Text(), nullable=False),
        Column("recipient_email", Text(), nullable=False),
        Column("administrator_id", Bytewise(), nullable=True),
        Column("advisor_id", Bytewise(), nullable=True),
        Column("language", String(2), nullable=False),
        Column("content", Json, nullable=False),
        Column("link_id", Bytewise(), nullable=True),
        Column("status", ChoiceName, nullable=False),
        Column("problem", Text(), nullable=True),
        Column("queued_at", Instant(), nullable=False),
        Column("sent_at", Instant(), nullable=True),
        Column("attempts", Integer(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_mails"),
        CheckConstraint(
            "kind IN ('ACTIVATION', 'REMINDER', 'CONTACT_CORRECTED', 'APPROVED', 'DECLINED', 'CANCELLED', "
            "'EXPIRED', 'END_SCHEDULED', 'END_WITHDRAWN', 'ENDED', 'TERMS_REQUIRED', 'SUSPENDED', 'RESUMED', "
            "'BOUNCED', 'APPROVER_MISSING', 'SIGN_IN')",
            name=op.f("ck_mails_kind_known"),
        ),
        CheckConstraint("language IN ('sv', 'en')", name=op.f("ck_mails_language_known")),
        CheckConstraint(
            "status IN ('QUEUED', 'SENT', 'DELIVERED', 'BOUNCED', 'FAILED')",
            name=op.f("ck_mails_status_known"),
        ),
        ForeignKeyConstraint(["collaboration_id"], ["collaborations.id"], name="fk_mails_collaboration_id"),
    )
    op.create_index("ix_mails_collaboration_id", "mails", ["collaboration_id"])


def _create_mailbox_messages() -> None:
    op.create_table(
        "mailbox_messages",
        Column("id", Bytewise(), nullable=False),
        Column("recipient", Text(), nullable=False),
        Column("sender", Text(), nullable=False),
        Column("subject", Text(), nullable=False),
        Column("text", Text(), nullable=False),
        Column("html", Text(), nullable=False),
        Column("created_at", Instant(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_mailbox_messages"),
    )


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        Column("id", Bytewise(), nullable=False),
        Column("kind", Bytewise(), nullable=False),
        Column("subject_id", Bytewise(), nullable=False),
        Column("due_at", Instant(), nullable=False),
        Column("leased_until", Instant(), nullable=True),
        Column("attempts", Integer(), nullable=False),
        Column("problem", Text(), nullable=True),
        Column("parked_at", Instant(), nullable=True),
        PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index(
        "ix_jobs_due",
        "jobs",
        ["due_at"],
        sqlite_where=text("parked_at IS NULL"),
        postgresql_where=text("parked_at IS NULL"),
    )


def _create_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        Column("viewer", Bytewise(), nullable=False),
        Column("field", Bytewise(), nullable=False),
        Column("key", Bytewise(), nullable=False),
        Column("input_sha256", String(64), nullable=False),
        Column("result", Json, nullable=False),
        Column("created_at", Instant(), nullable=False),
        PrimaryKeyConstraint("viewer", "field", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
