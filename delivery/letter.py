"""Letters: a mail rendered in its recipient's language, and made into bytes whose headers nobody can add to."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from delivery.sheet import Sheet
from domain import text
from domain.mail import Mail
from persistence.keys import Keys

PRODUCT = "Samarbete"
# What a template may name; what a mail's content leaves out is None there.
CONTENT = (
    "accept_by",
    "accepted_by",
    "address",
    "administrator_created",
    "advisor",
    "approval_kind",
    "approved_at",
    "approved_by",
    "asked_before",
    "bounced",
    "chain_hash",
    "chain_number",
    "collaboration_id",
    "company",
    "customer",
    "ended_at",
    "ended_by",
    "ends_on",
    "expires_at",
    "expires_on",
    "invoice_recipient",
    "link_expires_at",
    "message",
    "office",
    "paid_anew",
    "paid_elsewhere",
    "path",
    "problem",
    "reason",
    "scenario",
    "service",
    "service_activated",
    "service_afterwards",
    "suspended",
    "task",
    "terms_sha256",
    "terms_text",
    "terms_version",
)
_MONTHS = {
    "sv": (
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
_HEADERS = (
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "auto-submitted",
    "content-language",
    "mime-version",
    "content-type",
)
# Characters that turn the direction of text around, and so can make a name read as another.
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class UnsafeLetterError(Exception):
    """A value would change what the letter's headers say; the text names the header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What every letter of an installation has in common: links start with `base_url`, `sender` is one address."""

    base_url: str
    sender: str
    keys: Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one person; `to` and `sender` are addresses alone, the names are what a reader sees beside them."""

    mail_id: str
    to: str
    to_name: str
    sender: str
    sender_name: str
    language: str
    subject: str
    text: str
    html: str
    written_at: datetime

    @property
    def message_id(self) -> str:
        """The Message-ID, the same each time the mail is sent, so that a repeat is seen to be one."""
        return f"<{self.mail_id}@{self.sender.rpartition('@')[2]}>"


def write(mail: Mail, head: Letterhead) -> Letter:
    """Render a mail as a letter.

    The link carries its secret in the fragment, which browsers do not send; a mail without a link has none.

    Raises:
        jinja2.TemplateError: there is no template for the kind, or it names what is not known.
    """
    language = mail.recipient.language if mail.recipient.language in _MONTHS else "sv"
    values = dict.fromkeys(CONTENT) | {name: _plain(value) for name, value in mail.content.items()}
    values |= {
        "to_office": mail.recipient.advisor_id is not None,
        "recipient": _plain(mail.recipient.name),
        "url": _url(mail, head),
        "deadline": _spoken(values["expires_at"] or values["expires_on"], language),
        "link_deadline": _spoken(values["link_expires_at"], language),
        "last_day": _spoken(values["ends_on"], language),
        "ended": _spoken(values["ended_at"], language),
        "accept_day": _spoken(values["accept_by"], language),
        "approved": _spoken(values["approved_at"], language),
    }
    sheet = Sheet()
    template = _ENVIRONMENT.get_template(f"{mail.kind.value.lower()}.{language}.jinja")
    module = template.make_module(values | {"sheet": sheet})
    subject = " ".join(str(module.subject).split())  # type: ignore[attr-defined] # what the template sets
    page = _ENVIRONMENT.get_template("letter.html.jinja")
    office = values["office"]
    return Letter(
        mail_id=mail.id,
        to=mail.recipient.email,
        to_name=mail.recipient.name,
        sender=head.sender,
        sender_name=f"{office} via {PRODUCT}" if office and not values["to_office"] else PRODUCT,
        language=language,
        subject=subject,
        text=sheet.as_text(),
        html=page.render(language=language, subject=subject, blocks=sheet.blocks),
        written_at=mail.queued_at,
    )


def as_bytes(letter: Letter) -> bytes:
    """Print a letter as RFC 5322 prescribes, text and HTML as alternatives.

    Raises:
        UnsafeLetterError: an address is not a single plain one, or the headers came out other than they were set.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = _address("From", letter.sender_name, letter.sender)
    message["To"] = _address("To", letter.to_name, letter.to)
    message["Subject"] = header_text(letter.subject)
    message["Date"] = letter.written_at
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    # Quoted-printable never has "=_", and the same letter is printed the same each time.
    message.set_boundary(f"=_{letter.mail_id}")
    # Setting the content takes every earlier Content header away.
    message["Content-Language"] = letter.language
    printed = message.as_bytes()
    check_headers(printed)
    return printed


def check_headers(printed: bytes) -> None:
    """Make sure that a printed letter has each of our headers once and no other, whatever the library made of the values.

    Raises:
        UnsafeLetterError: it has not.
    """
    head = printed.partition(b"\r\n\r\n")[0].decode("ascii")
    names = [line.partition(":")[0].lower() for line in head.split("\r\n") if not line.startswith((" ", "\t"))]
    if sorted(names) != sorted(_HEADERS):
        message = f"the headers came out as {sorted(set(names) ^ set(_HEADERS)) or 'repeated'}"
        raise UnsafeLetterError(message)


def header_text(value: str) -> str:
    """Return a value that is safe in a header: one line, and nothing that the library would decode.

    On Python 3.11 `=?utf-8?q?a=0D=0ABcc=3A...?=` in a subject or name is decoded to a line break and becomes a header.
    """
    single = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in value)
    return " ".join(single.replace("=?", "= ?").split())


def _address(header: str, name: str, address: str) -> Address:
    # "@localhost" is what a development installation sends from.
    if not text.is_email(address) and not (header == "From" and text.is_email(f"{address}.example")):
        message = f"{header} is not one address"
        raise UnsafeLetterError(message)
    return Address(display_name=header_text(name), addr_spec=address)


def _url(mail: Mail, head: Letterhead) -> str:
    address = f"{head.base_url}{mail.content.get('path') or '/sign-in'}"
    return address if mail.link_id is None else f"{address}#{head.keys.link_secret(mail.link_id)}"


def _plain(value: object) -> object:
    if not isinstance(value, str):
        return value
    visible = _TURNING.sub("", value)
    return "".join(part for part in visible if part in "\n\t" or unicodedata.category(part) not in {"Cc", "Cs"})


def _spoken(value: object, language: str) -> str | None:
    """Return a day or moment of Swedish time, stored as 2026-12-24 or 2026-12-24 16:18, as people say it."""
    if not isinstance(value, str):
        return None
    day, _, clock = value.partition(" ")
    found = date.fromisoformat(day)
    words = f"{found.day} {_MONTHS[language][found.month - 1]} {found.year}"
    if not clock:
        return words
    return f"{words} kl. {clock.replace(':', '.')}" if language == "sv" else f"{words} at {clock}"


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(enabled_extensions=("html.jinja",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
