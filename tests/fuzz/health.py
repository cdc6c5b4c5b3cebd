"""How a service is after a flood: ready, no bigger than before, and true to whoever listened all the while."""

import json
import statistics
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.fuzz.world import Tried, ask

# What a flood leaves for good: caches that fill up (documents, statements), and pages of memory that the allocator keeps; 10 MiB
# for 20,000 inputs were measured. A leak of 6 kB for each of the 8,000 inputs that follow the warm-up of a block is more.
GROWTH_MIB = 40
# Connections of the flood that are being closed yet, and a few of the database.
MORE_FILES = 20
# Far more than anything takes, for a machine that does a lot besides.
DEADLINE_S = 30.0
# How long the loop may keep an idle request waiting; it is asked until it does not, so a machine that is busy has time.
LAG_S = 0.05
_ROUNDS = 20
_WATCH = "subscription { collaborationStatusChanged { type } }"
_ACTIVATION = "{ services { id } customers(first: 50) { nodes { id tasks { nodes { id active } } } } }"


@dataclass
class Bystander:
    """An advisor of another office, whose subscription was there before the flood, with a client that answers pings."""

    tried: Tried
    _socket: ClientConnection = field(repr=False)

    def is_told(self) -> str:
        """Activate a collaboration, and return the type of the event that comes of it."""
        url, token = self.tried.service.url, self.tried.known.tokens["bystander"]
        found = ask(url, token, _ACTIVATION)
        for customer in found["customers"]["nodes"]:
            for task in customer["tasks"]["nodes"]:
                wanted = f'{{customerId: "{customer["id"]}", serviceId: "{found["services"][0]["id"]}", taskId: "{task["id"]}"}}'
                done = ask(url, token, f"mutation {{ activateCollaboration(input: {wanted}) {{ __typename }} }}")
                if done["activateCollaboration"]["__typename"] == "ActivateCollaborationPayload":
                    heard: dict[str, Any] = json.loads(self._socket.recv(DEADLINE_S))
                    return str(heard["payload"]["data"]["collaborationStatusChanged"]["type"])
        raise AssertionError("the bystander's office has nobody left to activate a collaboration with")


@contextmanager
def bystander(tried: Tried) -> Iterator[Bystander]:
    """Open a subscription that lasts as long as the block."""
    address = f"ws://127.0.0.1:{tried.port}/graphql"
    with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")], ping_timeout=None) as opened:
        token = tried.known.tokens["bystander"]
        opened.send(json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}))
        assert json.loads(opened.recv(DEADLINE_S))["type"] == "connection_ack"
        opened.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": _WATCH}}))
        opened.send(json.dumps({"type": "ping"}))
        assert json.loads(opened.recv(DEADLINE_S))["type"] == "pong"
        yield Bystander(tried, opened)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What a process takes of its machine; memory in MiB, CPU in seconds."""

    memory: float
    files: int
    cpu: float


def size(tried: Tried) -> Size:
    """Measure the service."""
    process = psutil.Process(tried.service.process.pid)
    times = process.cpu_times()
    return Size(memory=process.memory_info().rss / 2**20, files=process.num_fds(), cpu=times.user + times.system)


def lag(tried: Tried) -> float:
    """Return how long a request that costs nothing waits, in seconds: the median of some, one after the other."""
    times = []
    for _ in range(_ROUNDS):
        begun = time.monotonic()
        _get(f"{tried.service.url}/livez")
        times.append(time.monotonic() - begun)
    return statistics.median(times)


def troubles(tried: Tried, before: Size, watching: Bystander) -> Iterator[str]:
    """Yield what is not as it should be, in sentences."""
    if not holds(lambda: _get(f"{tried.service.url}/readyz") == 200):
        yield "it is not ready"
    if not holds(lambda: "viewer" in ask(tried.service.url, tried.known.tokens["full"], "{ viewer { __typename } }")):
        yield "a plain query is not answered"
    if (event := watching.is_told()) != "ACTIVATED":
        yield f"the bystander was told {event}"
    if not holds(lambda: lag(tried) < LAG_S):
        yield f"its loop keeps a request waiting for {lag(tried) * 1000:.0f} ms"
    if not holds(lambda: size(tried).files <= before.files + MORE_FILES):
        yield f"{before.files} files were open before, and {size(tried).files} are now"
    if (now := size(tried)).memory > before.memory + GROWTH_MIB:
        yield f"it took {before.memory:.0f} MiB before, and {now.memory:.0f} now"
    yield from faults_in_log(tried.service.log.read_text(encoding="utf-8", errors="replace"))


def faults_in_log(log: str) -> Iterator[str]:
    """Yield the lines of a log that tell of a fault."""
    for line in log.splitlines():
        try:
            level = json.loads(line).get("level")
        except (ValueError, AttributeError):
            level = None
        if level in {"error", "critical"} or "Traceback" in line or '"fault"' in line:
            yield f"the log has {line[:600]}"


def holds(condition: Callable[[], bool]) -> bool:
    """Tell whether something comes to hold in time; a connection that fails is tried again."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        try:
            if condition():
                return True
        except OSError:
            pass
        time.sleep(0.05)
    return False


def _get(url: str) -> int:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return int(answer.status)
