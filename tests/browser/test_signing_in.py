"""People sign in by a link that is mailed to them."""

import pytest

from tests.browser.conftest import Demo, Play

pytestmark = pytest.mark.browser


def test_an_advisor_and_an_administrator_each_sign_in_where_they_work(demo: Demo, play: Play) -> None:
    found = play("signing_in", demo.url, advisor="anna@nordbyran.example", administrator="nils@ny.example")
    assert "Inloggad som Anna Ek" in found["said"]
    assert "Byrå\nNordbyrån" in found["said"]
    assert "Behörighet\negna kunder" in found["said"]
    assert found["workbench"] == "/graphql"
    assert found["left"] == 0
    assert "Samarbeten, Ny AB" in found["companies"]
    assert "Visma Scanner med Nordbyrån\nPågår" in found["companies"]
