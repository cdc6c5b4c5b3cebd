"""The server below the application: what it does to itself when it starts."""

import gc

import pytest
from starlette.applications import Starlette

from web import server
from web.server import Server

pytestmark = pytest.mark.anyio


async def test_a_server_that_starts_keeps_the_garbage_collector_off_what_lives_as_long_as_it_does() -> None:
    frozen: list[int] = []

    async def started() -> None:
        frozen.append(gc.get_freeze_count())

    async def stopping() -> None:
        pass

    configuration = server.configuration(Starlette(), ())
    configuration.load()
    running = Server(configuration, started=started, stopping=stopping)
    running.lifespan = configuration.lifespan_class(configuration)
    try:
        with server.listening("127.0.0.1", 0) as listener:
            await running.startup([listener])
            await running.shutdown([listener])
    finally:
        gc.unfreeze()
    assert frozen[0] > 100_000
