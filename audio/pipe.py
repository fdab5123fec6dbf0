"""A recording that comes through a pipe: once, front to back, never kept."""

from __future__ import annotations

import hashlib
import os
import queue
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from typing import BinaryIO

from .intact import HEAD, LAST_PAGE

# Set while a thread works for a reader: says that the reader has gone, so that nothing more is waited for.
READER_GONE: ContextVar[threading.Event | None] = ContextVar("reader_gone", default=None)

_GLANCE = 0.1  # seconds after which whoever waits looks whether it still should
_CHUNK = 1 << 16
_WAITING = 16  # chunks

_WAVE = (b"RIFF", b"RIFX", b"RF64")
_BEGINNINGS = (
    b".snd", b"caff\0", b"fLaC", b"OggS\0", b"ID3\2", b"ID3\3", b"ID3\4", b"#!AMR",
    b"riff\x2e\x91\xcf\x11",  # Sony Wave64
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, which WMA is in
    b"\x1a\x45\xdf\xa3",  # EBML: Matroska and WebM
)  # fmt: skip


class Pipe:
    """Reads a stream that cannot seek, and keeps account of what passed: the hash, the length, the last bytes.

    A file is read in a thread of its own, since a reader that is blocked in the system could not be stopped.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._chunks: _Chunks | None = None
        self._ahead = b""
        self._hash = hashlib.sha256()
        self._interrupted = False
        self.count = 0
        self.tail = b""
        self.watched: int | None = None  # the place of eight bytes to keep
        self.kept = b""

    @property
    def head(self) -> bytes:
        """The first HEAD bytes, fewer where there are no more; waits for them. Only before anything is read."""
        while len(self._ahead) < HEAD and (more := self._next(HEAD - len(self._ahead))):
            self._ahead += more
        return self._ahead[:HEAD]

    def read(self, size: int) -> bytes:
        """Up to `size` bytes as they come; nothing at the end, and after an interruption.

        It is for decoders, in whose calls an interruption is lost: ask `check` for it.
        """
        if self._interrupted:
            return b""
        try:
            return self._read(size)
        except KeyboardInterrupt:
            self._interrupted = True
            return b""

    def check(self) -> None:
        """Raise the interruption that came during `read`."""
        if self._interrupted:
            raise KeyboardInterrupt

    def chunks(self) -> Iterator[bytes]:
        """All that is left, as it comes."""
        return iter(lambda: self._read(_CHUNK), b"")

    def _read(self, size: int) -> bytes:
        if not self._ahead:
            self._ahead = self._next(size)
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        self._hash.update(data)
        if self.watched is not None and len(self.kept) < 8:
            at = max(0, self.watched + len(self.kept) - self.count)
            self.kept += data[at : at + 8 - len(self.kept)]
        self.count += len(data)
        self.tail = (self.tail + data)[-LAST_PAGE:]
        return data

    def _next(self, size: int) -> bytes:
        """What is there, rather than waiting until it is much."""
        if self._chunks is None:
            try:
                number = self._stream.fileno()
            except (OSError, AttributeError):  # no file: nothing to wait for
                return self._stream.read(size)
            self._chunks = _Chunks(number)
        return self._chunks.take()

    def abandon(self) -> None:
        """Read no further."""
        if self._chunks:
            self._chunks.closed.set()

    def drain(self) -> None:
        """Take what a decoder left, a trailing chunk say, so that the hash is that of the whole."""
        for _ in self.chunks():
            pass

    def hexdigest(self) -> str:
        """SHA-256 of what was read."""
        return self._hash.hexdigest()


class _Chunks:
    """The bytes of a file as they come, read by a thread that nobody waits for."""

    def __init__(self, number: int) -> None:
        self.closed = threading.Event()
        self._number = number
        self._waiting: queue.Queue[bytes | OSError] = queue.Queue(_WAITING)
        self._ended = False
        threading.Thread(target=self._fill, name="stdin", daemon=True).start()

    def take(self) -> bytes:
        """The next bytes; nothing at the end, and where the reader has gone."""
        gone = READER_GONE.get()
        while not (self._ended or self.closed.is_set() or (gone and gone.is_set())):
            try:
                chunk = self._waiting.get(timeout=_GLANCE)
            except queue.Empty:
                continue
            self._ended = isinstance(chunk, OSError) or not chunk
            if isinstance(chunk, OSError):
                raise chunk
            return chunk
        return b""

    def _fill(self) -> None:
        chunk: bytes | OSError = b"-"
        while chunk and not isinstance(chunk, OSError):
            try:
                # not by the stream, whose lock would be held while the interpreter ends
                chunk = os.read(self._number, _CHUNK)
            except BlockingIOError:
                time.sleep(_GLANCE)
                continue
            except OSError as error:
                chunk = error
            if not self._handed_on(chunk):
                return

    def _handed_on(self, chunk: bytes | OSError) -> bool:
        while not self.closed.is_set():
            try:
                self._waiting.put(chunk, timeout=_GLANCE)
            except queue.Full:
                continue
            return True
        return False


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
