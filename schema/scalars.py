"""The contract's own scalars: moments, days, organisation numbers and addresses of pages."""

import re
from datetime import UTC, date, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

OrganisationNumber = NewType("OrganisationNumber", str)
URL = NewType("URL", str)

_LONGEST_NUMBER = 40
_LONGEST_URL = 2_000
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def write_moment(value: datetime) -> str:
    """Write a moment in UTC with exactly six decimals and Z."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_moment(value: object) -> datetime:
    """Read a moment with any offset.

    Raises:
        GraphQLError: it is not RFC 3339, or no such moment.
    """
    try:
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise GraphQLError("There is no such moment.") from error
    raise GraphQLError("A moment is written as RFC 3339 has it, like 2026-11-23T09:24:00Z.")


def read_day(value: object) -> date:
    """Read a calendar day.

    Raises:
        GraphQLError: it is not YYYY-MM-DD, or no such day.
    """
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError as error:
        raise GraphQLError("There is no such day.") from error
    raise GraphQLError("A day is written YYYY-MM-DD.")


def read_organisation_number(value: object) -> str:
    """Take any text of at most 40 characters: the domain judges it.

    Raises:
        GraphQLError: it is no text, or longer.
    """
    if not isinstance(value, str) or len(value) > _LONGEST_NUMBER:
        raise GraphQLError("An organisation number is a text of at most 40 characters.")
    return value


def read_url(value: object) -> str:
    """Take an absolute URL.

    Raises:
        GraphQLError: it is none.
    """
    if not isinstance(value, str) or len(value) > _LONGEST_URL or not re.match(r"https?://\S+\Z", value):
        raise GraphQLError("An absolute URL is asked for.")
    return value


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="RFC 3339 in UTC with exactly six decimals and Z on output (2026-11-23T09:24:00.000000Z); "
        "any offset on input.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=write_moment,
        parse_value=read_moment,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A calendar day, YYYY-MM-DD, of the office's time zone (Europe/Stockholm).",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date.html",
        serialize=date.isoformat,
        parse_value=read_day,
    ),
    OrganisationNumber: strawberry.scalar(
        name="OrganisationNumber",
        description="NNNNNN-NNNN on output, ******-**** where it is a sole trader's and the viewer may not see it. "
        "On input any string of at most 40 characters: a wrong number is refused as InvalidInput with its path.",
        serialize=str,
        parse_value=read_organisation_number,
    ),
    URL: strawberry.scalar(
        name="URL",
        description="An absolute URL.",
        specified_by_url="https://url.spec.whatwg.org/",
        serialize=str,
        parse_value=read_url,
    ),
}


def given(value: Any) -> Any:  # noqa: ANN401 - whatever the argument is
    """Return an argument's value, None where it was left out."""
    return None if value is strawberry.UNSET else value
