"""The server's lock: one holder, and whatever ends it frees the lock."""

import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import persistence.lock
from persistence.lock import DatabaseInUseError, ServerLock

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import pathlib, sys
from persistence.lock import ServerLock
lock = ServerLock(pathlib.Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a process that holds the lock until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_second_holder_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "server.lock"
    with holder(path) as process, pytest.raises(DatabaseInUseError) as refusal:
        ServerLock(path).acquire()
    assert f"process {process.pid}" in str(refusal.value)
    assert str(tmp_path) in str(refusal.value)


def test_a_killed_holder_frees_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "server.lock"
    with holder(path) as process:
        process.kill()
        process.wait()
        lock = ServerLock(path)
        lock.acquire()
        lock.release()


def test_whoever_looks_keeps_no_server_from_starting(tmp_path: Path) -> None:
    path = tmp_path / "server.lock"
    path.touch()
    looking = os.open(path, os.O_RDONLY)
    fcntl.flock(looking, fcntl.LOCK_SH)
    glance = threading.Timer(0.1, os.close, [looking])
    glance.start()
    lock = ServerLock(path)
    lock.acquire()
    glance.join()
    assert persistence.lock.holder(path) == str(os.getpid())
    lock.release()
    assert persistence.lock.holder(path) is None


def test_a_lock_that_is_given_back_can_be_taken_again(tmp_path: Path) -> None:
    path = tmp_path / "server.lock"
    first, second = ServerLock(path), ServerLock(path)
    first.acquire()
    with pytest.raises(DatabaseInUseError):
        second.acquire()
    first.release()
    first.release()
    second.acquire()
    with pytest.raises(DatabaseInUseError):
        first.acquire()
    second.release()
