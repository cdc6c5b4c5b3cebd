"""The kinds of column that the tables are made of, each the same on both databases."""

from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC to the microsecond: text of fixed width on SQLite, so that it compares bytewise, else timestamptz."""

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401 - SQLAlchemy's signature
        """Store in UTC."""
        if value is None or dialect.name == "postgresql":
            return value
        return as_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - SQLAlchemy's signature
        """Read as an aware datetime in UTC."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            found: datetime = value.astimezone(UTC)
            return found
        return datetime.fromisoformat(value)


def as_text(moment: datetime) -> str:
    """Print a moment in UTC with the same 27 characters for every year, so that texts compare as the moments do."""
    # strftime leaves out the zeros of years before 1000.
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


class Day(TypeDecorator[date]):
    """A calendar day."""

    impl = Date
    cache_ok = True


class Bytewise(TypeDecorator[str]):
    """Text that compares and sorts by its bytes on both databases."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the collation that compares bytewise."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(String(collation="C"))
        return dialect.type_descriptor(String())


ChoiceName = String(40).with_variant(String(40, collation="C"), "postgresql")


class Choice(TypeDecorator[Enum]):
    """A member of a domain enum, stored by its name; the table's CHECK names the members."""

    impl = String
    cache_ok = True

    def __init__(self, choices: type[Enum]) -> None:
        super().__init__(40)
        self.choices = choices

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the collation that compares bytewise: lists are sorted by some of these."""
        return ChoiceName.dialect_impl(dialect)

    def process_bind_param(self, value: Enum | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Store the name."""
        return None if value is None else value.name

    def process_result_value(self, value: Any, dialect: Dialect) -> Enum | None:  # noqa: ANN401, ARG002 - SQLAlchemy's signature
        """Read the member."""
        return None if value is None else self.choices[value]


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def identity() -> Column[str]:
    """Make the primary key `id`."""
    return Column("id", Bytewise(), primary_key=True)


def reference(name: str, target: str, *, nullable: bool = False, ondelete: str | None = None, index: bool = False) -> Column[Any]:
    """Make a foreign key to another table's `id`."""
    return Column(name, Bytewise(), ForeignKey(f"{target}.id", ondelete=ondelete), nullable=nullable, index=index)


def choice(name: str, choices: type[Enum], *, nullable: bool = False) -> tuple[Column[Any], CheckConstraint]:
    """Make a column for a domain enum, and the CHECK that names its members."""
    members = ", ".join(f"'{member.name}'" for member in choices)
    return Column(name, Choice(choices), nullable=nullable), CheckConstraint(f"{name} IN ({members})", name=f"{name}_known")


def version() -> Column[Any]:
    """Make the column that counts a row's changes, from 1."""
    return Column("version", Integer(), CheckConstraint("version > 0", name="version_positive"), nullable=False)


def language() -> Column[Any]:
    """Make the column for the language in which a person is written to."""
    return Column("language", String(2), CheckConstraint("language IN ('sv', 'en')", name="language_known"), nullable=False)


def organisation_number(*, unique: bool = False) -> Column[Any]:
    """Make the column for an organisation number, stored as ten digits."""
    ten_digits = CheckConstraint("length(organisation_number) = 10", name="ten_digits")
    return Column("organisation_number", Bytewise(), ten_digits, nullable=False, unique=unique or None)


def instant(name: str, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    """Make a column for a moment in UTC."""
    return Column(name, Instant(), nullable=nullable, index=index)


def words(name: str, *, nullable: bool = False) -> Column[Any]:
    """Make a column for text."""
    return Column(name, Text(), nullable=nullable)


def flag(name: str) -> Column[Any]:
    """Make a column for yes or no."""
    return Column(name, Boolean(), nullable=False)
