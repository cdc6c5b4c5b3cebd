"""The lock that keeps a second server off a SQLite database; a kill -9 frees it."""

import fcntl
import os
import time
from pathlib import Path

# How long a server waits for those who only look, and how often it tries.
_LOOK_S = 0.5
_AGAIN_S = 0.01


class DatabaseInUseError(Exception):
    """Another server runs on the same database."""


class ServerLock:
    """Held by the one server of a data directory for as long as it runs; command-line tools do not take it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            DatabaseInUseError: another server holds it.
        """
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _take(handle)
        except BlockingIOError as error:
            holder = os.pread(handle, 20, 0).decode(errors="replace").strip()
            os.close(handle)
            message = (
                f"another server (process {holder or 'unknown'}) runs on the database in {self._path.parent}. "
                "Stop it first, or choose another data directory with DATA=."
            )
            raise DatabaseInUseError(message) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        self._handle = handle

    def release(self) -> None:
        """Give the lock back."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _take(handle: int) -> None:
    """Take the lock, trying again for a moment: whoever only looks holds it for an instant (`holder`), a server for longer."""
    deadline = time.monotonic() + _LOOK_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_S)
        else:
            return


def holder(path: Path) -> str | None:
    """Return the process that holds the lock, or None where nobody does; takes nothing away from whoever does or will.

    flock has no question, so this takes the lock together with others who look; a server that starts just then tries again.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(handle, 20, 0).decode(errors="replace").strip() or "unknown"
    finally:
        os.close(handle)
    return None
