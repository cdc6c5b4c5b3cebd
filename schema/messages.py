"""Messages of graphql-transport-ws as they come in, with nothing taken for granted, and the codes that close a socket."""

from typing import Any, NoReturn

from schema import asked
from schema.faults import Refused

LONGEST_MESSAGE = 64 * 1024

# The protocol's own codes, and those of RFC 6455.
MALFORMED, UNAUTHORIZED, NO_SUBPROTOCOL, INIT_TIMEOUT, ID_TAKEN, INIT_TWICE, FAILED = 4400, 4401, 4406, 4408, 4409, 4429, 4500
TOO_LONG, RESTARTS = 1009, 1012
# The protocol has it for a second connection_init; client libraries do not come back by themselves after it, as is wanted.
TOO_MANY = INIT_TWICE
_LONGEST_REASON = 120


class Ended(Exception):
    """The socket is to be closed, with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        # A close frame has room for 123 bytes.
        self.reason = reason.encode()[:_LONGEST_REASON].decode(errors="ignore")


def parsed(text: str | None) -> dict[str, Any]:
    """Read a message.

    Raises:
        Ended: it is none.
    """
    if text is None:
        malformed("Messages are texts.")
    if len(text) > LONGEST_MESSAGE:
        raise Ended(TOO_LONG, "A message has at most 64 KiB.")
    try:
        message = asked.read_json(text)
    except Refused:
        message = None
    if not isinstance(message, dict):
        malformed("A message is a JSON object.")
    return message


def id_of(message: dict[str, Any]) -> str:
    """Return the id of the operation that a message is about.

    Raises:
        Ended: it has none.
    """
    found = message.get("id")
    if not isinstance(found, str) or not found:
        malformed("id is a text that is not empty.")
    return found


def payload_of(message: dict[str, Any]) -> dict[str, Any]:
    """Return a payload that may be left out or null.

    Raises:
        Ended: it is something else.
    """
    found = message.get("payload")
    if not isinstance(found, dict | None):
        malformed("payload is a JSON object, null or left out.")
    return found or {}


def malformed(reason: str) -> NoReturn:
    """Refuse what is not as the protocol has it.

    Raises:
        Ended: always.
    """
    raise Ended(MALFORMED, reason)
