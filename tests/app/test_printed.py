"""What is printed from the code is printed between its marks, and a stale page is found."""

from pathlib import Path

import pytest

import settings
from commands import printed, settings_table
from schema import api
from tests.app.conftest import SetUp
from tests.architecture.sources import ROOT

PAGE = "# Title\n\nBefore.\n\n<!-- printed: begin -->\nstale\n<!-- printed: end -->\n\nAfter.\n"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of the files that are printed, all stale."""
    monkeypatch.setattr(printed, "_ROOT", tmp_path)
    for folder in ("docs", "schema"):
        (tmp_path / folder).mkdir()
    for name in ("lifecycle", "settings"):
        (tmp_path / "docs" / f"{name}.md").write_text(PAGE, encoding="utf-8")
    return tmp_path


def test_what_is_committed_is_what_the_code_prints(bare: SetUp) -> None:
    bare.do("schema", "--check")
    bare.do("docs", "--check")


def test_a_stale_file_is_found_and_printed_anew(bare: SetUp, checkout: Path) -> None:
    for command, file in (("schema", "schema/schema.graphql"), ("docs", "docs/lifecycle.md")):
        done = bare.run(command, "--check")
        assert done.exit_code == 1
        assert f"make {command}" in done.stderr.splitlines()[-1]
        assert file in done.stderr
        bare.do(command)
        assert bare.do(command, "--check") == ""
    assert (checkout / "schema" / "schema.graphql").read_text(encoding="utf-8") == api.printed()


def test_the_words_around_what_is_printed_stay(bare: SetUp, checkout: Path) -> None:
    bare.do("docs")
    for name, line in (("lifecycle", "stateDiagram-v2"), ("settings", "`SAMARBETE_DATA`")):
        page = (checkout / "docs" / f"{name}.md").read_text(encoding="utf-8")
        assert page.startswith("# Title\n\nBefore.\n\n<!-- printed: begin -->\n")
        assert page.endswith("<!-- printed: end -->\n\nAfter.\n")
        assert line in page
        assert "stale" not in page


def test_a_page_without_the_marks_is_refused(bare: SetUp, checkout: Path) -> None:
    (checkout / "docs" / "settings.md").write_text("# Title\n", encoding="utf-8")
    assert "docs/settings.md needs a line <!-- printed: begin -->" in bare.refused("docs")


def test_the_table_of_settings_shows_the_limits_that_are_enforced() -> None:
    for name, least, most in (("approval_days", 1, 90), ("port", 0, 65_535), ("smtp_port", 1, 65_535)):
        assert f"| `SAMARBETE_{name.upper()}` | number, {least} to {most} |" in settings_table.table()
        assert [getattr(settings.load(**{name: value}), name) for value in (least, most)] == [least, most]
        for beyond in (least - 1, most + 1):
            with pytest.raises(settings.SettingsInvalidError):
                settings.load(**{name: beyond})


def test_printing_looks_at_the_checkout() -> None:
    assert ROOT == printed._ROOT
