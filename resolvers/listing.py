"""Pages of lists: page arguments judged, cursors signed and read, and the page that goes out."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.errors import CursorInvalid, PageSizeInvalid
from persistence.keys import Keys
from persistence.page import Key, Page, PageRequest

Item = TypeVar("Item")

DEFAULT_SIZE = 20
_MOST = 100
_LONGEST_CURSOR = 4_000
_MAC_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class PageArguments:
    """What a client may ask of a list: `first` or `last`, 1 to 100, never both; neither means the first 20."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[Item]):
    """One page with a cursor per item; `count` counts the whole list, and only when it is called."""

    items: tuple[Item, ...]
    cursors: tuple[str, ...]
    has_next: bool
    has_previous: bool
    count: Callable[[], Awaitable[int]]


def check(arguments: PageArguments) -> None:
    """Judge the page's size.

    Raises:
        PageSizeInvalid: `first` or `last` is outside 1 to 100, or both are given.
    """
    sizes = [size for size in (arguments.first, arguments.last) if size is not None]
    if len(sizes) > 1 or any(not 1 <= size <= _MOST for size in sizes):
        raise PageSizeInvalid


def request(keys: Keys, name: str, arguments: PageArguments) -> PageRequest:
    """Turn a client's arguments into a request for a page of the list called `name`.

    Raises:
        PageSizeInvalid: as `check` says.
        CursorInvalid: a cursor is not one that this list gave out.
    """
    check(arguments)
    limit = arguments.first or arguments.last or DEFAULT_SIZE
    return PageRequest(
        limit=limit,
        backwards=arguments.last is not None,
        after=None if arguments.after is None else decode_cursor(keys, name, arguments.after),
        before=None if arguments.before is None else decode_cursor(keys, name, arguments.before),
    )


def listing(keys: Keys, name: str, page: Page[Item], count: Callable[[], Awaitable[int]]) -> Listing[Item]:
    """Give a page's items their cursors."""
    return Listing(
        items=page.items,
        cursors=tuple(encode_cursor(keys, name, key) for key in page.keys),
        has_next=page.has_next,
        has_previous=page.has_previous,
        count=count,
    )


def encode_cursor(keys: Keys, name: str, key: Key) -> str:
    """Write a position as an opaque text that only this service can make, bound to the list and its order."""
    body = json.dumps(key, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_mac(keys, name, body) + body).rstrip(b"=").decode()


def decode_cursor(keys: Keys, name: str, cursor: str) -> Key:
    """Read a position back.

    Raises:
        CursorInvalid: it was edited, is another list's, or is none at all.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise CursorInvalid from error
    mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if len(cursor) > _LONGEST_CURSOR or not hmac.compare_digest(mac, _mac(keys, name, body)):
        raise CursorInvalid
    return tuple(json.loads(body))


def _mac(keys: Keys, name: str, body: bytes) -> bytes:
    return hmac.digest(keys.cursor, name.encode() + b"\n" + body, hashlib.sha256)[:_MAC_BYTES]
