"""Offices, advisors, customers and tasks."""

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
    text,
)

from persistence.tables.columns import Bytewise, ChoiceName, Instant

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_offices()
    _create_advisors()
    _create_customers()
    _create_contacts()
    _create_customer_words()
    _create_tasks()
    _create_task_participants()


def downgrade() -> None:
    op.drop_table("task_participants")
    op.drop_table("tasks")
    op.drop_table("customer_words")
    op.drop_table("contacts")
    op.drop_table("customers")
    op.drop_table("advisors")
    op.drop_table("offices")


def _create_offices() -> None:
    op.create_table(
        "offices",
        Column("id", Bytewise(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("organisation_number", Bytewise(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_offices"),
        CheckConstraint("length(organisation_number) = 10", name=op.f("ck_offices_ten_digits")),
        UniqueConstraint("organisation_number", name="uq_offices_organisation_number"),
    )


def _create_advisors() -> None:
    op.create_table(
        "advisors",
        Column("id", Bytewise(), nullable=False),
        Column("office_id", Bytewise(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("email", Text(), nullable=False),
        Column("email_key", Bytewise(), nullable=False),
        Column("permission", ChoiceName, nullable=False),
        Column("active", Boolean(), nullable=False),
        Column("language", String(2), nullable=False),
        PrimaryKeyConstraint("id", name="pk_advisors"),
        CheckConstraint("permission IN ('OWN', 'FULL')", name=op.f("ck_advisors_permission_known")),
        CheckConstraint("language IN ('sv', 'en')", name=op.f("ck_advisors_language_known")),
        ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_advisors_office_id"),
        UniqueConstraint("email_key", name="uq_advisors_email_key"),
    )
    op.create_index("ix_advisors_office_id", "advisors", ["office_id"])


def _create_customers() -> None:
    op.create_table(
        "customers",
        Column("id", Bytewise(), nullable=False),
        Column("office_id", Bytewise(), nullable=False),
        Column("customer_number", Bytewise(), nullable=False),
        Column("number_key", Bytewise(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("name_key", Bytewise(), nullable=False),
        Column("organisation_number", Bytewise(), nullable=False),
        Column("company_form", ChoiceName, nullable=False),
        Column("has_address", Boolean(), nullable=False),
        Column("street", Text(), nullable=True),
        Column("postal_code", Text(), nullable=True),
        Column("city", Text(), nullable=True),
        Column("country", String(2), nullable=True),
        Column("account_manager_id", Bytewise(), nullable=True),
        Column("archived", Boolean(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("updated_at", Instant(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_customers"),
        CheckConstraint("length(organisation_number) = 10", name=op.f("ck_customers_ten_digits")),
        CheckConstraint(
            "company_form IN ('LIMITED_COMPANY', 'SOLE_TRADER', 'TRADING_PARTNERSHIP', 'LIMITED_PARTNERSHIP', "
            "'ECONOMIC_ASSOCIATION', 'NON_PROFIT', 'PUBLIC_BODY', 'OTHER')",
            name=op.f("ck_customers_company_form_known"),
        ),
        CheckConstraint("version > 0", name=op.f("ck_customers_version_positive")),
        CheckConstraint("NOT has_address OR country IS NOT NULL", name=op.f("ck_customers_address_has_country")),
        ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_customers_office_id"),
        ForeignKeyConstraint(["account_manager_id"], ["advisors.id"], name="fk_customers_account_manager_id"),
        UniqueConstraint("office_id", "customer_number", name="uq_customers_office_id_customer_number"),
    )
    op.create_index("ix_customers_account_manager_id", "customers", ["account_manager_id"])
    op.create_index("ix_customers_by_creation", "customers", ["office_id", "archived", "created_at", "id"])
    op.create_index("ix_customers_by_name", "customers", ["office_id", "archived", "name_key", "id"])
    op.create_index("ix_customers_by_number", "customers", ["office_id", "archived", "number_key", "id"])
    op.create_index("ix_customers_by_organisation_number", "customers", ["office_id", "organisation_number"])


def _create_contacts() -> None:
    op.create_table(
        "contacts",
        Column("customer_id", Bytewise(), nullable=False),
        Column("position", Integer(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("email", Text(), nullable=True),
        Column("phone", Text(), nullable=True),
        Column("language", String(2), nullable=False),
        Column("is_main", Boolean(), nullable=False),
        PrimaryKeyConstraint("customer_id", "position", name="pk_contacts"),
        CheckConstraint("language IN ('sv', 'en')", name=op.f("ck_contacts_language_known")),
        ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_contacts_customer_id", ondelete="CASCADE"),
    )
    op.create_index(
        "uq_contacts_main",
        "contacts",
        ["customer_id"],
        unique=True,
        sqlite_where=text("is_main = 1"),
        postgresql_where=text("is_main"),
    )


def _create_customer_words() -> None:
    op.create_table(
        "customer_words",
        Column("office_id", Bytewise(), nullable=False),
        Column("word", Bytewise(), nullable=False),
        Column("customer_id", Bytewise(), nullable=False),
        PrimaryKeyConstraint("office_id", "word", "customer_id", name="pk_customer_words"),
        ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_customer_words_office_id"),
        ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_customer_words_customer_id", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_customer_words_customer_id", "customer_words", ["customer_id"])


def _create_tasks() -> None:
    op.create_table(
        "tasks",
        Column("id", Bytewise(), nullable=False),
        Column("office_id", Bytewise(), nullable=False),
        Column("customer_id", Bytewise(), nullable=False),
        Column("type", Text(), nullable=False),
        Column("type_key", Bytewise(), nullable=False),
        Column("period", ChoiceName, nullable=False),
        Column("owner_id", Bytewise(), nullable=False),
        Column("active", Boolean(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("created_at", Instant(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_tasks"),
        CheckConstraint("period IN ('YEAR', 'MONTH', 'WEEK', 'NONE')", name=op.f("ck_tasks_period_known")),
        CheckConstraint("version > 0", name=op.f("ck_tasks_version_positive")),
        ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_tasks_office_id"),
        ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_tasks_customer_id"),
        ForeignKeyConstraint(["owner_id"], ["advisors.id"], name="fk_tasks_owner_id"),
    )
    op.create_index("ix_tasks_by_creation", "tasks", ["office_id", "created_at", "id"])
    op.create_index("ix_tasks_by_type", "tasks", ["office_id", "type_key", "id"])
    op.create_index("ix_tasks_customer_id", "tasks", ["customer_id"])
    op.create_index("ix_tasks_owner_id", "tasks", ["owner_id"])


def _create_task_participants() -> None:
    op.create_table(
        "task_participants",
        Column("task_id", Bytewise(), nullable=False),
        Column("advisor_id", Bytewise(), nullable=False),
        Column("position", Integer(), nullable=False),
        PrimaryKeyConstraint("task_id", "advisor_id", name="pk_task_participants"),
        ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_task_participants_task_id", ondelete="CASCADE"),
        ForeignKeyConstraint(["advisor_id"], ["advisors.id"], name="fk_task_participants_advisor_id"),
    )
    op.create_index("ix_task_participants_advisor_id", "task_participants", ["advisor_id"])
