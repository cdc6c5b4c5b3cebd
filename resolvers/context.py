"""What every use case is given: the installation, who asks, in which language, and the loaders; made anew for each operation."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol

from joserfc.jwk import Key

from domain.approval import USER_AGENT_LIMIT
from domain.errors import DomainError
from domain.issuer import Issuer
from domain.viewer import Viewer
from persistence import ids
from persistence.database import Database, Seen
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


class Issuers(Protocol):
    """The identity providers that are trusted, and their public keys."""

    @property
    def known(self) -> Mapping[str, Issuer]:
        """Every issuer by its URL."""

    async def find_key(self, issuer: Issuer, key_id: str, /) -> Key | None:
        """Return the issuer's key of that name, asking the issuer where it is new and that is allowed again; must not raise."""


class NoIssuers:
    """What a service trusts that knows of no identity provider: itself alone."""

    known: Mapping[str, Issuer] = MappingProxyType({})

    async def find_key(self, _issuer: Issuer, _key_id: str, /) -> Key | None:
        """Find none."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What one running service consists of; `approval_lifetime` is how long a request may wait for its answer.

    `terms_assurance` says by issuer which values of `acr` suffice for accepting terms; None lets everybody accept them.
    """

    database: Database
    keys: Keys
    bell: Bell
    base_url: str
    application_version: str
    approval_lifetime: timedelta = timedelta(days=30)
    issuers: Issuers = field(default_factory=NoIssuers)
    terms_assurance: Mapping[str, frozenset[str]] | None = None


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
    def database(self) -> Seen:
        """The installation's database as the viewer sees it."""
        return self.installation.database.seen_by(lambda: self.viewer)

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
