"""The catalogue, by hand: a service with its texts and the first version of its terms."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from commands import setting_up
from commands.setting_up import Data
from domain import text
from domain.errors import InputProblemCode
from domain.input_check import InputCheck
from domain.service import InvoiceRecipient, Service, ServiceAfterwards
from persistence import ids
from resolvers import fact
from resolvers.context import Installation

_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,39}", re.ASCII)
_ADDRESS = re.compile(r"https?://[^\s/]\S{0,500}", re.ASCII)
_DESCRIPTION_LIMIT = 1_000


def add_service(
    code: Annotated[str, typer.Argument(help="The code: capital letters, digits and underlines.")],
    *,
    name: Annotated[list[str], typer.Option(metavar="sv=TEXT", help="The name in a language; Swedish must be there.")],
    description: Annotated[list[str], typer.Option(metavar="sv=TEXT", help="What it is for, in the same languages.")],
    terms: Annotated[list[str], typer.Option(metavar="sv=FILE", help="The terms, as a file of text in a language.")],
    open_url: Annotated[str, typer.Option(help="Where an advisor or an administrator opens it.")],
    information_url: Annotated[str | None, typer.Option(help="Where it is described.")] = None,
    invoice_recipient: Annotated[
        list[InvoiceRecipient] | None,
        typer.Option(case_sensitive=False, help="Who may pay for it, given for each; both, if left out."),
    ] = None,
    end_option: Annotated[
        list[ServiceAfterwards] | None,
        typer.Option(case_sensitive=False, help="What may become of it at an end, given for each; else KEEP."),
    ] = None,
    effective_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day from which the terms are in force; else today.")
    ] = None,
    data: Data = None,
) -> None:
    """Add a service to the catalogue, with the first version of its terms."""
    known = setting_up.load(data)
    check = InputCheck()
    if not _CODE.fullmatch(code):
        check.problem(InputProblemCode.NOT_ALLOWED_CHARACTER, "code")
    for address, option in ((open_url, "open-url"), (information_url, "information-url")):
        if address is not None and not _ADDRESS.fullmatch(address):
            check.problem(InputProblemCode.NOT_ALLOWED, option)
    names = {language: check.text(said, "name", language, limit=text.NAME_LIMIT) for language, said in _texts(name, "--name")}
    descriptions = {
        language: check.text(said, "description", language, limit=_DESCRIPTION_LIMIT)
        for language, said in _texts(description, "--description")
    }
    texts = {
        language: check.multiline(setting_up.read_text(file), "terms", language, limit=text.TERMS_LIMIT)
        for language, file in _texts(terms, "--terms")
    }
    for option, given in (("name", names), ("description", descriptions), ("terms", texts)):
        if not given.get("sv"):
            check.problem(InputProblemCode.REQUIRED, option, "sv")
    check.finish()
    wanted = Service(
        id=ids.new_id(),
        code=code,
        names=names,
        descriptions=descriptions,
        information_url=information_url,
        open_url=open_url,
        allowed_invoice_recipients=tuple(dict.fromkeys(invoice_recipient or InvoiceRecipient)),
        end_options=tuple(dict.fromkeys(end_option or [ServiceAfterwards.KEEP])),
    )
    begins = (effective_from or datetime.now(UTC)).date()

    async def work(installation: Installation) -> Service:
        return await fact.add_service(installation, wanted, texts, effective_from=begins)

    added = setting_up.on_installation(known, work)
    typer.echo(f"Added the service {added.code}, with its terms in {' and '.join(sorted(texts))}.")


def _texts(given: Sequence[str], option: str) -> list[tuple[str, str]]:
    """Read LANGUAGE=TEXT, each language once."""
    read = [(language, said) for language, _, said in (one.partition("=") for one in given)]
    languages = [language for language, _ in read]
    if any(language not in text.LANGUAGES for language in languages) or len(set(languages)) < len(languages):
        raise typer.BadParameter("give each language once, as sv=... or en=...", param_hint=option)
    return read
