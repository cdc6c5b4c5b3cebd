"""What `make` hands to the service: what is typed, else what is exported, else what the pages say."""

import os
import subprocess

import pytest

from tests.support import service

EXPORTED = {"SAMARBETE_PORT": "8002", "SAMARBETE_DATA": "./exported"}


@pytest.mark.parametrize(
    ("typed", "exported", "used"),
    [
        ([], {}, "8000 ./data"),
        ([], EXPORTED, "8002 ./exported"),
        ([], {**EXPORTED, "SAMARBETE_DATA": ""}, "8002 ./data"),
        ([], {**EXPORTED, "PORT": "8003", "DATA": "./of-others"}, "8002 ./exported"),
        ([], {"PORT": "8003"}, "8003 ./data"),
        (["PORT=8001"], EXPORTED, "8001 ./exported"),
        (["PORT=8001", "DATA=./typed"], EXPORTED, "8001 ./typed"),
    ],
)
def test_what_is_typed_goes_before_what_is_exported(typed: list[str], exported: dict[str, str], used: str) -> None:
    names = ("SAMARBETE_PORT", "SAMARBETE_DATA", "PORT", "DATA", "MAKEFLAGS", "MAKELEVEL")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    done = subprocess.run(
        ["make", "--no-print-directory", "--eval=used: ; @echo $(PORT) $(DATA)", "used", *typed],
        cwd=service.ROOT, env={**environment, **exported}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == used
