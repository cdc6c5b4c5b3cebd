"""The API: the schema that is served, and its text."""

from strawberry.schema.config import StrawberryConfig

from schema import costs, enums, scopes
from schema.company import Administrator, Company
from schema.evidence import Evidence
from schema.mutation import Mutation
from schema.query import Query
from schema.refusals import REFUSALS
from schema.scalars import SCALARS
from schema.served import ServedSchema
from schema.subscription import Subscription

__all__ = ["SCHEMA", "enums", "printed"]

SCHEMA = ServedSchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[Administrator, Company, Evidence],
    config=StrawberryConfig(scalar_map=SCALARS, relay_max_results=100),
    exception_handlers=REFUSALS,
)
scopes.describe(SCHEMA.definition)
costs.describe(SCHEMA.definition)


def printed() -> str:
    """Print the schema in GraphQL's own language, as schema/schema.graphql keeps it."""
    return SCHEMA.as_str() + "\n"
