"""Declaring types and fields so that a docstring is the description that clients read."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

import strawberry
from strawberry.types.field import StrawberryField

from schema import costs

Declared = TypeVar("Declared", bound=type)
MUTATION = 10


def words_of(documented: object) -> str:
    """Return a docstring as one paragraph."""
    return " ".join((inspect.getdoc(documented) or "").split())


@dataclass_transform(order_default=True, kw_only_default=True, field_specifiers=(strawberry.field, StrawberryField))
def output(declared: Declared) -> Declared:
    """Declare an object type."""
    return strawberry.type(declared, description=words_of(declared))


@dataclass_transform(order_default=True, kw_only_default=True, field_specifiers=(strawberry.field, StrawberryField))
def interface(declared: Declared) -> Declared:
    """Declare an interface."""
    return strawberry.interface(declared, description=words_of(declared))


@dataclass_transform(order_default=True, kw_only_default=True, field_specifiers=(strawberry.field, StrawberryField))
def wanted(declared: Declared) -> Declared:
    """Declare an input type."""
    return strawberry.input(declared, description=words_of(declared))


def resolved(resolver: Callable[..., Any]) -> Any:  # noqa: ANN401 - the field that takes the function's place
    """Declare a field that a function answers."""
    return strawberry.field(resolver=resolver, description=words_of(resolver))


def mutation(resolver: Callable[..., Any]) -> Any:  # noqa: ANN401 - the field that takes the function's place
    """Declare a mutation: a transaction, which costs what ten objects do."""
    field: StrawberryField = strawberry.mutation(resolver=resolver, description=words_of(resolver))
    return costs.declare(each=MUTATION)(field)


def subscription(resolver: Callable[..., Any]) -> Any:  # noqa: ANN401 - the field that takes the function's place
    """Declare a subscription."""
    return strawberry.subscription(resolver=resolver, description=words_of(resolver))


def idempotency_key() -> Any:  # noqa: ANN401 - the field that takes the value's place
    """Declare the key that the input of every mutation has."""
    return strawberry.field(
        default=strawberry.UNSET,
        description="1 to 255 printable ASCII characters. For 7 days, the same input under the same key is done once, and "
        "answered again with replayed: true.",
    )
