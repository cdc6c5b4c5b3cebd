"""From the domain's values to the types that show them: one table, filled where each type is declared."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from resolvers.context import Context

Shown = TypeVar("Shown", bound=type)
Show = Callable[[Context, Any], Any]

_TABLE: dict[type, Show] = {}


class Loader(Protocol):
    """One of the context's loaders."""

    async def load(self, key: str) -> object | None:
        """Return what the id names, or None."""


class Loaders(Protocol):
    """One of the context's loaders, asked for many."""

    async def load_many(self, keys: Sequence[str]) -> Sequence[object]:
        """Return what the ids name, leaving out what is not there."""


def shows(value_type: type) -> Callable[[Shown], Shown]:
    """Declare that a type shows such values; it has a static `from_value(context, value)`."""

    def enter(shown: Shown) -> Shown:
        _TABLE[value_type] = shown.from_value  # type: ignore[attr-defined]  # a static method, as said
        return shown

    return enter


def show(context: Context, value: object | None) -> Any:  # noqa: ANN401 - the type that the table has for the value
    """Show a value to the viewer; None stays None."""
    return None if value is None else _TABLE[type(value)](context, value)


def show_all(context: Context, values: Iterable[object]) -> list[Any]:
    """Show values, in their order."""
    return [show(context, value) for value in values]


async def find(context: Context, loader: Loader, local_id: str | None) -> Any:  # noqa: ANN401 - as `show`
    """Load and show what an id names, None where it names nothing that the viewer may see."""
    return None if local_id is None else show(context, await loader.load(local_id))


async def get(context: Context, loader: Loader, local_id: str) -> Any:  # noqa: ANN401 - as `show`
    """Load and show what an id of ours names.

    Raises:
        LookupError: something refers to what is gone; a fault of ours.
    """
    found = await find(context, loader, local_id)
    if found is None:
        message = "something refers to what is not there"
        raise LookupError(message)
    return found


async def find_all(context: Context, loader: Loaders, local_ids: Sequence[str]) -> list[Any]:
    """Load and show what ids name, in their order, leaving out what the viewer may not see."""
    return show_all(context, await loader.load_many(local_ids))
