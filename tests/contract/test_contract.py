"""The printed schema keeps the rules of graphql-eslint and Relay, and takes nothing from clients of the last release."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.sources import ROOT
from tests.support import deprecations, node

pytestmark = pytest.mark.slow

HERE = Path(__file__).resolve().parent
SCHEMA, RELEASED = ROOT / "schema" / "schema.graphql", ROOT / "schema" / "released.graphql"
BAD = '''
"""Where reading begins."""
type Query {
  """Things."""
  things(first: Int, after: String): ThingConnection
  get_thing: Thing
}

"""A page."""
type ThingConnection {
  """Its edges."""
  edges: [Thing]
}

"""A thing."""
type Thing {
  """What it is called."""
  name: String @deprecated
}

"""Nobody leads here."""
type Lost {
  """Its id."""
  id: ID!
}
'''


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    """Have the packages that judge schemas."""
    node.install(HERE)


def lint(file: Path) -> Any:  # noqa: ANN401 - JSON
    return json.loads(node.run(HERE, "node", "lint.mjs", str(file)))


def breaking(before: Path, after: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(node.run(HERE, "node", "compare.mjs", str(before), str(after)))
    return found


def test_the_schema_keeps_the_rules() -> None:
    judged = lint(SCHEMA)
    assert [one for one in judged["found"] if one["isError"]] == []
    # Exceptions are of types that are there.
    assert judged["stale"] == []


def test_a_schema_that_breaks_the_rules_is_found(tmp_path: Path) -> None:
    (tmp_path / "bad.graphql").write_text(BAD, encoding="utf-8")
    broken = {one["rule"].partition("/")[2] for one in lint(tmp_path / "bad.graphql")["found"] if one["isError"]}
    assert broken >= {
        "naming-convention", "no-unreachable-types", "relay-connection-types", "relay-page-info", "require-deprecation-reason",
        "require-description", "strict-id-in-types",
    }  # fmt: skip


def test_nothing_is_taken_from_clients_of_the_last_release_before_its_day() -> None:
    released, today = RELEASED.read_text(encoding="utf-8"), datetime.now(UTC).date()
    assert [one for one in breaking(RELEASED, SCHEMA) if not deprecations.is_due(one["path"], released, today)] == []


TAKEN = [
    ("  hasNextPage: Boolean!\n", "  hasMore: Boolean!\n", {"PageInfo.hasNextPage"}),
    ("  hasNextPage: Boolean!\n", "  hasNextPage: Boolean\n", {"PageInfo.hasNextPage"}),
    ("enum CompanyForm {\n", 'enum CompanyForm {\n  """New."""\n  NEW\n', set[str]()),
    ("input CreateCustomerInput {\n", 'input CreateCustomerInput {\n  """New."""\n  new: ID!\n', {"CreateCustomerInput.new"}),
]


@pytest.mark.parametrize(("old", "new", "paths"), TAKEN, ids=["renamed", "retyped", "added", "demanded"])
def test_what_is_taken_away_renamed_or_demanded_anew_is_found(tmp_path: Path, old: str, new: str, paths: set[str]) -> None:
    text = SCHEMA.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "changed.graphql").write_text(text.replace(old, new), encoding="utf-8")
    assert {one["path"] for one in breaking(SCHEMA, tmp_path / "changed.graphql")} == paths
