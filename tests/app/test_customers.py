"""Customers from a file: what is imported, what is refused and told, and that nothing is imported twice."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.customer import Address, Contact, Customer
from persistence import customer, office, scope
from persistence.tables import customers
from resolvers.context import Installation
from tests.app.conftest import SetUp

NORD, SYD = "556010-0017", "556010-0025"
ANNA = "anna@nordbyran.example"
HEADER = "customerNumber,name,organisationNumber,companyForm"
WHOLE = (
    f"{HEADER},street,postalCode,city,country,contactName,contactEmail,contactPhone,contactLanguage,accountManager\n"
    "A1,Åkes Bygg AB,556016-0680,LIMITED_COMPANY,Storgatan 1,111 22,Lund,,Åke Ek,ake@bygg.example,070-1,en," + ANNA + "\n"
)


@pytest.fixture
def desk(migrated: SetUp) -> SetUp:
    """Set up an office with an advisor."""
    migrated.do("office", "add", "Nordbyrån", NORD)
    migrated.do("advisor", "add", NORD, "Anna Ek", ANNA)
    return migrated


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Name a file of customers."""
    return tmp_path / "customers.csv"


def imported(up: SetUp) -> list[Customer]:
    """Return the register, by customer number."""

    async def work(installation: Installation) -> list[Customer]:
        async with installation.database.read() as reading:
            found = await reading.connection.scalars(select(customers.c.id))
            cards = await customer.many(reading, list(found), scope=scope.everything())
        return sorted(cards.values(), key=lambda one: one.customer_number)

    return up.ask(work)


def run(up: SetUp, file: Path, content: str | bytes, *, office_name: str = NORD) -> str:
    """Import what the content says, and return what the command prints."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return up.do("customers", "import", str(file), "--office", office_name).strip()


def refused(file: Path) -> list[tuple[str, str, str]]:
    """Read the report."""
    with file.with_suffix(".refused.csv").open(encoding="utf-8", newline="") as report:
        header, *lines = csv.reader(report)
    assert header == ["line", "field", "reason"]
    return [(line, field, reason) for line, field, reason in lines]


@pytest.mark.parametrize("office_name", [NORD, "5560100017", "Nordbyrån"])
def test_a_row_becomes_a_card_with_all_that_it_says(desk: SetUp, file: Path, office_name: str) -> None:
    assert run(desk, file, WHOLE, office_name=office_name) == "Imported 1 customers; 0 were there already, none refused."
    (card,) = imported(desk)
    assert (card.customer_number, card.name, card.organisation_number) == ("A1", "Åkes Bygg AB", "5560160680")
    assert card.address == Address(street="Storgatan 1", postal_code="111 22", city="Lund", country="SE")
    assert card.contacts == (Contact(name="Åke Ek", email="ake@bygg.example", phone="070-1", language="en", is_main=True),)

    async def work(installation: Installation) -> str | None:
        async with installation.database.read() as reading:
            anna = await office.find_advisor_by_email(reading, ANNA)
        return None if anna is None else anna.id

    assert card.account_manager_id == desk.ask(work)
    assert refused(file) == []


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + WHOLE,
        WHOLE.replace(",", ";"),
        WHOLE.replace(",", "\t"),
        WHOLE.replace("\n", "\r\n"),
        WHOLE.upper().split("\n")[0] + "\n" + WHOLE.split("\n")[1],
        WHOLE.replace("Åkes Bygg AB", '"Åkes Bygg AB"'),
        WHOLE + "\n,,,,,,,,,,,,\n",
    ],
    ids=["a byte-order mark", "semicolons", "tabs", "carriage returns", "capitals", "quotes", "empty lines at the end"],
)
def test_what_spreadsheets_write_is_read(desk: SetUp, file: Path, content: str) -> None:
    run(desk, file, content)
    assert [(card.name, card.contacts[0].name) for card in imported(desk)] == [("Åkes Bygg AB", "Åke Ek")]


def test_quotes_and_line_breaks_in_fields_are_the_fields_own_and_lines_are_counted_as_an_editor_does(
    desk: SetUp, file: Path
) -> None:
    content = (
        f"{HEADER},street\n"
        '1,"Kalle ""K"", AB",556016-0680,LIMITED_COMPANY,\n'
        '2,"Två\nrader AB",556000-4615,LIMITED_COMPANY,\n'
        '3,Ett AB,556061-0680,LIMITED_COMPANY,"Port, 2"\n'
    )
    assert run(desk, file, content).startswith("Imported 1 customers; 0 were there already, 2 refused: see ")
    assert [card.name for card in imported(desk)] == ['Kalle "K", AB']
    assert refused(file) == [
        ("3", "name", "name holds a character that is not allowed"),
        ("5", "organisationNumber", "organisationNumber is not a valid organisation number"),
    ]


def test_every_refused_row_has_one_line_that_names_the_fields_and_says_why(desk: SetUp, file: Path) -> None:
    content = (
        f"{HEADER},country,contactName,contactEmail,contactLanguage,accountManager\n"
        ",,,,,,,,\n"
        ",Ett AB,,,,,,,\n"
        ",Två AB,556016-0680,AKTIEBOLAG,Sverige,,x,fr,okänd@nordbyran.example\n"
        ",Tre AB,556016-0680,other\n"
        f",{'x' * 201},556016-0680,OTHER,,,,,\n"
        ",Fem AB,556016-0680,other,,,,,\n"
    )
    assert run(desk, file, content).startswith("Imported 1 customers; 0 were there already, 4 refused: see ")
    told = refused(file)
    assert [(line, field) for line, field, _ in told] == [
        ("3", "organisationNumber, companyForm"),
        ("4", "contactName, contactEmail, contactLanguage, country, companyForm, accountManager"),
        ("5", "row"),
        ("6", "name"),
    ]
    assert told[0][2] == "organisationNumber is not a valid organisation number; companyForm must be given"
    assert told[2][2] == "has more or fewer fields than the header"


def test_a_number_that_stands_twice_is_refused_with_the_line_where_it_stood_first(desk: SetUp, file: Path) -> None:
    content = (
        f"{HEADER}\n"
        "1,Ett AB,556016-0680,OTHER\n"
        "1,Ett AB,556016-0680,OTHER\n"
        "1,Två AB,556000-4615,OTHER\n"
        ",Ett igen AB,556016-0680,OTHER\n"
        "2,Ett till AB,556016-0680,OTHER\n"
    )
    expected = [
        ("3", "customerNumber", "stands on line 2 already"),
        ("4", "customerNumber", "stands on line 2 already"),
        ("5", "organisationNumber", "stands on line 2 already"),
    ]
    assert run(desk, file, content).startswith("Imported 2 customers; 0 were there already, 3 refused")
    assert refused(file) == expected
    assert run(desk, file, content).startswith("Imported 0 customers; 2 were there already, 3 refused")
    assert refused(file) == expected
    assert [card.name for card in imported(desk)] == ["Ett AB", "Ett till AB"]


def test_running_a_file_again_imports_nothing_twice_whether_or_not_it_has_numbers(desk: SetUp, file: Path) -> None:
    content = f"{HEADER}\nA1,Ett AB,556016-0680,OTHER\n,Två AB,556000-4615,OTHER\n"
    assert run(desk, file, content) == "Imported 2 customers; 0 were there already, none refused."
    assert run(desk, file, content) == "Imported 0 customers; 2 were there already, none refused."
    assert run(desk, file, content + ",Tre AB,802002-4280,OTHER\n").startswith("Imported 1 customers; 2 were there")
    assert [card.customer_number for card in imported(desk)] == ["1", "2", "A1"]


def test_a_number_that_another_customer_has_updates_nothing(desk: SetUp, file: Path) -> None:
    run(desk, file, f"{HEADER}\n7,Ett AB,556016-0680,OTHER\n")
    run(desk, file, f"{HEADER}\n7,Annat AB,556000-4615,OTHER\n")
    assert refused(file) == [("2", "customerNumber", "is another customer's")]
    assert [card.name for card in imported(desk)] == ["Ett AB"]


def test_a_file_of_several_chunks_is_imported_whole(desk: SetUp, file: Path) -> None:
    rows = "".join(f"K{place},Kund {place},556016-0680,OTHER\n" for place in range(2_300))
    assert run(desk, file, f"{HEADER}\n{rows}K0,Igen,556016-0680,OTHER\n").startswith("Imported 2300 customers;")
    assert refused(file) == [("2302", "customerNumber", "stands on line 2 already")]
    assert len(imported(desk)) == 2_300


def test_a_row_without_a_number_gets_none_that_a_later_row_asks_for(desk: SetUp, file: Path) -> None:
    rows = "".join(f",Kund {number},{number},OTHER\n" for number in ("556000-4615", "802002-4280", "202100-5489"))
    named = "".join(f"{place},Numrerad {place},556016-0680,OTHER\n" for place in range(1, 1_200))
    assert run(desk, file, f"{HEADER}\n{rows}{named}").startswith("Imported 1202 customers;")
    assert {"1", "1199", "1200", "1202"} <= {one.customer_number for one in imported(desk)}


def test_a_folder_is_no_file_of_customers(desk: SetUp, tmp_path: Path) -> None:
    assert "cannot be read: Is a directory" in desk.refused("customers", "import", ".", "--office", "Nordbyrån")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "wrong header: it lacks name, organisationNumber, companyForm"),
        ("name,organisationNumber\nA,556016-0680\n", "it lacks companyForm"),
        (f"{HEADER},colour\n", "nobody knows colour"),
        (f"{HEADER},name\n", "it repeats name"),
        (f"{HEADER},\n", "nobody knows a column without a name"),
        ("Ett AB,556016-0680\n", "wrong header"),
        (f"{HEADER}\n1,Åke AB,556016-0680,OTHER\n".encode("latin-1"), "not text in UTF-8"),
        (f"{HEADER}\n1,Åke AB,556016-0680,OTHER\n".encode("utf-16"), "not text in UTF-8"),
        (f'{HEADER}\n1,Ett AB,556016-0680,OTHER\n2,"Två AB,556016-0680,OTHER\n', "cannot be read from line 3 on"),
        (f'{HEADER}\n1,Ett AB,556016-0680,OTHER\n2,"Två" AB,556016-0680,OTHER\n', "cannot be read from line 3 on"),
        (f'{HEADER}\n1,Ett AB,556016-0680,OTHER\n2,"{"x" * 200_000}', "cannot be read from line 3 on"),
    ],
    ids=[
        "empty", "a column lacks", "unknown", "repeated", "unnamed", "no header", "latin-1", "utf-16", "open", "loose", "endless",
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_as_a_whole_imports_nothing(desk: SetUp, file: Path, content: str | bytes, words: str) -> None:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    assert words in desk.refused("customers", "import", str(file), "--office", NORD)
    assert imported(desk) == []
    assert not file.with_suffix(".refused.csv").exists()


def test_what_cannot_be_read_written_or_found_is_said(desk: SetUp, file: Path) -> None:
    assert "No such file" in desk.refused("customers", "import", str(file), "--office", NORD)
    file.write_text(WHOLE, encoding="utf-8")
    assert "no office has" in desk.refused("customers", "import", str(file), "--office", SYD)
    assert "no office has" in desk.refused("customers", "import", str(file), "--office", "Sydbyrån")
    desk.do("office", "add", "Nordbyrån", SYD)
    assert "several offices" in desk.refused("customers", "import", str(file), "--office", "Nordbyrån")
    elsewhere = str(file.parent / "none" / "report.csv")
    assert "cannot be written" in desk.refused("customers", "import", str(file), "--office", NORD, "--report", elsewhere)
    assert "would overwrite" in desk.refused("customers", "import", str(file), "--office", NORD, "--report", str(file))
    assert file.read_text(encoding="utf-8") == WHOLE
    assert imported(desk) == []


def test_a_report_of_before_does_not_outlive_its_run(desk: SetUp, file: Path) -> None:
    run(desk, file, f"{HEADER}\n7,Ett AB,fel,OTHER\n")
    assert len(refused(file)) == 1
    run(desk, file, f"{HEADER}\n7,Ett AB,556016-0680,OTHER\n")
    assert refused(file) == []
