"""The register, from a file: customers are imported in any number, and what was refused is told line by line."""

import csv
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from commands import customer_file, setting_up
from commands.customer_file import Line, Survey
from commands.setting_up import Data, RefusedError
from domain import organisation_number, text
from domain.customer import Customer
from domain.errors import CustomerNumberTaken, DomainError, InvalidInput
from domain.office import Office
from persistence import office
from resolvers import intake
from resolvers.card import CreateCustomer
from resolvers.context import Installation
from schema import words

_HEADER = ("line", "field", "reason")


class _Judge:
    """Tells which rows of a file are worth trying; what it has seen lies in a temporary file, however long the file is."""

    def __init__(self, seen: sqlite3.Connection, managers: dict[str, str]) -> None:
        self._seen = seen
        self._managers = managers
        seen.execute("CREATE TABLE seen (name TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")

    def judge(self, line: Line) -> CreateCustomer | tuple[str, str]:
        """Return the card of a row, or the field that is wrong and why."""
        if line.fields is None:
            return "row", "has more or fewer fields than the header"
        try:
            wanted = customer_file.to_card(line.fields, self._managers)
        except InvalidInput as refusal:
            fields = ", ".join(dict.fromkeys(problem.path[0] for problem in refusal.problems))
            # Named as the header names it, which is where it is mended.
            reasons = (f"{problem.path[0]} {words.say(words.PROBLEMS[problem.code], 'en')}" for problem in refusal.problems)
            return fields, "; ".join(reasons)
        number, company = f"number {wanted.customer_number}", f"company {wanted.organisation_number}"
        column, name = ("organisationNumber", company) if wanted.customer_number is None else ("customerNumber", number)
        earlier = self._seen.execute("SELECT line FROM seen WHERE name = ?", (name,)).fetchone()
        if earlier is not None:
            return column, f"stands on line {earlier[0]} already"
        self._seen.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", [(one, line.number) for one in {name, company}])
        return wanted


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Customers: a line for each, in UTF-8, with a header.")],
    *,
    office_name: Annotated[str, typer.Option("--office", metavar="NAME_OR_NUMBER", help="Whose register it is.")],
    report: Annotated[
        Path | None, typer.Option(help="Where each refused row is told; else FILE.refused.csv.", show_default=False)
    ] = None,
    data: Data = None,
) -> None:
    """Import customers from a file; rows that are in the register already are left alone, so it can be run again."""
    known = setting_up.load(data)
    surveyed = customer_file.survey(file)
    written = report or file.with_suffix(".refused.csv")
    if written.exists() and written.samefile(file):
        raise RefusedError("the report would overwrite the file. Choose another place with --report.")

    async def work(installation: Installation) -> Counter[str]:
        owner = await _find_office(installation, office_name, data)
        with _report(written) as tell, _bar(surveyed.rows) as advance:
            return await _import(installation, owner, file, surveyed, tell=tell, advance=advance)

    done = setting_up.on_installation(known, work)
    told = f", {done['refused']} refused: see {written}" if done["refused"] else ", none refused"
    typer.echo(f"Imported {done['imported']} customers; {done['there']} were there already{told}.")


async def _import(
    installation: Installation,
    owner: Office,
    file: Path,
    surveyed: Survey,
    *,
    tell: Callable[[int, str, str], None],
    advance: Callable[[int], None],
) -> Counter[str]:
    async with installation.database.read() as reading:
        people = (await office.advisors_of(reading, [owner.id])).get(owner.id, ())
    managers = {text.email_key(person.email): person.id for person in people if person.active}
    done: Counter[str] = Counter()
    # The empty name is a temporary file of SQLite's own, gone when it is closed.
    with closing(sqlite3.connect("")) as seen:
        judge = _Judge(seen, managers)
        lines = customer_file.read(file, surveyed)
        while chunk := list(islice(lines, intake.ROWS_LIMIT)):
            for line, field, reason in await _import_chunk(installation, owner, judge, chunk, surveyed.highest, done):
                tell(line, field, reason)
                done["refused"] += 1
            advance(len(chunk))
    return done


async def _import_chunk(
    installation: Installation, owner: Office, judge: _Judge, chunk: Sequence[Line], highest: int, done: Counter[str]
) -> list[tuple[int, str, str]]:
    """Import some rows in one transaction, and return what was refused, in the file's order."""
    refused: dict[int, tuple[str, str]] = {}
    wanted: dict[int, CreateCustomer] = {}
    for line in chunk:
        judged = judge.judge(line)
        if isinstance(judged, CreateCustomer):
            wanted[line.number] = judged
        else:
            refused[line.number] = judged
    rows = list(wanted.values())
    outcomes = await intake.import_missing(installation, owner.id, rows, highest=highest) if rows else []
    for number, outcome in zip(wanted, outcomes, strict=True):
        if isinstance(outcome, DomainError):
            refused[number] = _reason(outcome)
        else:
            done["imported" if isinstance(outcome, Customer) else "there"] += 1
    return [(number, *refused[number]) for number in sorted(refused)]


def _reason(refusal: DomainError) -> tuple[str, str]:
    if isinstance(refusal, CustomerNumberTaken):
        return "customerNumber", "is another customer's"
    # Between the reading of the advisors and the writing of the row, one may have been deactivated.
    return "accountManager", "is not an advisor of the office any more"


async def _find_office(installation: Installation, name: str, data: Path | None) -> Office:
    async with installation.database.read() as reading:
        found = await office.find_office_by_number(reading, organisation_number.parse(name) or "")
        named = [found] if found is not None else await office.offices_named(reading, name)
    if len(named) > 1:
        raise RefusedError(f"several offices are called {name}. Give the organisation number.")
    if not named:
        wanted = setting_up.typed("office add", data)
        raise RefusedError(f"no office has the name or the organisation number. Add it with: {wanted}")
    return named[0]


@contextmanager
def _bar(rows: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("Customers"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Customers", total=rows)
        yield lambda done: progress.advance(bar, done)


@contextmanager
def _report(file: Path) -> Iterator[Callable[[int, str, str], None]]:
    """Write the report anew: a header, and a line for each refused row."""
    try:
        opened: TextIO = file.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise RefusedError(f"the report {file} cannot be written: {error.strerror}. Choose a place with --report.") from error
    with opened:
        lines = csv.writer(opened, lineterminator="\n")
        lines.writerow(_HEADER)
        yield lambda line, field, reason: lines.writerow((line, field, reason))
