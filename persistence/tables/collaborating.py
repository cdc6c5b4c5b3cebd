"""Collaborations, the evidence of approvals, and the streams of events."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    text,
)

from domain.collaboration import LIVE, CollaborationStatus
from domain.event import CollaborationEventType
from domain.scenario import ActivationScenario, ApprovalKind
from domain.service import InvoiceRecipient, ServiceAfterwards
from domain.viewer import Side
from persistence.tables.columns import (
    Bytewise,
    Day,
    Json,
    choice,
    identity,
    instant,
    metadata,
    reference,
    version,
    words,
)

_LIVE = ", ".join(sorted(f"'{status.name}'" for status in LIVE))

collaborations = Table(
    "collaborations",
    metadata,
    identity(),
    reference("office_id", "offices"),
    reference("customer_id", "customers", index=True),
    reference("company_id", "companies", index=True),
    reference("service_id", "services"),
    reference("task_id", "tasks", nullable=True, index=True),
    *choice("status", CollaborationStatus),
    version(),
    *choice("scenario", ActivationScenario),
    *choice("approval_kind", ApprovalKind),
    *choice("invoice_recipient", InvoiceRecipient),
    Column("terms_version", Integer(), nullable=True),
    words("message", nullable=True),
    reference("activated_by_id", "advisors", nullable=True),
    reference("activated_by_partner_id", "partners", nullable=True),
    instant("activated_at"),
    instant("expires_at"),
    Column("administrator_created_id", Bytewise(), nullable=True),
    instant("approved_at", nullable=True),
    words("decline_reason", nullable=True),
    words("cancel_reason", nullable=True),
    Column("ends_on", Day(), nullable=True),
    *choice("ended_by", Side, nullable=True),
    *choice("service_afterwards", ServiceAfterwards, nullable=True),
    instant("ended_at", nullable=True),
    reference("previous_id", "collaborations", nullable=True),
    Column("reminders_sent", Integer(), nullable=False),
    instant("asked_at"),
    instant("suspends_at", nullable=True),
    Column("terms_told_version", Integer(), nullable=True),
    CheckConstraint(
        "status NOT IN ('ACTIVE', 'SUSPENDED', 'ENDING', 'ENDED') OR approved_at IS NOT NULL",
        name="used_only_when_approved",
    ),
    CheckConstraint("(activated_by_id IS NULL) <> (activated_by_partner_id IS NULL)", name="one_activator"),
    CheckConstraint("(approval_kind = 'COLLABORATION') OR terms_version IS NOT NULL", name="terms_pinned"),
    Index(
        "uq_collaborations_live",
        "office_id",
        "company_id",
        "service_id",
        unique=True,
        sqlite_where=text(f"status IN ({_LIVE})"),
        postgresql_where=text(f"status IN ({_LIVE})"),
    ),
    Index("ix_collaborations_by_activation", "office_id", "activated_at", "id"),
    Index("ix_collaborations_by_expiry", "status", "expires_at"),
    Index("ix_collaborations_by_service", "service_id", "status"),
)

evidence = Table(
    "evidence",
    metadata,
    identity(),
    reference("company_id", "companies"),
    Column("number", Integer(), nullable=False),
    reference("office_id", "offices", nullable=True),
    reference("collaboration_id", "collaborations", nullable=True, index=True),
    Column("administrator_id", Bytewise(), nullable=False),
    instant("recorded_at"),
    Column("content", Json, nullable=False),
    Column("personal", Json, nullable=True),
    Column("content_hash", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("number > 0", name="from_one"),
    UniqueConstraint("company_id", "number"),
)

terms_acceptances = Table(
    "terms_acceptances",
    metadata,
    reference("company_id", "companies"),
    reference("service_id", "services"),
    Column("version", Integer(), nullable=False),
    reference("terms_id", "terms"),
    instant("accepted_at"),
    Column("accepted_by_id", Bytewise(), nullable=True),
    reference("evidence_id", "evidence", nullable=True),
    PrimaryKeyConstraint("company_id", "service_id", "version"),
)

# `forgotten` is the number of the last event that is not kept any more, 0 before any is forgotten.
streams = Table(
    "streams",
    metadata,
    identity(),
    Column("head", BigInteger(), nullable=False),
    Column("forgotten", BigInteger(), nullable=False, server_default=text("0")),
)

events = Table(
    "events",
    metadata,
    identity(),
    reference("collaboration_id", "collaborations", index=True),
    Column("office_id", Bytewise(), nullable=False),
    Column("company_id", Bytewise(), nullable=False),
    Column("customer_id", Bytewise(), nullable=False),
    Column("service_id", Bytewise(), nullable=False),
    Column("version", Integer(), nullable=False),
    *choice("type", CollaborationEventType),
    *choice("previous_status", CollaborationStatus, nullable=True),
    *choice("status", CollaborationStatus),
    instant("occurred_at"),
    *choice("actor_side", Side),
    Column("actor_id", Bytewise(), nullable=True),
    # When it was written, from which it is kept for a time; it may have occurred long before.
    instant("recorded_at", nullable=True),
)

stream_entries = Table(
    "stream_entries",
    metadata,
    reference("stream_id", "streams"),
    Column("sequence", BigInteger(), nullable=False),
    reference("event_id", "events", index=True),
    CheckConstraint("sequence > 0", name="from_one"),
    PrimaryKeyConstraint("stream_id", "sequence"),
    sqlite_with_rowid=False,
)
