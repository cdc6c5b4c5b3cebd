"""Frames of WebSockets as bytes, the ones that RFC 6455 knows and others."""

import struct

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
NORMAL = struct.pack(">H", 1000)
MASK = b"\x01\x02\x03\x04"


def frame(
    opcode: int, payload: bytes = b"", *, first: int | None = None, mask: bytes | None = MASK, length: int | None = None
) -> bytes:
    """Write a frame; `first` replaces its first byte, `length` is what it says of its length, and a mask of None is none."""
    said = len(payload) if length is None else length
    flag = 0x80 if mask else 0
    if said < 126:
        size = bytes([flag | said])
    elif said < 2**16:
        size = bytes([flag | 126]) + struct.pack(">H", said)
    else:
        size = bytes([flag | 127]) + struct.pack(">Q", said)
    masked = payload
    if mask:
        keys = (mask * (len(payload) // 4 + 1))[: len(payload)]
        masked = (int.from_bytes(payload, "big") ^ int.from_bytes(keys, "big")).to_bytes(len(payload), "big")
    return bytes([0x80 | opcode if first is None else first]) + size + (mask or b"") + masked


def code_of(last: bytes) -> int | None:
    """Return the code of a close frame that a client sent: 1005 where it has none, None where it is no such frame."""
    if last[:1] != b"\x88":
        return None
    code = bytes(one ^ key for one, key in zip(last[6:8], MASK, strict=False))
    return int.from_bytes(code, "big") if len(code) == 2 else 1005
