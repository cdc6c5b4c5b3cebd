"""The office's register: offices, advisors, customers and tasks."""

from sqlalchemy import (
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

from domain.customer import CompanyForm
from domain.office import CustomerPermission
from domain.task import TaskPeriod
from persistence.tables.columns import (
    Bytewise,
    choice,
    flag,
    identity,
    instant,
    language,
    metadata,
    organisation_number,
    reference,
    version,
    words,
)

offices = Table(
    "offices",
    metadata,
    identity(),
    words("name"),
    organisation_number(unique=True),
)

advisors = Table(
    "advisors",
    metadata,
    identity(),
    reference("office_id", "offices", index=True),
    words("name"),
    words("email"),
    Column("email_key", Bytewise(), nullable=False, unique=True),
    *choice("permission", CustomerPermission),
    flag("active"),
    language(),
)

customers = Table(
    "customers",
    metadata,
    identity(),
    reference("office_id", "offices"),
    Column("customer_number", Bytewise(), nullable=False),
    Column("number_key", Bytewise(), nullable=False),
    words("name"),
    Column("name_key", Bytewise(), nullable=False),
    organisation_number(),
    *choice("company_form", CompanyForm),
    flag("has_address"),
    words("street", nullable=True),
    words("postal_code", nullable=True),
    words("city", nullable=True),
    Column("country", String(2), nullable=True),
    reference("account_manager_id", "advisors", nullable=True, index=True),
    flag("archived"),
    version(),
    instant("created_at"),
    instant("updated_at"),
    CheckConstraint("NOT has_address OR country IS NOT NULL", name="address_has_country"),
    UniqueConstraint("office_id", "customer_number"),
    Index("ix_customers_by_name", "office_id", "archived", "name_key", "id"),
    Index("ix_customers_by_number", "office_id", "archived", "number_key", "id"),
    Index("ix_customers_by_creation", "office_id", "archived", "created_at", "id"),
    Index("ix_customers_by_organisation_number", "office_id", "organisation_number"),
)

contacts = Table(
    "contacts",
    metadata,
    reference("customer_id", "customers", ondelete="CASCADE"),
    Column("position", Integer(), nullable=False),
    words("name"),
    words("email", nullable=True),
    words("phone", nullable=True),
    language(),
    flag("is_main"),
    PrimaryKeyConstraint("customer_id", "position"),
    Index(
        "uq_contacts_main",
        "customer_id",
        unique=True,
        sqlite_where=text("is_main = 1"),
        postgresql_where=text("is_main"),
    ),
)

customer_words = Table(
    "customer_words",
    metadata,
    reference("office_id", "offices"),
    Column("word", Bytewise(), nullable=False),
    reference("customer_id", "customers", ondelete="CASCADE", index=True),
    PrimaryKeyConstraint("office_id", "word", "customer_id"),
    sqlite_with_rowid=False,
)

tasks = Table(
    "tasks",
    metadata,
    identity(),
    reference("office_id", "offices"),
    reference("customer_id", "customers", index=True),
    words("type"),
    Column("type_key", Bytewise(), nullable=False),
    *choice("period", TaskPeriod),
    reference("owner_id", "advisors", index=True),
    flag("active"),
    version(),
    instant("created_at"),
    Index("ix_tasks_by_type", "office_id", "type_key", "id"),
    Index("ix_tasks_by_creation", "office_id", "created_at", "id"),
)

task_participants = Table(
    "task_participants",
    metadata,
    reference("task_id", "tasks", ondelete="CASCADE"),
    reference("advisor_id", "advisors", index=True),
    Column("position", Integer(), nullable=False),
    PrimaryKeyConstraint("task_id", "advisor_id"),
)
