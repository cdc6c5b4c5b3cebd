"""What the application answers besides GraphQL: pages' data, renewals of links, health, and what is not there."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import anyio
import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy.engine import make_url
from starlette.types import Message, Receive, Scope, Send

import app
from delivery.bell import Bell
from persistence import clock
from persistence.database import Database, Unit
from resolvers import session, token
from resolvers.context import Installation, Request
from resolvers.demo import examples
from schema import ids
from schema.workbench import TOKEN_LIFETIME, Workbench
from settings import Profile, Settings
from tests.app import beta
from tests.architecture.sources import ROOT
from tests.support import postgres
from web import health, pages, renewal, server

pytestmark = pytest.mark.anyio

TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}")


async def open_as(installation: Installation, bearer: str) -> str:
    request = Request(id="test", peer=None, user_agent=None)
    viewer = (await token.open_context(installation, token=bearer, language="sv", request=request)).require_viewer()
    return viewer.id


async def deliver(installation: Installation, known: Settings) -> None:
    await app.make_worker(installation, known, Bell()).run_once()


async def test_the_mailbox_lists_every_mail_as_json_oldest_first(
    client: AsyncClient, demo: Installation, known: Settings
) -> None:
    await beta.activate(demo)
    await deliver(demo, known)
    answer = await client.get("/mailbox/messages")
    assert answer.headers["content-type"] == "application/json"
    messages = answer.json()
    assert messages[-1].keys() == {"id", "to", "from", "subject", "text", "html", "createdAt"}
    assert (messages[-1]["to"], messages[-1]["from"]) == (examples.ADMINISTRATOR, known.mail_from)
    assert f"{known.url}/portal#" in messages[-1]["text"]
    moments = [one["createdAt"] for one in messages]
    assert len(moments) > 1
    assert moments == sorted(moments)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", moment) for moment in moments)


async def test_a_used_link_is_renewed_by_mail_and_the_answer_tells_nothing(client: AsyncClient, demo: Installation) -> None:
    asked = await beta.activate(demo)
    [secret] = await beta.secrets_of(demo, asked)
    unused = await client.post("/portal/renew", json={"secret": secret})
    assert len(await beta.secrets_of(demo, asked)) == 1

    context = await token.open_context(demo, token=None, language="sv", request=Request(id="t", peer=None, user_agent=None))
    await session.sign_in(context, secret, None)
    used = await client.post("/portal/renew", json={"secret": secret})
    assert len(await beta.secrets_of(demo, asked)) == 2
    again = await client.post("/portal/renew", json={"secret": secret})
    assert len(await beta.secrets_of(demo, asked)) == 2

    unknown = await client.post("/portal/renew", json={"secret": "x" * 43})
    answers = {(one.status_code, one.content, tuple(sorted(one.headers.items()))) for one in (unused, used, again, unknown)}
    assert len(answers) == 1
    assert unknown.status_code == 202


BAD_BODIES = [
    (b"", 400), (b"5", 400), (b"null", 400), (b"[]", 400), (b"{}", 400), (b'{"secret": null}', 400), (b'{"secret": ""}', 400),
    (b'{"secret": 5}', 400), (b'{"secret": "\\ud800"}', 400), (b"\xff", 400), (b"[" * 1000, 400), (b"1" * 1000, 400),
    (b'{"secret": "' + b"x" * 200 + b'"}', 400), (b'{"secret": "' + b"x" * renewal.LARGEST_BODY + b'"}', 413),
]  # fmt: skip


@pytest.mark.sqlite
@pytest.mark.parametrize(("body", "status"), BAD_BODIES)
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_renewal_that_is_none_is_refused(client: AsyncClient, body: bytes, status: int) -> None:
    answer = await client.post("/portal/renew", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.json().keys() == {"error"}


@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_renewal_is_nothing_that_a_form_can_send(client: AsyncClient, content_type: str) -> None:
    answer = await client.post("/portal/renew", content=b'{"secret": "x"}', headers={"Content-Type": content_type})
    assert answer.status_code == 415
    assert (await client.get("/portal/renew")).status_code == 405


async def test_it_lives_and_is_ready(client: AsyncClient) -> None:
    assert ((await client.get("/livez")).status_code, (await client.get("/readyz")).status_code) == (200, 200)


@asynccontextmanager
async def away(known: Settings, request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Take the database away: SQLite's files, or from PostgreSQL's the leave to connect."""
    if known.sqlite_file is not None:
        for file in known.data.glob("samarbete.sqlite*"):
            file.unlink()
        yield
        return
    server, name = request.getfixturevalue("postgres_server"), make_url(known.database).database
    allow = f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS '
    await anyio.to_thread.run_sync(postgres.execute, server, f"{allow} false")
    try:
        yield
    finally:
        await anyio.to_thread.run_sync(postgres.execute, server, f"{allow} true")


async def test_it_lives_and_is_not_ready_while_the_database_is_away(
    client: AsyncClient, installation: Installation, known: Settings, request: pytest.FixtureRequest
) -> None:
    assert (await client.get("/readyz")).status_code == 200
    await installation.database.close()
    async with away(known, request):
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["status"] == "not ready"
        assert answer.json()["reason"].startswith("the database cannot be read")
        assert (await client.get("/livez")).status_code == 200


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_it_says_that_it_is_not_ready_before_whoever_asks_gives_up(
    client: AsyncClient, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "ANSWER_S", 0.05)
    async with installation.database.engine.connect() as one:
        held = [one, *[await installation.database.engine.connect() for _ in range(8)]]
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["reason"]) == (503, "the database does not answer in time")
        for other in held[1:]:
            await other.close()


async def test_what_is_not_there_is_told_in_json(client: AsyncClient) -> None:
    answer = await client.get("/nothing")
    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})


async def test_whoever_comes_to_the_door_is_led_to_graphiql(client: AsyncClient) -> None:
    answer = await client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/graphql")


@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_production_shows_neither_mails_nor_tokens(
    demo: Installation, known: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / "web" / "graphiql" / "index.html", tmp_path)
    monkeypatch.setattr(pages, "_GRAPHIQL", tmp_path)
    edge = app.make_edge(demo, known, Workbench(demo))
    transport = ASGITransport(app.create(demo, known, edge))
    async with AsyncClient(transport=transport, base_url=known.url) as client:
        assert TOKEN.search((await client.get("/graphql", headers={"Accept": "text/html"})).text)

    wanted = known.model_copy(update={"profile": Profile.PRODUCTION, "smtp_host": "mail.example"})
    edge = app.make_edge(demo, wanted, Workbench(demo))
    transport = ASGITransport(app.create(demo, wanted, edge))
    async with AsyncClient(transport=transport, base_url=known.url) as client:
        assert (await client.get("/")).headers["location"] == "/portal"
        assert (await client.get("/mailbox")).status_code == 404
        assert (await client.get("/mailbox/messages")).status_code == 404
        page = await client.get("/graphql", headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert not TOKEN.search(page.text)


async def test_graphiql_opens_with_tokens_and_ids_that_work(demo: Installation) -> None:
    found = await Workbench(demo).settings()
    shown = found["examples"]
    assert isinstance(shown, dict)
    assert [ids.decode_any(shown[name])[0] for name in ("customerId", "serviceId", "taskId", "companyId")] == [
        "Customer", "Service", "Task", "Company",
    ]  # fmt: skip
    assert shown["collaborationId"] is None
    assert await open_as(demo, str(found["token"])) != await open_as(demo, str(found["companyToken"]))

    asked = await beta.activate(demo)
    after = (await Workbench(demo).settings())["examples"]
    assert isinstance(after, dict)
    assert ids.decode("Collaboration", after["collaborationId"]) == asked.id


async def test_without_the_demo_world_graphiql_opens_with_nothing(installation: Installation) -> None:
    found = await Workbench(installation).settings()
    shown = found.pop("examples")
    assert found == {"token": None, "companyToken": None}
    assert isinstance(shown, dict)
    assert set(shown.values()) == {None}


async def test_a_ready_token_is_kept_until_it_no_longer_holds(demo: Installation) -> None:
    workbench = Workbench(demo)
    first = await workbench.token(examples.ADVISOR)
    assert first is not None
    assert await workbench.token(examples.ADVISOR) == first

    context = await token.open_context(demo, token=first, language="sv", request=Request(id="t", peer=None, user_agent=None))
    await session.sign_out(context, None)
    second = await workbench.token(examples.ADVISOR)
    assert second not in {None, first}

    await advance(demo.database, TOKEN_LIFETIME.days - 2)
    assert await workbench.token(examples.ADVISOR) == second
    await advance(demo.database, 1)
    assert await workbench.token(examples.ADVISOR) not in {None, second}


async def advance(database: Database, days: int) -> None:
    async def work(unit: Unit) -> None:
        await clock.advance(unit, timedelta(days=days))

    await database.write(work)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("proxies", "client"), [((), "192.0.2.1"), (("192.0.2.0/24",), "203.0.113.9"), (("10.0.0.1",), "192.0.2.1")]
)
async def test_only_a_trusted_proxy_is_believed_about_who_asks(proxies: tuple[str, ...], client: str) -> None:
    seen: list[str] = []

    async def inner(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["client"][0])

    async def nothing(*_given: object) -> Message:
        raise AssertionError

    configuration = server.configuration(inner, proxies)
    configuration.load()
    headers = [(b"x-forwarded-for", b"198.51.100.1, 203.0.113.9")]
    await configuration.loaded_app({"type": "http", "client": ("192.0.2.1", 1), "headers": headers}, nothing, nothing)
    assert seen == [client]
