"""The store of documents is bounded, and nobody can flush what others have stored."""

from domain.office import CustomerPermission
from domain.viewer import AdvisorViewer
from schema.asked import Asked
from schema.faults import Refused
from schema.persisted import LONGEST_STORED, StoredDocuments, hash_of


def viewer(name: str) -> AdvisorViewer:
    return AdvisorViewer(id=name, office_id="o", permission=CustomerPermission.OWN, session_id="s")


def holds(documents: StoredDocuments, text: str) -> bool:
    try:
        documents.find(Asked(query="", document_id=hash_of(text)))
    except Refused:
        return False
    return True


def keep(documents: StoredDocuments, text: str, name: str) -> None:
    documents.keep(Asked(query=text, document_id=hash_of(text)), viewer(name))


def test_whoever_stores_too_much_loses_his_own_and_what_is_unused_the_longest() -> None:
    documents = StoredDocuments(largest_share=1_000)
    keep(documents, "theirs", "bo")
    for text in ("first", "second", "third"):
        keep(documents, text, "anna")
    assert holds(documents, "first")
    keep(documents, "fourth", "anna")
    assert [text for text in ("first", "second", "third", "fourth", "theirs") if holds(documents, text)] == [
        "first", "third", "fourth", "theirs",
    ]  # fmt: skip


def test_all_viewers_together_are_bounded_too() -> None:
    documents = StoredDocuments(largest_store=1_000, largest_share=1_000)
    for name in ("anna", "bo", "cia", "dan"):
        keep(documents, name, name)
    assert [name for name in ("anna", "bo", "cia", "dan") if holds(documents, name)] == ["bo", "cia", "dan"]
    assert documents._shares.keys() == {"advisor bo", "advisor cia", "advisor dan"}


def test_a_document_that_is_too_long_is_not_stored_and_one_without_its_hash_neither() -> None:
    documents = StoredDocuments()
    keep(documents, "x" * LONGEST_STORED, "anna")
    documents.keep(Asked(query="short"), viewer("anna"))
    assert not documents._stored
