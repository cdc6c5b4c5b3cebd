"""`make walk`: a fresh service on the demo world, and the example clients on it."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support import service
from tests.support.service import Service

OPERATOR = "  operator   python cli.py "


def main() -> int:
    """Run `examples/walk.py` and `examples/new_terms.py` against a service of their own, and return their exit status."""
    with tempfile.TemporaryDirectory(prefix="samarbete-walk-") as directory:
        data = Path(directory) / "data"
        service.run_command("demo", data=data)
        token = service.run_command("token", "anna@nordbyran.example", data=data).strip()
        with service.run_service(data) as running:
            return follow(running, "walk", token) or follow(running, "new_terms", token)


def follow(running: Service, example: str, token: str) -> int:
    """Let an example run, and type for the operator what it asks him for."""
    command = [sys.executable, "-m", f"examples.{example}", "--url", running.url, "--token", token]
    with subprocess.Popen(command, cwd=service.ROOT, stdout=subprocess.PIPE, text=True) as walking:
        try:
            for line in walking.stdout or ():
                sys.stdout.write(line)
                sys.stdout.flush()
                if line.startswith(OPERATOR):
                    service.run_command(*line.removeprefix(OPERATOR).split(), data=running.data)
        except BaseException:
            # It would wait for minutes for what is not going to be done.
            walking.kill()
            raise
    return walking.returncode


if __name__ == "__main__":
    sys.exit(main())
