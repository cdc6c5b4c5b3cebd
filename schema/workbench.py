"""What GraphiQL opens with in development: a token for each side, and global ids of the demo world."""

import asyncio
from datetime import datetime, timedelta

from domain.errors import NotFound
from resolvers import session, token
from resolvers.context import Installation, Request, UnauthenticatedError
from resolvers.demo import examples
from schema import ids

TOKEN_LIFETIME = timedelta(days=30)
# A token is renewed when it has less than this left.
_LEFT = timedelta(days=1)
_ITSELF = Request(id="workbench", peer=None, user_agent=None)


class Workbench:
    """Makes a token once and keeps it until it nears its end or no longer holds: looking at the page makes no sessions."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self._turn = asyncio.Lock()

    async def settings(self) -> dict[str, object]:
        """Return what the page is given, each value None where the demo world does not have it."""
        found = await examples.find(self._installation)
        return {
            "token": await self.token(examples.ADVISOR),
            "companyToken": await self.token(examples.ADMINISTRATOR),
            "examples": {
                "customerId": _global("Customer", found.customer_id),
                "serviceId": _global("Service", found.service_id),
                "taskId": _global("Task", found.task_id),
                "collaborationId": _global("Collaboration", found.collaboration_id),
                "companyId": _global("Company", found.company_id),
            },
        }

    async def token(self, email: str) -> str | None:
        """Return a token that holds now for a person of the demo world, or None where the person is not there."""
        async with self._turn:
            kept = self._tokens.get(email)
            if kept is not None and await self._holds(*kept):
                return kept[0]
            try:
                made = await session.issue_token(self._installation, email, None, TOKEN_LIFETIME)
            except NotFound:
                return None
            async with self._installation.database.read() as reading:
                self._tokens[email] = made, reading.now + TOKEN_LIFETIME - _LEFT
            return made

    async def _holds(self, bearer: str, renewed_at: datetime) -> bool:
        """Tell whether the token is still good: somebody may have signed out with it, or moved the clock."""
        try:
            context = await token.open_context(self._installation, token=bearer, language="en", request=_ITSELF)
        except UnauthenticatedError:
            return False
        return context.now < renewed_at


def _global(kind: str, local_id: str | None) -> str | None:
    return None if local_id is None else ids.encode(kind, local_id)
