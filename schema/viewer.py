"""Who is asking."""

from typing import Annotated

import strawberry

from schema.company import Administrator
from schema.office import Advisor
from schema.partner import Partner

Viewer = Annotated[Advisor | Administrator | Partner, strawberry.union("Viewer", description="Who holds the token.")]
