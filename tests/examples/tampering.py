"""Exports of evidence to check, and every kind of single tampering with one, chosen by chance."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from domain import acceptance, approval
from domain.approval import FIRST_HASH, ChainHead, Evidence
from domain.scenario import ApprovalKind
from tests.support import makers

Line = dict[str, Any]
Tampering = Callable[[Random, list[Line]], str]

LETTERS = ' \t"{}[]:,0123456789abcdefxyzåäö\\\u2028'


def chain(length: int = 12, company_id: str = "company-alfa") -> tuple[Evidence, ...]:
    """Make a chain of approvals with two offices, and of terms that were accepted on their own."""
    records: list[Evidence] = []
    head = ChainHead(number=0, hash=FIRST_HASH)
    for place in range(length):
        now = makers.NOW + timedelta(days=place)
        person = makers.administrator(
            id=f"administrator-{place % 3}", name=f"Åsa {place % 3}", email=f"asa{place % 3}@alfa.example"
        )
        known: Any = {
            "evidence_id": f"evidence-{place}",
            "salt": f"salt-{place % 3}",
            "identification": makers.identification(
                request_id=f"request-{place}",
                user_agent=None if place % 2 else "Browser/1.0",
                identity=None if place % 3 else makers.identity(assurance="high" if place else None),
            ),
            "head": head,
            "now": now,
        }
        if place % 4 == 3:
            record = acceptance.make_evidence(company_id, person, makers.terms(place), **known)
        else:
            approved = makers.collaboration(
                id=f"collaboration-{place}",
                office_id="office-syd" if place % 2 else "office-nord",
                company_id=company_id,
                approval_kind=ApprovalKind.TERMS_AND_CONDITIONS,
                terms_version=1,
            )
            record = approval.make_evidence(approved, person, accepted=makers.terms(), **known)
        records.append(record)
        head = ChainHead(number=record.number, hash=record.hash)
    return tuple(records)


def exports() -> dict[str, str]:
    """Return the exports that a company, an office, and a company after an erasure are given."""
    records = chain()
    erased = tuple(
        replace(record, personal=None) if record.administrator_id == "administrator-1" else record for record in records
    )
    return {
        "company": approval.export(records, office_id=None),
        "office": approval.export(records, office_id="office-nord"),
        "erased": approval.export(erased, office_id=None),
    }


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def written(lines: list[Line]) -> str:
    return "".join(json.dumps(line, sort_keys=True, ensure_ascii=False) + "\n" for line in lines)


def full(chance: Random, lines: list[Line]) -> Line:
    return chance.choice([line for line in lines if line.get("personal") is not None])


def seal(line: Line) -> None:
    """Make a record's hashes fit what it says now."""
    if "content" in line:
        line["contentHash"] = sha256(json.dumps(line["content"], sort_keys=True, separators=(",", ":"), ensure_ascii=False))
    line["hash"] = sha256(f"{line['number']}\n{line['previousHash']}\n{line['contentHash']}")


def other(chance: Random, value: object) -> object:
    """Return another value than the one given, mostly of the same kind."""
    changed: list[object] = ["", None, 7, f"{value}x", True]
    if isinstance(value, str) and value:
        place = chance.randrange(len(value))
        changed.append(value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :])
    if isinstance(value, int):
        changed.extend([value + 1, value - 1, float(value), str(value)])
    return chance.choice([one for one in changed if (type(one), one) != (type(value), value)])


def put_character(chance: Random, lines: list[Line]) -> str:
    text = written(lines)
    place = chance.randrange(len(text) - 1)
    return text[:place] + chance.choice(LETTERS) + text[place:]


def take_character(chance: Random, lines: list[Line]) -> str:
    text = written(lines)
    place = chance.randrange(len(text) - 1)
    return text[:place] + text[place + 1 :]


def change_character(chance: Random, lines: list[Line]) -> str:
    text = written(lines)
    place = chance.randrange(len(text) - 1)
    return text[:place] + chance.choice([one for one in LETTERS if one != text[place]]) + text[place + 1 :]


def change_seal(chance: Random, lines: list[Line]) -> str:
    line, name = chance.choice(lines), chance.choice(["number", "contentHash", "previousHash", "hash"])
    line[name] = other(chance, line[name])
    return written(lines)


def change_content(chance: Random, lines: list[Line]) -> str:
    content = full(chance, lines)["content"]
    name = chance.choice(sorted(content))
    content[name] = other(chance, content[name])
    return written(lines)


def change_person(chance: Random, lines: list[Line]) -> str:
    personal = full(chance, lines)["personal"]
    name = chance.choice(sorted(personal))
    personal[name] = other(chance, personal[name])
    return written(lines)


def change_content_and_seal_it(chance: Random, lines: list[Line]) -> str:
    line = full(chance, lines)
    line["content"]["termsVersion"] = chance.randrange(100, 1000)
    seal(line)
    return written(lines)


def add_field(chance: Random, lines: list[Line]) -> str:
    line = full(chance, lines)
    chance.choice([line, line["personal"], line["content"]])["note"] = "godkänt"
    return written(lines)


def swap(chance: Random, lines: list[Line]) -> str:
    one, two = chance.sample(range(len(lines)), 2)
    lines[one], lines[two] = lines[two], lines[one]
    return written(lines)


def put_in(chance: Random, lines: list[Line]) -> str:
    lines.insert(chance.randrange(len(lines) + 1), dict(chance.choice(lines)))
    return written(lines)


def put_in_anothers(chance: Random, lines: list[Line]) -> str:
    foreign = json.loads(chance.choice(approval.export(chain(company_id="company-beta"), office_id=None).splitlines()))
    lines[chance.randrange(len(lines))] = foreign
    return written(lines)


def cut_out(chance: Random, lines: list[Line]) -> str:
    del lines[chance.randrange(len(lines) - 1)]
    return written(lines)


def cut_tail(chance: Random, lines: list[Line]) -> str:
    return written(lines[: chance.randrange(len(lines))])


def make_anew(chance: Random, lines: list[Line]) -> str:
    """Change one record, and seal it and everything after it."""
    changed = full(chance, lines)
    changed["content"]["termsVersion"] = chance.randrange(100, 1000)
    previous = FIRST_HASH
    for line in lines:
        line["previousHash"] = previous
        seal(line)
        previous = line["hash"]
    return written(lines)


# What an export shows by itself, and what takes a head that was noted earlier.
SHOWN = (
    put_character,
    take_character,
    change_character,
    change_seal,
    change_content,
    change_person,
    add_field,
    swap,
    put_in_anothers,
    cut_out,
)
NEED_A_HEAD = (change_content_and_seal_it, cut_tail, make_anew, put_in)
