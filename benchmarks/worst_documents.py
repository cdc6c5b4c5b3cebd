"""Measures what the worst requests cost a server, and prints the table into docs/limits.md.

It is run as `python -m benchmarks.worst_documents`, on a machine that does nothing else.
"""

import asyncio
import platform
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

import app
from benchmarks.documents import Worst, worst
from delivery.bell import Bell
from resolvers import session
from resolvers.demo import generated, world
from schema.workbench import Workbench
from settings import load
from web import server

CUSTOMERS = 1_000
# He sees every customer of the office.
ADVISOR = "bo@nordbyran.example"
ROUNDS = 5
PAGE = Path(__file__).resolve().parents[1] / "docs" / "limits.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of one request: the processor's time of the whole process for it, the least of all rounds."""

    worst: Worst
    cpu_ms: float
    answer: str
    length: int


async def measure(data: Path) -> list[Measured]:
    """Send every request, one after the other, to a server in this process with the demo world and many customers."""
    settings = load(data=data, log_level="error")
    await app.migrate(settings)
    async with app.open_installation(settings, Bell()) as installation:
        await world.load(installation)
        await generated.add(installation, CUSTOMERS, told=lambda _number: None)
        token = await session.issue_token(installation, ADVISOR, None)
        edge = app.make_edge(installation, settings, Workbench(installation))
        transport = httpx.ASGITransport(app.create(installation, settings, edge))
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/graphql-response+json"}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers, timeout=None) as client:  # noqa: S113 - it is measured
            await _send(client, "{ __typename }", {})
            server.freeze()
            return [await _measure(client, one) for one in worst()]


async def _measure(client: httpx.AsyncClient, one: Worst) -> Measured:
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        response = await _send(client, one.query, dict(one.variables))
        times.append(time.process_time() - begun)
    body = response.json()
    codes = dict.fromkeys(error["extensions"]["code"] for error in body.get("errors", ()))
    cost = body.get("extensions", {}).get("cost", {}).get("requested")
    answer = ", ".join(codes) or f"answered, cost {cost:,}"
    return Measured(worst=one, cpu_ms=min(times) * 1000, answer=answer, length=len(response.content))


async def _send(client: httpx.AsyncClient, query: str, variables: dict[str, object]) -> httpx.Response:
    return await client.post("/graphql", json={"query": query, "variables": variables})


def table(measured: list[Measured]) -> Iterator[str]:
    """Yield the lines of the table, the dearest request first."""
    yield f"Python {platform.python_version()}, SQLite, {CUSTOMERS:,} customers; the least of {ROUNDS} rounds."
    yield ""
    yield "| What is sent | Characters | CPU | What is answered | Bytes |"
    yield "|---|---:|---:|---|---:|"
    for one in sorted(measured, key=lambda each: -each.cpu_ms):
        yield f"| {one.worst.name} | {len(one.worst.query):,} | {one.cpu_ms:.0f} ms | {one.answer} | {one.length:,} |"


def publish(lines: Iterator[str]) -> None:
    """Print the lines between the marks of the page."""
    before, begins, rest = PAGE.read_text(encoding="utf-8").partition("<!-- printed: begin -->\n")
    _, ends, after = rest.partition("<!-- printed: end -->\n")
    PAGE.write_text(before + begins + "\n".join(lines) + "\n" + ends + after, encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        publish(table(asyncio.run(measure(Path(directory)))))
