"""Safe retries: a mutation that was done under a key is answered again and not done again."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from domain.errors import IdempotencyKeyReused, InputProblemCode, InvalidInput
from persistence import idempotency
from persistence.database import Reading, Unit
from persistence.idempotency import KeyUse
from resolvers.context import Context

Result = TypeVar("Result")
Kept = dict[str, str | int | bool | None]

_LONGEST_KEY = 255


def use_of(context: Context, field: str, key: str | None, asked: object, *, anonymous: str | None = None) -> KeyUse | None:
    """Describe the use of a key, or return None where none is given.

    `asked` is the input as a dataclass or plain value; `anonymous` stands for who asks where nobody has signed in: the secret
    or address, of which only the hash is stored.

    Raises:
        InvalidInput: the key is not 1 to 255 printable ASCII characters.
    """
    if key is None:
        return None
    if not key:
        raise InvalidInput.at(InputProblemCode.BLANK, "idempotencyKey")
    if len(key) > _LONGEST_KEY:
        raise InvalidInput.at(InputProblemCode.TOO_LONG, "idempotencyKey")
    if not (key.isascii() and key.isprintable()):
        raise InvalidInput.at(InputProblemCode.NOT_ALLOWED_CHARACTER, "idempotencyKey")
    if anonymous is not None:
        viewer = f"anonymous:{hashlib.sha256(anonymous.encode()).hexdigest()}"
    else:
        known = context.require_viewer()
        viewer = f"{known.kind}:{known.id}"
    plain = asdict(asked) if is_dataclass(asked) and not isinstance(asked, type) else asked
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), default=_plain)
    return KeyUse(viewer=viewer, field=field, key=key, input_sha256=hashlib.sha256(canonical.encode()).hexdigest())


def uses_of(context: Context, field: str, key: str | None, items: Sequence[object]) -> tuple[KeyUse | None, ...]:
    """Describe the use of a key by a call on many items: it covers each by its position, so that a retry does what is missing.

    Raises:
        InvalidInput: the key is not 1 to 255 printable ASCII characters.
    """
    return tuple(use_of(context, f"{field}.{place}", key, item) for place, item in enumerate(items))


async def find_done(reading: Reading, uses: Sequence[KeyUse | None]) -> dict[KeyUse, Kept]:
    """Return what was kept of the items that were done before.

    Raises:
        IdempotencyKeyReused: one of them was done with another input.
    """
    found = await idempotency.find_many(reading, [use for use in uses if use is not None])
    if any(kept.input_sha256 != use.input_sha256 for use, kept in found.items()):
        raise IdempotencyKeyReused
    return {use: kept.result for use, kept in found.items()}


async def once(
    unit: Unit,
    use: KeyUse | None,
    *,
    do: Callable[[], Awaitable[Result]],
    keep: Callable[[Result], Kept],
    again: Callable[[Kept], Awaitable[Result]],
) -> Result:
    """Do it, and keep what came of it under the key; where it was done before, answer from what was kept.

    A refusal is raised out of `do` and rolls the unit back, so it does not burn the key.

    Raises:
        IdempotencyKeyReused: the key was used with another input.
    """
    if use is None:
        return await do()
    kept = await idempotency.find(unit, use)
    if kept is not None:
        if kept.input_sha256 != use.input_sha256:
            raise IdempotencyKeyReused
        return await again(kept.result)
    result = await do()
    await idempotency.keep(unit, use, keep(result))
    return result


def _plain(value: Any) -> Any:  # noqa: ANN401 - json's signature
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    # Whatever has no plain form, like a field that was left out, must not read like a text that somebody may write.
    return {type(value).__name__: repr(value)}
