"""The installation's secret: made once, the same for all, and refused where it is no secret."""

import hashlib
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from persistence import keys
from persistence.keys import Keys

ROOT = Path(__file__).resolve().parents[2]
CREATOR = """
import pathlib, sys
from persistence import keys
print("ready", flush=True)
sys.stdin.readline()
print(keys.load_or_create(pathlib.Path(sys.argv[1])).token.hex())
"""


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    directory = tmp_path / "data" / "deep"
    made = keys.load_or_create(directory)
    assert len(made.secret) == 32
    assert keys.load_or_create(directory) == made
    assert [file.name for file in directory.iterdir()] == ["issuer.key"]
    assert stat.S_IMODE((directory / "issuer.key").stat().st_mode) == 0o600
    assert keys.load_or_create(tmp_path / "another") != made


def test_processes_that_make_the_secret_at_once_get_the_same_one(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CREATOR, str(tmp_path / "data")],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = {process.communicate()[0] for process in processes}
    assert told == {f"{keys.load_or_create(tmp_path / 'data').token.hex()}\n"}
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["issuer.key"]


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33], ids=["empty", "short", "long"])
def test_a_file_that_holds_no_secret_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "issuer.key").write_bytes(content)
    with pytest.raises(keys.KeyUnusableError, match=r"issuer\.key.*32 bytes.*backup"):
        keys.load_or_create(tmp_path)
    assert (tmp_path / "issuer.key").read_bytes() == content


def test_production_refuses_a_key_that_development_made_wherever_it_lies(tmp_path: Path) -> None:
    keys.load_or_create(tmp_path / "trying")
    (tmp_path / "live").mkdir()
    (tmp_path / "trying" / "issuer.key").rename(tmp_path / "live" / "issuer.key")
    with pytest.raises(keys.KeyUnusableError, match=r"live/issuer\.key was made by the development profile\. Remove it"):
        keys.load_or_create(tmp_path / "live", is_production=True)
    (tmp_path / "live" / "issuer.key").unlink()
    made = keys.load_or_create(tmp_path / "live", is_production=True)
    assert keys.load_or_create(tmp_path / "live", is_production=True) == keys.load_or_create(tmp_path / "live") == made


@pytest.mark.parametrize("content", [b"\0" * 32, b"k" * 32, b"0123456789" * 3 + b"01"], ids=["zeros", "letters", "digits"])
def test_production_refuses_a_key_that_could_be_guessed(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "issuer.key").write_bytes(content)
    with pytest.raises(keys.KeyUnusableError, match="could be guessed"):
        keys.load_or_create(tmp_path, is_production=True)


def test_keys_of_development_have_nothing_in_common_but_their_mark(tmp_path: Path) -> None:
    one, other = (keys.load_or_create(tmp_path / name).secret for name in ("one", "other"))
    assert one[:8] == other[:8]
    assert one[8:] != other[8:]


def test_keys_for_different_ends_have_nothing_in_common() -> None:
    known = Keys(b"k" * 32)
    assert len({known.secret, known.token, known.cursor, known.link_secret("a").encode()}) == 4
    assert known.link_secret("a") == known.link_secret("a") != known.link_secret("b")
    assert len(known.link_secret("a")) == 43
    assert known.link_secret("a") != Keys(b"l" * 32).link_secret("a")
    assert "k" * 8 not in repr(known)


def test_a_secret_is_stored_as_its_hash() -> None:
    assert keys.hash_secret("secret") == hashlib.sha256(b"secret").hexdigest()
    assert keys.new_salt() != keys.new_salt()
    assert len(bytes.fromhex(keys.new_salt())) == 16
