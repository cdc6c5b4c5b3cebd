"""The checker of evidence finds every tampering with an export, says what it cannot judge, and needs nothing of ours."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from domain import approval
from examples import verify_evidence as checker
from examples.verify_evidence import Fault, Head, Verdict
from tests.architecture.sources import ROOT
from tests.examples import tampering
from tests.examples.tampering import NEED_A_HEAD, SHOWN, Tampering

PROGRAM = ROOT / "examples" / "verify_evidence.py"
EXPORTS = tampering.exports()
RECORDS = tampering.chain()
HEAD = Head(RECORDS[-1].number, RECORDS[-1].hash)
TAMPERINGS = 1_000
CHECKS = ["check_content", "check_personal", "check_place", "check_head", "read"]


def holds(export: str, head: Head | None) -> bool:
    try:
        checker.verify(export, head)
    except Fault:
        return False
    return True


def tampered(seed: int, kinds: tuple[Tampering, ...]) -> tuple[str, str]:
    """Tamper once with one of the exports, and tell with which kind."""
    chance = Random(seed)  # noqa: S311 - repeatable by its seed, and no secret
    export = chance.choice(sorted(EXPORTS.values()))
    kind = chance.choice(kinds)
    changed = kind(chance, [json.loads(line) for line in export.splitlines()])
    assert changed != export
    return kind.__name__, changed


def missed(kinds: tuple[Tampering, ...], head: Head | None) -> list[tuple[int, str]]:
    """Tamper a thousand times, and return what the checker let through."""
    found = []
    for seed in range(TAMPERINGS):
        kind, changed = tampered(seed, kinds)
        if holds(changed, head):
            found.append((seed, kind))
    return found


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_as_it_was_made_holds(name: str) -> None:
    for head in (None, HEAD, Head(1, RECORDS[0].hash)):
        assert checker.verify(EXPORTS[name], head).head == HEAD


def test_it_counts_what_can_be_read_and_whose_data_were_opened() -> None:
    assert checker.verify(EXPORTS["company"]) == Verdict(head=HEAD, whole=12, opened=12, erased=0)
    assert checker.verify(EXPORTS["erased"]) == Verdict(head=HEAD, whole=12, opened=8, erased=4)
    assert checker.verify(EXPORTS["office"]) == Verdict(head=HEAD, whole=6, opened=6, erased=0)


def test_a_thousand_single_tamperings_are_all_found_with_a_noted_head() -> None:
    assert missed((*SHOWN, *NEED_A_HEAD), HEAD) == []


def test_a_thousand_changes_swaps_insertions_and_inner_cuts_are_found_from_the_export_alone() -> None:
    assert missed(SHOWN, None) == []


def test_every_kind_of_tampering_is_among_the_thousand() -> None:
    kinds = {tampered(seed, (*SHOWN, *NEED_A_HEAD))[0] for seed in range(TAMPERINGS)}
    assert kinds == {kind.__name__ for kind in (*SHOWN, *NEED_A_HEAD)}


def nothing(*_given: object) -> None:
    """Check nothing."""


def plainly(line: str, _number: int) -> object:
    """Read a line however it is written."""
    try:
        return json.loads(line)
    except ValueError:
        raise Fault("no record") from None


@pytest.mark.parametrize("check", CHECKS)
def test_without_any_one_of_its_checks_something_would_be_missed(check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    instead: Callable[..., object] = plainly if check == "read" else nothing
    monkeypatch.setattr(checker, check, instead)

    def passes(seed: int) -> bool:
        try:
            return holds(tampered(seed, (*SHOWN, *NEED_A_HEAD))[1], HEAD)
        except (KeyError, TypeError, AttributeError):
            return False

    assert any(passes(seed) for seed in range(TAMPERINGS))


def test_a_cut_tail_and_a_chain_made_anew_are_shown_by_a_noted_head_alone() -> None:
    cut = "".join(EXPORTS["company"].splitlines(keepends=True)[:-2])
    chance = Random(1)  # noqa: S311 - repeatable by its seed, and no secret
    anew = tampering.make_anew(chance, [json.loads(line) for line in EXPORTS["company"].splitlines()])
    for changed, why in ((cut, "the tail was cut"), (anew, "made anew")):
        assert holds(changed, None)
        with pytest.raises(Fault, match=why):
            checker.verify(changed, HEAD)


def test_a_chain_that_has_grown_since_the_head_was_noted_holds() -> None:
    longer = approval.export(tampering.chain(20), office_id=None)
    assert checker.verify(longer, HEAD).head.number == 20


@pytest.mark.parametrize("text", ["", "\n", "[]\n", "null\n", "{}\n", "7\n", "{" * 100_000, '{"number": ' + "9" * 5_000 + "}"])
def test_what_is_no_export_does_not_hold(text: str) -> None:
    assert not holds(text, None)


def test_a_last_line_break_may_be_missing_and_no_other_form_is_taken() -> None:
    export = EXPORTS["company"]
    assert holds(export.removesuffix("\n"), HEAD)
    for changed in (export + "\n", export.replace("\n", "\r\n"), "\ufeff" + export, export.replace('": ', '":')):
        assert not holds(changed, None)


def test_it_imports_nothing_but_the_standard_library() -> None:
    imported: set[str] = set()
    for node in ast.walk(ast.parse(PROGRAM.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported.update(alias.name.partition(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported <= sys.stdlib_module_names


def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(PROGRAM), *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)


def test_it_runs_alone_and_says_that_the_tail_cannot_be_judged_without_a_head(tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    file.write_bytes(EXPORTS["office"].encode())
    done = run(str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert "12 records, of which 6 can be read in full and 6 are another office's" in done.stdout
    assert f"Its head: 12 {HEAD.hash}" in done.stdout
    assert "tail cannot be judged" in done.stdout
    with_head = run(str(file), "--head", "12", HEAD.hash)
    assert (with_head.returncode, "cannot be judged" in with_head.stdout) == (0, False)


def test_it_tells_a_broken_export_from_one_that_cannot_be_read(tmp_path: Path) -> None:
    broken = run("-", given=EXPORTS["company"].replace("Browser/1.0", "Browser/2.0"))
    assert (broken.returncode, broken.stdout) == (1, "")
    assert "record 1: the person's userAgent was changed" in broken.stderr
    assert run(str(tmp_path / "nothing")).returncode == 2
    latin = tmp_path / "latin"
    latin.write_bytes("å".encode("latin-1"))
    assert run(str(latin)).returncode == 2
    for wrong in (("0", HEAD.hash), ("x", HEAD.hash), ("1", "abc"), ("1", HEAD.hash.upper())):
        assert run("-", "--head", *wrong, given=EXPORTS["company"]).returncode == 2
