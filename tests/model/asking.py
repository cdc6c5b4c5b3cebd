"""How the model's words reach the real service: who asks, under which token and key, and what a refusal is called."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from delivery.bell import Bell
from delivery.letter import Letterhead
from delivery.mailbox import Mailbox
from delivery.post import Post
from delivery.worker import Worker
from domain.errors import ActivationRefused, CollaborationAlreadyOpen, DomainError, NotFound
from domain.service import Terms
from domain.viewer import Side
from persistence import company, service
from persistence.database import Database
from persistence.jobs import Job
from resolvers import publication, reminder, session, settlement, timetable, undelivered
from resolvers.context import Context, UnauthenticatedError
from tests.model.register import Outcome
from tests.support import world as worlds
from tests.support.world import World

ADDRESS = {
    "anna": worlds.ANNA, "bo": worlds.BO, "sara": worlds.SARA, "sven": "sven@sydbyran.example",
    "cleo": worlds.CLEO, "dag": worlds.DAG, "bea": worlds.BEA, "gun": worlds.GUN, "eva": "eva@delta.example",
    "gunvor": "gunvor@gamma.example",
}  # fmt: skip
NUMBERS = {"alfa": worlds.ALFA, "beta": worlds.BETA, "gamma": worlds.GAMMA, "delta": "5566778899"}


class Asking:
    """One service on one database; cards, tasks and requests are known by the order in which they came."""

    def __init__(self, made: World, url: str) -> None:
        self._runner = asyncio.Runner()
        self._database = Database(url, ring=lambda _topics: None)
        self._world = replace(made, installation=worlds.make_installation(self._database))
        self._installation = self._world.installation
        self._keys = itertools.count()
        self._tokens: dict[tuple[str, Side], str] = {}
        self.cards = [card.id for card in made.customers.values()]
        self.tasks = [[one.id] for one in made.tasks.values()]
        self.requests: list[str] = []
        head = Letterhead(base_url="http://samarbete.example", sender="s@samarbete.example", keys=self._installation.keys)
        post = Post(self._database, Mailbox(self._database), head, undelivered.record)
        settle = partial(settlement.settle, self._database)
        by_subject = {"expire": settle, "end": settle} | publication.jobs_of(self._database)
        kinds: dict[str, Callable[[Job], Awaitable[None]]] = {kind: _on_subject(do) for kind, do in by_subject.items()}
        kinds |= {"mail": post.send, timetable.KIND: partial(reminder.remind_due, self._installation)}
        self._worker = Worker(self._database, Bell(), kinds)

    def begin(self) -> datetime:
        """Go to the next half past an hour, so that no day turns while the steps of an hour are taken, and return it."""

        async def work() -> datetime:
            async with self._database.read() as reading:
                now = reading.now
            half = now.replace(minute=30, second=0, microsecond=0)
            begins = half + timedelta(hours=1) if half <= now else half
            await self._world.advance(begins - now + timedelta(seconds=1))
            return begins

        return self._runner.run(work())

    def close(self) -> None:
        """Let go of the database."""
        self._runner.run(self._database.close())
        self._runner.close()

    def _ask(self, who: str, side: Side, work: Callable[[Context], Awaitable[Outcome]]) -> Outcome:
        async def asking() -> Outcome:
            try:
                return await work(await self._open(who, side))
            except DomainError as refusal:
                return self._named(refusal)

        return self._runner.run(asking())

    def _do(self, work: Callable[[], Awaitable[object]]) -> Outcome:
        async def doing() -> Outcome:
            try:
                await work()
            except NotFound:
                return ("NotFound",)
            return ("Done",)

        return self._runner.run(doing())

    async def _open(self, who: str, side: Side) -> Context:
        """Open an operation; a token that has ended is followed by another."""
        known = self._tokens.get((who, side))
        if known is not None:
            try:
                return await self._world.context(known)
            except UnauthenticatedError:
                pass
        self._tokens[who, side] = await session.issue_token(self._installation, who, side)
        return await self._world.context(self._tokens[who, side])

    async def _twice(self, ask: Callable[[str], Awaitable[Any]]) -> Any:  # noqa: ANN401 - the use case's own
        """Ask, and every third time once more under the same key, which must answer alike and do nothing."""
        number = next(self._keys)
        done = await ask(f"key-{number}")
        if number % 3 == 0:
            again = await ask(f"key-{number}")
            assert again.replayed
            assert _id_of(again) == _id_of(done)
        return done

    def _named(self, refusal: DomainError) -> Outcome:
        if isinstance(refusal, ActivationRefused):
            return (refusal.code.name,)
        if isinstance(refusal, CollaborationAlreadyOpen):
            return ("CollaborationAlreadyOpen", self.requests.index(refusal.collaboration_id))
        return (type(refusal).__name__,)

    def _service_id(self, code: str) -> str:
        return self._world.scanner.id if code == "scanner" else self._world.archive.id

    async def _company_id(self, of: str) -> str:
        async with self._database.read() as reading:
            known = await company.find_by_number(reading, NUMBERS[of])
        return "nothing" if known is None else known.id

    async def _version(self, code: str, number: int) -> Terms:
        """Return the first text of a version of a service's terms."""
        service_id = self._service_id(code)
        async with self._database.read() as reading:
            known = (await service.terms_of(reading, [service_id]))[service_id]
        return next(terms for terms in known if terms.version == number)


def _id_of(done: Any) -> object:  # noqa: ANN401 - the use case's own
    """Name what was done: by its id, or by the terms that were accepted."""
    changed = next(getattr(done, name) for name in ("collaboration", "value", "task", "acceptance") if hasattr(done, name))
    return changed.terms_id if hasattr(changed, "terms_id") else changed.id


def _on_subject(do: Callable[[str], Awaitable[None]]) -> Callable[[Job], Awaitable[None]]:
    async def work(job: Job) -> None:
        await do(job.subject_id)

    return work
