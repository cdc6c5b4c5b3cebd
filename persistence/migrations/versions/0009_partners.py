"""Partners and their tokens, and collaborations that a partner has activated."""

from alembic import op
from sqlalchemy import (
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

revision = "0009"
down_revision = "0008"

_BEFORE = (
    "id, office_id, customer_id, company_id, service_id, task_id, status, version, scenario, approval_kind, invoice_recipient, "
    "terms_version, message, activated_by_id, activated_at, expires_at, administrator_created_id, approved_at, decline_reason, "
    "cancel_reason, ends_on, ended_by, service_afterwards, ended_at, previous_id, reminders_sent, asked_at, suspends_at, "
    "terms_told_version"
)
_ONE_ACTIVATOR = "(activated_by_id IS NULL) <> (activated_by_partner_id IS NULL)"
_BY_PARTNER = ("activated_by_partner_id", "partners", "fk_collaborations_activated_by_partner_id")
_LIVE = "status IN ('ACTIVE', 'AWAITING_APPROVAL', 'ENDING', 'SUSPENDED')"
_INDEXES = (
    ("ix_collaborations_by_activation", ["office_id", "activated_at", "id"]),
    ("ix_collaborations_by_expiry", ["status", "expires_at"]),
    ("ix_collaborations_by_service", ["service_id", "status"]),
    ("ix_collaborations_company_id", ["company_id"]),
    ("ix_collaborations_customer_id", ["customer_id"]),
    ("ix_collaborations_task_id", ["task_id"]),
)


def upgrade() -> None:
    _create_partners()
    _create_tokens()
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("collaborations", "activated_by_id", nullable=True)
        op.add_column("collaborations", Column("activated_by_partner_id", Bytewise(), nullable=True))
        column, target, name = _BY_PARTNER
        op.create_foreign_key(name, "collaborations", target, [column], ["id"])
        op.create_check_constraint(op.f("ck_collaborations_one_activator"), "collaborations", _ONE_ACTIVATOR)
        return
    _copy_collaborations(by_partner=True)


def downgrade() -> None:
    if op.get_bind().execute(text("SELECT 1 FROM collaborations WHERE activated_by_id IS NULL LIMIT 1")).all():
        message = "there are collaborations that a partner has activated, which the older release cannot keep"
        raise RuntimeError(message)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("ck_collaborations_one_activator", "collaborations")
        op.drop_column("collaborations", "activated_by_partner_id")
        op.alter_column("collaborations", "activated_by_id", nullable=False)
    else:
        _copy_collaborations(by_partner=False)
    op.drop_table("partner_tokens")
    op.drop_table("partners")


def _create_partners() -> None:
    op.create_table(
        "partners",
        Column("id", Bytewise(), nullable=False),
        Column("office_id", Bytewise(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("scopes", Json, nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("expires_at", Instant(), nullable=True),
        Column("last_used_at", Instant(), nullable=True),
        Column("revoked_at", Instant(), nullable=True),
        PrimaryKeyConstraint("id", name="pk_partners"),
        ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_partners_office_id"),
    )
    op.create_index("ix_partners_office_id", "partners", ["office_id"])


def _create_tokens() -> None:
    op.create_table(
        "partner_tokens",
        Column("id", Bytewise(), nullable=False),
        Column("partner_id", Bytewise(), nullable=False),
        Column("secret_sha256", String(64), nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("expires_at", Instant(), nullable=True),
        PrimaryKeyConstraint("id", name="pk_partner_tokens"),
        ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_partner_tokens_partner_id"),
        UniqueConstraint("secret_sha256", name="uq_partner_tokens_secret_sha256"),
    )
    op.create_index("ix_partner_tokens_partner_id", "partner_tokens", ["partner_id"])


def _copy_collaborations(*, by_partner: bool) -> None:
    """Let a partner stand in the advisor's place, or take that back: SQLite cannot loosen a column, so the table is copied."""
    op.execute(f"CREATE TABLE collaborations_aside AS SELECT {_BEFORE} FROM collaborations")  # noqa: S608 - our own words
    op.drop_table("collaborations")
    _create_collaborations(by_partner=by_partner)
    op.execute(f"INSERT INTO collaborations ({_BEFORE}) SELECT {_BEFORE} FROM collaborations_aside")  # noqa: S608 - our own words
    op.drop_table("collaborations_aside")
    for name, columns in _INDEXES:
        op.create_index(name, "collaborations", columns)
    triple = ["office_id", "company_id", "service_id"]
    op.create_index("uq_collaborations_live", "collaborations", triple, unique=True, sqlite_where=text(_LIVE))


def _create_collaborations(*, by_partner: bool) -> None:
    partner_only: tuple[Column[str] | CheckConstraint | ForeignKeyConstraint, ...] = (
        Column("activated_by_partner_id", Bytewise(), nullable=True),
        CheckConstraint(_ONE_ACTIVATOR, name=op.f("ck_collaborations_one_activator")),
        ForeignKeyConstraint(["activated_by_partner_id"], ["partners.id"], name=_BY_PARTNER[2]),
    )
    op.create_table(
        "collaborations",
        *_columns(advisor_nullable=by_partner),
        *_rules(),
        *(partner_only if by_partner else ()),
    )


def _columns(*, advisor_nullable: bool) -> tuple[Column[object], ...]:
    return (
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
        Column("activated_by_id", Bytewise(), nullable=advisor_nullable),
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
        Column("suspends_at", Instant(), nullable=True),
        Column("terms_told_version", Integer(), nullable=True),
    )


def _rules() -> tuple[PrimaryKeyConstraint | CheckConstraint | ForeignKeyConstraint, ...]:
    checks = {
        "status_known": (
            "status IN ('AWAITING_APPROVAL', 'ACTIVE', 'SUSPENDED', 'ENDING', 'ENDED', 'DECLINED', 'CANCELLED', 'EXPIRED')"
        ),
        "version_positive": "version > 0",
        "scenario_known": "scenario IN ('SERVICE_IN_USE', 'REGISTERED_WITHOUT_SERVICE', 'NOT_REGISTERED')",
        "approval_kind_known": "approval_kind IN ('COLLABORATION', 'TERMS_AND_CONDITIONS')",
        "invoice_recipient_known": "invoice_recipient IN ('OFFICE', 'CUSTOMER')",
        "ended_by_known": "ended_by IN ('OFFICE', 'COMPANY', 'PARTNER', 'SYSTEM')",
        "service_afterwards_known": "service_afterwards IN ('KEEP', 'READ_ONLY', 'END')",
        "used_only_when_approved": "status NOT IN ('ACTIVE', 'SUSPENDED', 'ENDING', 'ENDED') OR approved_at IS NOT NULL",
        "terms_pinned": "(approval_kind = 'COLLABORATION') OR terms_version IS NOT NULL",
    }
    references = {
        "office_id": "offices",
        "customer_id": "customers",
        "company_id": "companies",
        "service_id": "services",
        "task_id": "tasks",
        "activated_by_id": "advisors",
        "previous_id": "collaborations",
    }
    return (
        PrimaryKeyConstraint("id", name="pk_collaborations"),
        *(CheckConstraint(rule, name=op.f(f"ck_collaborations_{name}")) for name, rule in checks.items()),
        *(
            ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_collaborations_{column}")
            for column, target in references.items()
        ),
    )
