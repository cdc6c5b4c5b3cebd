"""The whole service as a process of its own, on a free port and a data directory of the caller's choosing."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 30
_STOP_SECONDS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service that runs: its address, its data directory, its process, and the file that it logs to."""

    url: str
    data: Path
    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def run_service(data: Path, *, port: int | None = None, settings: Mapping[str, str] | None = None) -> Iterator[Service]:
    """Start the service, wait until it is ready, and stop it with SIGTERM when the block ends.

    Without a `port` it takes a free one. `settings` are environment variables with the prefix `SAMARBETE_`; none of the caller's
    own reaches the service.

    Raises:
        RuntimeError: it did not become ready within 30 s, or did not stop within 15 s; the text is its log.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    log = data.with_name(f"{data.name}.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "cli.py", "serve", "--port", str(port), "--data", str(data)],
            cwd=ROOT, env=environment(data, settings), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip
    service = Service(url=f"http://127.0.0.1:{port}", data=data, process=process, log=log)
    try:
        _wait_until_ready(service)
        yield service
    finally:
        _stop(service)


def run_command(*arguments: str, data: Path, settings: Mapping[str, str] | None = None) -> str:
    """Run `python cli.py` with these arguments on the data directory, and return what it printed.

    Raises:
        RuntimeError: it failed; the text is what it wrote on standard error.
    """
    done = subprocess.run(
        [sys.executable, "cli.py", *arguments],
        cwd=ROOT, env=environment(data, settings),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"cli.py {' '.join(arguments)} failed: {done.stdout}{done.stderr}")
    return done.stdout


def environment(data: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a process of ours: the caller's, with these settings and no other of the service's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SAMARBETE_")}
    return {**inherited, "SAMARBETE_DATA": str(data), **(settings or {})}


def free_port() -> int:
    """Return a port that nobody listens to on this machine at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_ready(service: Service) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and service.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{service.url}/readyz", timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise RuntimeError(f"the service did not become ready:\n{service.log.read_text(encoding='utf-8')}")


def _stop(service: Service) -> None:
    service.process.terminate()
    try:
        service.process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired as error:
        service.process.kill()
        service.process.wait()
        log = service.log.read_text(encoding="utf-8")
        raise RuntimeError(f"the service did not stop on SIGTERM:\n{log}") from error
