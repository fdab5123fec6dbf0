"""A recording that comes through a pipe: once, front to back, never kept."""

from __future__ import annotations

import hashlib
import io
from typing import BinaryIO

from .intact import HEAD, LAST_PAGE

_WAVE = (b"RIFF", b"RIFX", b"RF64")
_BEGINNINGS = (
    b".snd", b"caff\0", b"fLaC", b"OggS\0", b"ID3\2", b"ID3\3", b"ID3\4", b"#!AMR",
    b"riff\x2e\x91\xcf\x11",  # Sony Wave64
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, which WMA is in
    b"\x1a\x45\xdf\xa3",  # EBML: Matroska and WebM
)  # fmt: skip


class Pipe:
    """Reads a stream that cannot seek, and keeps account of what passed: the hash, the length, the last bytes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._ahead = b""
        self._hash = hashlib.sha256()
        self.count = 0
        self.tail = b""

    @property
    def head(self) -> bytes:
        """The first HEAD bytes, fewer where there are no more; waits for them. Only before anything is read."""
        while len(self._ahead) < HEAD and (more := self._stream.read(HEAD - len(self._ahead))):
            self._ahead += more
        return self._ahead[:HEAD]

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes as they come, all that is left where it is negative; nothing at the end."""
        if self._ahead and size >= 0:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
        elif size >= 0:
            # what is there is handed on, rather than waited for until `size` is full
            buffered = isinstance(self._stream, io.BufferedReader)
            data = self._stream.read1(size) if buffered else self._stream.read(size)  # type: ignore[attr-defined]
        else:
            data, self._ahead = self._ahead + self._stream.read(), b""
        self._hash.update(data)
        self.count += len(data)
        self.tail = (self.tail + data)[-LAST_PAGE:]
        return data

    def drain(self) -> None:
        """Take what a decoder left, a trailing chunk say, so that the hash is that of the whole."""
        while self.read(1 << 16):
            pass

    def hexdigest(self) -> str:
        """SHA-256 of what was read."""
        return self._hash.hexdigest()


def sounds_like_audio(head: bytes) -> bool:
    """Whether a stream that begins so is a recording, rather than a list of paths."""
    if head.startswith(_WAVE):
        return head[8:12] == b"WAVE"
    if head.startswith(b"FORM"):
        return head[8:12] in (b"AIFF", b"AIFC")
    if head.startswith(_BEGINNINGS) or head[4:8] == b"ftyp":
        return True
    # MPEG audio: 11 bits of sync; layer II or III, or ADTS, whose layer is 0. FF FE is the mark of UTF-16 text.
    return len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06 != 0x06
