"""The long run: so many seeds of the model and of the fuzzer on both databases, gone on with after an interruption.

`make soak SCALE=50` runs 50 seeds. A seed is run in blocks; what is done is written down after each of them.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy.engine import URL

from tests.fuzz import block as fuzz
from tests.model import running
from tests.model.service import Service
from tests.support import databases, postgres

STEPS, STEPS_OF_SEED, EXAMPLES = 200, 10_000, 10
INPUTS, INPUTS_OF_SEED = 10_000, 20_000
RECORD = Path(".make/soak.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to try the service: what is counted, how much of it a seed and a block have, and how a block of a seed is run.

    `key` is what a block is written down under, with the numbers of its seed and its own.
    """

    name: str
    key: str
    of_seed: int
    of_block: int
    run: Callable[[int, int], None]

    def keys(self, seed: int) -> Iterator[tuple[str, int]]:
        """Yield each block of a seed, with the key under which it is written down."""
        for block in range(self.of_seed // self.of_block):
            yield f"{self.key} {seed} {block}", block


def main(seeds: int) -> None:
    """Run what is still to be done of so many seeds, and say after each block how far it has come.

    Raises:
        AssertionError: something is wrong; the block is not written down, and is run again the next time.
    """
    done: dict[str, int] = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    with ExitStack() as opened:
        ways = _open(opened)
        _tell(done, seeds, ways)
        for seed in range(seeds):
            for way in ways:
                for key, block in way.keys(seed):
                    if key not in done:
                        way.run(seed, block)
                        done[key] = way.of_block
                        RECORD.parent.mkdir(exist_ok=True)
                        RECORD.write_text(json.dumps(done), encoding="utf-8")
                        _tell(done, seeds, ways)


def _tell(done: dict[str, int], seeds: int, ways: Sequence[Way]) -> None:
    counted = {way: sum(done.get(key, 0) for seed in range(seeds) for key, _ in way.keys(seed)) for way in ways}
    reached = ", ".join(f"{count:,} of {seeds * way.of_seed:,} {way.name}" for way, count in counted.items())
    sys.stdout.write(f"{reached}\n")
    sys.stdout.flush()


def _open(opened: ExitStack) -> list[Way]:
    directory = Path(opened.enter_context(tempfile.TemporaryDirectory()))
    (directory / "world").mkdir()
    template = databases.make_sqlite_template(directory)
    server = opened.enter_context(postgres.run_server())
    on_sqlite = opened.enter_context(running.on_sqlite(template, directory / "world"))
    on_postgresql = opened.enter_context(running.on_postgresql(server, databases.make_postgres_template(server)))
    return [
        Way(
            name="steps on SQLite", key="SQLite", of_seed=STEPS_OF_SEED, of_block=STEPS * EXAMPLES, run=partial(_step, on_sqlite)
        ),
        Way(
            name="steps on PostgreSQL",
            key="PostgreSQL",
            of_seed=STEPS_OF_SEED,
            of_block=STEPS * EXAMPLES,
            run=partial(_step, on_postgresql),
        ),
        Way(name="inputs on SQLite", key="fuzz SQLite", of_seed=INPUTS_OF_SEED, of_block=INPUTS, run=partial(_flood, None)),
        Way(
            name="inputs on PostgreSQL",
            key="fuzz PostgreSQL",
            of_seed=INPUTS_OF_SEED,
            of_block=INPUTS,
            run=partial(_flood, server),
        ),
    ]


def _step(open_service: Callable[[], Service], seed: int, block: int) -> None:
    seed_of_block = seed * (STEPS_OF_SEED // (STEPS * EXAMPLES)) + block
    running.run(open_service, seed=seed_of_block, examples=EXAMPLES, steps=STEPS)


def _flood(server: URL | None, seed: int, block: int) -> None:
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        url = None
        if server is not None:
            database = postgres.create_database(server)
            opened.callback(postgres.drop_database, server, database)
            url = database.set(drivername="postgresql").render_as_string(hide_password=False)
        # The seed of the test command is 0.
        came = fuzz.run(folder, seed=seed + 1, numbers=range(block * INPUTS, (block + 1) * INPUTS), database_url=url)
    sys.stdout.write(f"{came}\n")
    assert not came.faults, "\n".join(came.faults)


if __name__ == "__main__":
    main(int(sys.argv[1]))
