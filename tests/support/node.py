"""Programs of Node's, which is a package in the virtual environment, and the packages that they stand on."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.support import installed

BIN = Path(sys.executable).parent
SECONDS = 120
# npm runs the node that it finds.
ENVIRONMENT = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}


def install(folder: Path, *then: Sequence[str]) -> None:
    """Install what a folder's lock file names and run the programs that follow, unless that lock file's are there already."""

    def install_all() -> None:
        run(folder, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
        for command in then:
            run(folder, *command)

    installed.once(folder / "package-lock.json", folder / "node_modules" / ".installed", install_all)


def run(folder: Path, *command: str) -> str:
    """Run a program in a folder, and return what it printed."""
    program = str(BIN / command[0])
    done = subprocess.run(
        [program, *command[1:]],
        cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout
