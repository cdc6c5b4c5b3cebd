"""How the model's words reach the real service: who asks, under which token and key, and what a refusal is called."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from delivery.bell import Bell
from delivery.letter import Letterhead
from delivery.mailbox import Mailbox
from delivery.post import Post
from delivery.worker import Worker
from domain.errors import ActivationRefused, CollaborationAlreadyOpen, DomainError, NotFound
from domain.viewer import Side
from persistence import company, service
from persistence.database import Database
from resolvers import session, settlement, timetable, undelivered
from resolvers.context import Context, UnauthenticatedError
from tests.model.register import Outcome
from tests.support import world as worlds
from tests.support.world import World

NUMBERS = {"alfa": worlds.ALFA, "beta": worlds.BETA, "gamma": worlds.GAMMA}


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
        # Reminders that come by themselves are not in the model yet, and are not sent here.
        kinds = {
            "mail": post.send,
            "expire": lambda job: settlement.settle(self._database, job.subject_id),
            timetable.KIND: lambda _job: asyncio.sleep(0),
        }
        self._worker = Worker(self._database, Bell(), kinds)

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
            names = ("collaboration", "value", "task")
            ids = [getattr(getattr(one, name), "id", None) for one in (done, again) for name in names if hasattr(one, name)]
            assert len(set(ids)) == 1
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

    async def _terms(self) -> tuple[Any, ...]:
        async with self._database.read() as reading:
            return (await service.terms_of(reading, [self._world.scanner.id]))[self._world.scanner.id]
