"""Finds the recordings that a run is about, joins the legs of a call, and gives each call its id."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..audio.origin import ASSUMED, UNSAID, Origin, RawFormat
from ..audio.pipe import Pipe
from ..errors import UsageError, readable
from ..lang import Text
from ..settings import Files
from . import legs

RAW_SUFFIXES = frozenset((*ASSUMED, *UNSAID))
SUFFIXES = RAW_SUFFIXES | frozenset((
    ".wav", ".wave", ".w64", ".rf64", ".mp3", ".m4a", ".mp4", ".aac", ".ogg", ".oga", ".opus", ".flac", ".amr", ".awb",
    ".au", ".snd", ".aif", ".aiff", ".caf", ".gsm", ".wma", ".webm", ".3gp", ".g722", ".mka", ".ac3",
))  # fmt: skip
STDIN = "-"  # as a path on the command line
PIPED = "stdin"  # the id and the source of what came through it


@dataclass(frozen=True)
class Recording:
    """One call to score.

    Attributes:
        source: the path as given; of legs that of the first.
        origin: the files, or the pipe.
        named: the path by whose name the call is known: of legs what their names share; the file itself otherwise.
        agent_channel: the agent's, counted from 1, where the names of the legs say it.
        warning: what is wrong with the call as it was asked for.
    """

    call_id: str
    source: str
    origin: Origin
    named: Path
    agent_channel: int | None = None
    warning: Text | None = None

    @property
    def path(self) -> Path:
        """The file that stands for all in messages."""
        return self.origin.path


@dataclass(frozen=True)
class _Found:
    """A recording that has no id yet."""

    source: str
    origin: Origin
    named: Path
    agent_channel: int | None = None
    warning: Text | None = None


def find_recordings(
    paths: Iterable[str],
    files: Files | None = None,
    raw: RawFormat | None = None,
    pipe: Pipe | None = None,
) -> list[Recording]:
    """Files as they are named, the recordings below folders (sorted), and what glob patterns match; each file once.

    Args:
        paths: as on the command line; `-` is the pipe where one is given.
        files: the settings that say how legs are named.
        raw: what all of these files hold, where they have no headers.
        pipe: the recording on standard input.

    Raises:
        UsageError: a folder holds no recording, or a pattern matches nothing. A missing file is no such error: the
            call is reported as failed.
    """
    suffixes = RAW_SUFFIXES if raw else SUFFIXES
    unique: dict[str, str] = {}
    for path in paths:
        for source in [path] if pipe and path == STDIN else _expand(path, suffixes):
            unique.setdefault(STDIN if pipe and path == STDIN else _identity(source), source)
    found = list(_joined(unique, (files or Files()).legs, raw, pipe))
    return [
        Recording(call_id, one.source, one.origin, one.named, one.agent_channel, one.warning)
        for call_id, one in zip(_ids([one.named for one in found]), found, strict=True)
    ]


def _joined(
    sources: dict[str, str], endings: legs.Endings, raw: RawFormat | None, pipe: Pipe | None
) -> Iterator[_Found]:
    """The recordings in the order in which they, or a leg of them, are named first."""
    pairs = _pairs(sources, endings)
    complete = {leg.pattern for leg, _ in pairs.values()}
    done: set[str] = set()
    for key, source in sources.items():
        if key in done:
            continue
        path = Path(source)
        if pipe and key == STDIN:
            yield _Found(PIPED, Origin((Path(PIPED),), raw, pipe=pipe), Path(PIPED))
        elif key in pairs:
            leg, other = pairs[key]
            second = Path(sources[_identity(str(other))])  # as it was given
            done.add(_identity(str(other)))
            yield _merged((path, second) if leg.number == 0 else (second, path), leg, raw)
        else:
            alone = (
                o for o in legs.as_leg(path.stem, path.suffix, endings) if o.pattern in complete
            )
            lost = next((legs.missing(readable(leg.other)) for leg in alone), None)
            yield _Found(readable(source), Origin((path,), raw), path, warning=lost)


def _pairs(sources: dict[str, str], endings: legs.Endings) -> dict[str, tuple[legs.Leg, Path]]:
    """The first-named leg of every pair, with the other's file; a third of the same name is by itself.

    Names that are equal go before those that differ in capitals, and those before names of other formats.
    """
    out: dict[str, tuple[legs.Leg, Path]] = {}
    taken: set[str] = set()
    for likeness in (_identity, _in_small, _of_any_format):
        by_name: dict[str, list[str]] = {}
        for key, source in sources.items():
            if key != STDIN:
                by_name.setdefault(likeness(source), []).append(key)

        def free(path: Path) -> Path | None:
            keys = by_name.get(likeness(str(path)), ())  # noqa: B023  (called in this round only)
            return next((Path(sources[key]) for key in keys if key not in taken), None)

        for key, source in sources.items():
            if key == STDIN or key in taken:
                continue
            pair = legs.find_pair(Path(source), endings, free)
            if pair:
                out[key] = pair
                taken.update((key, _identity(str(pair[1]))))
    return {key: out[key] for key in sources if key in out}


def _in_small(source: str) -> str:
    """The path with its name in small letters."""
    path = Path(_identity(source))
    return str(path.with_name(path.name.lower()))


def _of_any_format(source: str) -> str:
    path = Path(_in_small(source))
    return str(path.with_suffix("")) if path.suffix in SUFFIXES else str(path)


def _merged(pair: tuple[Path, Path], leg: legs.Leg, raw: RawFormat | None) -> _Found:
    first = pair[0]
    named = first.with_name(leg.shared + first.suffix)
    origin = Origin(pair, raw, legs.offsets(pair))
    return _Found(readable(str(first)), origin, named, legs.agent_channel(leg.pattern))


def _ids(named: list[Path]) -> list[str]:
    """The id of each recording: its name, with its folder, its path or its suffix where that is not its own."""
    stems = Counter(readable(path.stem) for path in named)
    ids = [_call_id(path, alone=stems[readable(path.stem)] == 1) for path in named]
    twice = Counter(ids)
    wholes = Counter(_whole(path) for path in named)
    out, taken = list[str](), Counter[str]()
    for call_id, path in zip(ids, named, strict=True):
        whole = _whole(path)
        name = call_id if twice[call_id] == 1 else whole
        if name == whole and wholes[whole] > 1:  # two formats of one name
            name += path.suffix
        taken[name] += 1
        if taken[name] > 1:  # names that differ only in what cannot be shown
            name += f" ({taken[name]})"
        out.append(name)
    return out


def _whole(path: Path) -> str:
    return readable(path.absolute().with_suffix("").as_posix())


def _call_id(path: Path, *, alone: bool) -> str:
    return readable(path.stem) if alone else with_folder(path)


def with_folder(path: Path) -> str:
    """The id of a recording whose name is not its own in a run."""
    return readable(f"{path.absolute().parent.name}/{path.stem}")


def is_recording(name: str, suffixes: Collection[str] = SUFFIXES) -> bool:
    """Whether a file of this name is taken from a folder."""
    return Path(name).suffix.lower() in suffixes and not name.startswith(".")


def _identity(source: str) -> str:
    return os.path.normcase(os.path.abspath(source))  # noqa: PTH100  (resolve() would follow links)


def _expand(given: str, suffixes: Collection[str]) -> Iterator[str]:
    path = Path(given)
    if given.startswith(("~/", "~\\")) and not _exists(path):
        path = path.expanduser()
    if _is_folder(path):
        found = [str(file) for file in _below(path, suffixes)]
        if not found:
            raise UsageError(
                "no recordings in this folder", "该文件夹中没有录音", where=given,
                then=Text(
                    "name a folder that holds WAV, MP3 or other recordings",
                    "请指定存放 WAV、MP3 等录音的文件夹",
                ),
            )  # fmt: skip
        yield from found
    elif glob.has_magic(given) and not _exists(path):
        matches = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207  (absolute patterns)
        if not matches:
            raise UsageError("no recording matches", "没有匹配的录音", where=given)
        for match in matches:
            yield from _expand(match, suffixes)
    else:
        yield str(path)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name too long, say: reported when it is opened
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _below(folder: Path, suffixes: Collection[str]) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):  # a dangling link is listed too, and reported
            if is_recording(name, suffixes):
                yield Path(root) / name
