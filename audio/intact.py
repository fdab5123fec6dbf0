"""Whether a recording is as long as it says it is."""

from __future__ import annotations

import struct
from pathlib import Path

HEAD = 64  # bytes of a recording's beginning that tell its format and its stated length
LAST_PAGE = 65_307  # bytes: the longest page of an Ogg file
# Sizes of recorders that never came back to fill them in: 0, or as much as fits (SoX writes 2 GiB less a bit).
_OPEN_ENDED = 0x7FFF_0000
_NO_AUDIO = 4096  # bytes: what is added to fill a block of the disk is no audio that is missed

_SIZES = {  # where the stated size stands, and how many bytes do not count in it
    b"RIFF": ("<I", 4, 8),
    b"RIFX": (">I", 4, 8),
    b"FORM": (">I", 4, 8),
    b".snd": (">I", 8, 0),
    b"RF64": ("<Q", 20, 8),
    b"riff": ("<Q", 16, 0),
}


def stated_size(head: bytes) -> int | None:
    """Bytes that a WAV, RF64, W64, AIFF or AU recording says it has; None where it is left open, or none of these."""
    if head[:4] not in _SIZES or len(head) < 28 or (head[:4] == b"RF64" and head[12:16] != b"ds64"):
        return None
    layout, at, before = _SIZES[head[:4]]
    size: int = struct.unpack_from(layout, head, at)[0]
    wide = layout.endswith("Q")
    if size == 0 or (size >= _OPEN_ENDED if not wide else size >= 1 << 62):
        return None
    if head[:4] == b".snd":
        before = struct.unpack_from(">I", head, 4)[0]
    return size + before


def cut_short(head: bytes, size: int, tail: bytes) -> bool:
    """Whether a recording of `size` bytes breaks off before its stated end.

    Args:
        head: its first HEAD bytes.
        size: all its bytes.
        tail: its last LAST_PAGE bytes, or all where it has fewer; needed of Ogg only.
    """
    if head[:4] == b"OggS":
        return not _ends_with_last_page(tail)
    stated = stated_size(head)
    return stated is not None and stated > size + 1  # a missing pad is no loss


def data_end(head: bytes) -> int | None:
    """Where the audio of a WAV ends by its header; None where that is left open, or not told in `head`."""
    found = _data(head)
    return found and sum(found) + found[1] % 2


def stated_seconds(head: bytes) -> float | None:
    """The length of a WAV by its header, None as `data_end`."""
    found, at = _data(head), head.find(b"fmt ")
    if found is None or not 0 < at <= len(head) - 20:
        return None
    per_second: int = struct.unpack_from("<I", head, at + 16)[0]
    return found[1] / per_second if per_second else None


def goes_on(head: bytes, size: int, after: bytes) -> bool:
    """Whether a WAV of `size` bytes has more audio than its header says.

    Args:
        head: its first HEAD bytes.
        size: all its bytes.
        after: the first eight bytes behind the stated end of the audio, where another chunk may begin.
    """
    end = data_end(head)
    if end is None or size - end < _NO_AUDIO or len(after) < 8:
        return False
    name, length = struct.unpack("<4sI", after)
    return not (all(0x20 <= byte < 0x7F for byte in name) and length <= size - end)


def _data(head: bytes) -> tuple[int, int] | None:
    """Where the audio of a WAV begins, and its stated bytes."""
    at = 12
    while head[:4] == b"RIFF" and at + 8 <= len(head):
        size: int = struct.unpack_from("<I", head, at + 4)[0]
        if head[at : at + 4] == b"data":
            return (at + 8, size) if 0 < size < _OPEN_ENDED else None
        at += 8 + size + size % 2
    return None


def tail_of(path: Path, size: int) -> bytes:
    """The last LAST_PAGE bytes of a file."""
    with path.open("rb") as stream:
        stream.seek(max(0, size - LAST_PAGE))
        return stream.read()


def _ends_with_last_page(tail: bytes) -> bool:
    """Whether the last page of an Ogg stream is flagged as the last one and is all there."""
    at = tail.rfind(b"OggS")
    if at < 0 or len(tail) < at + 27:
        return False
    segments = tail[at + 27 : at + 27 + tail[at + 26]]
    whole = len(tail) >= at + 27 + tail[at + 26] + sum(segments)
    return bool(tail[at + 5] & 4) and whole
