"""A server as a process that a test may stop or kill, and the least of clients to speak with it."""

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from resolvers.demo import examples
from tests.support import service

WATCH = "subscription { collaborationStatusChanged { sequence type } }"


@contextmanager
def running(data: Path, port: int, settings: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """Start a server that is stopped by the test, or killed after it; what it says and what it logs are kept apart."""
    started = subprocess.Popen(
        [sys.executable, "cli.py", "serve", "--port", str(port), "--data", str(data)],
        cwd=service.ROOT, env=service.environment(data, settings), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(port)


def refused(*arguments: str, data: Path, settings: Mapping[str, str] | None = None) -> str:
    """Start a server that is to refuse, and return the one line that says why."""
    done = subprocess.run(
        [sys.executable, "cli.py", "serve", *arguments],
        cwd=service.ROOT, env=service.environment(data, settings), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    return line.removeprefix("samarbete: ")


@contextmanager
def subscribed(port: int, token: str) -> Iterator[ClientConnection]:
    """Open a socket with one subscription that has begun."""
    with connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]) as opened:
        opened.send(json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}))
        assert json.loads(opened.recv(5))["type"] == "connection_ack"
        opened.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": WATCH}}))
        opened.send(json.dumps({"type": "ping"}))
        assert json.loads(opened.recv(5))["type"] == "pong"
        yield opened


def follow(port: int, token: str) -> Any:  # noqa: ANN401 - what urlopen returns has no one name
    """Open a stream of server-sent events."""
    headers = {"Accept": "text/event-stream", "Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    body = json.dumps({"query": WATCH}).encode()
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", data=body, headers=headers)
    answer = urllib.request.urlopen(asked, timeout=30)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    return answer


def get(port: int, path: str) -> bytes:
    """Ask for a path, and take whatever comes."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        return error.read()


def post(port: int, path: str, body: object, token: str | None = None) -> None:
    """Post JSON, and take whatever comes."""
    headers = {"Content-Type": "application/json"} | ({} if token is None else {"Authorization": f"Bearer {token}"})
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=json.dumps(body).encode(), headers=headers)
    try:
        urllib.request.urlopen(asked, timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()


def ask(port: int, token: str | None, query: str, **variables: object) -> None:
    post(port, "/graphql", {"query": query, "variables": variables}, token)


def mailbox(port: int) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(get(port, "/mailbox/messages"))
    return found


def secrets_of(mails: list[dict[str, str]]) -> list[str]:
    """Read the secret of the link of each mail to a person that the demo world itself has not signed in."""
    texts = [one["text"] for one in mails if one["to"] in {examples.ADVISOR, examples.ADMINISTRATOR}]
    return [secret for text in texts for secret in re.findall(r"/(?:portal|sign-in)#([\w-]+)", text)[:1]]
