"""A fresh clone runs with one command, keeps its data, and is quick to start again."""

import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import service
from tests.support.desk import Desk

pytestmark = pytest.mark.slow

INSTALL_SECONDS = 420
STOP_SECONDS = 15
TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")
# What a make above us, or an activated environment, would tell the one below.
FOREIGN = re.compile(r"MAKE|MFLAGS|SAMARBETE_|VIRTUAL_ENV|PYTHON(PATH|HOME)$|GIT_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """A clone of what is committed, and where its service listens and keeps its data."""

    folder: Path
    data: Path
    port: int
    environment: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        return self.folder.with_name("make.log").read_text(encoding="utf-8")

    @contextmanager
    def run(self, within: int) -> Iterator[float]:
        """Run `make run`, give the seconds until it was ready, and stop it with SIGTERM."""
        with self.folder.with_name("make.log").open("w") as log:
            began = time.monotonic()
            making = subprocess.Popen(
                ["make", "run", f"PORT={self.port}", f"DATA={self.data}"],
                cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        try:
            while not (is_ready(self.url) and "Ctrl-C" in self.said):
                assert making.poll() is None, self.said
                assert time.monotonic() < began + within, self.said
                time.sleep(0.02)
            yield time.monotonic() - began
            making.send_signal(signal.SIGTERM)
            making.wait(STOP_SECONDS)
        finally:
            kill_group(making)
        assert not is_ready(self.url)
        assert "Traceback" not in self.said

    def token(self) -> subprocess.CompletedProcess[str]:
        """Run `make token` for Anna."""
        command = ["make", "token", "EMAIL=anna@nordbyran.example", f"DATA={self.data}"]
        return subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False)


def is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def kill_group(making: subprocess.Popen[bytes]) -> None:
    """Leave nothing behind of a run that failed."""
    try:
        os.killpg(making.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    making.wait()


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    folder = tmp_path / "samarbete"
    # Whoever cloned the checkout may be somebody else than who tests it, and git asks for a word about that.
    trust = tmp_path / "gitconfig"
    trust.write_text("[safe]\n\tdirectory = *\n[advice]\n\tdetachedHead = false\n", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
    git_environment = {**environment, "GIT_CONFIG_GLOBAL": str(trust)}

    def git(*arguments: str, cwd: Path) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=cwd, env=git_environment, capture_output=True, text=True, check=True
        ).stdout.strip()

    head = git("rev-parse", "HEAD", cwd=service.ROOT)
    git("clone", "--quiet", "--no-checkout", str(service.ROOT), str(folder), cwd=tmp_path)
    git("checkout", "--quiet", "--detach", head, cwd=folder)
    return Clone(folder=folder, data=tmp_path / "data", port=service.free_port(), environment=environment)


def test_make_run_serves_the_demo_world_from_a_fresh_clone_and_again_without_installing_anything(clone: Clone) -> None:
    with clone.run(within=INSTALL_SECONDS):
        printed = clone.token()
        assert (printed.returncode, printed.stderr) == (0, "")
        assert TOKEN.fullmatch(printed.stdout.removesuffix("\n"))
        desk = Desk(clone.url, printed.stdout.strip())
        collaboration_id = desk.activate("Alfa AB")

        # What make says is where to click, as the README has it, and a token that works.
        greeting = re.findall(r"```text\n(Samarbete .*?)```", (service.ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
        assert greeting[0].replace("http://127.0.0.1:8000", clone.url) in clone.said
        ready = next(word for word in TOKEN.findall(clone.said) if word.startswith("ey"))
        assert Desk(clone.url, ready).standing(collaboration_id)["status"] == "AWAITING_APPROVAL"
        with urllib.request.urlopen(urllib.request.Request(f"{clone.url}/graphql", headers={"Accept": "text/html"})) as page:
            assert 'id="graphiql"' in page.read().decode()

    # Nothing is installed, built or loaded again, which is what takes its time.
    assert {"Installing what the server needs", "Building GraphiQL"} <= set(clone.said.splitlines())
    with clone.run(within=60):
        assert desk.standing(collaboration_id)["status"] == "AWAITING_APPROVAL"
        assert not any(line.startswith(("Installing", "Building", "Loaded")) for line in clone.said.splitlines())
