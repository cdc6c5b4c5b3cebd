"""Documents by their id: those that clients have had stored, or those of a manifest, which then are the only ones executed."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from domain.viewer import Viewer
from schema import faults
from schema.asked import Asked, bad_request
from schema.faults import Refused, coded

# In bytes: what all viewers have stored together, and what one of them may have of it.
LARGEST_STORE = 16 * 1024 * 1024
LARGEST_SHARE = 256 * 1024
LONGEST_STORED = 64 * 1024
# What an entry takes besides its text, so that many short ones are counted for what they are.
_ENTRY = 256
_NOBODY = "nobody"
# Clients compare these very words.
_NOT_FOUND = "PersistedQueryNotFound"
_NOT_TRUSTED = "Only documents that this service knows are executed, and this is none of them."


class Documents(Protocol):
    """Where the document of a request is looked up."""

    def find(self, asked: Asked) -> Asked:
        """Return the request with its document's text.

        Raises:
            Refused: the text is not known, not the one that the id names, or not one that may be executed.
        """

    def keep(self, asked: Asked, viewer: Viewer | None) -> None:
        """Take note that a document was found to be valid, for a viewer who may ask it."""


def hash_of(text: str) -> str:
    """Return the SHA-256 of a document's text in UTF-8, in lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Stored:
    text: str
    owner: str

    @property
    def size(self) -> int:
        return len(self.text.encode()) + _ENTRY


@dataclass(slots=True)
class _Share:
    """What one viewer has stored, longest unused first."""

    ids: OrderedDict[str, None] = field(default_factory=OrderedDict)
    size: int = 0


class StoredDocuments:
    """What clients have had stored, as Apollo's automatic persisted queries do: in memory, and bounded.

    A document is stored once it was found to be valid, at the expense of the viewer who sent it: whoever stores too much
    loses his own. Those without a token share one part. It is found by whoever knows its hash, and executed with his rights.
    """

    def __init__(self, *, largest_store: int = LARGEST_STORE, largest_share: int = LARGEST_SHARE) -> None:
        self._largest_store = largest_store
        self._largest_share = largest_share
        self._stored: OrderedDict[str, _Stored] = OrderedDict()
        self._shares: dict[str, _Share] = {}
        self._size = 0

    def find(self, asked: Asked) -> Asked:
        """Return the request with its document's text.

        Raises:
            Refused: nothing is stored under the hash, or it is not that of the text beside it.
        """
        if asked.document_id is None:
            return asked
        if asked.query:
            if hash_of(asked.query) != asked.document_id:
                raise _mismatch()
            return asked
        stored = self._stored.get(asked.document_id)
        if stored is None:
            raise Refused(coded(faults.PERSISTED_QUERY_NOT_FOUND, _NOT_FOUND))
        self._stored.move_to_end(asked.document_id)
        self._shares[stored.owner].ids.move_to_end(asked.document_id)
        return replace(asked, query=stored.text)

    def keep(self, asked: Asked, viewer: Viewer | None) -> None:
        """Store a document that came with its hash, and drop what is over the viewer's share, then over the store's size."""
        document_id = asked.document_id
        if document_id is None or document_id in self._stored:
            return
        stored = _Stored(asked.query, _NOBODY if viewer is None else f"{viewer.kind} {viewer.id}")
        if stored.size > min(LONGEST_STORED, self._largest_share):
            return
        share = self._shares.setdefault(stored.owner, _Share())
        share.ids[document_id] = None
        share.size += stored.size
        self._stored[document_id] = stored
        self._size += stored.size
        while share.size > self._largest_share:
            self._drop(next(iter(share.ids)))
        while self._size > self._largest_store:
            self._drop(next(iter(self._stored)))

    def _drop(self, document_id: str) -> None:
        stored = self._stored.pop(document_id)
        self._size -= stored.size
        share = self._shares[stored.owner]
        del share.ids[document_id]
        share.size -= stored.size
        if not share.ids:
            del self._shares[stored.owner]


class TrustedDocuments:
    """The only documents that are executed: those of a manifest, and those of our own pages."""

    def __init__(self, manifest: Mapping[str, str], own: Iterable[str] = ()) -> None:
        texts = [*manifest.values(), *own]
        self._texts = {**{hash_of(text): text for text in texts}, **manifest}

    def find(self, asked: Asked) -> Asked:
        """Return the request with its document's text.

        Raises:
            Refused: the document is not one of these, or its id is not that of the text beside it.
        """
        named = None if asked.document_id is None else self._texts.get(asked.document_id)
        if not asked.query and named is not None:
            return replace(asked, query=named)
        found = hash_of(asked.query)
        if asked.query and asked.document_id not in {None, found} and named != asked.query:
            raise _mismatch()
        if self._texts.get(found) != asked.query:
            raise Refused(coded(faults.DOCUMENT_NOT_TRUSTED, _NOT_TRUSTED))
        return asked

    def keep(self, asked: Asked, viewer: Viewer | None) -> None:
        """Change nothing."""


def _mismatch() -> Refused:
    return bad_request("The id is not that of the document beside it.")
