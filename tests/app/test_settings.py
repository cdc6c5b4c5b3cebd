"""Settings are refused by name where they cannot be used, and what is secret of them is shown nowhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import app
import settings
from app import Started
from cli import cli
from persistence import keys
from resolvers.context import Request
from schema.execution import Caller
from settings import SettingsInvalidError


@pytest.fixture(autouse=True)
def unset(bare: object) -> None:
    """Have no settings but a test's own."""


@pytest.mark.parametrize(
    "origin",
    ["https://app.example", "https://app.example:8443", "http://localhost:5173", "http://[::1]:5173", "http://127.0.0.1"],
)
def test_an_origin_is_written_as_a_browser_writes_it(origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMARBETE_CORS_ORIGINS", f"https://other.example, {origin}")
    assert settings.load().cors_origins == ("https://other.example", origin)


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "null",
        "app.example",
        "https://app.example/",
        "https://App.example",
        "https://app.example:443",
        "http://a:80",
        "ftp://a",
    ],
)
def test_an_origin_that_no_browser_writes_so_is_refused(origin: str) -> None:
    with pytest.raises(SettingsInvalidError, match="SAMARBETE_CORS_ORIGINS: names origins as browsers do"):
        settings.load(cors_origins=(origin,))


def test_what_is_secret_of_the_settings_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMARBETE_DATABASE_URL", "postgresql://samarbete:hemligt@localhost/samarbete")
    monkeypatch.setenv("SAMARBETE_SMTP_PASSWORD", "hemligt")
    monkeypatch.setenv("SAMARBETE_SMTP_HOST", "mail.example")
    known = settings.load()
    smtp = app.make_transport(known)
    shown = [repr(known), str(known), known.model_dump_json(), str(known.model_dump()), repr(smtp), str(smtp)]
    assert [one for one in shown if "hemligt" in one] == []
    # It is there all the same.
    assert "hemligt" in known.database
    monkeypatch.setenv("SAMARBETE_DATABASE_URL", "mysql://samarbete:hemligt@localhost/samarbete")
    with pytest.raises(SettingsInvalidError) as refused:
        settings.load()
    assert "hemligt" not in str(refused.value)


def test_what_carries_a_token_or_a_key_does_not_print_it(tmp_path: Path) -> None:
    caller = Caller(token="hemligt", language="sv", request=Request(id="a", peer=None, user_agent=None))
    started = Started(url="http://a", token="hemligt", has_mailbox=True, has_graphiql=True)
    known = keys.load_or_create(tmp_path)
    assert "hemligt" not in repr(caller) + repr(started)
    assert repr(known.secret)[2:-1] not in repr(known)


def test_no_command_takes_a_secret_as_an_argument_where_every_process_could_read_it() -> None:
    taken = {parameter.name or "" for command in commands(typer.main.get_command(cli)) for parameter in command.params}
    assert "email" in taken
    assert [name for name in taken if any(word in name for word in ("password", "secret", "token", "database"))] == []


def commands(command: Any) -> Iterator[Any]:  # noqa: ANN401 - typer has no public name for what it makes
    yield command
    for one in getattr(command, "commands", {}).values():
        yield from commands(one)
