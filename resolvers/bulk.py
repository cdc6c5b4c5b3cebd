"""Many at once: what holds for every call on a list, and the activation of many collaborations."""

from collections.abc import Sequence, Sized
from dataclasses import dataclass, replace

from domain import permissions
from domain.errors import DomainError, InputProblemCode, InvalidInput
from resolvers import activation, replay
from resolvers.activation import ActivateCollaboration, Activated
from resolvers.context import Context

ACTIVATIONS_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivatedMany:
    """What became of each item, in order; `replayed` where the same key had done all that is done, and nothing happened now."""

    outcomes: tuple[Activated | DomainError, ...]
    replayed: bool


async def activate(context: Context, items: Sequence[ActivateCollaboration], key: str | None) -> ActivatedMany:
    """Activate collaborations one after the other, each in a transaction of its own; a refusal is its item's alone.

    The key covers each item by its position: those done before are answered again, and those missing or refused are done.

    Raises:
        NotPermitted: an administrator, or a partner without the scope.
        InvalidInput: no item, or more than 200; a bad key.
        IdempotencyKeyReused: the key has done one of the items with another input; then nothing is done.
        DeadlineExceededError: nobody waits any more; the items that were done stand.
    """
    permissions.check_write(permissions.require_office(context.require_viewer()))
    check_number(items, "items", limit=ACTIVATIONS_LIMIT)
    uses = replay.uses_of(context, "activateCollaborations", key, items)
    async with context.database.read() as reading:
        await replay.find_done(reading, uses)
    outcomes: list[Activated | DomainError] = []
    for place, (item, use) in enumerate(zip(items, uses, strict=True)):
        context.require_time()
        try:
            outcomes.append(await activation.activate_once(context, item, use))
        except DomainError as refusal:
            outcomes.append(placed(refusal, "items", place))
    done = [one for one in outcomes if isinstance(one, Activated)]
    return ActivatedMany(outcomes=tuple(outcomes), replayed=bool(done) and all(one.replayed for one in done))


def check_number(items: Sized, name: str, *, limit: int) -> None:
    """Refuse an empty list, and one that is too long.

    Raises:
        InvalidInput: REQUIRED or TOO_MANY.
    """
    if not len(items):
        raise InvalidInput.at(InputProblemCode.REQUIRED, name)
    if len(items) > limit:
        raise InvalidInput.at(InputProblemCode.TOO_MANY, name)


def placed(refusal: DomainError, name: str, place: int) -> DomainError:
    """Return an item's refusal, the paths in it leading from the whole input down."""
    if not isinstance(refusal, InvalidInput):
        return refusal
    return InvalidInput(*(replace(problem, path=(name, str(place), *problem.path)) for problem in refusal.problems))
