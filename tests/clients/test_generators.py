"""What generates clients from the schema and the examples' documents, and what it generated, on the real service."""

import hashlib
import json
import re
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import Demo, Play
from tests.support import installed, node, service

pytestmark = pytest.mark.slow

DOCUMENTS = service.ROOT / "examples" / "documents"
OPERATION = re.compile(r"^(?:query|mutation|subscription) (\w+)", re.MULTILINE)
LOCK = service.ROOT / "requirements" / "clients.txt"
# It stands on another graphql-core than the service does, so it has an environment of its own.
PYTHON = service.ROOT / ".make" / "clients" / "bin" / "python"
SETTINGS = f"""
[tool.ariadne-codegen]
schema_path = "{service.ROOT / "schema" / "schema.graphql"}"
queries_path = "{DOCUMENTS}"
target_package_name = "made"
"""
ASK = """
import asyncio, sys
from made.client import Client

async def ask(url, token):
    async with Client(url=url, headers={"Authorization": f"Bearer {token}"}) as client:
        print((await client.start()).model_dump_json())

asyncio.run(ask(*sys.argv[1:]))
"""


def test_the_relay_compiler_compiles_a_connection_a_fragment_and_a_mutation_that_the_service_answers(
    demo: Demo, play: Play, tmp_path: Path
) -> None:
    found = play("relay", folder=str(tmp_path), **demo.address)
    assert {"Customers_list.graphql.js", "Customers_row.graphql.js", "CustomersMoreQuery.graphql.js"} <= set(found["compiled"])
    names = [edge["node"]["name"] for page in ("first", "second") for edge in found[page]["customers"]["edges"]]
    assert names == ["Alfa AB", "Beta AB", "Delta AB", "Epsilon AB"]
    assert found["row"]["node"]["name"] == "Alfa AB"
    assert found["refused"]["archiveCustomer"]["__typename"] == "NotFound"


def test_graphql_codegen_makes_types_and_a_manifest_of_the_documents(demo: Demo, play: Play, tmp_path: Path) -> None:
    found = play("codegen", folder=str(tmp_path), **demo.address)
    texts = [file.read_text(encoding="utf-8") for file in DOCUMENTS.glob("*.graphql")]
    names = {name for text in texts for name in OPERATION.findall(text)}
    assert len(names) == len(texts)
    assert [name for name in sorted(names) if f"export const {name}Document" not in found["types"]] == []
    assert "sequence: number, type: CollaborationEventType," in found["types"]
    for key, text in found["manifest"].items():
        assert key == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    assert len(found["manifest"]) == len(names)
    # What production executes where a manifest is set is judged by a command.
    service.run_command("documents", "check", str(tmp_path / "persisted-documents.json"), data=tmp_path / "data")
    assert found["start"]["hash"] in found["manifest"]
    assert found["start"]["data"]["viewer"]["name"] == "Anna Ek"


def test_ariadne_codegen_makes_a_client_of_the_documents_that_asks(demo: Demo, tmp_path: Path) -> None:
    installed.once(LOCK, PYTHON.parents[1] / ".installed", install)
    (tmp_path / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    node.run(tmp_path, str(PYTHON), "-m", "ariadne_codegen")
    answer = json.loads(node.run(tmp_path, str(PYTHON), "-c", ASK, demo.address["url"], demo.token))
    assert answer["viewer"]["name"] == "Anna Ek"
    assert {one["code"] for one in answer["services"]} == {"VISMA_SCANNER", "KVITTOARKIV"}


def install() -> None:
    node.run(service.ROOT, sys.executable, "-m", "venv", str(PYTHON.parents[1]))
    node.run(
        service.ROOT,
        str(PYTHON),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
        "--require-hashes",
        "-r",
        str(LOCK),
    )
