"""Pages for people name files and words that exist."""

import re

import pytest

from tests.architecture.sources import ROOT

ROW = re.compile(r"^\|.*\| `(?P<path>[\w/]+\.py)`(?:: (?P<names>`[\w.`, ]+`))? \|$", re.MULTILINE)
RELATIVE_LINK = re.compile(r"\]\((?!https?:|#|mailto:)(?P<target>[^)#]+)")
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def stale_rows(text: str) -> list[str]:
    """Return the places that a glossary names and the sources do not have."""
    stale = []
    for row in ROW.finditer(text):
        file = ROOT / row["path"]
        source = file.read_text(encoding="utf-8") if file.is_file() else ""
        names = re.findall(r"[\w.]+", row["names"] or "")
        stale += [row["path"]] if not source else []
        stale += [f"{row['path']}: {name}" for name in names if name.split(".")[-1] not in source]
    return stale


def test_the_glossary_names_places_that_exist() -> None:
    assert stale_rows((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("place", ["`domain/nothing.py`", "`domain/office.py`: `Nothing`"])
def test_a_place_that_does_not_exist_is_found(place: str) -> None:
    assert stale_rows(f"| office | byrå | An office. | {place} |")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_links_to_files_that_exist(page: str) -> None:
    file = ROOT / page
    targets = RELATIVE_LINK.findall(file.read_text(encoding="utf-8"))
    assert [target for target in targets if not (file.parent / target).exists()] == []
