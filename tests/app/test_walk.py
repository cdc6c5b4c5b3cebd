"""The example client sees what it is there to show, and says plainly what it does not see."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from examples import new_terms
from tests.support import service
from tests.support import walk as make_walk
from tests.support.demo import DemoWorld
from tests.support.service import Service

DOCUMENTS = sorted((service.ROOT / "examples" / "documents").glob("*.graphql"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What the walk printed of one customer."""

    heading: str
    scenario: str
    mailed_to: str
    made: str
    events: list[str]
    numbers: list[int]
    steps: list[str]


def parts_of(output: str) -> Iterator[Part]:
    for heading, body in re.findall(r"^(\w+ AB, .*)\n((?: {2}.*\n)+)", output, re.MULTILINE):
        lines = [(line[2:12].strip(), line[13:]) for line in body.splitlines()]
        told = dict(lines)
        events = [(name, text) for name, text in lines if name.startswith("event ")]
        yield Part(
            heading=heading,
            scenario=told["preview"].partition(":")[0],
            mailed_to=told["e-mail"].removeprefix("to ").partition(":")[0],
            made=next(text for name, text in lines if not name and text.startswith("service activated")),
            events=[text for _, text in events],
            numbers=[int(name.removeprefix("event ")) for name, _ in events],
            steps=[name.partition(" ")[0] for name, _ in lines if name],
        )


def walk(url: str, token: str, example: str = "walk") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"examples.{example}", "--url", url, "--token", token]
    return subprocess.run(command, cwd=service.ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.slow
def test_make_walk_follows_three_scenarios_an_end_and_newer_terms_and_hears_of_each_step() -> None:
    command = [sys.executable, "-m", "tests.support.walk"]
    done = subprocess.run(command, cwd=service.ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert (done.returncode, done.stderr) == (0, "")

    alfa, beta, gamma = parts_of(done.stdout)
    assert [part.heading for part in (alfa, beta, gamma)] == [
        "Alfa AB, 556012-0031, task Bokföring",
        "Beta AB, 556013-0048, task Bokföring",
        "Gamma AB, 556014-0054, task Löner",
    ]
    assert [part.scenario for part in (alfa, beta, gamma)] == ["SERVICE_IN_USE", "REGISTERED_WITHOUT_SERVICE", "NOT_REGISTERED"]
    assert [part.mailed_to for part in (alfa, beta, gamma)] == ["cleo@alfa.example", "bea@beta.example", "gun@gamma.example"]
    assert alfa.made == "service activated: no; administrator created: no"
    assert beta.made == "service activated: yes; administrator created: no"
    assert gamma.made == "service activated: yes; administrator created: yes"
    for part, name, approver in ((alfa, "Alfa AB", "Cleo Dahl"), (beta, "Beta AB", "Bea Falk"), (gamma, "Gamma AB", "Gun Lind")):
        assert part.events[:2] == [
            f"ACTIVATED at {name} by Anna Ek: AWAITING_APPROVAL",
            f"APPROVED at {name} by {approver}: AWAITING_APPROVAL -> ACTIVE",
        ]
    assert beta.events[2:] == ["ENDED at Beta AB by Bea Falk: ACTIVE -> ENDED"]
    assert alfa.events[2:] == gamma.events[2:] == []

    steps = ["preview", "activated", "event", "e-mail", "signed", "approved", "event", "late"]
    assert alfa.steps == steps
    assert beta.steps == [*steps, "ended", "event"]
    assert gamma.steps == [*steps[:5], "terms", *steps[5:]]
    numbers = alfa.numbers + beta.numbers + gamma.numbers
    assert numbers == list(range(numbers[0], numbers[0] + 7))
    seen = "Seen: 3 collaborations approved, 1 ended, 7 events announced, the same as in the log."
    first, _, newer = done.stdout.partition(f"{seen}\n")
    assert (newer != "", first.count("Seen: ")) == (True, 0)
    see_newer_terms(newer)


def see_newer_terms(output: str) -> None:
    lines = [(line[2:12].strip(), line[13:]) for line in output.splitlines() if line.startswith("  ")]
    assert [name.partition(" ")[0] for name, _ in lines if name and not name.startswith("event ")] == [
        "operator", "required", "operator", "suspended", "terms", "accepted", "evidence",
    ]  # fmt: skip
    told = [text for name, text in lines if name.startswith("event ") and " at Gamma AB by " in text]
    assert told == [
        "TERMS_REQUIRED at Gamma AB by SYSTEM: ACTIVE -> ACTIVE",
        "SUSPENDED at Gamma AB by SYSTEM: ACTIVE -> SUSPENDED",
        "TERMS_ACCEPTED at Gamma AB by Gun Lind: SUSPENDED -> SUSPENDED",
        "RESUMED at Gamma AB by Gun Lind: SUSPENDED -> ACTIVE",
    ]
    assert dict(lines)["required"].startswith("version 2 until ")
    assert dict(lines)["suspended"] == "SUSPENDED: the service does not open; offered: END, ACCEPT_TERMS"
    assert dict(lines)["evidence"] == "The chain holds: 2 records, of which 2 can be read in full."
    assert ("", "It goes through record 2 as it was noted earlier; what follows that one has no witness.") in lines
    assert output.splitlines()[-1].startswith("Seen: newer terms required, late, accepted and proven; ")


def refuse_the_operator(running: Service, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: str, data: Path) -> str:
        raise RuntimeError(f"refused in {data.name}")

    monkeypatch.setattr(service, "run_command", refuse)
    begun = time.monotonic()
    with pytest.raises(RuntimeError, match="refused in data"):
        make_walk.follow(running, "new_terms", token)
    assert time.monotonic() - begun < new_terms.PATIENCE / 10


@pytest.mark.slow
def test_a_walk_that_cannot_go_on_ends_with_one_sentence_that_says_why(
    demo_world: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, advisor = demo_world.copy(tmp_path), demo_world.token
    administrator = service.run_command("token", "cleo@alfa.example", "--side", "COMPANY", data=data).strip()
    active_side = service.run_command("token", "nils@ny.example", "--side", "COMPANY", data=data).strip()
    with service.run_service(data) as running:
        first = walk(running.url, advisor)
        again = walk(running.url, advisor)
        unknown = walk(running.url, advisor[:-8])
        other_side = walk(running.url, administrator)
        refuse_the_operator(running, advisor, monkeypatch)
        newer_by_other_side = walk(running.url, active_side, "new_terms")
    assert first.returncode == 0
    assert [done.returncode for done in (again, unknown, other_side)] == [1, 1, 1]
    assert again.stderr.startswith("The walk ended early: Alfa AB cannot be activated: ")
    assert (newer_by_other_side.returncode, newer_by_other_side.stderr) == (1, other_side.stderr)
    assert other_side.stderr == "The walk ended early: the token is not an advisor's\n"
    assert [len(done.stderr.splitlines()) for done in (again, unknown, other_side)] == [1, 1, 1]
    assert "UNAUTHENTICATED" in unknown.stderr


def test_a_walk_that_meets_no_service_says_so() -> None:
    done = walk(f"http://127.0.0.1:{service.free_port()}", "a.b.c")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("The walk ended early: Cannot connect to host 127.0.0.1:")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_of_the_example_asks_what_the_schema_offers(document: Path) -> None:
    schema = build_schema((service.ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8"))
    assert validate(schema, parse(document.read_text(encoding="utf-8"))) == []
