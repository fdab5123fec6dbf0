"""Watches a folder for recordings, and gives each when it is complete.

A recorder, or a copy over the network, writes a file bit by bit and may pause. A file counts as complete when nothing
about it has changed for a while, and its own header does not say that more is to come; one whose header says so is
waited for longer, since recordings that break off are real, too. The folder is listed again and again: network shares
do not tell of changes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ..audio.intact import HEAD, cut_short, tail_of
from ..audio.origin import RawFormat
from ..errors import UsageError
from ..lang import Text
from ..settings import Files
from . import legs
from .metadata import sidecar_of
from .recordings import (
    RAW_SUFFIXES,
    SUFFIXES,
    Recording,
    find_recordings,
    is_recording,
    with_folder,
)

PATIENCE = 6  # times as long is waited for the rest of a file, or for the other leg

Signature = tuple[
    int, int, int
]  # bytes, time of the recording, time of its sidecar (0 where there is none)


@dataclass(frozen=True)
class _Seen:
    """A file as it was seen last; `since` is when it was seen so first, by the watcher's clock."""

    signature: Signature
    since: float


class Watcher:
    """The recordings below a folder, each once, when they are complete, and again if they are written anew."""

    def __init__(
        self,
        folder: Path,
        files: Files,
        raw: RawFormat | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin to watch.

        Args:
            folder: what is already there is taken, too.
            files: the settings that say how legs are named, and how long a file must rest.
            raw: what files without a header hold.
            clock: seconds.

        Raises:
            UsageError: there is no such folder.
        """
        if not folder.is_dir():
            raise UsageError(
                "there is no such folder to watch", "没有这个可监视的文件夹", where=folder,
                then=Text("name the folder that the recorder writes to", "请指定录音系统写入的文件夹"),
            )  # fmt: skip
        self._folder = folder
        self._files = files
        self._raw = raw
        self._clock = clock
        self._seen: dict[str, _Seen] = {}
        self._given: dict[str, Signature] = {}
        self._ids: dict[str, Path] = {}

    @property
    def waiting(self) -> int:
        """How many recordings are there that are not complete yet."""
        return sum(self._given.get(path) != seen.signature for path, seen in self._seen.items())

    def ready(self) -> list[Recording]:
        """The recordings that have become complete since the last time, oldest first."""
        now = self._clock()
        self._look(now)
        rested = {path for path, seen in self._seen.items() if self._rests(path, seen, now)}
        paths = sorted(
            rested - self._held_back(rested, now), key=lambda p: self._seen[p].signature[1]
        )
        if not paths:
            return []
        for path in paths:
            self._given[path] = self._seen[path].signature
        return [self._named(one) for one in find_recordings(paths, self._files, self._raw)]

    def _look(self, now: float) -> None:
        """List the folder; what has changed, or is new, rests from now on."""
        there: dict[str, _Seen] = {}
        for path, signature in _listed(self._folder, RAW_SUFFIXES if self._raw else SUFFIXES):
            before = self._seen.get(path)
            same = before is not None and before.signature == signature
            there[path] = before if same and before else _Seen(signature, now)
        self._seen = there
        self._given = {path: given for path, given in self._given.items() if path in there}

    def _rests(self, path: str, seen: _Seen, now: float) -> bool:
        """Whether a file that was not given yet has been left alone for long enough."""
        if self._given.get(path) == seen.signature:
            return False
        rested, settle = now - seen.since, self._files.settle_seconds
        return rested >= settle and (rested >= PATIENCE * settle or _whole(Path(path)))

    def _held_back(self, rested: set[str], now: float) -> set[str]:
        """Legs whose other leg is not complete yet, or may still come."""
        return {path for path in rested if self._waits_for_leg(path, rested, now)}

    def _waits_for_leg(self, path: str, rested: set[str], now: float) -> bool:
        file = Path(path)
        late = now - self._seen[path].since >= PATIENCE * self._files.settle_seconds
        for leg in legs.as_leg(file.stem, file.suffix, self._files.legs):
            other = str(file.with_name(leg.other))
            if other in rested or (other in self._given and other in self._seen):
                return False
            if not late:
                return True
        return False

    def _named(self, recording: Recording) -> Recording:
        """With an id that no other recording of this watch has."""
        owner = self._ids.setdefault(recording.call_id, recording.named)
        if owner == recording.named:
            return recording
        return replace(recording, call_id=with_folder(recording.named))


def _whole(file: Path) -> bool:
    """Whether nothing in a file says that more is to come; what cannot be opened is left to whoever reads it."""
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            head = stream.read(HEAD)
        return size > 0 and not cut_short(head, size, tail_of(file, size))
    except OSError:
        return False


def _listed(folder: Path, suffixes: frozenset[str]) -> Iterator[tuple[str, Signature]]:
    """The recordings below a folder, with their signatures; what vanishes meanwhile is left out."""
    for root, _, names in os.walk(folder):
        present = set(names)
        for name in names:
            path = Path(root, name)
            if not is_recording(name, suffixes):
                continue
            sidecar = sidecar_of(path)
            try:
                status = path.stat()
                beside = sidecar.stat().st_mtime_ns if sidecar.name in present else 0
            except OSError:
                continue
            yield str(path), (status.st_size, status.st_mtime_ns, beside)
