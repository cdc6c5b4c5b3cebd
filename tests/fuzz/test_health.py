"""What is wrong with a service after a flood is found: it is no more taken for healthy than it is."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz import health, world
from tests.fuzz.health import Bystander
from tests.fuzz.world import Tried

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Tried, Bystander]]:
    """Run a service that somebody listens to."""
    with world.serve(tmp_path / "data") as tried, health.bystander(tried) as watching:
        yield tried, watching


def test_a_service_that_nothing_happened_to_is_healthy_and_one_that_grew_or_failed_is_not(
    watched: tuple[Tried, Bystander], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, watching = watched
    now = health.size(tried)
    assert list(health.troubles(tried, now, watching)) == []
    monkeypatch.setattr(health, "DEADLINE_S", 0.5)
    monkeypatch.setattr(health, "LAG_S", 0.0)
    with tried.service.log.open("a", encoding="utf-8") as log:
        log.write('{"level": "error", "event": "it failed"}\n')
    smaller = health.Size(memory=now.memory - health.GROWTH_MIB - 20, files=now.files - health.MORE_FILES - 5, cpu=0)
    monkeypatch.setattr(Bystander, "is_told", lambda _self: "nothing")
    found = list(health.troubles(tried, smaller, watching))
    begun = ["the bystander was told nothing", "its loop keeps", "it took ", "the log has "]
    assert [sum(told.startswith(one) for told in found) for one in begun] == [1, 1, 1, 1]
    assert any("files were open before" in told for told in found)


def test_a_service_that_answers_nothing_is_told_of(watched: tuple[Tried, Bystander], monkeypatch: pytest.MonkeyPatch) -> None:
    tried, _ = watched
    monkeypatch.setattr(health, "DEADLINE_S", 0.5)
    os.kill(tried.service.process.pid, signal.SIGSTOP)
    try:
        assert not health.holds(lambda: health.lag(tried) < health.LAG_S)
    finally:
        os.kill(tried.service.process.pid, signal.SIGCONT)
    monkeypatch.setattr(health, "DEADLINE_S", 30.0)
    assert health.holds(lambda: health.lag(tried) < health.LAG_S)
