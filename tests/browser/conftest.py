"""A service on the demo world, and a browser that plays a scenario on it; what both need is installed once."""

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support import node, service
from tests.support.demo import DemoWorld
from tests.support.desk import Desk

HERE = Path(__file__).resolve().parent

Play = Callable[..., dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A service that runs on a fresh demo world, and what Anna sees of it."""

    url: str
    desk: Desk


@pytest.fixture(scope="session")
def browser() -> None:
    """Install the packages of the browser tests and unpack their Chromium, unless they are there already."""
    node.install(HERE, ["node", "--input-type=module", "--eval", 'await (await import("./chromium.mjs")).findChromium();'])


@pytest.fixture(scope="session")
def graphiql() -> None:
    """Build GraphiQL where nobody has; `make test` has built it anew where its sources changed."""
    if not (service.ROOT / "web" / "graphiql" / "dist" / "index.html").is_file():
        subprocess.run(["make", "graphiql"], cwd=service.ROOT, check=True)


@pytest.fixture
def demo(demo_world: DemoWorld, tmp_path: Path) -> Iterator[Demo]:
    """Run a service on a demo world of the test's own."""
    with service.run_service(demo_world.copy(tmp_path)) as running:
        yield Demo(url=running.url, desk=Desk(running.url, demo_world.token))


@pytest.fixture
def play(browser: None, tmp_path: Path) -> Play:
    """Give what plays a scenario in a fresh browser and returns what it found, once nothing in it was complained of.

    `complaints` are what a page of ours must not do: requests to other hosts, violations of its policy, failed scripts.
    """

    def played(scenario: str, origin: str, **given: str) -> dict[str, Any]:
        found, complaints = judged(scenario, origin, tmp_path / "screenshots", **given)
        assert complaints == []
        return found

    return played


def judged(scenario: str, origin: str, screenshots: Path, **given: str) -> tuple[dict[str, Any], list[str]]:
    """Play a scenario, and return what it found and what the browser complained of."""
    printed = node.run(HERE, "node", "run.mjs", scenario, origin, str(screenshots), json.dumps(given))
    answer = json.loads(printed)
    return answer["found"], answer["complaints"]
