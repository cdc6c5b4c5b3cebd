"""What is shared: the catalogue's services, their terms, and a company's subscription to one."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum


class InvoiceRecipient(Enum):
    """Who pays for the service."""

    OFFICE = "OFFICE"
    CUSTOMER = "CUSTOMER"


class ServiceAfterwards(Enum):
    """What becomes of the service when a collaboration ends."""

    KEEP = "KEEP"
    READ_ONLY = "READ_ONLY"
    END = "END"


class SubscriptionStatus(Enum):
    """A company's right to use a service; no row means none."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    READ_ONLY = "READ_ONLY"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service of the catalogue; texts by language, `open_url` where an advisor or administrator opens it."""

    id: str
    code: str
    names: dict[str, str]
    descriptions: dict[str, str]
    information_url: str | None
    open_url: str
    allowed_invoice_recipients: tuple[InvoiceRecipient, ...]
    end_options: tuple[ServiceAfterwards, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One language of one published version; the text never changes."""

    id: str
    service_id: str
    version: int
    language: str
    text: str
    sha256: str
    effective_from: date
    mandatory: bool
    grace_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSubscription:
    """A company's row for a service; `prior` is what an activation found and an undo restores."""

    company_id: str
    service_id: str
    status: SubscriptionStatus
    invoice_recipient: InvoiceRecipient
    paying_office_id: str | None
    started_at: datetime | None
    prior: "PriorSubscription | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorSubscription:
    """The subscription as it stood before an activation made it pending."""

    status: SubscriptionStatus
    invoice_recipient: InvoiceRecipient
    paying_office_id: str | None
    started_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsAcceptance:
    """That a company stands under a version; person and evidence are None where nobody was asked to read it."""

    company_id: str
    terms_id: str
    accepted_at: datetime
    accepted_by_id: str | None
    evidence_id: str | None


def text_sha256(text: str) -> str:
    """Return the lower-case hex SHA-256 of the UTF-8 bytes of a terms text (domain.md section 4)."""
    return hashlib.sha256(text.encode()).hexdigest()


def terms_in_force(versions: Iterable[Terms], today: date) -> tuple[Terms, ...]:
    """Return every language of the newest version in effect on `today`; empty where none is."""
    effective = [terms for terms in versions if terms.effective_from <= today]
    newest = max((terms.version for terms in effective), default=None)
    return tuple(terms for terms in effective if terms.version == newest)


def terms_to_approve(versions: Iterable[Terms], pinned_version: int, today: date) -> tuple[Terms, ...]:
    """Return every language of the version to accept now.

    The newest mandatory version in effect if it is newer than the pinned one, else the pinned one (domain.md section 4, Terms).
    """
    known = tuple(versions)
    mandatory = terms_in_force((terms for terms in known if terms.mandatory), today)
    if mandatory and mandatory[0].version > pinned_version:
        return mandatory
    return tuple(terms for terms in known if terms.version == pinned_version)


def required_terms(versions: Iterable[Terms], accepted_version: int | None, today: date) -> tuple[Terms, ...]:
    """Return every language of the version that waits for a company's yes; empty where none does.

    That is the newest mandatory version in effect, where it is newer than the one that the company stands under. A company that
    stands under none has not been asked yet: its terms come with the approval.
    """
    if accepted_version is None:
        return ()
    mandatory = terms_in_force((terms for terms in versions if terms.mandatory), today)
    return mandatory if mandatory and mandatory[0].version > accepted_version else ()


def in_language(texts: Iterable[Terms], language: str) -> Terms | None:
    """Return the text in the language asked for, else in Swedish, else in whichever language there is."""
    by_language = {terms.language: terms for terms in texts}
    return by_language.get(language) or by_language.get("sv") or next(iter(by_language.values()), None)


def due_at(terms: Terms) -> date:
    """Return the first day on which the grace time of a mandatory version is over."""
    return terms.effective_from + timedelta(days=terms.grace_days)


def named(texts: Mapping[str, str], language: str) -> str:
    """Return a service's name or description in the language, else in Swedish, else in whichever there is."""
    return texts.get(language) or texts.get("sv") or next(iter(texts.values()), "")
