"""A world in which an issuer is trusted, and the people who come with its tokens."""

from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from delivery.issuers import TrustedIssuers
from persistence.tables import identities, sessions
from resolvers.context import Context, UnauthenticatedError
from tests.support.issuer import LocalIssuer
from tests.support.world import World


class Home:
    """Trusts the issuer as the changes say; where it has `terms_acr`, they are demanded of whoever accepts terms."""

    def __init__(self, world: World, provider: LocalIssuer, **changes: Any) -> None:  # noqa: ANN401 - fields of every type
        issuer = provider.trusted(**changes)
        demanded = {issuer.url: issuer.terms_acr} if issuer.terms_acr else None
        trusted = replace(world.installation, issuers=TrustedIssuers([issuer]), terms_assurance=demanded)
        self.world = replace(world, installation=trusted)
        self.provider = provider
        self.url = issuer.url

    async def token(self, **changes: object) -> str:
        return self.provider.token((await self.world.context()).now, **changes)

    async def comes(self, **changes: object) -> Context:
        """Come with a token of Cleo's, but for the changes to its claims."""
        return await self.world.context(await self.token(**changes))

    async def is_refused(self, **changes: object) -> bool:
        try:
            await self.comes(**changes)
        except UnauthenticatedError:
            return True
        return False

    async def sessions(self) -> int:
        async with self.world.database.read() as reading:
            return await reading.connection.scalar(select(func.count()).select_from(sessions)) or 0

    async def subjects(self) -> list[str]:
        async with self.world.database.read() as reading:
            return list(await reading.connection.scalars(select(identities.c.subject).order_by(identities.c.subject)))
