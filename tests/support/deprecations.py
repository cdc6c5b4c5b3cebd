"""What of a schema is deprecated, whether it is said as docs/contract.md has it, and whether it may go."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, build_schema

NOTICE = timedelta(days=90)
REASON = re.compile(r"Use .+; removed after (?P<day>\d{4}-\d{2}-\d{2})\.")


def reasons(text: str) -> Iterator[tuple[str, str]]:
    """Yield every field, argument, input field and enum value that is deprecated, by its path, with the reason."""
    for name, declared in build_schema(text).type_map.items():
        if isinstance(declared, GraphQLEnumType):
            yield from (
                (f"{name}.{value}", one.deprecation_reason) for value, one in declared.values.items() if one.deprecation_reason
            )
        if isinstance(declared, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field, one in declared.fields.items():
                if one.deprecation_reason:
                    yield f"{name}.{field}", one.deprecation_reason
                arguments = {} if isinstance(declared, GraphQLInputObjectType) else one.args
                for argument, each in arguments.items():
                    if each.deprecation_reason:
                        yield f"{name}.{field}.{argument}", each.deprecation_reason


def day_of(reason: str) -> date | None:
    """Return the last day of what is deprecated, or None where the reason does not name one as it should."""
    found = REASON.fullmatch(reason)
    try:
        return None if found is None else date.fromisoformat(found["day"])
    except ValueError:
        return None


def faults(text: str, released: str, today: date) -> Iterator[str]:
    """Yield what is deprecated in other words than the contract's, or without 90 days' notice after it is told by a release."""
    told = dict(reasons(released))
    for path, reason in reasons(text):
        day, before = day_of(reason), day_of(told.get(path, ""))
        if day is None:
            yield f"{path}: the reason is not 'Use …; removed after YYYY-MM-DD.': {reason}"
        elif before is not None and day < before:
            yield f"{path}: clients were promised it until {before}"
        elif before is None and day < today + NOTICE:
            yield f"{path}: no release has told of it yet, and {day} is less than 90 days away"


def is_due(path: str, released: str, today: date) -> bool:
    """Tell whether something may be gone: a release deprecated it, and its last day is over."""
    day = day_of(dict(reasons(released)).get(path, ""))
    return day is not None and day < today
