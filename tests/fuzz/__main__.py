"""Inputs once more, on a service of their own: `python -m tests.fuzz SEED NUMBER` prints what is sent and what came.

Several numbers are sent over one connection, as far as it carries them.
"""

import sys
import tempfile
from pathlib import Path

import uvloop

from tests.fuzz import flood, inputs, world
from tests.fuzz.asking import Sent
from tests.fuzz.judge import Judge
from tests.fuzz.wire import Wire
from tests.fuzz.world import Tried
from tests.support import service


def main(seed: int, *numbers: int) -> None:
    """Send the inputs one after the other, and print each with what came of it, what is wrong, and the service's log at last."""
    with tempfile.TemporaryDirectory() as folder, world.serve(Path(folder) / "data") as tried:
        uvloop.run(_send(tried, Judge(folder, str(service.ROOT)), seed, numbers))
        _tell(tried.service.log.read_text(encoding="utf-8"))


async def _send(tried: Tried, judge: Judge, seed: int, numbers: tuple[int, ...]) -> None:
    kept: Wire | None = None
    for number in numbers:
        kind, asked = inputs.make(seed, number, tried.known)
        kept = await flood.connect(tried.port, asked, kept)
        heard = await kept.carry(number, asked)
        _tell(f"{number}: {kind}")
        for piece in asked.parts if isinstance(asked, Sent) else (asked.head, *asked.frames):
            _tell(f"  > {piece!r}")
        _tell(f"  < {heard}")
        for why in judge.faults(asked, heard):
            _tell(f"  wrong: {why}")


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
