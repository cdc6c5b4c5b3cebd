"""A block of inputs against a service of its own: what was found, and how the service was afterwards."""

import os
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz import flood, health, world
from tests.fuzz.flood import Found
from tests.fuzz.judge import Judge
from tests.support import service

# So many inputs fill the caches, and are not counted in how much the service grows.
WARM_UP = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a block: each fault in a sentence, and what it took; memory in MiB, CPU of both sides in seconds."""

    found: Found
    faults: list[str]
    growth: float
    service_cpu: float
    client_cpu: float

    def __str__(self) -> str:
        count = self.found.kinds.total()
        cpu = f"{self.service_cpu:.0f} + {self.client_cpu:.0f} s of CPU"
        return f"{count:,} inputs, {len(self.faults)} faults, {cpu}, {self.growth:+.0f} MiB"


def run(folder: Path, *, seed: int, numbers: range, database_url: str | None = None) -> Outcome:
    """Send the inputs of these numbers, the first of which are the warm-up, and look at the service afterwards."""
    with world.serve(folder / "data", database_url) as tried, health.bystander(tried) as watching:
        judge = Judge(str(folder), str(service.ROOT))
        begun, own = health.size(tried), sum(os.times()[:2])
        first = flood.run(tried.port, tried.known, judge, seed=seed, numbers=numbers[:WARM_UP])
        warm = health.size(tried)
        rest = flood.run(tried.port, tried.known, judge, seed=seed, numbers=numbers[WARM_UP:])
        spent, ended = sum(os.times()[:2]) - own, health.size(tried)
        faults = [str(one) for one in first.wrong + rest.wrong]
        faults += health.troubles(tried, warm, watching)
        return Outcome(
            found=first.merged(rest),
            faults=faults,
            growth=ended.memory - warm.memory,
            service_cpu=ended.cpu - begun.cpu,
            client_cpu=spent,
        )
