"""Collaborations, the evidence of approvals, and the streams of events."""

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

from persistence.tables.columns import Bytewise, ChoiceName, Day, Instant, Json

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _create_collaborations()
    _create_evidence()
    _create_terms_acceptances()
    _create_streams()
    _create_events()
    _create_stream_entries()


def downgrade() -> None:
    op.drop_table("stream_entries")
    op.drop_table("events")
    op.drop_table("streams")
    op.drop_table("terms_acceptances")
    op.drop_table("evidence")
    op.drop_table("collaborations")


def _create_collaborations() -> None:
    op.create_table(
        "collaborations",
        Column("id", Bytewise(), nullable=False),
        Column("office_id", Bytewise(), nullable=False),
        Column("customer_id", Bytewise(), nullable=False),
        Column("company_id", Bytewise(), nullable=False),
        Column("service_id", Bytewise(), nullable=False),
        Column("task_id", Bytewise(), nullable=True),
        Column("status", ChoiceName, nullable=False),
        Column("version", Integer(), nullable=False),
        Column("scenario", ChoiceName, nullable=False),
        Column("approval_kind", ChoiceName, nullable=False),
        Column("invoice_recipient", ChoiceName, nullable=False),
        Column("terms_version", Integer(), nullable=True),
        Column("message", Text(), nullable=True),
        Column("activated_by_id", Bytewise(), nullable=False),
        Column("activated_at", Instant(), nullable=False),
        Column("expires_at", Instant(), nullable=False),
        Column("administrator_created_id", Bytewise(), nullable=True),
        Column("approved_at", Instant(), nullable=True),
        Column("decline_reason", Text(), nullable=True),
        Column("cancel_reason", Text(), nullable=True),
        Column("ends_on", Day(), nullable=True),
        Column("ended_by", ChoiceName, nullable=True),
        Column("service_afterwards", ChoiceName, nullable=True),
        Column("ended_at", Instant(), nullable=True),
        Column("previous_id", Bytewise(), nullable=True),
        Column("reminders_sent", Integer(), nullable=False),
        Column("asked_at", Instant(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_collaborations"),
        CheckConstraint(
            "status IN ('AWAITING_APPROVAL', 'ACTIVE', 'SUSPENDED', 'ENDING', 'ENDED', 'DECLINED', 'CANCELLED', 'EXPIRED')",
            name=op.f("ck_collaborations_status_known"),
        ),
        CheckConstraint("version > 0", name=op.f("ck_collaborations_version_positive")),
        CheckConstraint(
            "scenario IN ('SERVICE_IN_USE', 'REGISTERED_WITHOUT_SERVICE', 'NOT_REGISTERED')",
            name=op.f("ck_collaborations_scenario_known"),
        ),
        CheckConstraint(
            "approval_kind IN ('COLLABORATION', 'TERMS_AND_CONDITIONS')",
            name=op.f("ck_collaborations_approval_kind_known"),
        ),
        CheckConstraint(
            "invoice_recipient IN ('OFFICE', 'CUSTOMER')",
            name=op.f("ck_collaborations_invoice_recipient_known"),
        ),
        CheckConstraint(
            "ended_by IN ('OFFICE', 'COMPANY', 'PARTNER', 'SYSTEM')",
            name=op.f("ck_collaborations_ended_by_known"),
        ),
        CheckConstraint(
            "service_afterwards IN ('KEEP', 'READ_ONLY', 'END')",
            name=op.f("ck_collaborations_service_afterwards_known"),
        ),
        CheckConstraint(
            "status NOT IN ('ACTIVE', 'SUSPENDED', 'ENDING', 'ENDED') OR approved_at IS NOT NULL",
            name=op.f("ck_collaborations_used_only_when_approved"),
        ),
        CheckConstraint(
            "(approval_kind = 'COLLABORATION') OR terms_version IS NOT NULL",
            name=op.f("ck_collaborations_terms_pinned"),
        ),
        ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_collaborations_office_id"),
        ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_collaborations_customer_id"),
        ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_collaborations_company_id"),
        ForeignKeyConstraint(["service_id"], ["services.id"], name="fk_collaborations_service_id"),
        ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_collaborations_task_id"),
        ForeignKeyConstraint(["activated_by_id"], ["advisors.id"], name="fk_collaborations_activated_by_id"),
        ForeignKeyConstraint(["previous_id"], ["collaborations.id"], name="fk_collaborations_previous_id"),
    )
    op.create_index("ix_collaborations_by_activation", "collaborations", ["office_id", "activated_at", "id"])
    op.create_index("ix_collaborations_by_expiry", "collaborations", ["status", "expires_at"])
    op.create_index("ix_collaborations_company_id", "collaborations", ["company_id"])
    op.create_index("ix_collaborations_customer_id", "collaborations", ["customer_id"])
    op.create_index("ix_collaborations_task_id", "collaborations", ["task_id"])
    op.create_index(
        "uq_collaborations_live",
        "collaborations",
        ["office_id", "company_id", "service_id"],
        unique=True,
        sqlite_where=text("status IN ('ACTIVE', 'AWAITING_APPROVAL', 'ENDING', 'SUSPENDED')"),
        postgresql_where=text("status IN ('ACTIVE', 'AWAITING_APPROVAL', 'ENDING', 'SUSPENDED')"),
    )


def _create_evidence() -> None:
    op.create_table(
        "evidence",
        Column("id", Bytewise(), nullable=False),
        Column("company_id", Bytewise(), nullable=False),
        Column("number", Integer(), nullable=False),
        Column("office_id", Bytewise(), nullable=False),
        Column("collaboration_id", Bytewise(), nullable=False),
        Column("administrator_id", Bytewise(), nullable=False),
        Column("recorded_at", Instant(), nullable=False),
        Column("content", Json, nullable=False),
        Column("personal", Json, nullable=True),
        Column("content_hash", String(64), nullable=False),
        Column("previous_hash", String(64), nullable=False),
        Column("hash", String(64), nullable=False),
        PrimaryKeyConstraint("id", name="pk_evidence"),
        CheckConstraint("number > 0", name=op.f("ck_evidence_from_one")),
        ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_evidence_company_id"),
        ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_evidence_office_id"),
        ForeignKeyConstraint(["collaboration_id"], ["collaborations.id"], name="fk_evidence_collaboration_id"),
        UniqueConstraint("company_id", "number", name="uq_evidence_company_id_number"),
    )
    op.create_index("ix_evidence_collaboration_id", "evidence", ["collaboration_id"])


def _create_terms_acceptances() -> None:
    op.create_table(
        "terms_acceptances",
        Column("company_id", Bytewise(), nullable=False),
        Column("service_id", Bytewise(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("terms_id", Bytewise(), nullable=False),
        Column("accepted_at", Instant(), nullable=False),
        Column("accepted_by_id", Bytewise(), nullable=True),
        Column("evidence_id", Bytewise(), nullable=True),
        PrimaryKeyConstraint("company_id", "service_id", "version", name="pk_terms_acceptances"),
        ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_terms_acceptances_company_id"),
        ForeignKeyConstraint(["service_id"], ["services.id"], name="fk_terms_acceptances_service_id"),
        ForeignKeyConstraint(["terms_id"], ["terms.id"], name="fk_terms_acceptances_terms_id"),
        ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name="fk_terms_acceptances_evidence_id"),
    )


def _create_streams() -> None:
    op.create_table(
        "streams",
        Column("id", Bytewise(), nullable=False),
        Column("head", BigInteger(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_streams"),
    )


def _create_events() -> None:
    op.create_table(
        "events",
        Column("id", Bytewise(), nullable=False),
        Column("collaboration_id", Bytewise(), nullable=False),
        Column("office_id", Bytewise(), nullable=False),
        Column("company_id", Bytewise(), nullable=False),
        Column("customer_id", Bytewise(), nullable=False),
        Column("service_id", Bytewise(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("type", ChoiceName, nullable=False),
        Column("previous_status", ChoiceName, nullable=True),
        Column("status", ChoiceName, nullable=False),
        Column("occurred_at", Instant(), nullable=False),
        Column("actor_side", ChoiceName, nullable=False),
        Column("actor_id", Bytewise(), nullable=True),
        PrimaryKeyConstraint("id", name="pk_events"),
        CheckConstraint(
            "type IN ('ACTIVATED', 'APPROVED', 'DECLINED', 'CANCELLED', 'EXPIRED', 'REMINDED', "
            "'CONTACT_CORRECTED', 'MAIL_BOUNCED', 'TASK_CHANGED', 'END_SCHEDULED', 'END_WITHDRAWN', 'ENDED', "
            "'SUSPENDED', 'RESUMED', 'MAIL_FAILED', 'APPROVER_MISSING', 'TERMS_REQUIRED', 'TERMS_ACCEPTED')",
            name=op.f("ck_events_type_known"),
        ),
        CheckConstraint(
            "previous_status IN ('AWAITING_APPROVAL', 'ACTIVE', 'SUSPENDED', 'ENDING', 'ENDED', 'DECLINED', "
            "'CANCELLED', 'EXPIRED')",
            name=op.f("ck_events_previous_status_known"),
        ),
        CheckConstraint(
            "status IN ('AWAITING_APPROVAL', 'ACTIVE', 'SUSPENDED', 'ENDING', 'ENDED', 'DECLINED', 'CANCELLED', 'EXPIRED')",
            name=op.f("ck_events_status_known"),
        ),
        CheckConstraint(
            "actor_side IN ('OFFICE', 'COMPANY', 'PARTNER', 'SYSTEM')",
            name=op.f("ck_events_actor_side_known"),
        ),
        ForeignKeyConstraint(["collaboration_id"], ["collaborations.id"], name="fk_events_collaboration_id"),
    )
    op.create_index("ix_events_collaboration_id", "events", ["collaboration_id"])


def _create_stream_entries() -> None:
    op.create_table(
        "stream_entries",
        Column("stream_id", Bytewise(), nullable=False),
        Column("sequence", BigInteger(), nullable=False),
        Column("event_id", Bytewise(), nullable=False),
        PrimaryKeyConstraint("stream_id", "sequence", name="pk_stream_entries"),
        CheckConstraint("sequence > 0", name=op.f("ck_stream_entries_from_one")),
        ForeignKeyConstraint(["stream_id"], ["streams.id"], name="fk_stream_entries_stream_id"),
        ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_stream_entries_event_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_stream_entries_event_id", "stream_entries", ["event_id"])
