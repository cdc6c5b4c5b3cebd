"""The address `/graphql`: HTTP, server-sent events and WebSocket on one path, with one way to stop them all."""

import asyncio
from collections.abc import Iterable

from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from resolvers.context import Installation
from schema.execution import Desk
from schema.http import HttpEndpoint, Page
from schema.origins import CrossOrigin, Origins
from schema.persisted import Documents, StoredDocuments
from schema.rates import Rates
from schema.served import ServedSchema
from schema.streams import OpenStreams
from schema.websocket import Conversation

PATH = "/graphql"
_DRAIN_S = 2.0


class Edge:
    """Where clients meet the schema; `page` answers a browser that opens the path, `origins` are those whose pages may call."""

    def __init__(
        self,
        *,
        schema: ServedSchema,
        installation: Installation,
        page: Page | None,
        rates: Rates,
        is_production: bool,
        documents: Documents | None = None,
        origins: Iterable[str] = (),
    ) -> None:
        self._desk = Desk(
            schema=schema,
            installation=installation,
            rates=rates,
            is_production=is_production,
            origins=Origins(base_url=installation.base_url, listed=frozenset(origins)),
            documents=documents or StoredDocuments(),
        )
        self._streams = OpenStreams()
        self._page = page

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the path."""
        http = CrossOrigin(HttpEndpoint(self._desk, self._streams, self._page), self._desk.origins)
        return [
            Route(PATH, http, name="graphql"),
            WebSocketRoute(PATH, self._converse, name="graphql-websocket"),
        ]

    async def drain(self) -> None:
        """End every open stream so that its client comes back: WebSockets with 1012, SSE by the end of the connection.

        Mutations whose clients have gone are finished. To be called before the server closes its connections; it returns within
        two seconds, whatever clients do.
        """
        await asyncio.gather(self._streams.drain(_DRAIN_S), self._desk.finishing.drain(_DRAIN_S))

    async def _converse(self, websocket: WebSocket) -> None:
        await Conversation(websocket, self._desk, self._streams).run()
