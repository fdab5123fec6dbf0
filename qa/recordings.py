"""Finds the recordings that a run is about, and gives each its id."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..audio.origin import Origin
from ..errors import UsageError, readable
from ..lang import Text

SUFFIXES = frozenset(
    [
        ".wav",
        ".wave",
        ".w64",
        ".rf64",
        ".mp3",
        ".m4a",
        ".mp4",
        ".aac",
        ".ogg",
        ".oga",
        ".opus",
        ".flac",
        ".amr",
        ".awb",
        ".au",
        ".snd",
        ".aif",
        ".aiff",
        ".caf",
        ".gsm",
        ".wma",
        ".webm",
        ".3gp",
        ".g722",
        ".mka",
        ".ac3",
    ]
)


@dataclass(frozen=True)
class Recording:
    """One call to score. `source` is the path as given, `path` the file."""

    call_id: str
    source: str
    path: Path

    @property
    def origin(self) -> Origin:
        return Origin((self.path,))


def find_recordings(paths: Iterable[str]) -> list[Recording]:
    """Files as they are named, the recordings below folders (sorted), and what glob patterns match; each file once.

    Raises:
        UsageError: a folder holds no recording, or a pattern matches nothing. A missing file is no such error: the
            call is reported as failed.
    """
    sources = [source for path in paths for source in _expand(path)]
    unique: dict[str, str] = {}
    for source in sources:
        unique.setdefault(_identity(source), source)
    stems = Counter(readable(Path(source).stem) for source in unique.values())
    ids = [_call_id(Path(s), alone=stems[readable(Path(s).stem)] == 1) for s in unique.values()]
    twice = Counter(ids)
    wholes = Counter(_whole(source) for source in unique.values())
    out, taken = [], Counter[str]()
    for call_id, source in zip(ids, unique.values(), strict=True):
        path, whole = Path(source), _whole(source)
        name = call_id if twice[call_id] == 1 else whole
        if name == whole and wholes[whole] > 1:  # two formats of one name
            name += path.suffix
        taken[name] += 1
        if taken[name] > 1:  # names that differ only in what cannot be shown
            name += f" ({taken[name]})"
        out.append(Recording(name, readable(source), path))
    return out


def _whole(source: str) -> str:
    return readable(Path(source).absolute().with_suffix("").as_posix())


def _call_id(path: Path, *, alone: bool) -> str:
    return readable(path.stem if alone else f"{path.absolute().parent.name}/{path.stem}")


def _identity(source: str) -> str:
    return os.path.normcase(os.path.abspath(source))  # noqa: PTH100  (resolve() would follow links)


def _expand(given: str) -> Iterator[str]:
    path = Path(given)
    if given.startswith(("~/", "~\\")) and not path.exists():
        path = path.expanduser()
    if path.is_dir():
        found = [str(file) for file in _below(path)]
        if not found:
            raise UsageError(
                "no recordings in this folder", "该文件夹中没有录音", where=given,
                then=Text(
                    "name a folder that holds WAV, MP3 or other recordings",
                    "请指定存放 WAV、MP3 等录音的文件夹",
                ),
            )  # fmt: skip
        yield from found
    elif glob.has_magic(given) and not path.exists():
        matches = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207  (absolute patterns)
        if not matches:
            raise UsageError("no recording matches", "没有匹配的录音", where=given)
        for match in matches:
            yield from _expand(match)
    else:
        yield str(path)


def _below(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):  # a dangling link is listed too, and reported
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith("."):
                yield Path(root) / name
