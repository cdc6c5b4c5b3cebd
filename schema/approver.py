"""Persons who are asked, or who answered."""

import strawberry

from schema.declare import output


@output
class Approver:
    """A person who is asked, or who answered."""

    name: str = strawberry.field(description="The person's name.")
    email: str | None = strawberry.field(
        description="Masked (c***@alfa.example) for an office unless its own customer card has it; null once erased."
    )
