"""Every answer says that it is not to be kept, sniffed, framed or named to others, and none goes to a name that is not ours."""

import dataclasses
import socket
from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

import app
import settings
from resolvers.context import Installation
from schema.workbench import Workbench
from settings import Settings, SettingsInvalidError
from tests.app.conftest import SetUp
from tests.support import service
from web import hosts

pytestmark = [pytest.mark.anyio]

PAGE = {"Accept": "text/html"}
ASKED = [
    ("GET", "/", {}, 307), ("GET", "/portal", PAGE, 200), ("GET", "/sign-in", PAGE, 200), ("GET", "/mailbox", PAGE, 200),
    ("GET", "/mailbox/messages", {}, 200), ("GET", "/graphql", PAGE, 200), ("GET", "/graphql?query={__typename}", {}, 200),
    ("GET", "/graphql", {}, 400), ("PUT", "/graphql", {}, 405), ("POST", "/graphql", {}, 415),
    ("GET", "/graphql?query={__typename}", {"Accept": "text/event-stream"}, 200), ("GET", "/nothing", {}, 404),
    ("GET", "/portal", {"Host": "evil.example"}, 421), ("POST", "/portal", {}, 405), ("POST", "/portal/renew", {}, 415),
    ("GET", "/livez", {}, 200), ("GET", "/readyz", {}, 200), ("GET", "/assets/page/none.js", {}, 404),
]  # fmt: skip


@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_no_answer_is_kept_sniffed_framed_or_named_to_others(client: AsyncClient) -> None:
    for method, path, headers, status in ASKED:
        answer = await client.request(method, path, headers=headers)
        assert answer.status_code == status, (method, path)
        told = answer.headers
        assert told["cache-control"] == "no-store", path
        assert told["x-content-type-options"] == "nosniff", path
        assert told["referrer-policy"] == "no-referrer", path
        assert "default-src 'none'" in told["content-security-policy"], path
        assert "frame-ancestors 'none'" in told["content-security-policy"], path
        if path.startswith("/graphql") and status != 415:
            assert "Accept" in told["vary"], path
    asset = await client.get("/assets/page/page.css")
    assert (asset.headers["cache-control"], asset.headers["x-content-type-options"]) == ("no-cache", "nosniff")


@pytest.fixture
async def called(installation: Installation, known: Settings) -> AsyncIterator[AsyncClient]:
    """Speak with the application where two more names are set."""
    set_up = known.model_copy(update={"base_url": "https://Samarbete.example/", "hosts": ("app.internal", "fd00::1")})
    served = dataclasses.replace(installation, base_url=set_up.url)
    edge = app.make_edge(served, set_up, Workbench(served))
    async with AsyncClient(transport=ASGITransport(app.create(served, set_up, edge)), base_url="http://localhost") as opened:
        yield opened


OURS = [
    "localhost", "localhost:8000", "LOCALHOST", "samarbete.localhost", "127.0.0.1:8000", "127.1.2.3", "[::1]", "[::1]:8000",
    "samarbete.example", "SAMARBETE.example:443", "samarbete.example.", "app.internal:80", "[fd00::1]:8000",
]  # fmt: skip
OTHERS = [
    "evil.example", "localhost.evil.example", "evillocalhost", "samarbete.example.evil.example", "evilsamarbete.example",
    "192.0.2.1", "[::2]", "128.0.0.1", "0.0.0.1", "127.0.0.1.evil.example",
]  # fmt: skip
MALFORMED = ["", "a b", "evil@localhost", "localhost/x", "[::1", "localhost:x", "localhost:", ":8000", "ﬁ.example"]


@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_name_that_is_ours_is_answered_and_no_other(called: AsyncClient) -> None:
    for names, status in ((OURS, 200), (OTHERS, 421), (MALFORMED, 400)):
        found = {name: (await called.get("/portal", headers={b"Host": name.encode()})).status_code for name in names}
        assert found == dict.fromkeys(names, status)


@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_refusal_says_what_to_do_and_is_a_graphql_error_where_graphql_is_spoken(called: AsyncClient) -> None:
    page = (await called.get("/mailbox/messages", headers={"Host": "evil.example"})).json()
    assert page["error"].endswith("Call it https://Samarbete.example, or let SAMARBETE_HOSTS list the name.")
    [error] = (await called.post("/graphql", json={"query": "{ __typename }"}, headers={"Host": "evil.example"})).json()["errors"]
    assert (error["message"], error["extensions"]) == (page["error"], {"code": "BAD_REQUEST"})


@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_request_that_names_two_hosts_is_refused_and_watchers_may_call_it_as_they_like(called: AsyncClient) -> None:
    two = [(b"Host", b"localhost"), (b"Host", b"evil.example")]
    assert (await called.get("/portal", headers=two)).status_code == 400
    for path in ("/livez", "/readyz"):
        assert (await called.get(path, headers={"Host": "10.1.2.3:8000"})).status_code == 200


@pytest.mark.slow
def test_no_socket_is_opened_under_a_name_that_is_not_ours(bare: SetUp) -> None:
    with service.run_service(bare.data / "data") as served:
        port = int(served.url.rpartition(":")[2])
        speaking = [Subprotocol("graphql-transport-ws")]
        with connect(f"ws://localhost:{port}/graphql", subprotocols=speaking, sock=socket.create_connection(("127.0.0.1", port))):
            pass
        rebound = socket.create_connection(("127.0.0.1", port))
        with (
            pytest.raises(InvalidStatus) as refused,
            connect(f"ws://evil.example:{port}/graphql", subprotocols=speaking, sock=rebound, origin=None),
        ):
            pass
        assert refused.value.response.status_code == 421


def test_the_address_that_is_listened_to_is_a_name_of_ours_and_every_address_is_none(bare: SetUp) -> None:
    assert settings.load(host="192.0.2.7").names == {"192.0.2.7"}
    assert settings.load(host="0.0.0.0").names == {"127.0.0.1"}  # noqa: S104 - read, not bound
    assert settings.load(base_url="https://a.example/x", hosts=("b.example",)).names == {"a.example", "127.0.0.1", "b.example"}
    for wrong in ("B.example", "b.example:80", "[::1]", "*"):
        with pytest.raises(SettingsInvalidError, match="SAMARBETE_HOSTS: names hosts"):
            settings.load(hosts=(wrong,))


@pytest.mark.parametrize(
    ("name", "is_own"),
    [("127.9.9.9", True), ("::1", True), ("localhost", True), ("a.localhost", True), ("8.8.8.8", False), ("localhosts", False)],
)
def test_loopback_is_what_leads_nowhere_else(name: str, is_own: bool) -> None:
    assert hosts.is_loopback(name) == is_own
