"""A browser's view of the pages alone, without the service behind them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.architecture.sources import ROOT
from web import pages

SETTINGS = {"token": "a.b.c", "companyToken": None, "examples": {"customerId": "</script><script>alert(1)</script>"}}


def _graphiql(_request: Request) -> Response:
    return pages.graphiql(SETTINGS)


@pytest.fixture
def client() -> Iterator[TestClient]:
    routes = [*pages.routes(mailbox=True), Route("/graphql", _graphiql)]
    with TestClient(Starlette(routes=routes)) as opened:
        yield opened


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build of GraphiQL: the page as Vite gets it, and one file beside it."""
    page = (ROOT / "web" / "graphiql" / "index.html").read_text(encoding="utf-8")
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    (tmp_path / "graphiql").mkdir()
    (tmp_path / "graphiql" / "main-3f5a.js").write_text("export {};", encoding="utf-8")
    monkeypatch.setattr(pages, "_GRAPHIQL", tmp_path)
    monkeypatch.setitem(pages._ASSETS, "graphiql", tmp_path / "graphiql")
    return tmp_path
