"""A file of customers: read row by row in little memory, surveyed as a whole first, so that a wrong file imports nothing."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from commands.setting_up import RefusedError
from domain import text
from domain.customer import Address, CompanyForm, Contact
from domain.errors import InputProblem, InputProblemCode, InvalidInput
from resolvers import card, intake
from resolvers.card import CreateCustomer

REQUIRED = ("name", "organisationNumber", "companyForm")
COLUMNS = (
    "customerNumber", *REQUIRED, "street", "postalCode", "city", "country",
    "contactName", "contactEmail", "contactPhone", "contactLanguage", "accountManager",
)  # fmt: skip
# Where a problem's path leads, as the column that it came from.
_COLUMN_OF = {
    ("address", "street"): "street",
    ("address", "postalCode"): "postalCode",
    ("address", "city"): "city",
    ("address", "country"): "country",
    ("contacts", "0", "name"): "contactName",
    ("contacts", "0", "email"): "contactEmail",
    ("contacts", "0", "phone"): "contactPhone",
    ("contacts", "0", "language"): "contactLanguage",
}
_LONGEST_HEADER = 10_000
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a file is: how its fields are parted, which columns it has, how many rows, and the highest number that one names."""

    delimiter: str
    columns: tuple[str, ...]
    rows: int = 0
    highest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: the line on which it begins, and its fields, or None where it has more or fewer than the header."""

    number: int
    fields: Mapping[str, str] | None


def survey(file: Path) -> Survey:
    """Read the whole file once.

    Raises:
        RefusedError: it cannot be read, is not text in UTF-8, has another header, or quotes that do not match.
    """
    with _readable(file), file.open(encoding="utf-8-sig", newline="") as opened:
        header = opened.readline(_LONGEST_HEADER)
        delimiter = max(_DELIMITERS, key=header.count)
        named = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    columns = _columns(file, named)
    rows, highest = 0, 0
    for line in read(file, Survey(delimiter=delimiter, columns=columns)):
        rows += 1
        highest = max(highest, intake.plain_number((line.fields or {}).get("customerNumber", "").strip()))
    return Survey(delimiter=delimiter, columns=columns, rows=rows, highest=highest)


def read(file: Path, known: Survey) -> Iterator[Line]:
    """Yield the rows; empty lines are passed over.

    Raises:
        RefusedError: as `survey`.
    """
    with _readable(file), file.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.reader(opened, delimiter=known.delimiter, strict=True)
        try:
            next(reader)
            begun = reader.line_num + 1
            for fields in reader:
                if any(field.strip() for field in fields):
                    whole = len(fields) == len(known.columns)
                    yield Line(number=begun, fields=dict(zip(known.columns, fields, strict=True)) if whole else None)
                begun = reader.line_num + 1
        except csv.Error as error:
            message = (
                f"{file} cannot be read from line {begun} on: {error}. Check the quotation marks. Nothing after it was read."
            )
            raise RefusedError(message) from error


def to_card(fields: Mapping[str, str], managers: Mapping[str, str]) -> CreateCustomer:
    """Make a card of a row; `managers` are the ids of the office's advisors by case-folded address.

    Raises:
        InvalidInput: with every wrong value, the path being the column.
    """
    given = {name: value.strip() or None for name, value in fields.items()}
    problems = []
    form = _form(given.get("companyForm"))
    if form is None:
        code = InputProblemCode.REQUIRED if given.get("companyForm") is None else InputProblemCode.NOT_ALLOWED
        problems.append(InputProblem(path=("companyForm",), code=code))
    manager = given.get("accountManager")
    manager_id = None if manager is None else managers.get(text.email_key(manager))
    if manager is not None and manager_id is None:
        problems.append(InputProblem(path=("accountManager",), code=InputProblemCode.UNKNOWN_ID))
    wanted = CreateCustomer(
        name=given.get("name") or "",
        organisation_number=given.get("organisationNumber") or "",
        company_form=form or CompanyForm.OTHER,
        customer_number=given.get("customerNumber"),
        address=_address(given),
        contacts=_contacts(given),
        account_manager_id=manager_id,
    )
    try:
        cleaned = card.checked(wanted)
    except InvalidInput as refusal:
        problems = [_by_column(problem) for problem in refusal.problems] + problems
    if problems:
        raise InvalidInput(*problems)
    return cleaned


def _columns(file: Path, named: list[str]) -> tuple[str, ...]:
    by_name = {name.casefold(): name for name in COLUMNS}
    columns = tuple(by_name.get(name.casefold(), "") for name in named)
    unknown = [name for name, column in zip(named, columns, strict=True) if not column]
    missing = [name for name in REQUIRED if name not in columns]
    double = sorted({column for column in columns if column and columns.count(column) > 1})
    wrong = [
        f"{words} {', '.join(names)}"
        for words, names in (
            ("it lacks", missing),
            ("nobody knows", [name[:40] or "a column without a name" for name in unknown]),
            ("it repeats", double),
        )
        if names
    ]
    if wrong:
        message = f"{file} has a wrong header: {'; '.join(wrong)}. The first line names columns out of: {', '.join(COLUMNS)}."
        raise RefusedError(message)
    return columns


def _form(value: str | None) -> CompanyForm | None:
    return next((form for form in CompanyForm if value is not None and form.value == value.upper()), None)


def _address(given: Mapping[str, str | None]) -> Address | None:
    parts = {name: given.get(name) for name in ("street", "postalCode", "city", "country")}
    if not any(parts.values()):
        return None
    return Address(street=parts["street"], postal_code=parts["postalCode"], city=parts["city"], country=parts["country"] or "SE")


def _contacts(given: Mapping[str, str | None]) -> tuple[Contact, ...]:
    name, email, phone = (given.get(column) for column in ("contactName", "contactEmail", "contactPhone"))
    if not (name or email or phone):
        return ()
    language = (given.get("contactLanguage") or "sv").lower()
    return (Contact(name=name or "", email=email, phone=phone, language=language, is_main=True),)


def _by_column(problem: InputProblem) -> InputProblem:
    return InputProblem(path=(_COLUMN_OF.get(problem.path, problem.path[0]),), code=problem.code)


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RefusedError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise RefusedError(f"{file} is not text in UTF-8. Save it as UTF-8 and try again.") from error
