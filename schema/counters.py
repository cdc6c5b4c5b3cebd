"""Counters in memory for the rate limits: the library's own looks through all of them at every request."""

from collections.abc import Callable

from limits.aio.storage import Storage

MOST = 100_000


class Counters(Storage):
    """One number for each key, until its window ends; at most 100,000 keys, of which those that end soonest go first."""

    STORAGE_SCHEME = None

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self._counted: dict[str, tuple[int, float]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing of this fails."""
        return ValueError

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count on, or begin a window of so many seconds, and return the number."""
        now = self._clock()
        number, ends = self._counted.get(key, (0, 0.0))
        if ends <= now:
            number, ends = 0, now + expiry
            if len(self._counted) >= MOST:
                self._make_room(now)
        self._counted[key] = number + amount, ends
        return number + amount

    async def get(self, key: str) -> int:
        """Return the number, 0 once the window has ended."""
        number, ends = self._counted.get(key, (0, 0.0))
        return number if ends > self._clock() else 0

    async def get_expiry(self, key: str) -> float:
        """Return when the window ends."""
        return self._counted.get(key, (0, self._clock()))[1]

    async def check(self) -> bool:
        """Memory is there."""
        return True

    async def reset(self) -> int:
        """Forget everything."""
        number = len(self._counted)
        self._counted.clear()
        return number

    async def clear(self, key: str) -> None:
        """Forget one."""
        self._counted.pop(key, None)

    def _make_room(self, now: float) -> None:
        """Forget what has ended, and where that is little, half of the rest."""
        self._counted = {key: kept for key, kept in self._counted.items() if kept[1] > now}
        if len(self._counted) > MOST // 2:
            by_end = sorted(self._counted.items(), key=lambda one: one[1][1])
            self._counted = dict(by_end[len(by_end) // 2 :])
