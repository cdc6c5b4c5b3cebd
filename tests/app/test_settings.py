"""Settings are refused by name where they cannot be used, and what is secret of them is shown nowhere."""

import pytest

import settings
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
