"""Check an export of evidence: that nothing in a company's chain of approvals was changed, moved, put in or taken out.

    python examples/verify_evidence.py EXPORT [--head NUMBER HASH]

EXPORT is a file with the text of `Evidence.export`, or what `python cli.py evidence export` printed; `-` reads standard input.
It needs nothing but Python, and nothing of the service that made the export: the form of an export is described here once more.

An export has a record on each line, as a JSON object with sorted keys:

- `number`: the record's place in the company's chain, from 1 without gaps;
- `contentHash`: the SHA-256 of `content`, written as JSON with sorted keys and no spaces, in UTF-8;
- `previousHash`: the `hash` of the record before; 64 zeros in the first;
- `hash`: the SHA-256 of number, previousHash and contentHash, each on a line of its own;
- `content`: what the record says, and `personal`: the person's data with a salt. Both are left out of records that are another
  office's, which the reader may not see. `personal` is null once the person's data were erased.

The person's data stand in `content` as commitments: the SHA-256 of the salt, a line break and the value. Where an identity
provider said who it was, the person's name there is one of them. Where the salt is there, each is opened; an erased one can no
longer be, and the chain holds all the same.

Whoever holds the whole chain could cut its end off, or make it anew from some record on, and what is left would still fit.
Only something noted outside can show that: every receipt states the number and hash that were the chain's head then. Give them
with --head; without a head it is said that the tail cannot be judged. What the service may leave out, another may leave out too:
so the report counts the records that can be read in full, and the persons whose data were opened.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIRST = "0" * 64
SEALED = {"number", "contentHash", "previousHash", "hash"}
WHOLE = SEALED | {"content", "personal"}
PERSONAL = ("name", "email", "peerAddress", "userAgent")
# One datum more where an identity provider said who it was: the person's name there.
IDENTIFIED = "subject"

Record = dict[str, Any]


class Fault(Exception):
    """The export is not as it was made; the text says where and why."""


@dataclass(frozen=True)
class Head:
    """A record's number and hash, as a receipt states them."""

    number: int
    hash: str


@dataclass(frozen=True)
class Verdict:
    """What was found of an export that holds: its own head, and how much of it could be read."""

    head: Head
    whole: int
    opened: int
    erased: int


def verify(export: str, head: Head | None = None) -> Verdict:
    """Check an export, against a head that was noted earlier where there is one.

    Raises:
        Fault: something was changed, moved, put in or taken out.
    """
    lines = export.removesuffix("\n").split("\n")
    records = [read(line, number) for number, line in enumerate(lines, start=1)]
    previous = FIRST
    for number, record in enumerate(records, start=1):
        check_content(record, number)
        check_personal(record, number)
        check_place(record, number, previous)
        previous = record["hash"]
    if head is not None:
        check_head(records, head)
    full = [record for record in records if "content" in record]
    opened = sum(record["personal"] is not None for record in full)
    return Verdict(head=Head(len(records), previous), whole=len(full), opened=opened, erased=len(full) - opened)


def read(line: str, number: int) -> Record:
    """Read one line, which must be written exactly as an export writes it: else something could hide in it."""
    try:
        record = json.loads(line)
        written = json.dumps(record, sort_keys=True, ensure_ascii=False)
    except (ValueError, RecursionError):
        raise Fault(f"line {number} is not a record") from None
    if written != line:
        raise Fault(f"line {number} is not written as an export writes it")
    if not isinstance(record, dict) or set(record) not in (SEALED, WHOLE):
        raise Fault(f"line {number} has not the fields of a record")
    if type(record["number"]) is not int or not all(is_hash(record[name]) for name in SEALED - {"number"}):
        raise Fault(f"line {number} has not the numbers and hashes of a record")
    return record


def check_content(record: Record, number: int) -> None:
    """See that a record says what it said when it was made."""
    if "content" in record and sha256(canonical(record["content"])) != record["contentHash"]:
        raise Fault(f"record {number}: its content was changed")


def check_personal(record: Record, number: int) -> None:
    """Open the commitments to the person's data, where they were not erased."""
    personal = record.get("personal")
    if personal is None:
        return
    content = record["content"]
    if not isinstance(personal, dict) or not isinstance(content, dict):
        raise Fault(f"record {number}: the person's data were changed")
    names = (*PERSONAL, IDENTIFIED) if f"{IDENTIFIED}Commitment" in content else PERSONAL
    if set(personal) != {"salt", *names}:
        raise Fault(f"record {number}: the person's data were changed")
    for name in names:
        value = personal[name]
        committed = None if value is None else sha256(f"{personal['salt']}\n{value}")
        if content.get(f"{name}Commitment") != committed:
            raise Fault(f"record {number}: the person's {name} was changed")


def check_place(record: Record, number: int, previous: str) -> None:
    """See that a record stands where it stood when it was made."""
    if record["number"] != number:
        raise Fault(f"record {record['number']} stands where record {number} should")
    if record["previousHash"] != previous:
        raise Fault(f"record {number} does not follow the one before it")
    if record["hash"] != sha256(f"{number}\n{previous}\n{record['contentHash']}"):
        raise Fault(f"record {number}: its seal is broken")


def check_head(records: Sequence[Record], head: Head) -> None:
    """See that the chain still goes through what was noted of it."""
    if head.number > len(records):
        raise Fault(f"the tail was cut: record {head.number} was noted earlier, and the export ends with {len(records)}")
    if records[head.number - 1]["hash"] != head.hash:
        raise Fault(f"the chain was made anew: record {head.number} is not the one that was noted earlier")


def canonical(value: object) -> str:
    """Write a value as it is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    """Return the hash of a text; half of a surrogate pair, which UTF-8 cannot write, fits no hash."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def is_hash(value: object) -> bool:
    """Tell whether a value has the form of a hash: 64 hexadecimal digits in lower case."""
    return isinstance(value, str) and len(value) == len(FIRST) and set(value) <= set("0123456789abcdef")


def report(verdict: Verdict, head: Head | None) -> str:
    """Say what was found of an export that holds."""
    count, hidden = verdict.head.number, verdict.head.number - verdict.whole
    lines = [
        f"The chain holds: {count} record{'s' if count > 1 else ''}, of which {verdict.whole} can be read in full"
        + (f" and {hidden} are another office's." if hidden else "."),
        f"Persons' data: {verdict.opened} opened and found to be those recorded"
        + (f", {verdict.erased} erased." if verdict.erased else "."),
        f"Its head: {verdict.head.number} {verdict.head.hash}",
    ]
    if head is None:
        lines.append("Its tail cannot be judged without a head noted earlier: give one with --head NUMBER HASH.")
    else:
        lines.append(f"It goes through record {head.number} as it was noted earlier; what follows that one has no witness.")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the command line names; 0 where it holds, 1 where it does not, 2 where it cannot be read."""
    parser = argparse.ArgumentParser(description="Check an export of evidence.")
    parser.add_argument("export", help="the file, or - for standard input")
    parser.add_argument("--head", nargs=2, metavar=("NUMBER", "HASH"), help="the chain's head as a receipt states it")
    asked = parser.parse_args(arguments)
    head = None
    if asked.head is not None:
        number, noted = asked.head
        if not (number.isascii() and number.isdigit() and int(number) > 0 and is_hash(noted)):
            parser.error("a head is a number from 1 and a hash of 64 digits in lower case")
        head = Head(int(number), noted)
    try:
        raw = sys.stdin.buffer.read() if asked.export == "-" else Path(asked.export).read_bytes()
        export = raw.decode()
    except (OSError, UnicodeDecodeError) as error:
        print(f"The export cannot be read: {error}", file=sys.stderr)
        return 2
    try:
        print(report(verify(export, head), head))
    except Fault as fault:
        print(f"The export does not hold: {fault}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
