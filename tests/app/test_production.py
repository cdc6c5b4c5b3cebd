"""Production starts on nothing that is meant for trying the service out, and says in a sentence what it is."""

import pytest
from httpx import ASGITransport, AsyncClient

import app
import settings
from persistence import filesystem, keys
from resolvers.context import Installation
from schema.workbench import Workbench
from settings import GraphiQL, Settings
from tests.app.conftest import SetUp

LIVE = {"PROFILE": "production", "BASE_URL": "https://samarbete.example", "SMTP_HOST": "127.0.0.1", "MAIL_FROM": "a@b.example"}


@pytest.fixture
def live(bare: SetUp, monkeypatch: pytest.MonkeyPatch) -> SetUp:
    """Set up a data directory for production."""
    for name, value in LIVE.items():
        monkeypatch.setenv(f"SAMARBETE_{name}", value)
    return bare


@pytest.mark.parametrize("name", ["BASE_URL", "SMTP_HOST", "MAIL_FROM"])
def test_what_only_development_has_a_value_for_must_be_set(live: SetUp, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(f"SAMARBETE_{name}")
    assert live.refused("migrate") == f"production needs SAMARBETE_{name}"


def test_there_is_no_mailbox_in_production(live: SetUp) -> None:
    assert not settings.load().has_mailbox


def test_graphiql_opens_with_no_tokens_in_production(live: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    known = settings.load()
    assert (known.has_graphiql, known.has_ready_graphiql) == (True, False)
    monkeypatch.setenv("SAMARBETE_GRAPHIQL", "ready")
    assert "set SAMARBETE_GRAPHIQL to signed-out or off" in live.refused("migrate")


def test_a_key_that_development_made_is_refused(live: SetUp) -> None:
    live.do("migrate")
    keys.load_or_create(live.data)
    for command in (["office", "add", "Norr AB", "556012-0031"], ["serve", "--port", "0"]):
        assert "issuer.key was made by the development profile. Remove it" in live.refused(*command)
    done = live.run("doctor")
    assert "was made by the development profile" in done.stdout


def test_a_key_that_production_made_is_its_own(live: SetUp) -> None:
    live.do("migrate")
    live.do("office", "add", "Norr AB", "556012-0031")
    assert not (live.data / keys.FILE).read_bytes().startswith(b"develop")


def test_sqlite_on_a_network_file_system_is_refused_before_anything_is_written(
    live: SetUp, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path_factory.mktemp("proc") / "mountinfo"
    mounts.write_text(f"1 1 8:1 / / rw - ext4 /dev/a rw\n2 1 0:40 / {live.data} rw - nfs4 server:/export rw\n", "utf-8")
    monkeypatch.setattr(filesystem, "MOUNTS", mounts)
    for command in (["migrate"], ["serve", "--port", "0"]):
        assert "lies on a network file system (nfs4)" in live.refused(*command)
    assert not (live.data / "samarbete.sqlite").exists()
    assert "network file system (nfs4)" in live.run("doctor").stdout

    monkeypatch.setenv("SAMARBETE_PROFILE", "development")
    live.do("migrate")


@pytest.mark.anyio
@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_graphiql_can_be_off(installation: Installation, known: Settings) -> None:
    closed = known.model_copy(update={"graphiql": GraphiQL.OFF})
    edge = app.make_edge(installation, closed, Workbench(installation))
    transport = ASGITransport(app.create(installation, closed, edge))
    async with AsyncClient(transport=transport, base_url=known.url, headers={"Accept": "text/html, */*;q=0.1"}) as client:
        assert (await client.get("/")).headers["location"] == "/portal"
        asked = await client.get("/graphql", params={"query": "{ __typename }"})
        assert asked.json()["data"] == {"__typename": "Query"}
