"""What is wrong with what the service answered: judged from the answer alone, by rules that hold for any input."""

import re
from collections.abc import Iterator, Mapping, Sequence

import orjson

from tests.fuzz.asking import Sent, Talk
from tests.fuzz.heard import Answer, End, Heard, Spoken
from tests.support import frames

# Words of the database, its drivers, Python and the file system, none of which an input has.
WORDS = (
    r"SELECT |INSERT INTO|UPDATE \w+ SET|DELETE FROM|sqlite|asyncpg|sqlalchemy|psycopg|syntax error at|near \\?\""
    r"|UNIQUE constraint|constraint failed|violates \w+[ -]|invalid byte sequence"
    r"|Traceback|File \\?\"|\.py\b|object at 0x|NoneType|<class '|maximum recursion|positional argument|unhashable"
    r"|KeyError|TypeError|ValueError|AttributeError|RecursionError|JSONDecodeError"
    r"|codec can't|Expecting value|Expecting property|Extra data: line|Incorrect padding"
    r"|site-packages|/usr/|/home/|/tmp/|/root/|/var/|\[Errno|orjson|strawberry\.|starlette|uvicorn|httptools"
)
# What no server says of itself in a close frame, and what says that something failed on our side.
_FAILED = frozenset({1005, 1006, 1011, 1015, 4500})
_OF_CLIENTS = frozenset({1000, 1001, 1002, 1003, 1007, 1009})
_TYPES = frozenset({"connection_ack", "ping", "pong", "next", "error", "complete"})


class Judge:
    """Judges for a service whose paths on this machine are named, none of which may be told."""

    def __init__(self, *paths: str) -> None:
        self._words = re.compile("|".join([WORDS, *(re.escape(path) for path in paths)]).encode())

    def faults(self, asked: Sent | Talk, heard: Heard | Spoken) -> list[str]:
        """Return what is wrong, in sentences; nothing where all is well."""
        if isinstance(asked, Sent):
            assert isinstance(heard, Heard)
            return list(self._of_answers(asked, heard))
        assert isinstance(heard, Spoken)
        return list(self._of_talk(asked, heard))

    def _of_answers(self, sent: Sent, heard: Heard) -> Iterator[str]:
        for answer in heard.answers:
            yield from self._of_answer(answer)
        if heard.rest:
            yield f"what came is no answer: {heard.rest[:80]!r}"
        due, got = len(sent.methods), len(heard.answers)
        is_ended = bool(heard.answers) and heard.answers[-1].ends
        if got < due and not is_ended:
            yield f"{got} of {due} answers came, and then the connection was {heard.end.value}"
        if heard.end is End.SILENT and got >= due:
            yield "an answer began and did not end"
        if sent.refused and heard.answers and not 400 <= heard.answers[-1].status < 500:
            yield f"what is malformed was answered {heard.answers[-1].status}"

    def _of_answer(self, answer: Answer) -> Iterator[str]:
        # Under a flood readiness may well say no; that it says yes afterwards is another's to judge.
        if answer.status >= 500 and b'"status":"not ready"' not in answer.body:
            yield f"the status is {answer.status}"
        if not answer.is_complete:
            yield f"the answer {answer.status} was cut"
            return
        media_type = answer.header("content-type").partition(";")[0]
        is_json = media_type.endswith("json")
        if is_json or answer.status >= 400 or media_type == "text/event-stream":
            yield from self._leaks(answer.body)
        if is_json and answer.body:
            yield from _of_body(answer.body)
        if media_type == "text/event-stream":
            for line in answer.body.split(b"\n"):
                if line.startswith(b"data: {"):
                    yield from _of_body(line.removeprefix(b"data: "))

    def _of_talk(self, talk: Talk, spoken: Spoken) -> Iterator[str]:
        if spoken.answer is None:
            if not (talk.leaves and talk.hastens):
                yield f"the handshake was not answered: the connection was {spoken.end.value}"
        elif spoken.answer.status != 101:
            yield from self._of_answer(spoken.answer)
            if not talk.is_refused:
                yield f"the handshake was answered {spoken.answer.status}"
        elif not talk.leaves:
            for message in spoken.messages:
                yield from self._of_message(message)
            yield from _of_end(talk, spoken)

    def _of_message(self, message: bytes | str) -> Iterator[str]:
        if isinstance(message, bytes):
            yield "a message is binary"
            return
        yield from self._leaks(message.encode(errors="surrogateescape"))
        found = _read(message)
        if not isinstance(found, dict) or found.get("type") not in _TYPES:
            yield f"a message is none of the protocol: {message[:80]!r}"
            return
        payload = found.get("payload")
        if found["type"] == "error":
            yield from _of_errors(payload)
        elif found["type"] == "next" and isinstance(payload, dict) and "errors" in payload:
            yield from _of_errors(payload["errors"])

    def _leaks(self, body: bytes) -> Iterator[str]:
        leaked = self._words.search(body)
        if leaked:
            around = body[max(0, leaked.start() - 60) : leaked.end() + 60]
            yield f"the words {leaked[0].decode(errors='replace')!r} are told: {around!r}"


def _of_end(talk: Talk, spoken: Spoken) -> Iterator[str]:
    code = spoken.code
    if code is None:
        yield f"there was no close frame: the connection was {spoken.end.value}"
    # Our own code is given back.
    elif code != frames.code_of(talk.frames[-1]) and (code in _FAILED or not (code in _OF_CLIENTS or 1000 < code < 5000)):
        yield f"the socket was closed with {code}"
    told = [one for one in map(_read, spoken.messages) if isinstance(one, dict)]
    ended = {one.get("id") for one in told if one.get("type") in {"complete", "error"}}
    if code == 1000 and set(talk.awaited) - ended:
        yield "an operation did not come to its end"


def _read(message: bytes | str) -> object:
    try:
        return orjson.loads(message)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None


def _of_body(body: bytes) -> Iterator[str]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        yield f"the body is no JSON: {body[:80]!r}"
        return
    if isinstance(found, Mapping) and "errors" in found:
        yield from _of_errors(found["errors"])


def _of_errors(errors: object) -> Iterator[str]:
    if not isinstance(errors, Sequence) or not errors:
        yield "errors is no list, or an empty one"
        return
    for error in errors:
        code = (error.get("extensions") or {}).get("code") if isinstance(error, Mapping) else None
        if not isinstance(code, str):
            yield f"an error has no code: {str(error)[:120]}"
        elif code == "INTERNAL":
            yield f"an error is INTERNAL: {str(error)[:200]}"
