"""The server starts only where it may, says in one line why not, and stops cleanly with everything open."""

import asyncio
import json
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State
from websockets.sync.client import ClientConnection

import settings
from commands import setting_up
from persistence import migration
from tests.app import beta, serving
from tests.support import service
from tests.support.demo import DemoWorld

pytestmark = pytest.mark.slow

ANNA, NUMBER = "anna@nordbyran.example", "121212-1212"
STOP_SECONDS = 10


@pytest.fixture
def data(demo_world: DemoWorld, tmp_path: Path) -> Path:
    """A data directory with the demo world."""
    return demo_world.copy(tmp_path)


def test_sigterm_ends_open_streams_cleanly_and_the_process_within_ten_seconds(data: Path) -> None:
    token = service.run_command("token", ANNA, data=data).strip()
    port = service.free_port()
    with serving.running(data, port) as server, ExitStack() as opened_here:
        serving.wait_until_ready(port)
        sockets = [opened_here.enter_context(serving.subscribed(port, token)) for _ in range(3)]
        streams = [serving.follow(port, token) for _ in range(3)]
        begun = time.monotonic()
        server.send_signal(signal.SIGTERM)
        for stream in streams:
            assert b"event: complete" not in stream.read()
        for opened in sockets:
            with pytest.raises(ConnectionClosed) as closed:
                opened.recv(STOP_SECONDS)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
        said, logged = server.communicate(timeout=STOP_SECONDS)
        assert time.monotonic() - begun < STOP_SECONDS
        assert server.returncode == 0
    assert json.loads(logged.splitlines()[-1])["event"] == "stopped"
    assert "Traceback" not in said + logged


def until_closed(opened: ClientConnection) -> Iterator[str]:
    """Give the pieces of a message that is too large before it ends, and its end only to one who waits for it."""
    yield "x" * 65 * 1024
    deadline = time.monotonic() + 5
    while opened.state is State.OPEN:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    yield "x"


def test_a_frame_that_is_too_large_closes_its_socket_and_no_other(data: Path) -> None:
    token = service.run_command("token", ANNA, data=data).strip()
    with service.run_service(data) as served:
        port = int(served.url.rpartition(":")[2])
        with serving.subscribed(port, token) as large, serving.subscribed(port, token) as small:
            with pytest.raises(ConnectionClosed) as closed:
                large.send(until_closed(large))
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1009
            small.send(json.dumps({"type": "ping", "payload": {"x": "x" * 60 * 1024}}))
            assert json.loads(small.recv(5))["type"] == "pong"


def test_sigint_stops_as_sigterm_does(data: Path) -> None:
    port = service.free_port()
    with serving.running(data, port) as server:
        serving.wait_until_ready(port)
        server.send_signal(signal.SIGINT)
        _, logged = server.communicate(timeout=STOP_SECONDS)
        assert server.returncode == 0
    assert json.loads(logged.splitlines()[-1])["event"] == "stopped"


def test_a_client_that_reads_nothing_does_not_keep_the_server_from_stopping(data: Path) -> None:
    token = service.run_command("token", ANNA, data=data).strip()
    port = service.free_port()
    with serving.running(data, port) as server, socket.socket() as silent:
        serving.wait_until_ready(port)
        silent.connect(("127.0.0.1", port))
        body = json.dumps({"query": serving.WATCH}).encode()
        head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
        silent.sendall(f"{head}Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        half = socket.create_connection(("127.0.0.1", port))
        half.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\nContent-Type: application/json\r\n\r\n{"
        )
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=STOP_SECONDS)
        assert server.returncode == 0
        half.close()


def test_a_second_server_on_the_same_database_is_refused_until_the_first_is_killed(data: Path) -> None:
    port = service.free_port()
    with serving.running(data, port) as first:
        serving.wait_until_ready(port)
        why = serving.refused("--port", "0", data=data)
        assert f"another server (process {first.pid}) runs on the database in {data}" in why
        # Commands run beside the server.
        assert service.run_command("token", ANNA, data=data)
        first.kill()
        first.communicate()
        with serving.running(data, port) as second:
            serving.wait_until_ready(port)
            second.send_signal(signal.SIGTERM)
            second.communicate(timeout=STOP_SECONDS)
            assert second.returncode == 0


def test_a_database_that_is_newer_than_the_code_is_refused(data: Path) -> None:
    with sqlite3.connect(data / "samarbete.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999_later'")
    database.close()
    why = serving.refused("--port", "0", data=data)
    assert "9999_later" in why
    assert "newer release" in why


def test_a_port_that_is_in_use_is_named(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"port {port} on 127.0.0.1 is in use" in serving.refused("--port", str(port), data=data)
    # Whoever was refused has given the lock back.
    with service.run_service(data):
        pass


def test_an_unknown_setting_is_refused_by_its_name(tmp_path: Path) -> None:
    why = serving.refused(data=tmp_path, settings={"SAMARBETE_PROT": "8001"})
    assert why == "unknown setting SAMARBETE_PROT. Unset it; docs/settings.md lists all there are."


def test_an_address_that_is_not_this_machines_is_refused(tmp_path: Path) -> None:
    assert "192.0.2.1 port 0 cannot be listened to" in serving.refused("--port", "0", "--host", "192.0.2.1", data=tmp_path)


def test_a_data_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be used" in serving.refused("--port", "0", data=tmp_path / "file")


def test_serving_makes_the_embedded_database_where_there_is_none(tmp_path: Path) -> None:
    with service.run_service(tmp_path / "fresh") as fresh:
        assert (fresh.data / "samarbete.sqlite").is_file()
    assert "Anna Ek" not in fresh.log.read_text(encoding="utf-8")


@pytest.mark.postgresql
@pytest.mark.parametrize("backend", ["postgresql"])
def test_on_postgresql_an_old_database_is_refused_until_somebody_migrates_it(
    tmp_path: Path, backend: str, database_url: str
) -> None:
    mine = {"SAMARBETE_DATABASE_URL": database_url.replace("+asyncpg", "")}
    asyncio.run(migration.downgrade(database_url, "-1"))
    why = serving.refused("--port", "0", data=tmp_path, settings=mine)
    assert "this release needs" in why
    assert why.endswith(" cli.py migrate")
    service.run_command("migrate", data=tmp_path, settings=mine)
    with service.run_service(tmp_path, settings=mine):
        pass


@pytest.mark.postgresql
@pytest.mark.parametrize("backend", ["postgresql"])
def test_on_postgresql_two_servers_run_on_one_database(tmp_path: Path, backend: str, database_url: str) -> None:
    mine = {"SAMARBETE_DATABASE_URL": database_url.replace("+asyncpg", "")}
    with service.run_service(tmp_path, settings=mine), service.run_service(tmp_path, settings=mine) as second:
        assert second.process.poll() is None


def test_mails_are_delivered_and_the_log_names_nobody_and_holds_no_secret(data: Path) -> None:
    token = service.run_command("token", ANNA, data=data).strip()
    port = service.free_port()
    with serving.running(data, port, {"SAMARBETE_SMTP_PASSWORD": "hemligt"}) as server:
        serving.wait_until_ready(port)
        started_with = Path(f"/proc/{server.pid}/cmdline").read_text(encoding="utf-8")
        serving.follow(port, token).close()
        with serving.subscribed(port, token):
            pass
        setting_up.on_installation(settings.load(data=data), beta.activate)
        serving.ask(port, token, "query($s: String) { customers(first: 1, filter: {search: $s}) { nodes { name } } }", s=ANNA)
        serving.ask(port, token, f'{{ customers(first: 1, filter: {{search: "{ANNA}"}}) {{ n{NUMBER.replace("-", "")} }} }}')
        serving.ask(port, f"{token}x", "{ viewer { __typename } }")
        link = "mutation($i: RequestSignInLinkInput!) { requestSignInLink(input: $i) { __typename } }"
        serving.ask(port, None, link, i={"email": ANNA, "side": "OFFICE"})
        deadline = time.monotonic() + 20
        while len(secrets := serving.secrets_of(serving.mailbox(port))) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        for secret in secrets:
            serving.post(port, "/portal/renew", {"secret": secret})
            serving.get(port, f"/{secret}")
        serving.get(port, f"/portal?token={token}&email={ANNA}&number={NUMBER}")
        server.send_signal(signal.SIGTERM)
        said, logged = server.communicate(timeout=STOP_SECONDS)
    ready = next(line for line in said.splitlines() if line.startswith("ey"))
    lines = [json.loads(line) for line in logged.splitlines()]
    assert {"request", "operation", "serving", "stopped"} <= {line["event"] for line in lines}
    assert {"UNAUTHENTICATED", "GRAPHQL_VALIDATION_FAILED"} <= {code for line in lines for code in line.get("errors", [])}
    held = ["hemligt", token.rpartition(".")[2], ready.rpartition(".")[2], *secrets]
    held += [NUMBER, NUMBER.replace("-", ""), "@", "%40"]
    assert [one for one in held if one in started_with + logged] == []
