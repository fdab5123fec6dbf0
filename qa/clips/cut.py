"""Cuts passages out of recordings and writes them, with subtitles and a page, into a folder of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...audio.cover import Cover, covered
from ...audio.excerpt import Form, encoded, excerpt, faded
from ...audio.origin import Origin
from ...errors import CallqaError, RecordingError, UsageError
from ...lang import Text
from ...settings import Files
from ..finding import FoundCall
from ..legs import find_pair
from ..recordings import find_recordings
from ..spreadsheet import cannot_write, write_bytes, write_text
from .subtitles import Line, lines, srt, vtt

LONGEST_NAME = 40  # characters of a call's id in a file's name: Windows takes paths of 260


@dataclass(frozen=True)
class Cutting:
    """How clips are cut: seconds around the passage, seconds of the fades, and the kind of file."""

    padding: float = 1.0
    fade: float = 0.05
    form: Form = "wav"


@dataclass(frozen=True)
class Clip:
    """A clip that was written, or why it could not be.

    Attributes:
        found: the call.
        start, end: seconds of the recording.
        evidence: the passages it is about, in seconds of the recording.
        file: its name in the folder.
        said: in seconds of the clip.
    """

    found: FoundCall
    start: float
    end: float
    evidence: tuple[tuple[float, float], ...]
    file: str
    said: tuple[Line, ...]
    error: CallqaError | None = None


def cut(
    calls: Iterable[FoundCall],
    folder: Path,
    how: Cutting,
    files: Files,
    covers: Mapping[int, Sequence[Cover]] | None = None,
) -> Iterator[Clip]:
    """Write the passages of calls, each with its subtitles, one after the other.

    `covers` are laid over the audio, by the calls' rows.

    A recording that is missing or damaged costs its own clips only.

    Raises:
        UsageError: the folder cannot be written, or holds something already.
    """
    _prepare(folder)
    number = 0
    for found in calls:
        for evidence in joined([(p.start, p.end) for p in found.passages], 2 * how.padding):
            number += 1
            laid = (covers or {}).get(found.hit.row, ())
            yield _clip(found, evidence, folder, number=number, how=how, files=files, covers=laid)


def joined(
    spans: Iterable[tuple[float, float]], within: float
) -> list[tuple[tuple[float, float], ...]]:
    """Spans in groups, one clip each: those with no more than so many seconds between them belong together."""
    groups: list[tuple[tuple[float, float], ...]] = []
    for start, end in sorted(spans):
        if groups and start - max(e for _, e in groups[-1]) <= within:
            groups[-1] = (*groups[-1], (start, end))
        else:
            groups.append(((start, end),))
    return groups


def file_name(number: int, call: str, start: float) -> str:
    """A name that Windows and Linux both take, without its ending: 01_A2001-1_0-42."""
    plain = call.encode("utf-8", "replace").decode()
    plain = re.sub(r'[<>:"/\\|?*%#\x00-\x1f\x7f\s]+', "_", plain)[:LONGEST_NAME].strip("._ ")
    return f"{number:02}_{plain or 'call'}_{int(start) // 60}-{int(start) % 60:02}"


def _clip(
    found: FoundCall,
    evidence: Sequence[tuple[float, float]],
    folder: Path,
    *,
    number: int,
    how: Cutting,
    files: Files,
    covers: Sequence[Cover],
) -> Clip:
    hit = found.hit
    start = max(0.0, evidence[0][0] - how.padding)
    end = min(hit.duration, max(last for _, last in evidence) + how.padding)
    name = file_name(number, hit.call_id, start)
    said = tuple(lines(hit.judged.transcript.utterances, start, end, evidence))
    clip = Clip(found, start, end, tuple(evidence), f"{name}.{how.form}", said)
    try:
        piece = covered(excerpt(recording(hit.source, files), start, end), covers)
        audio = encoded(faded(piece, how.fade), how.form)
    except (RecordingError, UsageError) as error:
        return Clip(found, start, end, tuple(evidence), "", said, error)
    write_bytes(folder / clip.file, audio)
    write_text(folder / f"{name}.srt", srt(said))
    write_text(folder / f"{name}.vtt", vtt(said))
    return clip


def recording(source: str, files: Files) -> Origin:
    """What a stored call was heard in: its file, or the legs that its name tells of.

    Raises:
        UsageError: it is not there.
    """
    path = Path(source)
    pair = find_pair(path, files.legs, lambda other: other if other.is_file() else None)
    paths = [source] if pair is None else [source, str(pair[1])]
    return find_recordings(paths, files)[0].origin


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        taken = any(folder.iterdir())
    except OSError as error:
        raise cannot_write(folder, error) from error
    if taken:
        raise UsageError(
            "the folder is not empty", "文件夹不为空", where=folder,
            then=Text("name a new one for the clips", "请为片段指定新的文件夹"),
        )  # fmt: skip
