"""What the pages for newcomers tell them to type does what the pages say that it does."""

import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from cli import cli
from tests.support import service
from tests.support.demo import DemoWorld
from tests.support.desk import Desk

PAGES = [
    service.ROOT / name for name in ("README.md", "CONTRIBUTING.md", *(f"docs/{page}.md" for page in ("clients", "settings")))
]
# Something to run, at most a line of words, and what it prints; "…" stands for what differs each time.
EXAMPLE = re.compile(
    r"^```(?P<kind>sh|js|python)\n(?P<code>(?:(?!```).*\n)+)```\n\n(?:[^`\n]+\n\n)?```(?:json|text)\n(?P<expected>(?:(?!```).*\n)+)```$",
    re.MULTILINE,
)
PROGRAMS = {
    "sh": ["bash", "-euo", "pipefail", "-c"],
    "js": [str(Path(sys.executable).with_name("node")), "--input-type=module", "--eval"],
    "python": [sys.executable, "-c"],
}
ADDRESS = "127.0.0.1:8000"
DEADLINE = 20
# Asked of the command line here: a process for each page would load the whole service to print its help.
COMMANDS = set(typer.main.get_group(cli).commands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One example of a page."""

    kind: str
    code: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A service on the demo world, and what the examples are given to work with."""

    address: str
    desk: Desk
    environment: Mapping[str, str]

    def command(self, example: Example) -> list[str]:
        return [*PROGRAMS[example.kind], example.code.replace(ADDRESS, self.address)]


def examples() -> Iterator[Example]:
    for page in PAGES:
        for found in EXAMPLE.finditer(page.read_text(encoding="utf-8")):
            yield Example(kind=found["kind"], code=found["code"], expected=found["expected"])


EXAMPLES = list(examples())
ANSWERED = [example for example in EXAMPLES if example.expected.startswith("{") and example.kind == "sh"]
TOLD = [example for example in EXAMPLES if example not in ANSWERED]


@pytest.fixture(scope="module")
def demo(demo_world: DemoWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    data, token = demo_world.copy(tmp_path_factory.mktemp("documentation")), demo_world.token
    with service.run_service(data) as running:
        desk = Desk(running.url, token)
        full = service.run_command("token", "bo@nordbyran.example", data=data).strip()
        environment = {**os.environ, "TOKEN": token, "FULL_TOKEN": full, "CURSOR": desk.first_cursor()}
        yield Demo(address=running.url.removeprefix("http://"), desk=desk, environment=environment)


def fits(expected: object, found: object) -> bool:
    """Tell whether an answer is the page's, apart from what differs each time."""
    match expected, found:
        case "…", _:
            return found is not None
        case dict(), dict():
            return expected.keys() == found.keys() and all(fits(value, found[name]) for name, value in expected.items())
        case list(), list():
            return len(expected) == len(found) and all(map(fits, expected, found))
        case _:
            return expected == found


@pytest.mark.slow
@pytest.mark.parametrize("example", ANSWERED, ids=range(len(ANSWERED)))
def test_a_request_of_a_page_is_answered_as_the_page_says(demo: Demo, example: Example) -> None:
    done = subprocess.run(
        demo.command(example), env=demo.environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=DEADLINE, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    expected, answered = json.loads(example.expected), json.loads(done.stdout)
    # What every answer costs is told by one page, and left out by the others.
    answered = answered if "extensions" in expected else {name: value for name, value in answered.items() if name != "extensions"}
    assert fits(expected, answered), done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("example", TOLD, ids=lambda example: example.kind)
def test_a_stream_of_a_page_tells_what_the_page_says(demo: Demo, example: Example) -> None:
    wanted = [
        re.escape(line).replace("…", ".+").replace("Alfa\\ AB", r"(Alfa|Beta|Gamma|Delta)\ AB")
        for line in example.expected.splitlines()
    ]
    customers = iter(("Alfa AB", "Beta AB", "Gamma AB", "Delta AB"))
    listening = subprocess.Popen(
        demo.command(example), env=demo.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip
    said = b""
    deadline = time.monotonic() + DEADLINE
    try:
        assert listening.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(listening.stdout, selectors.EVENT_READ)
            while said.count(b"\n") < len(wanted) and time.monotonic() < deadline:
                if selector.select(timeout=3):
                    said += os.read(listening.stdout.fileno(), 65_536)
                elif not said:
                    # Whoever listens from now on hears of nothing before it listens, and does not say when that is.
                    demo.desk.activate(next(customers))
    finally:
        # The shell, and what it has started.
        os.killpg(listening.pid, signal.SIGKILL)
        listening.communicate(timeout=DEADLINE)
    lines = said.decode().splitlines()
    assert len(lines) >= len(wanted), lines
    assert [line for pattern, line in zip(wanted, lines, strict=False) if not re.fullmatch(pattern, line)] == []


def test_every_example_of_the_pages_is_run() -> None:
    assert sorted({example.kind for example in EXAMPLES}) == ["js", "python", "sh"]
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert len(EXAMPLES) == len(re.findall(r"^curl |^(?:import asyncio|const \{ TOKEN)", text, re.MULTILINE))


@pytest.mark.parametrize(("expected", "found"), [({"a": "…"}, {"a": None}), ({"a": 1}, {"a": 2}), ([1], [1, 2]), ({}, {"a": 1})])
def test_an_answer_that_differs_from_the_page_is_found(expected: object, found: object) -> None:
    assert not fits(expected, found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_targets_and_commands_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    makefile = (service.ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert set(re.findall(r"(?:^|`|\()make ([a-z-]+)", text, re.MULTILINE)) <= targets
    assert set(re.findall(r"python cli\.py ([a-z]+)", text)) <= COMMANDS
