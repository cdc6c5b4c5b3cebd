"""What the services' provider knows: companies, administrators, services, terms and subscriptions."""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, String, Table, UniqueConstraint

from domain.service import InvoiceRecipient, SubscriptionStatus
from persistence.tables.columns import (
    Bytewise,
    Day,
    Json,
    choice,
    flag,
    identity,
    instant,
    language,
    metadata,
    organisation_number,
    reference,
    words,
)

companies = Table(
    "companies",
    metadata,
    identity(),
    words("name"),
    organisation_number(unique=True),
    flag("registered"),
)

administrators = Table(
    "administrators",
    metadata,
    identity(),
    words("name"),
    words("email"),
    Column("email_key", Bytewise(), nullable=False, unique=True),
    language(),
    Column("salt", Bytewise(), nullable=False),
    instant("accepted_at", nullable=True),
)

company_administrators = Table(
    "company_administrators",
    metadata,
    reference("company_id", "companies"),
    reference("administrator_id", "administrators", ondelete="CASCADE", index=True),
    flag("pending"),
    PrimaryKeyConstraint("company_id", "administrator_id"),
)

services = Table(
    "services",
    metadata,
    identity(),
    Column("code", Bytewise(), nullable=False, unique=True),
    Column("names", Json, nullable=False),
    Column("descriptions", Json, nullable=False),
    words("information_url", nullable=True),
    words("open_url"),
    Column("allowed_invoice_recipients", Json, nullable=False),
    Column("end_options", Json, nullable=False),
)

terms = Table(
    "terms",
    metadata,
    identity(),
    reference("service_id", "services"),
    Column("version", Integer(), nullable=False),
    Column("language", String(2), nullable=False),
    words("text"),
    Column("sha256", String(64), nullable=False),
    Column("effective_from", Day(), nullable=False),
    flag("mandatory"),
    Column("grace_days", Integer(), nullable=False),
    UniqueConstraint("service_id", "version", "language"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    reference("company_id", "companies"),
    reference("service_id", "services"),
    *choice("status", SubscriptionStatus),
    *choice("invoice_recipient", InvoiceRecipient),
    reference("paying_office_id", "offices", nullable=True),
    instant("started_at", nullable=True),
    *choice("prior_status", SubscriptionStatus, nullable=True),
    *choice("prior_invoice_recipient", InvoiceRecipient, nullable=True),
    Column("prior_paying_office_id", Bytewise(), nullable=True),
    instant("prior_started_at", nullable=True),
    PrimaryKeyConstraint("company_id", "service_id"),
)
