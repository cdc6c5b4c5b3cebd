"""Positions in the streams, as the cursors that clients keep: bound to the stream and to the database's epoch."""

from domain import event as domain_event
from domain.errors import CursorInvalid
from domain.event import StreamEntry
from domain.viewer import AdministratorViewer, Viewer
from persistence import event
from persistence.database import Reading
from persistence.keys import Keys
from resolvers import listing
from resolvers.context import Context


def cursor_in(context: Context, reading: Reading, viewer: Viewer, entries: tuple[StreamEntry, ...]) -> str:
    """Return the cursor, in the viewer's stream, of what has just been appended."""
    mine = "company:" if isinstance(viewer, AdministratorViewer) else "office:"
    entry = [entry for entry in entries if entry.stream.startswith(mine)][-1]
    return encode(context.installation.keys, reading.epoch, entry.stream, entry.sequence)


def company_cursor(context: Context, reading: Reading, company_id: str, sequence: int) -> str:
    """Return the cursor of a position in the company's stream."""
    stream = domain_event.company_stream(company_id)
    return encode(context.installation.keys, reading.epoch, stream, sequence)


def names_of(viewer: Viewer) -> frozenset[str]:
    """Name the streams that the viewer may read: the office's, or those of the companies that he acts for."""
    if isinstance(viewer, AdministratorViewer):
        return frozenset(domain_event.company_stream(company_id) for company_id in viewer.company_ids)
    return frozenset({domain_event.office_stream(viewer.office_id)})


def encode(keys: Keys, epoch: str, stream: str, sequence: int) -> str:
    """Write a position as an opaque text."""
    return listing.encode_cursor(keys, "events", (epoch, stream, sequence))


async def position(keys: Keys, reading: Reading, stream: str, cursor: str) -> int:
    """Read a position back, as long as what follows it is kept.

    Raises:
        CursorInvalid: as `decode` says, or CURSOR_EXPIRED, with the earliest position that can still be gone on from.
    """
    sequence = decode(keys, reading.epoch, stream, cursor)
    forgotten = await event.forgotten(reading, stream)
    if sequence < forgotten:
        raise CursorInvalid("CURSOR_EXPIRED", earliest=encode(keys, reading.epoch, stream, forgotten))
    return sequence


def decode(keys: Keys, epoch: str, stream: str, cursor: str) -> int:
    """Read a position back.

    Raises:
        CursorInvalid: CURSOR_INVALID where it was edited or is another stream's, CURSOR_EPOCH after a restore.
    """
    key = listing.decode_cursor(keys, "events", cursor)
    kept_epoch, kept_stream, sequence = key
    if kept_stream != stream or not isinstance(sequence, int):
        raise CursorInvalid
    if kept_epoch != epoch:
        raise CursorInvalid(code="CURSOR_EPOCH")
    return sequence
