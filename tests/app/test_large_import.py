"""A file is imported in little memory, however long it is."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.conftest import SetUp
from tests.support import service

pytestmark = pytest.mark.slow

NORD = "556010-0017"
# What getrusage tells includes the memory of whoever started the program, which is this test run's own.
MEASURED = """
import re, sys
from pathlib import Path
from cli import cli
cli(sys.argv[1:], standalone_mode=False)
print("peak", int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def peak_mib(up: SetUp, file: Path, first: int, number: int) -> int:
    """Import so many rows, and return how much memory that took at its most, the program's own included."""
    with file.open("w", encoding="utf-8") as rows:
        rows.write("customerNumber,name,organisationNumber,companyForm,city,contactName,contactEmail\n")
        for place in range(first, first + number):
            rows.write(f'K{place},"Företag {place}, i Åmål AB",556016-0680,OTHER,Åmål,Kim {place},kim@k{place}.example\n')
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, "customers", "import", str(file), "--office", NORD],
        cwd=service.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"Imported {number} customers" in done.stdout
    return int(done.stdout.rpartition("peak ")[2])


def test_ten_times_the_rows_take_the_same_memory_and_less_than_200_mib(migrated: SetUp, tmp_path: Path) -> None:
    migrated.do("office", "add", "Nordbyrån", NORD)
    few = peak_mib(migrated, tmp_path / "few.csv", 0, 2_000)
    many = peak_mib(migrated, tmp_path / "many.csv", 2_000, 20_000)
    assert many < 200
    assert many - few < 20
