"""The office's card of a company."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class CompanyForm(Enum):
    """The legal form on the card."""

    LIMITED_COMPANY = "LIMITED_COMPANY"
    SOLE_TRADER = "SOLE_TRADER"
    TRADING_PARTNERSHIP = "TRADING_PARTNERSHIP"
    LIMITED_PARTNERSHIP = "LIMITED_PARTNERSHIP"
    ECONOMIC_ASSOCIATION = "ECONOMIC_ASSOCIATION"
    NON_PROFIT = "NON_PROFIT"
    PUBLIC_BODY = "PUBLIC_BODY"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address; `country` is ISO 3166-1 alpha-2."""

    street: str | None
    postal_code: str | None
    city: str | None
    country: str

    @property
    def complete(self) -> bool:
        """All four given."""
        return bool(self.street and self.postal_code and self.city and self.country)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person at the customer; `language` is that of the mails, `sv` or `en`."""

    name: str
    email: str | None
    phone: str | None
    language: str
    is_main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer card; `organisation_number` as ten digits, `version` goes up by one with every change."""

    id: str
    office_id: str
    customer_number: str
    name: str
    organisation_number: str
    company_form: CompanyForm
    address: Address | None
    contacts: tuple[Contact, ...]
    account_manager_id: str | None
    archived: bool
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def main_contact(self) -> Contact | None:
        """The contact marked as main, if any is."""
        return next((contact for contact in self.contacts if contact.is_main), None)
