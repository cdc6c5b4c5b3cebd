"""Settings from the environment, by names that begin with SAMARBETE_; whatever is not set has a value for development."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import fields
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.issuer import Issuer
from domain.viewer import Side

PREFIX = "SAMARBETE_"
_MOST = 1_000_000_000
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
_ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound
# As browsers write it: no path, no slash at its end, and no port where it is the scheme's own.
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:(?!443$)\d+)?|http://([a-z0-9.-]+|\[[0-9a-f:]+\])(:(?!80$)\d+)?")


class SettingsInvalidError(Exception):
    """What is set cannot be used; the text says which name and why, and never repeats a value."""


class Profile(Enum):
    """What the service runs for: development has a settable clock, the built-in mailbox and ready tokens."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class GraphiQL(Enum):
    """How GraphiQL opens: with ready tokens of the demo world, with none, or not at all."""

    READY = "ready"
    SIGNED_OUT = "signed-out"
    OFF = "off"


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
        Profile.DEVELOPMENT, description="`development` or `production`. Production refuses whatever is meant for trying it out."
    )
    data: Path = Field(Path("data"), description="The directory of the issuer's key, of the lock, and of the built-in database.")
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65_535, description="The port to listen on; 0 takes a free one.")
    base_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#\s@]+(/[^?#\s]*)?$",
        description="Where people reach the service; links in mails begin so. Required in production.",
    )
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="More names and addresses to be called by than those of the two settings above and of loopback, with commas.",
    )
    database_url: SecretStr | None = Field(
        None, description="`postgresql://user:password@host/name`. Left out: SQLite in the data directory."
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
    oidc_issuers: Annotated[tuple[Issuer, ...], NoDecode] = Field(
        (), description="Identity providers whose tokens are taken beside our own: a JSON list, as docs/identity.md tells."
    )
    terms_assurance: bool = Field(
        default=False, description="Whether accepting terms takes a sign-in that its issuer calls one of its `terms_acr`."
    )
    rate_limit_viewer: int = Field(200_000, ge=0, le=_MOST, description="Cost that one viewer may ask for in a minute; 0: any.")
    rate_limit_address: int = Field(1_000_000, ge=0, le=_MOST, description="Cost for one address in a minute; 0: any.")
    rate_limit_sign_ins: int = Field(
        300, ge=0, le=_MOST, description="Sign-ins and requests for links for one address in a quarter of an hour; 0: any."
    )
    rate_limit_links: int = Field(
        10, ge=0, le=_MOST, description="Sign-in links that may be asked for in an hour for one e-mail address; 0: any."
    )
    rate_limit_store: SecretStr | None = Field(
        None, description="`redis://host:6379/0`: where servers count together. Left out: each counts by itself, in memory."
    )
    graphiql: GraphiQL | None = Field(
        None,
        description="`ready` with tokens of the demo world, `signed-out`, or `off`. Left out: ready; in production signed-out.",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins whose pages may call `/graphql`, such as `https://app.example`, with commas."
    )
    trusted_documents: Path | None = Field(
        None, description="A manifest, as graphql-codegen or Apollo writes it: no other documents are executed."
    )
    smtp_host: str | None = Field(
        None, description="The mail server. Left out: mails go into the built-in mailbox (development only)."
    )
    smtp_port: int = Field(587, ge=1, le=65_535, description="The mail server's port.")
    smtp_security: SmtpSecurity = Field(SmtpSecurity.STARTTLS, description="`starttls`, `tls` from the first byte, or `none`.")
    smtp_username: str | None = Field(None, description="The name to sign in to the mail server with.")
    smtp_password: SecretStr | None = Field(None, description="The password to sign in to the mail server with.")
    mail_from: str = Field("samarbete@samarbete.example", description="The address that mails are sent from.")
    log_format: LogFormat | None = Field(None, description="`console` or `json`. Left out: console on a terminal, else JSON.")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="`debug`, `info`, `warning` or `error`.")

    @field_validator("trusted_proxies", "cors_origins", "hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("oidc_issuers", mode="before")
    @classmethod
    def _read_issuers(cls, value: object) -> object:
        try:
            read = json.loads(value) if isinstance(value, str) else value
        except (ValueError, RecursionError):
            read = None
        if not isinstance(read, list | tuple):
            raise ValueError("must be a JSON list; docs/identity.md has an example")  # noqa: TRY004 - pydantic tells of this one
        known = {one.name for one in fields(Issuer)}
        if {name for one in read if isinstance(one, dict) for name in one} - known:
            raise ValueError(f"an issuer has nothing but {', '.join(sorted(known))}")
        return read

    @field_validator("oidc_issuers")
    @classmethod
    def _check_issuers(cls, value: tuple[Issuer, ...]) -> tuple[Issuer, ...]:
        if len({one.url for one in value}) != len(value):
            raise ValueError("names an issuer twice")
        return value

    @field_validator("hosts")
    @classmethod
    def _check_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_HOST.fullmatch(one) for one in value):
            raise ValueError("names hosts in lower case, without ports and brackets")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_ORIGIN.fullmatch(one) for one in value):
            raise ValueError("names origins as browsers do: https:// and a host in lower case, with a port if it is not 443")
        return value

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
            if any(one.is_local for one in self.oidc_issuers):
                raise ValueError(f"production takes issuers in {PREFIX}OIDC_ISSUERS whose addresses begin with https:// alone")
            if self.graphiql is GraphiQL.READY:
                raise ValueError(f"production opens GraphiQL without a token alone: set {PREFIX}GRAPHIQL to signed-out or off")
        return self

    @model_validator(mode="after")
    def _check_assurance(self) -> "Settings":
        if self.terms_assurance and not any(one.terms_acr and Side.COMPANY in one.sides for one in self.oidc_issuers):
            raise ValueError(f"{PREFIX}TERMS_ASSURANCE takes an issuer of the side COMPANY that has terms_acr")
        return self

    @property
    def is_production(self) -> bool:
        """Whether the profile is production."""
        return self.profile is Profile.PRODUCTION

    @property
    def demanded_assurance(self) -> dict[str, frozenset[str]] | None:
        """The values of `acr`, by issuer, that suffice for accepting terms; None where every sign-in does."""
        return {one.url: one.terms_acr for one in self.oidc_issuers} if self.terms_assurance else None

    @property
    def has_mailbox(self) -> bool:
        """Whether mails go into the built-in mailbox, which production refuses."""
        return self.smtp_host is None and not self.is_production

    @property
    def has_graphiql(self) -> bool:
        """Whether a browser that opens `/graphql` gets GraphiQL."""
        return self.graphiql is not GraphiQL.OFF

    @property
    def has_ready_graphiql(self) -> bool:
        """Whether GraphiQL opens with tokens of the demo world, which production refuses."""
        return not self.is_production and self.graphiql in {None, GraphiQL.READY}

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
    def names(self) -> frozenset[str]:
        """The hosts by which the service is called, beside those of loopback."""
        own = {urlsplit(self.url).hostname or "", self.host.lower()} - _ANY
        return frozenset({*own, *self.hosts})

    @property
    def url(self) -> str:
        """Where people reach the service, without a slash at its end."""
        if self.base_url is not None:
            return self.base_url.rstrip("/")
        host = "127.0.0.1" if self.host in _ANY else self.host
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


def _sentences(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        first, *below = (*problem["loc"], "")
        name = " ".join([f"{PREFIX}{str(first).upper()}", *(str(part) for part in below[:-1])]) if first else ""
        message = problem["msg"].removeprefix("Value error, ")
        yield f"{name}: {message}" if name else message
