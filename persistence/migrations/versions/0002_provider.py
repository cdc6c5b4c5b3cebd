"""Companies, administrators, services, terms and subscriptions."""

from alembic import op
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)

from persistence.tables.columns import Bytewise, ChoiceName, Day, Instant, Json

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_companies()
    _create_administrators()
    _create_company_administrators()
    _create_services()
    _create_terms()
    _create_subscriptions()


def downgrade() -> None:
    op.drop_table("subscriptions")
    op.drop_table("terms")
    op.drop_table("services")
    op.drop_table("company_administrators")
    op.drop_table("administrators")
    op.drop_table("companies")


def _create_companies() -> None:
    op.create_table(
        "companies",
        Column("id", Bytewise(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("organisation_number", Bytewise(), nullable=False),
        Column("registered", Boolean(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_companies"),
        CheckConstraint("length(organisation_number) = 10", name=op.f("ck_companies_ten_digits")),
        UniqueConstraint("organisation_number", name="uq_companies_organisation_number"),
    )


def _create_administrators() -> None:
    op.create_table(
        "administrators",
        Column("id", Bytewise(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("email", Text(), nullable=False),
        Column("email_key", Bytewise(), nullable=False),
        Column("language", String(2), nullable=False),
        Column("salt", Bytewise(), nullable=False),
        Column("accepted_at", Instant(), nullable=True),
        PrimaryKeyConstraint("id", name="pk_administrators"),
        CheckConstraint("language IN ('sv', 'en')", name=op.f("ck_administrators_language_known")),
        UniqueConstraint("email_key", name="uq_administrators_email_key"),
    )


def _create_company_administrators() -> None:
    op.create_table(
        "company_administrators",
        Column("company_id", Bytewise(), nullable=False),
        Column("administrator_id", Bytewise(), nullable=False),
        Column("pending", Boolean(), nullable=False),
        PrimaryKeyConstraint("company_id", "administrator_id", name="pk_company_administrators"),
        ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_company_administrators_company_id"),
        ForeignKeyConstraint(
            ["administrator_id"], ["administrators.id"], name="fk_company_administrators_administrator_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_company_administrators_administrator_id", "company_administrators", ["administrator_id"])


def _create_services() -> None:
    op.create_table(
        "services",
        Column("id", Bytewise(), nullable=False),
        Column("code", Bytewise(), nullable=False),
        Column("names", Json, nullable=False),
        Column("descriptions", Json, nullable=False),
        Column("information_url", Text(), nullable=True),
        Column("open_url", Text(), nullable=False),
        Column("allowed_invoice_recipients", Json, nullable=False),
        Column("end_options", Json, nullable=False),
        PrimaryKeyConstraint("id", name="pk_services"),
        UniqueConstraint("code", name="uq_services_code"),
    )


def _create_terms() -> None:
    op.create_table(
        "terms",
        Column("id", Bytewise(), nullable=False),
        Column("service_id", Bytewise(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("language", String(2), nullable=False),
        Column("text", Text(), nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("effective_from", Day(), nullable=False),
        Column("mandatory", Boolean(), nullable=False),
        Column("grace_days", Integer(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_terms"),
        ForeignKeyConstraint(["service_id"], ["services.id"], name="fk_terms_service_id"),
        UniqueConstraint("service_id", "version", "language", name="uq_terms_service_id_version_language"),
    )


def _create_subscriptions() -> None:
    op.create_table(
        "subscriptions",
        Column("company_id", Bytewise(), nullable=False),
        Column("service_id", Bytewise(), nullable=False),
        Column("status", ChoiceName, nullable=False),
        Column("invoice_recipient", ChoiceName, nullable=False),
        Column("paying_office_id", Bytewise(), nullable=True),
        Column("started_at", Instant(), nullable=True),
        Column("prior_status", ChoiceName, nullable=True),
        Column("prior_invoice_recipient", ChoiceName, nullable=True),
        Column("prior_paying_office_id", Bytewise(), nullable=True),
        Column("prior_started_at", Instant(), nullable=True),
        PrimaryKeyConstraint("company_id", "service_id", name="pk_subscriptions"),
        CheckConstraint(
            "status IN ('PENDING', 'ACTIVE', 'READ_ONLY', 'ENDED')",
            name=op.f("ck_subscriptions_status_known"),
        ),
        CheckConstraint(
            "invoice_recipient IN ('OFFICE', 'CUSTOMER')",
            name=op.f("ck_subscriptions_invoice_recipient_known"),
        ),
        CheckConstraint(
            "prior_status IN ('PENDING', 'ACTIVE', 'READ_ONLY', 'ENDED')",
            name=op.f("ck_subscriptions_prior_status_known"),
        ),
        CheckConstraint(
            "prior_invoice_recipient IN ('OFFICE', 'CUSTOMER')",
            name=op.f("ck_subscriptions_prior_invoice_recipient_known"),
        ),
        ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_subscriptions_company_id"),
        ForeignKeyConstraint(["service_id"], ["services.id"], name="fk_subscriptions_service_id"),
        ForeignKeyConstraint(["paying_office_id"], ["offices.id"], name="fk_subscriptions_paying_office_id"),
    )
