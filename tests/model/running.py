"""Running the model: a world of its own for each example on either database, by a seed, and so many steps."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.engine import URL

from domain.office import CustomerPermission
from persistence.database import Database
from resolvers import fact
from tests.model.asking import ADDRESS, NUMBERS
from tests.model.machine import Machine
from tests.model.register import CONTACT
from tests.model.service import CONTACTS, Service
from tests.support import databases, worlds
from tests.support.world import World, contact, make_world


async def make(database: Database) -> World:
    """Make the world that the model begins with: each office has a card, with a task, of each of four companies."""
    made = await make_world(database)
    await fact.add_advisor(made.installation, made.syd.id, "Sven Sten", ADDRESS["sven"], CustomerPermission.OWN)
    await made.add_customer(
        await made.viewed_by(ADDRESS["anna"]), "delta", NUMBERS["delta"], contact("Kontakt", CONTACTS["delta"])
    )
    for of in CONTACT:
        advisor = await made.viewed_by(ADDRESS["sven" if of == "gamma" else "sara"])
        await made.add_customer(advisor, f"{of} syd", NUMBERS[of], contact("Kontakt", CONTACTS[of]))
    return made


@contextmanager
def on_sqlite(template: Path, directory: Path) -> Iterator[Callable[[], Service]]:
    """Give what opens a fresh service on SQLite."""
    made = worlds.fill(databases.copy_sqlite(template, directory), make)
    file, copy = directory / "samarbete.sqlite", directory / "copy.sqlite"

    def opened() -> Service:
        for name in (copy, copy.with_name("copy.sqlite-wal"), copy.with_name("copy.sqlite-shm")):
            name.unlink(missing_ok=True)
        shutil.copyfile(file, copy)
        return Service(_own(made), f"sqlite+aiosqlite:///{copy}")

    yield opened


@contextmanager
def on_postgresql(server: URL, template: URL) -> Iterator[Callable[[], Service]]:
    """Give what opens a fresh service on PostgreSQL."""
    with worlds.on_postgres(server, template, make) as (made, database):

        def opened() -> Service:
            databases.put_back(database)
            return Service(_own(made), database.render_as_string(hide_password=False))

        yield opened


def run(
    open_service: Callable[[], Service], *, seed: int, examples: int, steps: int, shrinks: bool = True
) -> Counter[tuple[str, str]]:
    """Run so many examples of so many steps by a seed, and return what came of them.

    The simplest example that there is comes before them, uncounted. A fault is raised; before, it is shrunk where asked for,
    which takes minutes.
    """

    class Seeded(Machine):
        pass

    Seeded.open_service = staticmethod(open_service)
    Seeded.done = Counter()
    hypothesis.seed(seed)(Seeded)
    phases = (Phase.generate, Phase.shrink) if shrinks else (Phase.generate,)
    profile = settings(
        max_examples=examples + 1, stateful_step_count=steps, deadline=None, database=None, phases=phases,
        suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(Seeded, settings=profile)
    return Seeded.done


def _own(made: World) -> World:
    return replace(made, customers=dict(made.customers), tasks=dict(made.tasks))
