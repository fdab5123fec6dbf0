"""What makes a recording the same: its bytes, whatever it is called; and what shows that nobody wrote to it since."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ..audio.origin import Origin
from ..audio.source import cannot_open, raw_format


def content_hash(origin: Origin) -> str:
    """SHA-256 of a recording's bytes: what makes a renamed or copied recording the same.

    Legs, and files without a header, are the same only if they are put together and read the same way. Of a pipe
    it is the hash of what passed.

    Raises:
        RecordingError: it cannot be read.
    """
    legs = [origin] if origin.pipe else [origin.leg(n) for n in range(len(origin.paths))]
    forms = [raw_format(leg) for leg in legs]
    apart = len(set(forms)) > 1
    raw = " ".join(map(str, forms)) if apart else "" if forms[0] is None else str(forms[0])
    hashes = [origin.pipe.hexdigest()] if origin.pipe else [_file_hash(p) for p in origin.paths]
    if len(hashes) == 1 and not raw:
        return hashes[0]
    offsets = origin.offsets or (0.0,) * len(hashes)
    return hashlib.sha256(repr((hashes, offsets, raw)).encode()).hexdigest()


def stamp(origin: Origin) -> str | None:
    """Sizes and times of a recording's files and how they are read: equal as long as nobody has written to them.

    None of a pipe, and of what is not there.
    """
    if origin.pipe:
        return None
    try:
        files = [(status.st_size, status.st_mtime_ns) for status in map(Path.stat, origin.paths)]
    except (OSError, ValueError):
        return None
    return f"{files} {origin.raw} {origin.offsets}"


def _file_hash(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise cannot_open(path, error) from error
