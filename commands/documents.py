"""Manifests of documents, by hand: whether all that a client was built with can be executed."""

from pathlib import Path
from typing import Annotated

import typer

from commands.setting_up import RefusedError
from schema import manifest
from schema.api import SCHEMA


def check(
    file: Annotated[Path, typer.Argument(metavar="MANIFEST", help="The manifest, as graphql-codegen or Apollo writes it.")],
) -> None:
    """Hold every document of a manifest against the schema: a line for each fault, and exit with 1 where there is one."""
    documents = manifest.read(file)
    faulty = 0
    for document_id, text in documents.items():
        found = list(manifest.check(SCHEMA, document_id, text))
        faulty += bool(found)
        for fault in found:
            typer.echo(" ".join([document_id, *([fault.operation_name] if fault.operation_name else []), _line(fault.message)]))
    if faulty:
        raise RefusedError(f"{faulty} of {len(documents)} documents in {file} cannot be executed as they are.")
    typer.echo(f"All {len(documents)} documents in {file} can be executed.")


def _line(message: str) -> str:
    return message.replace("\n", " ")
