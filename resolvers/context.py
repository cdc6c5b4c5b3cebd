"""What every use case is given: the installation, who asks, in which language, and the loaders; made anew for each operation."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from domain.approval import USER_AGENT_LIMIT
from domain.errors import DomainError
from domain.viewer import Viewer
from persistence import ids
from persistence.database import Database
from persistence.keys import Keys
from resolvers.loaders import Loaders


class UnauthenticatedError(DomainError):
    """There is no valid token, and what is asked for takes one."""


class DeadlineExceededError(DomainError):
    """Whoever asked waits no longer, and what is left to do of a call on a list is not begun."""


class Ear(Protocol):
    """One reader's end of the bell."""

    async def wait(self, timeout_s: float) -> None:
        """Return when the bell has rung since the last wait, or after the time."""


class Bell(Protocol):
    """What wakes readers after a commit; it may lose, repeat or die, so readers poll besides."""

    def listen(self, topic: str) -> AbstractContextManager[Ear]:
        """Register for a topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What one running service consists of; `approval_lifetime` is how long a request may wait for its answer."""

    database: Database
    keys: Keys
    bell: Bell
    base_url: str
    application_version: str
    approval_lifetime: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """From where a request came: what evidence and logs record of it; `peer` is the address by the trusted-proxy rule."""

    id: str
    peer: str | None
    user_agent: str | None

    @staticmethod
    def arrived(*, peer: str | None, user_agent: str | None) -> "Request":
        """Give a request that has come in its id, which is never the client's: evidence names it, and a part of the agent."""
        return Request(id=ids.new_id(), peer=peer, user_agent=(user_agent or "")[:USER_AGENT_LIMIT] or None)


@dataclass(slots=True, kw_only=True)
class Context:
    """One operation; `now` is the database's time when it was opened, or when the latest event was delivered.

    `is_late` becomes true when whoever asked waits for it no longer.
    """

    installation: Installation
    viewer: Viewer | None
    language: str
    request: Request
    now: datetime
    epoch: str
    is_late: bool = False
    load: Loaders = field(init=False)

    def __post_init__(self) -> None:
        """Tie the loaders to this operation's viewer."""
        self.load = Loaders(self.installation.database, lambda: self.viewer)

    @property
    def database(self) -> Database:
        """The installation's database."""
        return self.installation.database

    def set_late(self) -> None:
        """Note that whoever asked waits no longer."""
        self.is_late = True

    def require_time(self) -> None:
        """Let a call on a list begin with its next item only while somebody waits for it.

        Raises:
            DeadlineExceededError: nobody does; what was done stands, and the same key goes on from there.
        """
        if self.is_late:
            raise DeadlineExceededError

    def require_viewer(self) -> Viewer:
        """Return who is asking.

        Raises:
            UnauthenticatedError: nobody has signed in.
        """
        if self.viewer is None:
            raise UnauthenticatedError
        return self.viewer
