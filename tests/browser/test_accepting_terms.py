"""An administrator accepts newer terms in the portal, and what was suspended for them goes on."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain import calendar_day
from tests.browser.conftest import Demo, Play
from tests.support import service

pytestmark = pytest.mark.browser

TEXT = "Villkor för Visma Scanner, omarbetade.\n\nKvitton sparas i sju år."


def test_an_administrator_reads_newer_terms_and_accepts_exactly_what_was_shown(demo: Demo, play: Play, tmp_path: Path) -> None:
    file, data = tmp_path / "villkor.txt", tmp_path / "data"
    file.write_text(TEXT, encoding="utf-8")
    tomorrow = datetime.now(calendar_day.STOCKHOLM).date() + timedelta(days=1)
    published = service.run_command(
        *("terms", "publish", str(file), "--service", "VISMA_SCANNER", "--language", "sv", "--mandatory"),
        *("--effective-from", tomorrow.isoformat(), "--grace-days", "5"),
        data=data,
    )
    assert "version 2" in published
    service.run_command("clock", "advance", "7d", data=data)
    found = play("terms", demo.url, to="nils@ny.example")
    assert "Nya villkor för Visma Scanner" in found["before"]
    assert "Pausat: nya villkor väntar på godkännande" in found["before"]
    assert "Samarbetet är pausat tills villkoren är godkända" in found["before"]
    assert TEXT in found["read"]
    assert found["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    assert "Ny AB har godkänt de nya villkoren för Visma Scanner. Samarbetet med Nordbyrån fortsätter." in found["after"]
    assert "Visma Scanner med Nordbyrån\nPågår" in found["after"]
    assert "Läs villkoren" not in found["after"]
