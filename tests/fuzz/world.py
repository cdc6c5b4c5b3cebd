"""The service on a demo world of its own, made for being asked anything: no quotas, and everybody's tokens."""

import asyncio
import json
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

import app
import settings
from delivery.bell import Bell
from resolvers import session
from resolvers.demo import world
from settings import Settings
from tests.fuzz.asking import Known
from tests.support import service
from tests.support.service import Service

PEOPLE = {
    "advisor": "anna@nordbyran.example", "full": "bo@nordbyran.example", "administrator": "bea@beta.example",
    "leaver": "nils@ny.example", "bystander": "sara@sydbyran.example",
}  # fmt: skip
UNLIMITED = {f"SAMARBETE_RATE_LIMIT_{name}": "0" for name in ("VIEWER", "ADDRESS", "SIGN_INS", "LINKS")}
_IDS = """{
  customers(first: 100) { nodes { id tasks { nodes { id } } } }
  services { id }
  collaborations(first: 50) { nodes { id } }
  collaborationEvents(first: 50) { nodes { id cursor } }
}"""
_PARTNER = """mutation {
  createPartner(input: {name: "Flow", scopes: [CUSTOMERS_READ, COLLABORATIONS_READ, COLLABORATIONS_WRITE, EVENTS_READ]}) {
    ... on CreatePartnerPayload { token partner { id } }
  }
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A service that runs on a demo world, and what may be asked of it."""

    service: Service
    known: Known

    @property
    def port(self) -> int:
        """The port that it listens to."""
        return int(self.service.url.rpartition(":")[2])


@contextmanager
def serve(data: Path, database_url: str | None = None) -> Iterator[Tried]:
    """Make a demo world in the directory, or in PostgreSQL's database, and serve it as a process until the block ends."""
    # Both are named, or what the caller has exported would be another database than the service's.
    address = None if database_url is None else SecretStr(database_url)
    tokens = asyncio.run(_make(settings.load(data=data).model_copy(update={"database_url": address})))
    given = {} if database_url is None else {"SAMARBETE_DATABASE_URL": database_url}
    told = {**UNLIMITED, **given, "SAMARBETE_LOG_FORMAT": "json", "SAMARBETE_LOG_LEVEL": "warning"}
    with service.run_service(data, settings=told) as running:
        yield Tried(service=running, known=_look(running.url, tokens))


async def _make(known: Settings) -> dict[str, str]:
    await app.migrate(known)
    async with app.open_installation(known, Bell()) as installation:
        await world.load(installation)
        return {who: await session.issue_token(installation, email, None) for who, email in PEOPLE.items()}


def _look(url: str, tokens: Mapping[str, str]) -> Known:
    """Look at what there is: ids by their type, of the office, of its customers, and of what is another office's."""
    own, others = ask(url, tokens["full"], _IDS), ask(url, tokens["bystander"], _IDS)
    company = ask(url, tokens["administrator"], "{ viewer { ... on Administrator { companies { id } } } }")
    made = ask(url, tokens["full"], _PARTNER)["createPartner"]
    ids = {
        "Customer": [one["id"] for found in (own, others) for one in found["customers"]["nodes"]],
        "Task": [task["id"] for found in (own, others) for one in found["customers"]["nodes"] for task in one["tasks"]["nodes"]],
        "Service": [one["id"] for one in own["services"]],
        "Collaboration": [one["id"] for found in (own, others) for one in found["collaborations"]["nodes"]],
        "Event": [one["id"] for one in own["collaborationEvents"]["nodes"]],
        "Company": [one["id"] for one in company["viewer"]["companies"]],
        "Partner": [made["partner"]["id"]],
    }
    cursors = [one["cursor"] for one in own["collaborationEvents"]["nodes"]]
    return Known(tokens={**tokens, "partner": made["token"]}, ids=ids, cursors=cursors)


def ask(url: str, token: str, query: str) -> dict[str, Any]:
    """Ask a plain question, and return its data."""
    asked = urllib.request.Request(
        f"{url}/graphql",
        data=json.dumps({"query": query}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(asked, timeout=30) as response:
        answer = json.load(response)
    assert "errors" not in answer, answer["errors"]
    data: dict[str, Any] = answer["data"]
    return data
