"""What carries letters away, and the two ways in which that fails."""

from typing import Protocol

from delivery.letter import Letter


class PermanentFailureError(Exception):
    """The letter was refused for good; `problem` is what the mail server said, and names no address."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class TemporaryFailureError(Exception):
    """The letter may get through later; `problem` is what stood in its way, and names no address."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Transport(Protocol):
    """A way for letters to their readers."""

    async def send(self, written: Letter, /) -> None:
        """Hand the letter over; when this returns, somebody else answers for it.

        Raises:
            PermanentFailureError, TemporaryFailureError: nobody took it, or it is not known whether somebody did.
            UnsafeLetterError: it would not say what it should.
        """
