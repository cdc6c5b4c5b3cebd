"""What every object with a global id has."""

import strawberry

from schema.declare import interface


@interface
class Node:
    """An object with a global id, by which it can be read again."""

    id: strawberry.ID = strawberry.field(description="The opaque global id, unique over all types.")
