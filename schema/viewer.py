"""Who is asking."""

from typing import Annotated

import strawberry

from schema.company import Administrator
from schema.office import Advisor

Viewer = Annotated[
    Advisor | Administrator,
    strawberry.union("Viewer", description="Who holds the token. Expect more members later: partners will be one."),
]
