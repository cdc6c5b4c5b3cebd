"""The long run of the model: so many seeds of 10,000 steps on both databases, gone on with after an interruption.

`make soak SCALE=50` runs 50 seeds. A seed is run in blocks; what is done is written down after each of them.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.model import running
from tests.model.service import Service
from tests.support import databases, postgres

STEPS, STEPS_OF_SEED, EXAMPLES = 200, 10_000, 10
BLOCKS = STEPS_OF_SEED // (STEPS * EXAMPLES)
RECORD = Path(".make/soak.json")


def main(seeds: int) -> None:
    """Run what is still to be done of so many seeds, and say after each block how far it has come."""
    done: dict[str, int] = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    with ExitStack() as opened:
        services = _open(opened)
        _tell(done, seeds, services)
        for seed in range(seeds):
            for block in range(BLOCKS):
                for name, open_service in services.items():
                    key = f"{name} {seed} {block}"
                    if key not in done:
                        seed_of_block = seed * BLOCKS + block
                        running.run(open_service, seed=seed_of_block, examples=EXAMPLES, steps=STEPS)
                        done[key] = EXAMPLES * STEPS
                        RECORD.parent.mkdir(exist_ok=True)
                        RECORD.write_text(json.dumps(done), encoding="utf-8")
                        _tell(done, seeds, services)


def _tell(done: dict[str, int], seeds: int, services: dict[str, Callable[[], Service]]) -> None:
    counted = {name: sum(steps for key, steps in done.items() if key.startswith(f"{name} ")) for name in services}
    reached = ", ".join(f"{steps:,} of {seeds * STEPS_OF_SEED:,} steps on {name}" for name, steps in counted.items())
    sys.stdout.write(f"{reached}\n")
    sys.stdout.flush()


def _open(opened: ExitStack) -> dict[str, Callable[[], Service]]:
    directory = Path(opened.enter_context(tempfile.TemporaryDirectory()))
    (directory / "world").mkdir()
    template = databases.make_sqlite_template(directory)
    server = opened.enter_context(postgres.run_server())
    return {
        "SQLite": opened.enter_context(running.on_sqlite(template, directory / "world")),
        "PostgreSQL": opened.enter_context(running.on_postgresql(server, databases.make_postgres_template(server))),
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
