"""The installation's secret: one key in the data directory, from which every other key is derived."""

import base64
import hashlib
import hmac
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

_LENGTH = 32
FILE = "issuer.key"
# How a key begins that the development profile made; the 24 bytes after it are chance, and as good as 32.
_MARK = b"develop\0"
# Of 32 bytes of chance about 30 are different.
_FEWEST_BYTES = 16


class KeyUnusableError(Exception):
    """The file of the installation's key does not hold one that may be used; the text says why and what helps."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """Keys derived from one secret of 32 bytes; printing them shows nothing."""

    secret: bytes

    @property
    def token(self) -> bytes:
        """The key that signs bearer tokens."""
        return self._derive(b"token")

    @property
    def cursor(self) -> bytes:
        """The key that authenticates cursors."""
        return self._derive(b"cursor")

    def link_secret(self, link_id: str) -> str:
        """Return a link's secret: 256 bits that are never stored, so a mail that is sent again carries the same one."""
        raw = hmac.digest(self._derive(b"link"), link_id.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    def _derive(self, label: bytes) -> bytes:
        return hmac.digest(self.secret, label, hashlib.sha256)


def load_or_create(directory: Path, *, is_production: bool = False) -> Keys:
    """Read the installation's key, or make it; of two processes that make it at once, both get the first one's.

    Raises:
        KeyUnusableError: the file holds something else, because it was cut or overwritten; or in production a key that
            development has made, or one that could be guessed.
    """
    path = directory / FILE
    if not path.exists():
        _create(path, secrets.token_bytes(_LENGTH) if is_production else _MARK + secrets.token_bytes(_LENGTH - len(_MARK)))
    secret = path.read_bytes()
    if len(secret) != _LENGTH:
        message = (
            f"{path} must hold the installation's key of {_LENGTH} bytes and holds {len(secret)}. "
            "Restore it from a backup; or remove it to have a new one made, which ends every session and every mailed link."
        )
        raise KeyUnusableError(message)
    if is_production and (secret.startswith(_MARK) or len(set(secret)) < _FEWEST_BYTES):
        origin = "was made by the development profile" if secret.startswith(_MARK) else "could be guessed"
        message = f"{path} {origin}. Remove it to have a new key made, which ends every session and every mailed link."
        raise KeyUnusableError(message)
    return Keys(secret)


def _create(path: Path, secret: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=FILE)
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link, unlike a rename, fails where the other process was first.
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
    # Links are mailed that this key opens: its name must outlast a power cut as well.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def hash_secret(secret: str) -> str:
    """Return the lower-case hex SHA-256 under which a link's secret is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """Return a new secret of 256 random bits, as 64 hexadecimal digits."""
    return secrets.token_hex(32)


def is_secret(secret: str, sha256: str) -> bool:
    """Tell whether the secret has the hash, in a time that says nothing of how nearly it has."""
    return hmac.compare_digest(hash_secret(secret), sha256)


def new_salt() -> str:
    """Return a new salt for a person's data in evidence: 128 bits as hex."""
    return secrets.token_hex(16)
