"""On what kind of file system a database's file lies: SQLite keeps its word where locks and writes are one machine's own."""

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
NETWORK = frozenset(
    {
        "9p", "afs", "auristorfs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "gpfs", "juicefs", "lustre",
        "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "pvfs2", "smb3", "smbfs",
        "fuse.ceph", "fuse.davfs", "fuse.gcsfuse", "fuse.glusterfs", "fuse.goofys", "fuse.juicefs", "fuse.mfs", "fuse.rclone",
        "fuse.s3fs", "fuse.smbnetfs", "fuse.sshfs",
    }
)  # fmt: skip
_ESCAPED = re.compile(r"\\([0-7]{3})")


def network_of(file: Path) -> str | None:
    """Name the network file system on which a file is or would be; None where it is none, or where the system does not tell."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    found, kind = Path("/"), ""
    for line in lines:
        mount, _, described = line.partition(" - ")
        place = Path(_ESCAPED.sub(lambda escaped: chr(int(escaped[1], 8)), mount.split(" ")[4]))
        # What is mounted last lies on top.
        if file.resolve().is_relative_to(place) and place.is_relative_to(found):
            found, kind = place, described.partition(" ")[0]
    return kind if kind in NETWORK else None
