"""What a client may write on a customer's card, and the check of it."""

from dataclasses import dataclass, replace

from domain import organisation_number, text
from domain.country import COUNTRIES
from domain.customer import Address, CompanyForm, Contact
from domain.errors import InputProblemCode
from domain.input_check import InputCheck

CONTACTS_LIMIT = 50


class Unset:
    """Stands for a field that an update leaves out; None removes."""

    def __repr__(self) -> str:
        """Read the same wherever it is copied to, for inputs are hashed."""
        return "UNSET"


UNSET = Unset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCustomer:
    """A new card; the number left out becomes the next free one."""

    name: str
    organisation_number: str
    company_form: CompanyForm
    customer_number: str | None = None
    address: Address | None = None
    contacts: tuple[Contact, ...] = ()
    account_manager_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateCustomer:
    """A change of a card: what is `UNSET` stays, and None removes, where the card can be without."""

    customer_id: str
    expected_version: int | None = None
    name: str | Unset | None = UNSET
    organisation_number: str | Unset | None = UNSET
    company_form: CompanyForm | Unset | None = UNSET
    customer_number: str | Unset | None = UNSET
    address: Address | Unset | None = UNSET
    contacts: tuple[Contact, ...] | Unset | None = UNSET
    account_manager_id: str | Unset | None = UNSET


def refuse_removal(**values: object) -> None:
    """Refuse null for what cannot be removed; the keywords are the fields as the input names them.

    Raises:
        InvalidInput: REQUIRED, with the path of each.
    """
    check = InputCheck()
    for name, value in values.items():
        if value is None:
            check.problem(InputProblemCode.REQUIRED, name)
    check.finish()


def checked(asked: CreateCustomer, *, number_required: bool = False) -> CreateCustomer:
    """Return the card with its values cleaned.

    Raises:
        InvalidInput: with every wrong value and its path.
    """
    check = InputCheck()
    number = asked.customer_number
    if number is not None:
        number = check.text(number, "customerNumber", limit=text.CUSTOMER_NUMBER_LIMIT)
    elif number_required:
        check.problem(InputProblemCode.BLANK, "customerNumber")
    check.count(asked.contacts, "contacts", limit=CONTACTS_LIMIT)
    contacts = tuple(
        _checked_contact(check, contact, str(place)) for place, contact in enumerate(asked.contacts[:CONTACTS_LIMIT])
    )
    mains = [place for place, contact in enumerate(contacts) if contact.is_main]
    for place in mains[1:]:
        check.problem(InputProblemCode.DUPLICATE, "contacts", str(place), "isMain")
    cleaned = replace(
        asked,
        name=check.text(asked.name, "name", limit=text.NAME_LIMIT),
        organisation_number=_checked_number(check, asked),
        customer_number=number,
        address=None if asked.address is None else _checked_address(check, asked.address),
        contacts=contacts,
    )
    check.finish()
    return cleaned


def _checked_number(check: InputCheck, asked: CreateCustomer) -> str:
    """Return the number, where it is of the kind that the company form has (domain.md section 5)."""
    number = check.organisation_number(asked.organisation_number, "organisationNumber")
    if number and not organisation_number.fits(number, asked.company_form):
        check.problem(InputProblemCode.ORGANISATION_NUMBER_INVALID, "organisationNumber")
    return number


def _checked_contact(check: InputCheck, contact: Contact, place: str) -> Contact:
    path = ("contacts", place)
    return Contact(
        name=check.text(contact.name, *path, "name", limit=text.NAME_LIMIT),
        email=check.optional_email(contact.email, *path, "email"),
        phone=check.optional_text(contact.phone, *path, "phone", limit=text.PHONE_LIMIT),
        language=check.choice(contact.language, text.LANGUAGES, *path, "language"),
        is_main=contact.is_main,
    )


def _checked_address(check: InputCheck, address: Address) -> Address:
    country = address.country.strip().upper()
    if country not in COUNTRIES:
        check.problem(InputProblemCode.NOT_ALLOWED, "address", "country")
    return Address(
        street=check.optional_text(address.street, "address", "street", limit=text.STREET_LIMIT),
        postal_code=check.optional_text(address.postal_code, "address", "postalCode", limit=text.POSTAL_CODE_LIMIT),
        city=check.optional_text(address.city, "address", "city", limit=text.CITY_LIMIT),
        country=country,
    )
