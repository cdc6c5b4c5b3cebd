"""A developer explores the service in GraphiQL by clicking."""

import json

import pytest

from tests.browser.conftest import Demo, Play

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("graphiql")]

OTHER_TABS = ["Customers", "Preview", "Activate", "WatchEvents", "Requests", "Approve"]


def test_a_developer_looks_around_activates_and_watches_the_event_arrive(demo: Demo, play: Play) -> None:
    found = play("graphiql", demo.url)
    assert found["tabs"] == ["WhoAmI", *OTHER_TABS]
    assert '"name": "Anna Ek"' in found["viewer"]
    assert json.loads(found["headers"])["Authorization"].startswith("Bearer ")
    assert '"name": "Alfa AB"' in found["customers"]
    assert '"scenario": "REGISTERED_WITHOUT_SERVICE"' in found["preview"]
    assert '"status": "AWAITING_APPROVAL"' in found["activation"]
    assert '"type": "ACTIVATED"' in found["event"]
    assert '"name": "Anna Ek"' in found["event"]
    assert '"name": "Bea Falk"' in found["requests"]

    # The subscription's token is that of the headers editor, and goes where every other request goes.
    assert found["init"]["Authorization"] == json.loads(found["headers"])["Authorization"]
    assert found["path"] == "/graphql"


def test_tabs_that_outlive_the_server_get_the_token_of_the_new_one_and_keep_what_was_written(demo: Demo, play: Play) -> None:
    found = play("restart", demo.url)
    assert found["tabs"] == ["Mine", *OTHER_TABS]
    assert "query Mine" in found["kept"]
    assert '"name": "Anna Ek"' in found["viewer"]
    assert found["isFormerLeft"] is False
