"""What a field is given besides its arguments: the operation's context, and how far a stream has come."""

from dataclasses import dataclass
from typing import TypeAlias

import strawberry

from resolvers.context import Context


@dataclass(slots=True, kw_only=True)
class Delivery:
    """One subscription's progress: where the transport says to go on, and the cursor of the event told last."""

    after: str | None = None
    cursor: str | None = None


Info: TypeAlias = strawberry.Info[Context, Delivery | None]
