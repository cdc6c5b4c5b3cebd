"""Whatever is sent, the service answers it well and is healthy afterwards; `make soak` goes on from there."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.routing import Route

from schema.edge import PATH
from tests.fuzz import block, inputs, pages
from tests.fuzz.asking import Known
from web import site

# Twenty thousand in all, in parts that can run at the same time.
PARTS, INPUTS = range(2), 10_000
MEANT = (
    "documents: 200", "documents: 200 BAD_USER_INPUT", "mangled documents: 200 GRAPHQL_PARSE_FAILED", "bodies: 200",
    "odd heads: 200", "malformed heads: 400", "lies: 400", "in a row: 200", "in a row: 400", "streams: 200", "query strings: 200",
    "pages: 404", "conversations: closed 1000", "messages: closed 4400",
    "framing: closed 1002", "framing: closed 1009", "handshakes: 400",
)  # fmt: skip
NOBODY = Known(tokens={}, ids={})


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize("part", PARTS)
def test_the_service_withstands_whatever_is_sent(tmp_path: Path, part: int) -> None:
    came = block.run(tmp_path, seed=0, numbers=range(part * INPUTS, (part + 1) * INPUTS))
    assert came.faults == []
    assert came.found.kinds.total() == INPUTS
    assert set(came.found.kinds) == set(inputs.KINDS)
    # What an input is meant for is what comes of it: a flood of which everything is refused at the door would try nothing.
    for outcome in MEANT:
        assert sum(count for told, count in came.found.outcomes.items() if told.startswith(outcome)) > 10, outcome


def test_an_input_is_the_same_whenever_it_is_made() -> None:
    made = [inputs.make(7, number, NOBODY) for number in range(2_000)]
    assert made == [inputs.make(7, number, NOBODY) for number in range(2_000)]
    assert made != [inputs.make(8, number, NOBODY) for number in range(2_000)]
    assert {kind for kind, _ in made} == set(inputs.KINDS)


def test_every_address_of_the_application_is_asked_for() -> None:
    named = SimpleNamespace(base_url="http://localhost")
    served = site.application([Route(PATH, print)], named, mailbox=named, has_graphiql=True, hosts=())  # type: ignore[arg-type]
    paths = {route.path for route in served.routes if isinstance(route, Route)}
    assert paths - {*pages.PATHS, pages.LONG} == {"/assets/{folder}/{name}"}


def test_the_shares_of_the_kinds_are_of_a_thousand() -> None:
    assert sum(share for share, _ in inputs.KINDS.values()) == 1_000
