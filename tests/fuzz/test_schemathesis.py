"""Each query and mutation as schemathesis makes it from the schema: valid by the schema, with values that nobody thinks of."""

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.graphql import nodes

from schema.edge import PATH
from tests.fuzz import health, world
from tests.fuzz.asking import Sent
from tests.fuzz.heard import Answer, Heard
from tests.fuzz.judge import Judge
from tests.fuzz.world import Tried
from tests.support import service
from tests.support.positions import GRAPH

pytestmark = [
    pytest.mark.slow,
    pytest.mark.sqlite,
    # schemathesis draws from it too, so a case that fails may not come again by its seed; it is told whole.
    pytest.mark.filterwarnings("ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning"),
]

EXAMPLES = 25
SCHEMA = schemathesis.graphql.from_path(service.ROOT / "schema" / "schema.graphql")
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)}
# Right ones and any text; of the other scalars schemathesis knows what they look like.
schemathesis.graphql.scalar("OrganisationNumber", (st.sampled_from(["556677-8899", "121212-1212"]) | st.text()).map(nodes.String))
VIEWERS = ("advisor", "full", "administrator", "partner")
# Signing out would leave nobody to ask as.
LEAVES = {"Mutation.signOut": ("leaver",)}
# Nobody makes up a cursor.
REFUSED = {"Query.collaborationEvents"}
SEED = 20261125


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    """Run the service on a demo world of its own; afterwards it must be as healthy as before."""
    with world.serve(tmp_path_factory.mktemp("schemathesis") / "data") as running, health.bystander(running) as watching:
        before = health.size(running)
        yield running
        assert list(health.troubles(running, before, watching)) == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_is_valid_by_the_schema_is_answered(tried: Tried, operation: str) -> None:
    answers: list[int] = []
    judge = Judge(str(tried.service.data), str(service.ROOT))

    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
    )
    @given(case=OPERATIONS[operation].as_strategy(), viewer=st.sampled_from(LEAVES.get(operation, VIEWERS)))
    def ask(case: Case[Any], viewer: str) -> None:
        headers = {"Authorization": f"Bearer {tried.known.tokens[viewer]}", "Accept": "application/graphql-response+json"}
        response = case.call(base_url=f"{tried.service.url}{PATH}", headers=headers)
        heard = Answer(
            status=response.status_code,
            headers=tuple((name.lower(), values[0]) for name, values in response.headers.items()),
            body=response.content,
        )
        answers.append(response.status_code)
        assert judge.faults(Sent(parts=()), Heard(answers=(heard,))) == [], (viewer, case.body)

    ask()
    # Some are refused: the service has limits, scopes, and rules of its own about values.
    assert (200 in answers) is (operation not in REFUSED), answers


def test_no_query_and_no_mutation_is_left_out() -> None:
    roots = [("Query", GRAPH.query_type), ("Mutation", GRAPH.mutation_type)]
    assert set(OPERATIONS) == {f"{name}.{field}" for name, root in roots if root is not None for field in root.fields}
