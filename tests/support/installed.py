"""What tests install beside the checkout's own environment, once for all workers."""

import fcntl
import hashlib
from collections.abc import Callable
from pathlib import Path

from tests.support import service


def once(lock_file: Path, mark: Path, install: Callable[[], object]) -> None:
    """Install what a lock file names unless the mark says that exactly this is there; who comes meanwhile waits."""
    wanted = hashlib.sha256(lock_file.read_bytes()).hexdigest()
    locks = service.ROOT / ".make"
    locks.mkdir(exist_ok=True)
    with (locks / f"{lock_file.parent.name}-{lock_file.stem}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if mark.is_file() and mark.read_text(encoding="utf-8") == wanted:
            return
        install()
        mark.write_text(wanted, encoding="utf-8")
