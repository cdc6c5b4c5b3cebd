"""Files that are printed from the code, and the check that they are not stale."""

import difflib
from pathlib import Path
from typing import Annotated

import typer

from commands import settings_table
from commands.setting_up import RefusedError
from domain import lifecycle
from schema import api

_ROOT = Path(__file__).resolve().parents[1]
_SCHEMA = "schema/schema.graphql"
_BEGIN, _END = "<!-- printed: begin -->\n", "<!-- printed: end -->\n"

Check = Annotated[bool, typer.Option("--check", help="Change nothing; fail where the file is not what the code prints.")]


def schema(*, check: Check = False) -> None:
    """Print the schema into schema/schema.graphql."""
    _store({_SCHEMA: api.printed()}, check=check, again="make schema")


def docs(*, check: Check = False) -> None:
    """Print the lifecycle's diagram and the table of settings into their pages."""
    pages = {"docs/lifecycle.md": f"```mermaid\n{lifecycle.diagram()}```\n", "docs/settings.md": settings_table.table()}
    _store({page: _between(page, printed) for page, printed in pages.items()}, check=check, again="make docs")


def _between(page: str, printed: str) -> str:
    """Return the page with what is printed between its two marks; the words around them are people's."""
    text = _read(page)
    before, begins, rest = text.partition(_BEGIN)
    _, ends, after = rest.partition(_END)
    if not begins or not ends:
        raise RefusedError(f"{page} needs a line {_BEGIN.strip()} and, below it, a line {_END.strip()}.")
    return f"{before}{_BEGIN}{printed}{_END}{after}"


def _store(files: dict[str, str], *, check: bool, again: str) -> None:
    stale = {name: wanted for name, wanted in files.items() if _read(name) != wanted}
    if check:
        for name, wanted in stale.items():
            difference = difflib.unified_diff(_read(name).splitlines(), wanted.splitlines(), name, "the code", lineterm="", n=1)
            typer.echo("\n".join(difference), err=True)
        if stale:
            raise RefusedError(f"{', '.join(stale)}: not what the code prints. Run: {again}")
        return
    for name, wanted in stale.items():
        (_ROOT / name).write_text(wanted, encoding="utf-8")
        typer.echo(f"Printed {name}.")


def _read(name: str) -> str:
    path = _ROOT / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""
