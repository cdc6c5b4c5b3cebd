"""Settings from the environment, by names that begin with SAMARBETE_; whatever is not set has a value for development."""

import os
from collections.abc import Iterator
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, get_args

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "SAMARBETE_"


class SettingsInvalidError(Exception):
    """What is set cannot be used; the text says which name and why, and never repeats a value."""


class Profile(Enum):
    """What the service runs for: development has a settable clock, the built-in mailbox and ready tokens."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class LogFormat(Enum):
    """How a log line looks."""

    CONSOLE = "console"
    JSON = "json"


class SmtpSecurity(Enum):
    """How the connection to the mail server is secured."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Settings(BaseSettings):
    """Every setting there is; each field's description is its row in docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    profile: Profile = Field(
        Profile.DEVELOPMENT,
        description="`development` or `production`. Production refuses a shifted clock and the built-in mailbox.",
    )
    data: Path = Field(
        Path("data"),
        description="The directory of the issuer's key, of the lock, and of the built-in database.",
    )
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65_535, description="The port to listen on; 0 takes a free one.")
    base_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#\s@]+(/[^?#\s]*)?$",
        description="Where people reach the service; links in mails begin so. Required in production.",
    )
    database_url: SecretStr | None = Field(
        None,
        description="`postgresql://user:password@host/name`. Left out: SQLite in the data directory.",
    )
    approval_days: int = Field(30, ge=1, le=90, description="Days that a request waits for its answer.")
    keep_events_days: int = Field(
        90, ge=30, le=36_500, description="Days that events are kept to be caught up with; an older cursor is `CURSOR_EXPIRED`."
    )
    keep_mails_days: int = Field(365, ge=30, le=36_500, description="Days that mails are kept; those of a waiting request stay.")
    keep_keys_days: int = Field(7, ge=7, le=365, description="Days that used idempotency keys are kept; they answer for 7.")
    keep_links_days: int = Field(
        30, ge=1, le=36_500, description="Days that sign-in links, approval links and sessions are kept once they have ended."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Addresses or networks of proxies whose `X-Forwarded-For` and `-Proto` are believed, with commas.",
    )
    rate_limit_viewer: int = Field(
        200_000, ge=0, le=1_000_000_000, description="Cost that one viewer may ask for in a minute; 0: any."
    )
    rate_limit_address: int = Field(
        1_000_000, ge=0, le=1_000_000_000, description="Cost that one address may ask for in a minute; 0: any."
    )
    rate_limit_sign_ins: int = Field(
        300,
        ge=0,
        le=1_000_000_000,
        description="Sign-ins and requests for links that one address may send in a quarter of an hour; 0: any.",
    )
    rate_limit_links: int = Field(
        10, ge=0, le=1_000_000_000, description="Sign-in links that may be asked for in an hour for one e-mail address; 0: any."
    )
    rate_limit_store: SecretStr | None = Field(
        None,
        description="`redis://host:6379/0`: where servers count together. Left out: each counts by itself, in memory.",
    )
    smtp_host: str | None = Field(
        None,
        description="The mail server. Left out: mails go into the built-in mailbox (development only).",
    )
    smtp_port: int = Field(587, ge=1, le=65_535, description="The mail server's port.")
    smtp_security: SmtpSecurity = Field(SmtpSecurity.STARTTLS, description="`starttls`, `tls` from the first byte, or `none`.")
    smtp_username: str | None = Field(None, description="The name to sign in to the mail server with.")
    smtp_password: SecretStr | None = Field(None, description="The password to sign in to the mail server with.")
    mail_from: str = Field("samarbete@samarbete.example", description="The address that mails are sent from.")
    log_format: LogFormat | None = Field(None, description="`console` or `json`. Left out: console on a terminal, else JSON.")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="`debug`, `info`, `warning` or `error`.")

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("must begin with postgresql://; SQLite needs no address")
        return value

    @field_validator("rate_limit_store")
    @classmethod
    def _check_store(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("redis://", "rediss://")):
            raise ValueError("must begin with redis:// or rediss://")
        if value is not None and find_spec("redis") is None:
            raise ValueError('needs its client: pip install "redis>=7.0,<8"')
        return value

    @model_validator(mode="after")
    def _check_production(self) -> "Settings":
        if self.profile is Profile.PRODUCTION:
            missing = [name for name in ("base_url", "smtp_host") if getattr(self, name) is None]
            if "mail_from" not in self.model_fields_set:
                missing.append("mail_from")
            if missing:
                names = ", ".join(PREFIX + name.upper() for name in missing)
                raise ValueError(f"production needs {names}")
        return self

    @property
    def is_production(self) -> bool:
        """Whether the profile is production."""
        return self.profile is Profile.PRODUCTION

    @property
    def has_mailbox(self) -> bool:
        """Whether mails go into the built-in mailbox, which production refuses."""
        return self.smtp_host is None and not self.is_production

    @property
    def database(self) -> str:
        """The database's address for SQLAlchemy, with its driver."""
        if self.database_url is None:
            return f"sqlite+aiosqlite:///{self.sqlite_file}"
        return "postgresql+asyncpg://" + self.database_url.get_secret_value().partition("://")[2]

    @property
    def quotas(self) -> dict[str, int]:
        """The quotas of the rate limits, by their names."""
        return {name: getattr(self, f"rate_limit_{name}") for name in ("viewer", "address", "sign_ins", "links")}

    @property
    def rate_store(self) -> str | None:
        """The address of the store of the rate limits, or None where the server counts by itself."""
        return None if self.rate_limit_store is None else self.rate_limit_store.get_secret_value()

    @property
    def sqlite_file(self) -> Path | None:
        """The file of the built-in database, or None where another is set."""
        return (self.data / "samarbete.sqlite").absolute() if self.database_url is None else None

    @property
    def url(self) -> str:
        """Where people reach the service, without a slash at its end."""
        if self.base_url is not None:
            return self.base_url.rstrip("/")
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def load(**given: object) -> Settings:
    """Read the settings from the environment; `given` goes before it, and None there means not given.

    Raises:
        SettingsInvalidError: a name with our prefix that is no setting, or a value that its setting does not take.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    found = {name.upper() for name in os.environ if name.upper().startswith(PREFIX)}
    if found - known:
        names, them = ", ".join(sorted(found - known)), "it" if len(found - known) == 1 else "them"
        raise SettingsInvalidError(f"unknown setting {names}. Unset {them}; docs/settings.md lists all there are.")
    values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsInvalidError("; ".join(_sentences(error))) from None


def table() -> str:
    """Print the settings as a Markdown table, from the code."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | {_kind(field)} | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| Name | Value | Left out | What it does |", "|---|---|---|---|", *rows]) + "\n"


def _sentences(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        name = "".join(PREFIX + str(part).upper() for part in problem["loc"][:1])
        message = problem["msg"].removeprefix("Value error, ")
        yield f"{name}: {message}" if name else message


def _kind(field: FieldInfo) -> str:
    kinds = [kind for kind in get_args(field.annotation) or (field.annotation,) if kind is not NoneType]
    if kinds[0] is str and len(kinds) > 1:
        return "list"
    names = {SecretStr: "secret", Path: "path", int: "number", str: "text"}
    return ", ".join([names.get(kinds[0], "choice"), *_limits(field)])


def _limits(field: FieldInfo) -> Iterator[str]:
    known = {name: getattr(one, name) for one in field.metadata for name in ("ge", "le") if hasattr(one, name)}
    if known:
        yield f"{known['ge']} to {known['le']}"


def _default(field: FieldInfo) -> str:
    value = field.default.value if isinstance(field.default, Enum) else field.default
    return "–" if value in (None, ()) else f"`{value}`"
