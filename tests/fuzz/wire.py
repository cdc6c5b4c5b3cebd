"""Connections to the service, on which bytes are written as they are and answers are read with no leniency."""

import asyncio
import struct
import time
from collections.abc import Sequence
from contextlib import suppress

from tests.fuzz.asking import Sent, Talk
from tests.fuzz.heard import Answer, End, Heard, Spoken
from tests.support.frames import BINARY, CLOSE, TEXT

# How long it is listened for answers that may come or not.
QUIET_S = 0.15
_BLOCK = 65_536
_WITHOUT_BODY = frozenset({204, 304})


class CutError(Exception):
    """The connection ended, or what came is not framed as HTTP or WebSocket have it."""


class SilentError(Exception):
    """Nothing came in time."""


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience_s: float) -> None:
        self._reader, self._writer = reader, writer
        self._patience_s = patience_s
        self._buffer = bytearray()
        self._end = End.OPEN
        self.used_at = 0.0
        self.carried: list[int] = []

    @classmethod
    async def opened(cls, port: int, patience_s: float) -> "Wire":
        """Connect to a port of this machine; what is due is waited for so many seconds."""
        return cls(*await asyncio.open_connection("127.0.0.1", port), patience_s)

    @property
    def is_open(self) -> bool:
        """Whether the connection may be used again."""
        return self._end is End.OPEN and not self._buffer and not self._reader.at_eof() and not self._writer.is_closing()

    def abort(self) -> None:
        """Leave at once."""
        self._writer.close()

    async def carry(self, number: int, asked: Sent | Talk) -> Heard | Spoken:
        """Send the input of a number, and return what came of it."""
        self.carried.append(number)
        heard = await (self.exchange(asked) if isinstance(asked, Sent) else self.converse(asked))
        self.used_at = time.monotonic()
        return heard

    async def exchange(self, sent: Sent) -> Heard:
        """Send an input, and listen to what comes of it."""
        for part in sent.parts:
            await self._write(part)
            if len(sent.parts) > 1:
                await asyncio.sleep(0)
        if sent.leaves and not sent.methods:
            self.abort()
            self._end = End.CLOSED
            return Heard(end=End.OPEN)
        answers: list[Answer] = []
        try:
            await self._read(sent, answers)
        except SilentError:
            if len(answers) < len(sent.methods) or self._buffer:
                self._end = End.SILENT
        except CutError:
            pass
        heard = Heard(answers=tuple(answers), rest=bytes(self._buffer), end=self._end)
        if sent.leaves or sent.wild or sent.refused or self._end is not End.OPEN or _is_over(answers):
            self.abort()
            self._end = End.CLOSED
        return heard

    async def _read(self, sent: Sent, answers: list[Answer]) -> None:
        """Read the answers that are due, and then those that may come."""
        for method in sent.methods:
            answers.append(await self._answer(method))
            if _is_over(answers):
                return
        while sent.wild and not _is_over(answers):
            if not self._buffer:
                await self._fill(QUIET_S)
            answers.append(await self._answer("POST"))

    async def converse(self, talk: Talk) -> Spoken:
        """Shake hands, send the frames, and listen until the connection ends."""
        answer: Answer | None = None
        messages: list[bytes | str] = []
        code: int | None = None
        last = talk.frames[-1:] if talk.closes and not talk.hastens else ()
        frames = b"".join(talk.frames[: len(talk.frames) - len(last)])
        await self._write(talk.head + frames if talk.hastens else talk.head)
        if talk.hastens and talk.leaves:
            self.abort()
            return Spoken()
        try:
            answer = await self._answer("GET")
            if answer.status == 101:
                await self._write(b"" if talk.hastens else frames)
                if talk.leaves:
                    await self._fill(self._patience_s)
                else:
                    code = await self._listen(talk.awaited, last, messages)
        except SilentError:
            self._end = End.SILENT
        except CutError:
            pass
        end = self._end
        self.abort()
        self._end = End.CLOSED
        return Spoken(answer=answer, messages=tuple(messages), code=code, end=end)

    async def _listen(self, awaited: Sequence[str], last: Sequence[bytes], messages: list[bytes | str]) -> int:
        """Return the code of the close frame.

        Our own is sent last: once everything awaited has come to its end, or else when nothing comes for a moment.
        """
        left = {f'"id":"{one}"'.encode() for one in awaited}
        while True:
            if last and not left and not self._buffer:
                try:
                    await self._fill(0 if awaited else QUIET_S)
                except SilentError:
                    await self._write(b"".join(last))
                    last = ()
            opcode, payload = await self._frame()
            if opcode == CLOSE:
                return int(struct.unpack(">H", payload[:2])[0]) if len(payload) >= 2 else 1005
            if opcode in {TEXT, BINARY}:
                messages.append(payload.decode(errors="surrogateescape") if opcode == TEXT else payload)
            if opcode == TEXT and (b'"type":"complete"' in payload or b'"type":"error"' in payload):
                left -= {one for one in left if one in payload}

    async def _frame(self) -> tuple[int, bytes]:
        head = await self._take(2)
        length = head[1]
        if head[0] & 0xF0 != 0x80 or length & 0x80:
            raise CutError
        if length >= 126:
            length = int.from_bytes(await self._take(2 if length == 126 else 8), "big")
        return head[0] & 0x0F, await self._take(length)

    async def _answer(self, method: str) -> Answer:
        """Read one answer, passing over those that only say to go on.

        Raises:
            CutError: the connection ended before any answer, or what comes is none.
            SilentError: nothing came.
        """
        while True:
            status, headers = _read_head(await self._until(b"\r\n\r\n"))
            if status >= 200 or status == 101:
                break
        named = dict(headers)
        is_stream = (
            method != "HEAD" and named.get("content-type", "").startswith("text/event-stream") and "content-length" not in named
        )
        try:
            if method == "HEAD" or status in _WITHOUT_BODY or status == 101:
                body = b""
            elif is_stream:
                body = await self._some()
            elif named.get("transfer-encoding") == "chunked" and "content-length" not in named:
                body = await self._chunks()
            else:
                body = await self._take(int(named["content-length"]))
        except (CutError, KeyError, ValueError):
            return Answer(status=status, headers=headers, body=bytes(self._buffer), is_complete=False)
        return Answer(status=status, headers=headers, body=body, is_stream=is_stream)

    async def _some(self) -> bytes:
        if not self._buffer:
            await self._fill(self._patience_s)
        return await self._take(len(self._buffer))

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self._until(b"\r\n"), 16):
            body += await self._take(size)
            if await self._take(2) != b"\r\n":
                raise CutError
        if await self._take(2) != b"\r\n":
            raise CutError
        return body

    async def _take(self, length: int) -> bytes:
        while len(self._buffer) < length:
            await self._fill(self._patience_s)
        taken = bytes(self._buffer[:length])
        del self._buffer[:length]
        return taken

    async def _until(self, mark: bytes) -> bytes:
        while (at := self._buffer.find(mark)) < 0:
            await self._fill(self._patience_s)
        return (await self._take(at + len(mark)))[: -len(mark)]

    async def _fill(self, within_s: float) -> None:
        try:
            async with asyncio.timeout(within_s):
                read = await self._reader.read(_BLOCK)
        except TimeoutError:
            raise SilentError from None
        except OSError:
            self._end = End.RESET
            raise CutError from None
        if not read:
            self._end = End.CLOSED
            raise CutError
        self._buffer += read

    async def _write(self, part: bytes) -> None:
        # Whoever was refused early may be cut off while it still sends; what came back is what counts.
        with suppress(OSError):
            self._writer.write(part)
            if len(part) > _BLOCK:
                await self._writer.drain()


def _is_over(answers: Sequence[Answer]) -> bool:
    return bool(answers) and answers[-1].ends


def _read_head(head: bytes) -> tuple[int, tuple[tuple[str, str], ...]]:
    first, *lines = head.split(b"\r\n")
    version, _, rest = first.partition(b" ")
    status = rest[:3]
    if version != b"HTTP/1.1" or not status.isdigit():
        raise CutError
    pairs = (line.partition(b": ") for line in lines)
    return int(status), tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, _, value in pairs)
