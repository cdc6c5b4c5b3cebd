"""What a client asks to be executed, read from a body, a query string or a message, and nothing taken for granted."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import orjson

from schema.faults import BAD_REQUEST, Refused, coded

DEEPEST = 64
# What has more is beyond 64 bits, and would be rounded.
LONGEST_NUMBER = 20
# A thousand customers with their contacts are a third of this; more small values than this cost time before anybody judges them.
MOST_VALUES = 100_000
_PARAMETERS = 20
_LONGEST_ID = 256
_SHA256 = "sha256:"
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request of the GraphQL-over-HTTP draft; `query` is empty where `document_id` alone names what is asked.

    `document_id` is the SHA-256 of a document in hexadecimal digits, or whatever else a manifest calls it by.
    """

    query: str
    document_id: str | None = None
    operation_name: str | None = None
    variables: Mapping[str, object] = field(default_factory=dict)


def read_json(text: bytes | str) -> object:
    """Read JSON.

    orjson refuses what has no place in JSON and what Python's own reader takes or stumbles over: NaN, numbers beyond a double,
    a half of a surrogate pair, anything but UTF-8.

    Raises:
        Refused: it is none, has more than 64 levels, 100,000 values or 20 digits of a whole number, or an object names a key
            twice, of which readers take one or the other.
    """
    raw = text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
    # Each value follows one of these. Those in texts count too: no text that we take has so many.
    if sum(raw.count(mark) for mark in (b",", b"[", b"{")) > MOST_VALUES:
        raise bad_request(f"JSON has at most {MOST_VALUES:,} values here.")
    try:
        value: object = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise bad_request("This is no JSON that can be read.") from error
    if _is_deeper(value, DEEPEST):
        raise bad_request(f"JSON has at most {DEEPEST} levels here.")
    # orjson takes the last of two keys; Python's reader lets us see both.
    json.loads(raw, object_pairs_hook=_require_unique, parse_int=_require_short, parse_float=str)
    return value


def _is_deeper(value: object, levels: int) -> bool:
    outer = [value]
    for _ in range(levels):
        if not outer:
            return False
        outer = [inner for one in outer for inner in _items(one) if isinstance(inner, dict | list)]
    return bool(outer)


def _items(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _require_short(digits: str) -> None:
    if len(digits) > LONGEST_NUMBER:
        raise bad_request(f"A whole number has at most {LONGEST_NUMBER} digits here.")


def _require_unique(pairs: list[tuple[str, object]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise bad_request("An object names each of its keys once.")


def from_body(body: object) -> Asked:
    """Read a request from the JSON of a POST's body or of a message's payload.

    Raises:
        Refused: it is not well formed.
    """
    if isinstance(body, list):
        raise bad_request("One request at a time: batches are not taken.")
    if not isinstance(body, dict):
        raise bad_request("A request is a JSON object with query, operationName, variables and extensions.")
    query, name = body.get("query"), body.get("operationName")
    variables, extensions = body.get("variables"), body.get("extensions")
    if not isinstance(variables, dict | None) or not isinstance(extensions, dict | None):
        raise bad_request("variables and extensions are JSON objects, null or left out.")
    document_id = _document_id(body.get("documentId"), (extensions or {}).get("persistedQuery"))
    if query is None and document_id is not None:
        query = ""
    if not isinstance(query, str):
        raise bad_request("query is the text of a GraphQL document; only documentId and persistedQuery may stand in for it.")
    if not isinstance(name, str | None):
        raise bad_request("operationName is a text, null or left out.")
    return Asked(query=query, document_id=document_id, operation_name=name or None, variables=variables or {})


def from_query_string(query_string: bytes) -> Asked:
    """Read a request from the parameters of a GET.

    Raises:
        Refused: it is not well formed, or names a parameter twice.
    """
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_PARAMETERS)
    except ValueError as error:
        raise bad_request("The query string cannot be read.") from error
    parameters: dict[str, object] = dict(pairs)
    if len(parameters) != len(pairs):
        raise bad_request("Each parameter is given once.")
    for name in ("variables", "extensions"):
        text = parameters.pop(name, None)
        if isinstance(text, str) and text:
            parameters[name] = read_json(text)
    return from_body(parameters)


def _document_id(named: object, persisted: object) -> str | None:
    """Read by which id a document is asked for: `documentId` of the draft, or `extensions.persistedQuery` of Apollo's protocol.

    Raises:
        Refused: one of them is not well formed, or they name two documents.
    """
    if not isinstance(named, str | None) or (named is not None and not 0 < len(named) <= _LONGEST_ID):
        raise bad_request(f"documentId is a text of 1 to {_LONGEST_ID} characters.")
    if named is not None and named.startswith(_SHA256):
        named = named.removeprefix(_SHA256)
        if not _HASH.fullmatch(named):
            raise bad_request("What follows sha256: is the hash of a document, in 64 lower-case hexadecimal digits.")
    if persisted is None:
        return named
    found = persisted.get("sha256Hash") if isinstance(persisted, dict) and persisted.get("version") == 1 else None
    if not isinstance(found, str) or not 0 < len(found) <= _LONGEST_ID:
        raise bad_request("extensions.persistedQuery has version, which is 1, and sha256Hash.")
    if named not in {None, found}:
        raise bad_request("documentId and extensions.persistedQuery name two documents.")
    return found


def bad_request(message: str, *, status: int = 400) -> Refused:
    """Make the refusal of what is not well formed."""
    return Refused(coded(BAD_REQUEST, message), status=status)
