"""`make walk`: a fresh service on the demo world, and the example client on it."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support import service


def main() -> int:
    """Run `examples/walk.py` against a service of its own, and return its exit status."""
    with tempfile.TemporaryDirectory(prefix="samarbete-walk-") as directory:
        data = Path(directory) / "data"
        service.run_command("demo", data=data)
        token = service.run_command("token", "anna@nordbyran.example", data=data).strip()
        with service.run_service(data) as running:
            walk = [sys.executable, "examples/walk.py", "--url", running.url, "--token", token]
            return subprocess.run(walk, cwd=service.ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
