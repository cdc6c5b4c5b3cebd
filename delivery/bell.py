"""The bell: wakes those who wait in this process for news of a topic, and holds no news itself."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Ear:
    """One reader's end of the bell."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the reader, now or when it next waits."""
        self._rung.set()

    async def wait(self, timeout_s: float) -> None:
        """Return when the bell has rung since the last wait, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._rung.wait()
        self._rung.clear()


class Bell:
    """Wakes the readers of a topic in this process; to be rung and heard on one event loop.

    A ring tells that something may have changed, not what: readers register before they read, and poll besides.
    """

    def __init__(self) -> None:
        self._ears: dict[str, set[Ear]] = {}

    def ring(self, topics: frozenset[str]) -> None:
        """Wake every reader of the topics."""
        for topic in topics:
            for ear in self._ears.get(topic, ()):
                ear.ring()

    @contextmanager
    def listen(self, topic: str) -> Iterator[Ear]:
        """Register for a topic, until the block ends."""
        ear = Ear()
        ears = self._ears.setdefault(topic, set())
        ears.add(ear)
        try:
            yield ear
        finally:
            ears.discard(ear)
            if not ears and self._ears.get(topic) is ears:
                del self._ears[topic]
