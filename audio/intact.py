"""Whether a recording's file is as long as it says it is."""

from __future__ import annotations

import struct
from pathlib import Path

HEAD = 32  # bytes of a file's beginning that `cut_short` needs
_OPEN_ENDED = (0, 0x7FFFFFFF, 0xFFFFFFFF)  # sizes of recorders that never came back to fill them in
_LAST_PAGE = 65_307  # bytes: the longest page of an Ogg file


def cut_short(path: Path, head: bytes, size: int) -> bool:
    """Whether a WAV, AIFF, AU or Ogg file of `size` bytes breaks off before its stated end."""
    if len(head) < 12:
        return False
    stated = {b"RIFF": ("<I", 4), b"RIFX": (">I", 4), b"FORM": (">I", 4), b".snd": (">I", 8)}
    layout = stated.get(head[:4])
    if layout:
        length: int = struct.unpack_from(layout[0], head, layout[1])[0]
        before: int = struct.unpack_from(">I", head, 4)[0] if head[:4] == b".snd" else 8
        return length not in _OPEN_ENDED and length + before > size + 1  # a missing pad is no loss
    return head[:4] == b"OggS" and not _ends_with_last_page(path, size)


def _ends_with_last_page(path: Path, size: int) -> bool:
    """Whether the last page of an Ogg file is flagged as the last one and is all there."""
    with path.open("rb") as stream:
        stream.seek(max(0, size - _LAST_PAGE))
        tail = stream.read()
    at = tail.rfind(b"OggS")
    if at < 0 or len(tail) < at + 27:
        return False
    segments = tail[at + 27 : at + 27 + tail[at + 26]]
    whole = len(tail) >= at + 27 + tail[at + 26] + sum(segments)
    return bool(tail[at + 5] & 4) and whole
