"""What came of an input: answers over HTTP, or what was said over a WebSocket, and how the connection ended."""

from dataclasses import dataclass
from enum import Enum


class End(Enum):
    """How a connection stood when we stopped listening."""

    OPEN = "open"
    CLOSED = "closed by the service"
    RESET = "reset"
    SILENT = "open, and nothing came for too long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer over HTTP; headers have lower-case names. `is_complete` is whether it came as its own framing says.

    Of a stream, which has no end, a beginning is enough.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    is_complete: bool = True
    is_stream: bool = False

    def header(self, name: str) -> str:
        """Return a header's value, empty where there is none."""
        return next((value for known, value in self.headers if known == name), "")

    @property
    def ends(self) -> bool:
        """Whether nothing more is to be expected on its connection."""
        return not self.is_complete or self.is_stream or self.header("connection") == "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The answers over HTTP, the bytes after them that are none, and the end."""

    answers: tuple[Answer, ...] = ()
    rest: bytes = b""
    end: End = End.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The answer to a handshake, the messages after it, and the close frame, if any; `code` is 1005 where it has none."""

    answer: Answer | None = None
    messages: tuple[bytes | str, ...] = ()
    code: int | None = None
    end: End = End.OPEN
