"""A service on the demo world, and scripts that use the clients of others on it; what they need is installed once."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support import node, service
from tests.support.demo import DemoWorld
from tests.support.desk import Desk

HERE = Path(__file__).resolve().parent

Play = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A service that runs on a demo world, Anna's token, and what she sees of it."""

    url: str
    token: str
    desk: Desk

    @property
    def address(self) -> dict[str, str]:
        """What a script is told of where the service is, and who asks."""
        return {"url": f"{self.url}/graphql", "token": self.token}


@pytest.fixture(scope="session")
def packages() -> None:
    """Install the npm packages of the clients, unless the lock file's are there already."""
    node.install(HERE)


@pytest.fixture(scope="session")
def demo(demo_world: DemoWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Run a service on a demo world that the tests of a worker share: each test takes a customer of its own."""
    with service.run_service(demo_world.copy(tmp_path_factory.mktemp("clients"))) as running:
        yield Demo(url=running.url, token=demo_world.token, desk=Desk(running.url, demo_world.token))


@pytest.fixture(scope="session")
def play(packages: None) -> Play:
    """Give what runs a script and returns the JSON that it printed; a script gets its input as JSON too."""

    def played(script: str, **given: object) -> object:
        return json.loads(node.run(HERE, "node", f"scripts/{script}.mjs", json.dumps(given)))

    return played
