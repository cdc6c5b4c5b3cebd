"""What a manifest of documents is, and what is found wrong with one."""

import json
from pathlib import Path

import pytest

from schema import manifest
from schema.api import SCHEMA
from schema.manifest import ManifestInvalidError
from schema.persisted import hash_of

ECHO, SHORT = 'query Echo { echo(text: "å") }', "0123456789abcdef0123456789abcdef01234567"

WIDE = (
    "{ customers(first: $n) { nodes { tasks(first: 100) { nodes { id type } } collaborations(first: 100) { nodes { id } } } } }"
)

DEEP = f'{{ collaboration(id: "x") {"{ previous " * 11}{{ id }}{" }" * 11} }}'


def read(directory: Path, text: str) -> dict[str, str]:
    (directory / "manifest.json").write_text(text, encoding="utf-8")
    return dict(manifest.read(directory / "manifest.json"))


def test_the_manifests_of_graphql_codegen_and_of_apollo_are_read(tmp_path: Path) -> None:
    assert read(tmp_path, json.dumps({SHORT: ECHO})) == {SHORT: ECHO}
    of_apollo = {"id": "1", "body": ECHO, "name": "Echo", "type": "query"}
    told = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": [of_apollo]}
    assert read(tmp_path, json.dumps(told)) == {"1": ECHO}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "not JSON"), ("[]", "neither"), ("5", "neither"), ('{"a": 5}', "neither"),
        ('{"format": "apollo-persisted-query-manifest"}', "operations"),
        ('{"format": "apollo-persisted-query-manifest", "operations": [{"id": 1, "body": "x"}]}', "operations"),
        (
            '{"format": "apollo-persisted-query-manifest", "operations": [{"id": "1", "body": "x"}, {"id": "1", "body": "y"}]}',
            "two documents under the id 1",
        ),
    ],
)  # fmt: skip
def test_what_is_no_manifest_is_refused_with_the_reason(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ManifestInvalidError, match=why):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ("{", (None, "Syntax Error")),
        ("fragment F on Query { viewer { __typename } }", (None, "The document has no operation.")),
        ("query Bad { nothing }", ("Bad", "Cannot query field 'nothing'")),
        ("query Bad { customers(first: 101) { nodes { id } } }", ("Bad", "customers: Ask for 1 to 100")),
        (
            "query Bad { customers { nodes { id } } } fragment F on Query { customers(first: 1, last: 1) { nodes { id } } }",
            ("Bad", "Fragment 'F' is never used."),
        ),
        (
            "query Bad { ...F } fragment F on Query { customers(first: 1, last: 1) { nodes { id } } }",
            ("Bad", "customers: Ask for 1 to 100"),
        ),
        ("{ " + "__typename " * 1_000 + "}", (None, "Syntax Error: Document contains more than 1000 tokens.")),
        (f"query Bad {DEEP}", ("Bad", "The operation is 13 levels deep")),
        (f"query Good {{ viewer {{ __typename }} }} query Bad {DEEP}", ("Bad", "The operation is 13 levels deep")),
        (f"query Bad($n: Int = 100) {WIDE}", ("Bad", "The operation costs 20,301 objects")),
        (
            "mutation Bad($i: SignInInput!) { signIn(input: $i) { __typename } b: signIn(input: $i) { __typename } }",
            ("Bad", "The operation has 2 mutations"),
        ),
    ],
)
def test_what_a_document_would_be_refused_for_is_found(document: str, fault: tuple[str | None, str]) -> None:
    [found] = manifest.check(SCHEMA, "a", document)
    assert found.operation_name == fault[0]
    assert found.message.startswith(fault[1])


def test_an_id_that_looks_like_the_hash_of_another_text_is_found() -> None:
    [found] = manifest.check(SCHEMA, hash_of("x"), "query Good($n: Int = 500) { customers(first: $n) { nodes { id } } }")
    assert "not that of the text" in found.message


@pytest.mark.parametrize(
    "document",
    [
        "query G($n: Int!, $b: Boolean!, $f: CustomerFilter) { customers(first: $n, filter: $f) @skip(if: $b) { totalCount } }",
        'query Good($b: Boolean!, $id: ID!) { customer(id: $id) { id } __type(name: "Query") @include(if: $b) { name } }',
        "mutation Good($i: ImportCustomersInput!) { importCustomers(input: $i) { __typename } }",
        f"query Good($n: Int = 98) {WIDE}",
    ],
)
def test_what_may_be_asked_with_other_variables_is_no_fault(document: str) -> None:
    assert list(manifest.check(SCHEMA, "a", document)) == []
