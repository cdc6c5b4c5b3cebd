"""What is tracked belongs on any machine: no host of a package index, no path of one machine, complete locks."""

import re
import subprocess
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.architecture import distributions
from tests.architecture.sources import ROOT

LOCKS = ("server", "node", "clients", "dev")
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home|Users|opt)/[A-Za-z0-9._-]+")
INDEX = re.compile(r"https?://[\w.@:-]*(?:pypi|pythonhosted|registry|artifactory|nexus|mirror)[\w-]*\.[\w.-]+", re.IGNORECASE)
OPTION = re.compile(r"^\s*(?:--index-url|--extra-index-url|--find-links|--trusted-host|-[ifcre]\s)", re.MULTILINE)


def tracked_texts() -> dict[str, str]:
    """Return the text of every tracked file that is text, by its path."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    texts = {}
    for name in listed.stdout.split("\0"):
        path = ROOT / name
        if not name or not path.is_file():
            continue
        content = path.read_bytes()
        if b"\0" not in content:
            texts[name] = content.decode("utf-8")
    return texts


def pins(lock: str) -> dict[str, str]:
    """Return the pinned version of each distribution of a lock."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE))


def test_no_tracked_file_names_a_path_of_one_machine() -> None:
    assert {name: found for name, text in tracked_texts().items() if (found := MACHINE.findall(text))} == {}


def test_no_tracked_file_names_the_host_of_a_package_index() -> None:
    assert {name: found for name, text in tracked_texts().items() if (found := INDEX.findall(text))} == {}


def test_no_secret_of_a_data_directory_and_no_build_is_tracked() -> None:
    assert [name for name in tracked_texts() if re.search(r"(^|/)(data|node_modules|dist)/|\.(pem|key|sqlite3?)$", name)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_line_with_hashes_and_gives_no_option(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    entries = re.findall(r"^[A-Za-z0-9].*(?:\n[ \t]+--hash=\S+.*)*", text, re.MULTILINE)
    assert entries
    assert [
        entry for entry in entries if not re.match(r"[\w.-]+==[\w.]+ ?(;[^\\\n]+)?\\\n", entry) or "--hash" not in entry
    ] == []
    assert OPTION.search(text) is None


def test_the_development_lock_stands_on_top_of_the_others() -> None:
    dev = pins("dev")
    for lock in ("server", "node"):
        assert {name: dev.get(name) for name in pins(lock)} == pins(lock)


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {"server": project["dependencies"], **project["optional-dependencies"]}
    for lock in LOCKS:
        pinned = pins(lock)
        for line in asked[lock]:
            requirement = Requirement(line)
            assert requirement.specifier.contains(pinned[distributions.normalised(requirement.name)]), requirement


@pytest.mark.parametrize("text", ["see /root" + "/notes", "at /home" + "/anna", "(/work" + "/main)"])
def test_a_path_of_one_machine_is_found(text: str) -> None:
    assert MACHINE.search(text)


@pytest.mark.parametrize("text", ["https://pypi" + ".org/simple", "http://registry" + ".npmjs.org/x"])
def test_the_host_of_a_package_index_is_found(text: str) -> None:
    assert INDEX.search(text)
