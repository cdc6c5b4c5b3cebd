"""The demo world in a data directory, loaded once as the command line does it, and copied for whoever wants one."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.support import service

ANNA = "anna@nordbyran.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoWorld:
    """A data directory that nobody serves, and Anna's token, which is good for its copies too."""

    data: Path
    token: str

    def copy(self, folder: Path) -> Path:
        """Return a copy of the data directory in the folder."""
        return shutil.copytree(self.data, folder / "data")


def make(folder: Path) -> DemoWorld:
    """Load a demo world into the folder."""
    data = folder / "data"
    service.run_command("demo", data=data)
    return DemoWorld(data=data, token=service.run_command("token", ANNA, data=data).strip())
