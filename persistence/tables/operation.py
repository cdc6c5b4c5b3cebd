"""What operation needs: sessions and links, mails, jobs, idempotency keys and the installation itself."""

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

from domain.mail import MailKind, MailStatus
from domain.viewer import Side
from persistence.tables.columns import Bytewise, Json, choice, identity, instant, language, metadata, reference, words

installation = Table(
    "installation",
    metadata,
    Column("id", Integer(), CheckConstraint("id = 1", name="single"), primary_key=True, autoincrement=False),
    Column("epoch", Bytewise(), nullable=False),
    Column("clock_shift_seconds", BigInteger(), nullable=False),
)

links = Table(
    "links",
    metadata,
    identity(),
    Column("secret_sha256", String(64), nullable=False, unique=True),
    *choice("side", Side),
    reference("administrator_id", "administrators", nullable=True, ondelete="CASCADE", index=True),
    reference("advisor_id", "advisors", nullable=True, index=True),
    reference("collaboration_id", "collaborations", nullable=True, index=True),
    instant("created_at"),
    instant("expires_at", index=True),
    instant("used_at", nullable=True),
    instant("voided_at", nullable=True),
    CheckConstraint("(administrator_id IS NULL) <> (advisor_id IS NULL)", name="one_person"),
)

sessions = Table(
    "sessions",
    metadata,
    identity(),
    *choice("side", Side),
    reference("administrator_id", "administrators", nullable=True, ondelete="CASCADE", index=True),
    reference("advisor_id", "advisors", nullable=True, index=True),
    reference("company_id", "companies", nullable=True),
    Column("link_id", Bytewise(), nullable=True),
    Column("identified_by", Bytewise(), nullable=False),
    instant("created_at"),
    instant("expires_at", index=True),
    instant("revoked_at", nullable=True),
    Column("issuer", Bytewise(), nullable=True),
    Column("subject", Bytewise(), nullable=True),
    Column("assurance", Bytewise(), nullable=True),
    CheckConstraint("(administrator_id IS NULL) <> (advisor_id IS NULL)", name="one_person"),
)

identities = Table(
    "identities",
    metadata,
    Column("issuer", Bytewise(), nullable=False),
    Column("subject", Bytewise(), nullable=False),
    *choice("side", Side),
    reference("administrator_id", "administrators", nullable=True, ondelete="CASCADE", index=True),
    reference("advisor_id", "advisors", nullable=True, index=True),
    instant("linked_at"),
    PrimaryKeyConstraint("issuer", "subject", "side"),
    # One subject for each person: whoever comes with a second one is somebody else.
    UniqueConstraint("issuer", "administrator_id"),
    UniqueConstraint("issuer", "advisor_id"),
    CheckConstraint("(administrator_id IS NULL) <> (advisor_id IS NULL)", name="one_person"),
)

mails = Table(
    "mails",
    metadata,
    identity(),
    *choice("kind", MailKind),
    reference("collaboration_id", "collaborations", nullable=True, index=True),
    words("recipient_name"),
    words("recipient_email"),
    Column("administrator_id", Bytewise(), nullable=True),
    Column("advisor_id", Bytewise(), nullable=True),
    language(),
    Column("content", Json, nullable=False),
    Column("link_id", Bytewise(), nullable=True),
    *choice("status", MailStatus),
    words("problem", nullable=True),
    instant("queued_at"),
    instant("sent_at", nullable=True),
    Column("attempts", Integer(), nullable=False),
)

mailbox_messages = Table(
    "mailbox_messages",
    metadata,
    identity(),
    words("recipient"),
    words("sender"),
    words("subject"),
    words("text"),
    words("html"),
    instant("created_at"),
)

jobs = Table(
    "jobs",
    metadata,
    identity(),
    Column("kind", Bytewise(), nullable=False),
    Column("subject_id", Bytewise(), nullable=False),
    instant("due_at"),
    instant("leased_until", nullable=True),
    Column("attempts", Integer(), nullable=False),
    words("problem", nullable=True),
    instant("parked_at", nullable=True),
    Index("ix_jobs_due", "due_at", sqlite_where=text("parked_at IS NULL"), postgresql_where=text("parked_at IS NULL")),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("viewer", Bytewise(), nullable=False),
    Column("field", Bytewise(), nullable=False),
    Column("key", Bytewise(), nullable=False),
    Column("input_sha256", String(64), nullable=False),
    Column("result", Json, nullable=False),
    instant("created_at", index=True),
    PrimaryKeyConstraint("viewer", "field", "key"),
)
