"""Issuers as they are set up: settings that are taken and refused, commands, the doctor, and tokens over HTTP and WebSocket."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from httpx import AsyncClient
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

import settings
from domain.viewer import Side
from resolvers.context import Installation
from schema import ids
from settings import SettingsInvalidError
from tests.app import beta
from tests.app.conftest import SetUp
from tests.support import service
from tests.support.issuer import AUDIENCE, HTML, KEYS, LocalIssuer, local_issuer

BEA = "bea@beta.example"
GOOD: dict[str, Any] = {"url": "https://login.example", "audience": AUDIENCE, "sides": ["COMPANY"]}
APPROVE = """
mutation Approve($input: ApproveCollaborationInput!) { approveCollaboration(input: $input) { __typename
  ... on ApproveCollaborationPayload { collaboration { approval { evidence { identifiedBy issuer assurance linkUsedAt } } } }
  ... on NotPermitted { required message } } }"""


@pytest.fixture
async def provider(anyio_backend: str) -> AsyncIterator[LocalIssuer]:
    async with local_issuer() as running:
        yield running


@pytest.fixture
def trusted(bare: SetUp, provider: LocalIssuer, monkeypatch: pytest.MonkeyPatch) -> LocalIssuer:
    """Have the issuer set up before whatever reads the settings."""
    told = {**GOOD, "url": provider.url, "mapped_by": "email", "terms_acr": ["high"]}
    monkeypatch.setenv("SAMARBETE_OIDC_ISSUERS", json.dumps([told]))
    return provider


def given(*issuers: object, **others: str) -> dict[str, str]:
    return {"SAMARBETE_OIDC_ISSUERS": json.dumps(issuers), **others}


def test_an_issuer_is_read_from_json(bare: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {**GOOD, "mapped_by": "email", "domains": ["alfa.example"], "terms_acr": ["high"], "algorithms": ["RS256"]}
    monkeypatch.setenv("SAMARBETE_OIDC_ISSUERS", json.dumps([told]))
    [read] = settings.load().oidc_issuers
    assert (read.url, read.sides, read.domains, read.algorithms) == (
        GOOD["url"], frozenset({Side.COMPANY}), frozenset({"alfa.example"}), frozenset({"RS256"}),
    )  # fmt: skip
    assert settings.load().demanded_assurance is None
    monkeypatch.setenv("SAMARBETE_TERMS_ASSURANCE", "true")
    assert settings.load().demanded_assurance == {GOOD["url"]: frozenset({"high"})}


PRODUCTION = {
    "SAMARBETE_PROFILE": "production", "SAMARBETE_BASE_URL": "https://s.example", "SAMARBETE_SMTP_HOST": "s",
    "SAMARBETE_MAIL_FROM": "s@s.example",
}  # fmt: skip
REFUSED = {
    "must be a JSON list": {"SAMARBETE_OIDC_ISSUERS": "{secret"},
    "must be a JSON list;": {"SAMARBETE_OIDC_ISSUERS": '{"url": "secret"}'},
    "0 audience: Field required": given({"url": "https://secret.example", "sides": ["COMPANY"]}),
    "an issuer has nothing but": given({**GOOD, "secret": "secret"}),
    "must begin with https://": given({**GOOD, "url": "http://secret.example"}),
    "names an issuer twice": given(GOOD, GOOD),
    "algorithms must be of": given({**GOOD, "algorithms": ["HS256"]}),
    "side_claim": given({**GOOD, "sides": ["OFFICE", "COMPANY"]}),
    "0 sides 0": given({**GOOD, "sides": ["secret"]}),
    "begin with https:// alone": given({**GOOD, "url": "http://127.0.0.1:1"}, **PRODUCTION),
    "takes an issuer of the side COMPANY": given(GOOD, SAMARBETE_TERMS_ASSURANCE="true"),
}


@pytest.mark.parametrize(("why", "environment"), REFUSED.items(), ids=list(REFUSED))
def test_an_issuer_that_cannot_be_used_is_refused_and_its_values_are_not_repeated(
    bare: SetUp, monkeypatch: pytest.MonkeyPatch, why: str, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalidError) as refusal:
        settings.load()
    assert why in str(refusal.value)
    assert "secret" not in str(refusal.value)


@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_subject_is_linked_and_unlinked_by_a_command(migrated: SetUp, monkeypatch: pytest.MonkeyPatch, backend: str) -> None:
    migrated.do("migrate")
    migrated.do("demo")
    monkeypatch.setenv("SAMARBETE_OIDC_ISSUERS", json.dumps([GOOD]))
    link = ("identity", "link", GOOD["url"], "subject-bea")
    assert "issuer" in migrated.refused("identity", "link", "https://another.example", "x", BEA, "--side", "COMPANY")
    assert "nobody has the address" in migrated.refused(*link, "nobody@beta.example", "--side", "COMPANY")
    assert "side" in migrated.refused(*link, BEA, "--side", "OFFICE")
    assert "Bea" in migrated.do(*link, BEA, "--side", "company")
    assert "is in use already" in migrated.refused(*link, BEA, "--side", "COMPANY")
    assert "subject-bea" in migrated.do("person", "export", BEA)
    migrated.do("identity", "unlink", GOOD["url"], "subject-bea")
    assert "linked with nobody" in migrated.refused("identity", "unlink", GOOD["url"], "subject-bea")


@pytest.mark.anyio
async def test_the_doctor_asks_each_issuer_for_its_keys(bare: SetUp, trusted: LocalIssuer) -> None:
    def said() -> str:
        return str(bare.run("doctor").stdout)

    assert f"{trusted.url} has 1 keys that can be used" in await asyncio.to_thread(said)
    trusted.published = []
    assert "Ask the issuer: public keys with a kid" in await asyncio.to_thread(said)
    trusted.answer = HTML
    assert "not with JSON" in await asyncio.to_thread(said)


@pytest.mark.anyio
@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("assurance", ["high", "low"])
async def test_an_approval_with_an_issuers_token_is_recorded_as_such(
    trusted: LocalIssuer, demo: Installation, client: AsyncClient, backend: str, assurance: str
) -> None:
    asked = await beta.activate(demo)
    async with demo.database.read() as reading:
        given = trusted.token(reading.now, sub="bea", email=BEA, acr=assurance)
    variables = {
        "input": {
            "collaborationId": ids.encode("Collaboration", asked.id),
            "companyId": ids.encode("Company", asked.company_id),
        }
    }
    response = await client.post(
        "/graphql", json={"query": APPROVE, "variables": variables}, headers={"Authorization": f"Bearer {given}"}
    )
    result = response.json()["data"]["approveCollaboration"]
    evidence = {"identifiedBy": "identity provider", "issuer": trusted.url, "assurance": assurance, "linkUsedAt": None}
    assert result["collaboration"]["approval"]["evidence"] == evidence


@pytest.mark.anyio
@pytest.mark.slow
async def test_a_server_takes_an_issuers_token_until_it_is_over_and_closes_its_stream_then(
    tmp_path: Path, provider: LocalIssuer
) -> None:
    data = tmp_path / "data"
    told = {"SAMARBETE_OIDC_ISSUERS": json.dumps([{**GOOD, "url": provider.url, "mapped_by": "email", "sides": ["OFFICE"]}])}
    await asyncio.to_thread(service.run_command, "demo", data=data)
    run = service.run_service(data, settings=told)
    running = await asyncio.to_thread(run.__enter__)
    try:
        await follow_to_the_end(running.url, provider, data)
    finally:
        await asyncio.to_thread(run.__exit__, None, None, None)
    assert provider.asked.count(KEYS) == 1
    assert provider.url in running.log.read_text(encoding="utf-8")


async def follow_to_the_end(url: str, provider: LocalIssuer, data: Path) -> None:
    given = provider.token(datetime.now(UTC), sub="anna", email="anna@nordbyran.example")
    headers = {"Authorization": f"Bearer {given}"}
    async with httpx.AsyncClient(base_url=url, headers=headers) as client:
        asked = {"query": "{ viewer { ... on Advisor { email } } }"}
        answer = await client.post("/graphql", json=asked)
        assert answer.json()["data"]["viewer"] == {"email": "anna@nordbyran.example"}
        address = url.replace("http", "ws") + "/graphql"
        async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
            await socket.send(json.dumps({"type": "connection_init", "payload": headers}))
            assert json.loads(await socket.recv())["type"] == "connection_ack"
            watch = {"query": "subscription { collaborationStatusChanged { type } }"}
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": watch}))
            await asyncio.to_thread(service.run_command, "clock", "advance", "1h", data=data)
            async with asyncio.timeout(15):
                assert json.loads(await socket.recv())["type"] == "error"
                with pytest.raises(ConnectionClosed) as closed:
                    await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4401
        assert (await client.post("/graphql", json=asked)).status_code == 401
