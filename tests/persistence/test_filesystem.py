"""A network file system is found by what is mounted, whatever lies on top of what."""

from pathlib import Path

import pytest

from persistence import filesystem

LINES = [
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
    "30 22 0:40 / /srv/nfs rw - nfs4 server:/export rw",
    "31 30 8:2 / /srv/nfs/local rw - xfs /dev/sdb1 rw",
    r"32 22 0:41 / /srv/with\040space rw shared:2 master:1 - cifs //server/share rw",
    "33 22 0:42 / /srv/hidden rw - nfs server:/old rw",
    "34 22 8:3 / /srv/hidden rw - ext4 /dev/sdc1 rw",
    "35 22 0:43 / /srv/ssh rw - fuse.sshfs me@server: rw",
    "36 22 0:44 / /srv/memory rw - tmpfs tmpfs rw",
]


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/var/data", None), ("/srv/nfs/data", "nfs4"), ("/srv/nfs", "nfs4"), ("/srv/nfs/local/data", None),
        ("/srv/nfsdata", None), ("/srv/with space/data", "cifs"), ("/srv/hidden/data", None),
        ("/srv/ssh/a/b", "fuse.sshfs"), ("/srv/memory", None),
    ],
)  # fmt: skip
def test_what_is_mounted_nearest_and_last_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, kind: str | None
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    monkeypatch.setattr(filesystem, "MOUNTS", mounts)
    assert filesystem.network_of(Path(place) / "samarbete.sqlite") == kind


def test_where_the_system_does_not_tell_nothing_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filesystem, "MOUNTS", tmp_path / "none")
    assert filesystem.network_of(tmp_path) is None


def test_the_disk_of_this_machine_can_be_told(tmp_path: Path) -> None:
    assert filesystem.MOUNTS.is_file()
    assert filesystem.network_of(tmp_path / "samarbete.sqlite") is None
