"""The clients that frontends use, on the real service: they ask, change, are refused, and are told of what happened."""

import json
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from tests.clients.conftest import HERE, Demo, Play
from tests.support import node, service
from tests.support.demo import DemoWorld
from tests.support.desk import Desk

pytestmark = pytest.mark.slow

ALREADY_OPEN = "There is already an open collaboration with the customer in this service. Go on in that one."
RESPONSE = "application/graphql-response+json; charset=utf-8"
EVENTS = "text/event-stream; charset=utf-8"
TOLD_SECONDS = 60


@pytest.mark.parametrize(
    ("script", "over", "name"),
    [
        ("apollo", "socket", "Beta AB"),
        ("apollo", "stream", "Zeta Konsult"),
        ("urql", None, "Delta AB"),
        ("graphql-sse", None, "Gamma AB"),
    ],
)
def test_a_client_asks_changes_is_refused_and_is_told(demo: Demo, play: Play, script: str, over: str | None, name: str) -> None:
    found = play(script, over=over, **asked_for(demo, name))
    assert found["customer"]["name"] == name
    assert found["activated"]["collaboration"]["status"] == "AWAITING_APPROVAL"
    assert found["refused"] == {"__typename": "CollaborationAlreadyOpen", "message": ALREADY_OPEN}
    assert (found["told"]["type"], found["told"]["actor"]["name"]) == ("ACTIVATED", "Anna Ek")
    assert found["told"]["collaboration"]["id"] == found["activated"]["collaboration"]["id"]
    for exchange in found.get("exchanged", ()):  # urql offers a stream with everything, and gets one for the subscription alone
        assert "text/event-stream" in exchange["offered"]
        assert exchange["answered"] == (EVENTS if exchange["operationName"] == "Watch" else RESPONSE), exchange
    assert script != "urql" or len(found["exchanged"]) == 4
    # Apollo's cache asks for nothing twice, and Apollo for an unknown hash once more, with the text; then the hash does.
    asked = found.get("sent", ())
    assert over != "socket" or {kind for _, kind in asked} == {"text"}
    assert over != "stream" or [kind for name, kind in asked if name == "Activate"] == ["hash", "text", "hash"]


def test_a_socket_that_the_server_closes_to_restart_is_taken_up_again_and_misses_nothing(
    demo_world: DemoWorld, tmp_path: Path, packages: None
) -> None:
    data, token = demo_world.copy(tmp_path), demo_world.token
    port = service.free_port()
    with service.run_service(data, port=port) as running:
        desk = Desk(running.url, token)
        given = {"url": f"{running.url}/graphql", "token": token, "after": desk.first_cursor()}
        with script_that_tells("graphql-ws", given) as lines:
            desk.activate("Beta AB")
            assert [next(lines) for _ in range(3)] == [{"connected": True}, told("APPROVED", 2), told("ACTIVATED", 3)]
            running.process.terminate()
            assert next(lines) == {"closed": 1012, "reason": "The server restarts."}
            running.process.wait(TOLD_SECONDS)
            with service.run_service(data, port=port):
                desk.activate("Delta AB")
                assert next(line for line in lines if "closed" not in line) == {"connected": True}
                assert next(lines) == told("ACTIVATED", 4)


def asked_for(demo: Demo, name: str) -> dict[str, Any]:
    """Return what a script needs to activate for the customer of this name and to be told of it."""
    return {**demo.address, "name": name, "after": demo.desk.first_cursor(), "input": demo.desk.activation(name)}


def told(kind: str, sequence: int) -> dict[str, Any]:
    """Return the line of an event."""
    return {"told": kind, "sequence": sequence}


@contextmanager
def script_that_tells(script: str, given: dict[str, str]) -> Iterator[Iterator[dict[str, Any]]]:
    """Run a script beside the test, and give the lines that it prints, each as soon as it comes."""
    process = subprocess.Popen(
        [str(node.BIN / "node"), f"scripts/{script}.mjs", json.dumps(given)],
        cwd=HERE, env=node.ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    printed: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=keep, args=(process.stdout, printed))
    reader.start()

    def lines() -> Iterator[dict[str, Any]]:
        while True:
            yield json.loads(printed.get(timeout=TOLD_SECONDS))

    try:
        yield lines()
    finally:
        process.kill()
        process.communicate()
        reader.join()


def keep(stream: IO[str], printed: queue.Queue[str]) -> None:
    for line in stream:
        printed.put(line)
