"""Programs of Node's, which is a package in the virtual environment, and the packages that they stand on."""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.support import service

BIN = Path(sys.executable).parent
SECONDS = 120
# npm runs the node that it finds.
ENVIRONMENT = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}


def install(folder: Path, *then: Sequence[str]) -> None:
    """Install what a folder's lock file names and run the programs that follow, unless that lock file's are there already."""
    installed = folder / "node_modules" / ".installed"
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    locks = service.ROOT / ".make"
    locks.mkdir(exist_ok=True)
    with (locks / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if installed.is_file() and installed.read_text(encoding="utf-8") == wanted:
            return
        run(folder, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
        for command in then:
            run(folder, *command)
        installed.write_text(wanted, encoding="utf-8")


def run(folder: Path, *command: str) -> str:
    """Run a program in a folder, and return what it printed."""
    program = str(BIN / command[0])
    done = subprocess.run(
        [program, *command[1:]],
        cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout
