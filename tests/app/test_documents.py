"""The switch that trusts a manifest alone, from the command line to the pages."""

import json
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

import app
from resolvers.context import Installation
from schema import manifest
from schema.api import SCHEMA
from schema.persisted import hash_of
from schema.workbench import Workbench
from settings import Settings
from tests.app.conftest import SetUp
from tests.architecture.sources import ROOT
from tests.support import node
from web import pages

WHO = "query Who { viewer { __typename } }"
BAD = "query Bad { customers(first: 0) { nodes { nothing } } }"


def write(directory: Path, documents: dict[str, str]) -> Path:
    file = directory / "persisted-documents.json"
    file.write_text(json.dumps(documents), encoding="utf-8")
    return file


def test_a_manifest_that_fits_the_schema_is_well(bare: SetUp) -> None:
    file = write(bare.data, {hash_of(WHO): WHO})
    assert bare.do("documents", "check", str(file)) == f"All 1 documents in {file} can be executed.\n"


def test_each_fault_of_a_manifest_has_its_line(bare: SetUp) -> None:
    file = write(bare.data, {hash_of(WHO): WHO, hash_of(BAD): BAD, hash_of("{"): "{"})
    done = bare.run("documents", "check", str(file))
    assert done.exit_code == 1
    first, second = done.stdout.splitlines()
    assert first.startswith(f"{hash_of(BAD)} Bad Cannot query field 'nothing'")
    assert second.startswith(f"{hash_of('{')} Syntax Error")
    assert done.stderr == f"samarbete: 2 of 3 documents in {file} cannot be executed as they are.\n"


def test_a_manifest_that_is_none_is_refused(bare: SetUp) -> None:
    assert "cannot be read" in bare.refused("documents", "check", str(bare.data / "none.json"))
    (bare.data / "bad.json").write_text("[]", encoding="utf-8")
    assert "is no manifest of documents" in bare.refused("documents", "check", str(bare.data / "bad.json"))


def test_the_service_does_not_start_without_the_manifest_that_it_is_to_trust(
    bare: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMARBETE_TRUSTED_DOCUMENTS", str(bare.data / "none.json"))
    assert "none.json cannot be read" in bare.refused("serve", "--port", "0")


def test_all_that_the_pages_ask_is_found_in_their_scripts_and_fits_the_schema() -> None:
    asked = list(pages.documents())
    exported = sum(file.read_text(encoding="utf-8").count("export const") for file in ROOT.glob("web/*/documents.js"))
    assert len(asked) == exported > 10
    assert [fault for text in asked for fault in manifest.check(SCHEMA, hash_of(text), text)] == []


@pytest.mark.slow
def test_what_is_read_of_a_script_is_what_its_page_sends() -> None:
    files = [f"./{file.relative_to(ROOT)}" for file in sorted(ROOT.glob("web/*/documents.js"))]
    script = f"const texts = []; for (const file of {json.dumps(files)}) texts.push(...Object.values(await import(file)));"
    sent = node.run(ROOT, "node", "--input-type=module", "--eval", f"{script} console.log(JSON.stringify(texts));")
    assert sorted(json.loads(sent)) == sorted(pages.documents())


def test_no_page_asks_for_what_does_not_stand_among_its_documents() -> None:
    scripts = [file for file in ROOT.glob("web/[!g]*/*.js") if file.name != "documents.js"]
    assert scripts
    assert [file.name for file in scripts for word in ("query ", "mutation ") if f'"{word}' in file.read_text("utf-8")] == []


@pytest.mark.anyio
@pytest.mark.sqlite
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_with_a_manifest_its_documents_and_the_pages_are_served_and_no_others(
    installation: Installation, known: Settings, tmp_path: Path
) -> None:
    trusting = known.model_copy(update={"trusted_documents": write(tmp_path, {"who": WHO})})
    edge = app.make_edge(installation, trusting, Workbench(installation))
    [link] = [text for text in pages.documents() if "RequestLink" in text]
    variables = {"input": {"email": "nobody@example.com", "side": "OFFICE"}}
    async with AsyncClient(transport=ASGITransport(app.create(installation, trusting, edge)), base_url=known.url) as client:
        codes = []
        for body in ({"documentId": "who"}, {"query": f"{WHO} "}, {"query": link, "variables": variables}):
            errors = (await client.post("/graphql", json=body)).json().get("errors", [])
            codes.append([error["extensions"]["code"] for error in errors])
    assert codes == [["UNAUTHENTICATED"], ["DOCUMENT_NOT_TRUSTED"], []]
