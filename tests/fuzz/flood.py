"""Many inputs at once: each is sent, what came is judged, and what is wrong is told with its seed and number."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import uvloop

from tests.fuzz import inputs
from tests.fuzz.asking import Known, Sent, Talk
from tests.fuzz.heard import Heard, Spoken
from tests.fuzz.judge import Judge
from tests.fuzz.wire import Wire

CONNECTIONS = 64
# The service gives up what it does after 10 s: whoever waits longer than this waits for ever.
PATIENCE_S = 30.0
_CODE = re.compile(rb'"code":"([A-Z_]+)"')
# The service ends a connection that is idle for 5 s: one that has been so for long is not used again.
_FRESH_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One input whose answer was wrong."""

    seed: int
    number: int
    kind: str
    why: str
    after: tuple[int, ...] = ()

    def __str__(self) -> str:
        numbers = " ".join(str(number) for number in (*self.after, self.number))
        return f"{self.kind}: {self.why} [python -m tests.fuzz {self.seed} {numbers}]"


@dataclass(slots=True, kw_only=True)
class Found:
    """What a flood found: how many of each kind were sent, what came of them, and what was wrong."""

    kinds: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[Wrong] = field(default_factory=list)

    def merged(self, other: "Found") -> "Found":
        """Add what another flood found."""
        kinds, outcomes = self.kinds + other.kinds, self.outcomes + other.outcomes
        return Found(kinds=kinds, outcomes=outcomes, wrong=self.wrong + other.wrong)


def run(port: int, known: Known, judge: Judge, *, seed: int, numbers: Iterable[int], patience_s: float = PATIENCE_S) -> Found:
    """Send the inputs of these numbers, many at a time; what is due is waited for so many seconds."""
    return uvloop.run(_run(port, known, judge, seed, iter(numbers), patience_s))


async def _run(port: int, known: Known, judge: Judge, seed: int, numbers: Iterator[int], patience_s: float) -> Found:
    found = Found()

    async def work() -> None:
        kept: Wire | None = None
        for number in numbers:
            kind, asked = inputs.make(seed, number, known)
            wire = await connect(port, asked, kept, patience_s)
            heard = await wire.carry(number, asked)
            found.kinds[kind] += 1
            found.outcomes[f"{kind}: {outcome(heard)}"] += 1
            after = tuple(wire.carried[:-1])
            found.wrong += [
                Wrong(seed=seed, number=number, kind=kind, why=why, after=after) for why in judge.faults(asked, heard)
            ]
            kept = wire if wire.is_open else None
        if kept is not None:
            kept.abort()

    async with asyncio.TaskGroup() as group:
        for _ in range(CONNECTIONS):
            group.create_task(work())
    return found


async def connect(port: int, asked: Sent | Talk, kept: Wire | None, patience_s: float = PATIENCE_S) -> Wire:
    """Return the connection that was kept, if it serves, or a new one; a conversation always has its own."""
    if kept is not None:
        if isinstance(asked, Sent) and kept.is_open and time.monotonic() - kept.used_at < _FRESH_S:
            return kept
        kept.abort()
    return await Wire.opened(port, patience_s)


def outcome(heard: Heard | Spoken) -> str:
    """Tell in a few words what came: a status and the code of the first error, or how a socket was closed."""
    if isinstance(heard, Spoken) and heard.answer is not None and heard.answer.status == 101:
        return f"closed {heard.code}"
    last = heard.answer if isinstance(heard, Spoken) else next(iter(heard.answers[-1:]), None)
    if last is None:
        return "nothing"
    code = _CODE.search(last.body)
    return f"{last.status} {code[1].decode()}" if code else str(last.status)
