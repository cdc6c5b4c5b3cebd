"""The same inputs against Strawberry and uvicorn as they come: the fuzzer finds what is known to be wrong there."""

import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.fuzz import flood, health, inputs
from tests.fuzz.asking import Known
from tests.fuzz.judge import Judge
from tests.support import service

NOBODY = Known(tokens={}, ids={})
# How many inputs of a kind, the first ones there are.
WANTED = {"bodies": 150, "messages": 130, "in a row": 50, "handshakes": 70}
NOBODY = Known(tokens={}, ids={})


@contextmanager
def stock() -> Iterator[int]:
    """Serve it as a process, and yield the port once it listens."""
    port = service.free_port()
    command = [sys.executable, "-m", "tests.fuzz.stock", str(port)]
    process = subprocess.Popen(
        command, cwd=service.ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        assert health.holds(lambda: _listens(port))
        yield port
    finally:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port)):
        return True


def test_what_is_wrong_with_the_stock_service_is_found() -> None:
    numbers = _numbers()
    with stock() as port:
        found = flood.run(port, NOBODY, Judge(), seed=0, numbers=numbers, patience_s=2)

    def count(kind: str, why: str) -> int:
        return len({one.number for one in found.wrong if one.kind == kind and why in one.why})

    assert count("bodies", "the status is 500") >= 10
    assert count("bodies", "an error has no code") >= 10
    assert count("messages", "there was no close frame") >= 2
    assert count("in a row", "answers came") >= 10
    assert count("handshakes", "the handshake was not answered") >= 1


def _numbers() -> Iterator[int]:
    left = Counter(WANTED)
    for number in range(20_000):
        kind, _ = inputs.make(0, number, NOBODY)
        if left[kind] > 0:
            left[kind] -= 1
            yield number


def test_a_fault_in_the_log_is_found() -> None:
    lines = [
        '{"event": "fault", "level": "error"}',
        '{"event": "request", "level": "info"}',
        "Traceback (most recent call last):",
    ]
    assert len(list(health.faults_in_log("\n".join(lines)))) == 2
