"""What the pages ask of the service, and what GraphiQL opens with, is what the schema offers."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import parse, validate
from graphql.execution.values import VariableValues

from schema import document, limits
from schema.api import SCHEMA
from schema.asked import Asked
from tests.architecture.sources import ROOT

TEMPLATE = re.compile(r"const (\w+) = `(.*?)`;", re.DOTALL)
PART = re.compile(r"\$\{(\w+)\}")


def texts_of(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the documents of a module by name; one that names another holds its text."""
    known: dict[str, str] = {}
    for name, body in TEMPLATE.findall(file.read_text(encoding="utf-8")):
        known[name] = PART.sub(lambda part: known[part[1]], body)
        if not known[name].startswith("fragment"):
            yield f"{file.parent.name}-{name}", known[name]


def documents() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "web").glob("*/documents.js")):
        yield from texts_of(file)
    for file in sorted((ROOT / "web" / "graphiql" / "src" / "documents").glob("*.graphql")):
        yield f"graphiql-{file.stem}", file.read_text(encoding="utf-8")


ALL = dict(documents())


@pytest.mark.parametrize("name", ALL)
def test_a_page_asks_what_the_schema_offers(name: str) -> None:
    assert validate(SCHEMA.definition, parse(ALL[name])) == []


@pytest.mark.parametrize("name", ALL)
def test_a_page_stays_within_the_limits_of_production(name: str) -> None:
    read = document.read(Asked(query=ALL[name]))
    cost = limits.check(SCHEMA.definition, read, VariableValues({}, {}), is_production=True)
    assert cost.requested < limits.COST / 2


def test_the_documents_of_every_page_are_found() -> None:
    assert {name.partition("-")[0] for name in ALL} == {"graphiql", "page", "portal", "sign_in"}
    assert len(ALL) >= 15


def test_a_document_that_asks_for_something_else_is_found() -> None:
    assert validate(SCHEMA.definition, parse("{ viewer { nothing } }"))
