"""An administrator ends a collaboration in the portal: on a day, taken back, and at once."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import calendar_day
from tests.browser.conftest import Demo, Play

pytestmark = pytest.mark.browser


def test_an_administrator_plans_an_end_withdraws_it_and_ends_at_once(demo: Demo, play: Play) -> None:
    collaboration_id = demo.desk.activate("Beta AB")
    day = calendar_day.day_of(datetime.now(UTC)) + timedelta(days=30)
    found = play("ending", demo.url, to="bea@beta.example", day=day.isoformat())
    assert found["refused"].count("sista dagen ligger utanför de tillåtna dagarna") == 1
    assert "Samarbetet avslutas efter" in found["planned"]
    assert f"Sista dag\n{day.day} " in found["planned"]
    assert "Slutet bestämt av\nBeta AB" in found["planned"]
    assert "Behåll tjänsten" in found["planned"]
    assert "Sista dag\n" not in found["goesOn"]
    assert "Har tillgång på byrån" in found["goesOn"]
    assert "Har tillgång på byrån" not in found["ended"]
    assert "Avsluta även abonnemanget" in found["ended"]
    assert demo.desk.standing(collaboration_id)["status"] == "ENDED"
