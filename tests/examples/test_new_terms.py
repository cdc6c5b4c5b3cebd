"""The example on newer terms believes nothing that it can check: not the text, not the evidence, not the announcements."""

from collections.abc import AsyncIterator

import pytest

from examples import client, new_terms
from examples.client import Announcements, Values, WalkFailedError
from tests.examples import tampering

TEXT = "Nya villkor"


def evidence() -> Values:
    """Return what an acceptance is answered with: the last record of a chain, and the chain up to it."""
    newest = tampering.chain()[-1]
    return {"number": newest.number, "hash": newest.hash, "export": tampering.exports()["company"]}


def terms(sha256: str) -> Values:
    return {"id": "terms", "version": 2, "text": TEXT, "sha256": sha256}


async def silence() -> AsyncIterator[Values]:
    nothing: list[Values] = []
    for told in nothing:
        yield told


def test_evidence_that_holds_is_told_with_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    new_terms.prove(evidence())
    assert f"Its head: {evidence()['number']} {evidence()['hash']}" in capsys.readouterr().out


def test_evidence_that_was_changed_ends_the_walk() -> None:
    changed = evidence() | {"export": evidence()["export"].replace('"termsVersion": 1', '"termsVersion": 9', 1)}
    with pytest.raises(WalkFailedError, match="does not hold: record 1: its content was changed"):
        new_terms.prove(changed)


def test_evidence_whose_last_record_is_missing_ends_the_walk() -> None:
    cut = evidence() | {"export": "".join(evidence()["export"].splitlines(keepends=True)[:-1])}
    with pytest.raises(WalkFailedError, match="does not hold: the tail was cut"):
        new_terms.prove(cut)


def test_a_text_of_which_another_hash_is_claimed_is_not_accepted() -> None:
    computed = tampering.sha256(TEXT)
    assert client.read_terms(terms(computed)) == {"termsId": "terms", "sha256": computed}
    with pytest.raises(WalkFailedError, match=f"{computed}, and {'0' * 64} is claimed"):
        client.read_terms(terms("0" * 64))


@pytest.mark.anyio
async def test_an_announcement_that_does_not_come_ends_the_walk() -> None:
    with pytest.raises(WalkFailedError, match="the announcement of SUSPENDED did not come"):
        await Announcements(source=silence()).wait_for("collaboration", "SUSPENDED")
