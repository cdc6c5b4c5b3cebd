"""The pages come with strict policies, and nothing but their own files comes with them."""

import json
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.web.conftest import SETTINGS
from web import pages

PAGES = ["/portal", "/sign-in", "/mailbox", "/graphql"]


def policy_of(client: TestClient, path: str) -> dict[str, list[str]]:
    policy = client.get(path).headers["content-security-policy"]
    return {name: sources for name, *sources in (directive.split() for directive in policy.split("; "))}


@pytest.mark.usefixtures("build")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_may_load_and_ask_only_its_own_host_and_be_framed_by_nobody(client: TestClient, path: str) -> None:
    policy = policy_of(client, path)
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["connect-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    assert {source for sources in policy.values() for source in sources} <= {"'none'", "'self'", "data:", "'unsafe-inline'"}
    assert [name for name, sources in policy.items() if "'unsafe-inline'" in sources] in ([], ["style-src"])


@pytest.mark.usefixtures("build")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_neither_stored_nor_sniffed_nor_named_to_others(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.usefixtures("build")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_script_or_handler_in_its_text(client: TestClient, path: str) -> None:
    html = client.get(path).text
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", html, re.DOTALL)
    assert scripts
    assert [text for attributes, text in scripts if text.strip() and 'type="application/json"' not in attributes] == []
    assert re.findall(r"\son\w+=|javascript:", html) == []
    assert re.findall(r"(?:src|href)=\"(?!/|data:,|#)[^\"]*\"", html) == []


@pytest.mark.parametrize("path", ["/portal", "/sign-in", "/mailbox"])
def test_the_assets_that_a_page_names_are_there(client: TestClient, path: str) -> None:
    assets = re.findall(r"(?:src|href)=\"(/assets/[^\"]*)\"", client.get(path).text)
    assert assets
    for asset in assets:
        answer = client.get(asset)
        assert answer.status_code == 200, asset
        assert answer.headers["content-type"].split(";")[0] in {"text/css", "text/javascript", "image/svg+xml"}
        assert answer.headers["x-content-type-options"] == "nosniff"
        imported = re.findall(r"from \"(/assets/[^\"]*)\"", answer.text)
        assert [name for name in imported if client.get(name).status_code != 200] == []


def test_the_mailbox_is_there_only_when_asked_for() -> None:
    with TestClient(Starlette(routes=pages.routes(mailbox=False))) as client:
        assert client.get("/mailbox").status_code == 404
        assert client.get("/portal").status_code == 200


def test_a_page_cannot_be_posted_to(client: TestClient) -> None:
    assert [client.post(path).status_code for path in ("/portal", "/sign-in", "/mailbox")] == [405, 405, 405]


@pytest.mark.usefixtures("build")
def test_the_settings_are_data_that_no_value_can_break_out_of(client: TestClient) -> None:
    html = client.get("/graphql").text
    [data] = re.findall(r'<script type="application/json" id="settings">(.*?)</script>', html, re.DOTALL)
    assert json.loads(data) == SETTINGS
    assert "alert(1)</script>" not in html


@pytest.mark.usefixtures("build")
def test_a_file_whose_name_tells_its_content_may_be_kept_for_ever(client: TestClient) -> None:
    kept = client.get("/assets/graphiql/main-3f5a.js")
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get("/assets/portal/portal.js").headers["cache-control"] == "no-cache"


def test_without_the_build_the_page_says_how_to_make_it(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_GRAPHIQL", tmp_path / "nothing")
    answer = client.get("/graphql")
    assert answer.status_code == 200
    assert "make graphiql" in answer.text
    assert "a.b.c" not in answer.text
    assert client.get("/assets/graphiql/main-3f5a.js").status_code == 404


@pytest.mark.usefixtures("build")
@pytest.mark.parametrize(
    "path",
    [
        "/assets/portal/../pages.py",
        "/assets/portal/..%2Fpages.py",
        "/assets/portal/%2e%2e%2fpages.py",
        "/assets/portal/..%5Cpages.py",
        "/assets/portal/%2Fetc%2Fpasswd",
        "/assets/portal/..",
        "/assets/portal/index.html",
        "/assets/portal/portal.js%00.css",
        "/assets/portal/portal.js/",
        "/assets/../pages.py",
        "/assets/%2e%2e/pages.py",
        "/assets/graphiql/..%2Findex.html",
        "/assets/graphiql/package.json",
        "/assets/nothing/portal.js",
        "/assets/portal/nothing.js",
        "/assets/portal/",
        "/assets/",
    ],
)
def test_nothing_but_the_files_of_pages_is_handed_out(client: TestClient, path: str) -> None:
    assert client.get(path, follow_redirects=False).status_code in {404, 307}
    assert client.get(path).status_code == 404 or path == "/assets/portal/portal.js/"
