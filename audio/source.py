"""Opens recordings: soundfile for the formats it is at home in, PyAV for the rest, for raw samples and for pipes.

A recording is only ever read. One that breaks off is read as far as it goes, with a warning.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..errors import RecordingError, os_reason
from ..lang import Text
from .decode import CHANGES, CUT_SHORT, DAMAGED, GOES_ON, SoundfileSource, Source, not_audio
from .ffmpeg import BIG_ENDIAN, AvSource, seeking_hint
from .intact import HEAD, cut_short, data_end, goes_on, stated_seconds, tail_of
from .origin import ASSUMED, MOST_CHANNELS, RATES, UNSAID, Origin, RawFormat

__all__ = [
    "CHANGES",
    "CUT_SHORT",
    "DAMAGED",
    "GOES_ON",
    "Source",
    "cannot_open",
    "open_source",
    "raw_format",
]

BARE_HEADER = 4096  # bytes: a larger file whose header states no audio is worth a second look

# WAV in its variants, AIFF, AU, CAF, FLAC, Ogg. The rest (MP3 too, whose decoder inside soundfile writes to the
# terminal) goes to PyAV.
_SOUNDFILE_MAGIC = (b"RIFF", b"RIFX", b"RF64", b"riff", b"FORM", b".snd", b"caff", b"fLaC", b"OggS")


def open_source(origin: Origin) -> Source:
    """Open a recording of any format that soundfile or PyAV reads.

    Raises:
        RecordingError: it is not there, not readable, empty, or no audio.
    """
    if len(origin.paths) > 1:
        return _legs(origin)
    source = _piped(origin) if origin.pipe else _file(origin)
    if source.channels > MOST_CHANNELS or not RATES[0] <= source.rate <= RATES[1]:
        source.close()
        raise not_audio(origin.path)
    return source


def _legs(origin: Origin) -> Source:
    """The legs that can be opened; the first error where none can."""
    from .legs import LegsSource

    legs: list[Source | RecordingError] = []
    try:
        for number in range(len(origin.paths)):
            try:
                legs.append(open_source(origin.leg(number)))
            except RecordingError as error:
                if isinstance(error.__cause__, OSError):  # it may be there the next time
                    raise
                legs.append(error)
        return LegsSource(origin, legs)
    except BaseException:
        for leg in legs:
            if isinstance(leg, Source):
                leg.close()
        raise


def _file(origin: Origin) -> Source:
    path = origin.path
    head, size = _head(path)
    if size == 0:
        raise RecordingError(
            "the file is empty (0 bytes)", "文件为空（0 字节）", where=path,
            then=Text("export it from the recorder again", "请从录音系统重新导出"),
        )  # fmt: skip
    if origin.raw is None:
        source = _with_header(origin, head, size)
        if source is not None:
            return source
        origin = replace(origin, raw=ASSUMED.get(path.suffix.lower()))
    source = _av_or_none(origin) if origin.raw else None
    if source is None:
        raise not_audio(path, _raw_hint() if path.suffix.lower() in UNSAID else None)
    return source


def _with_header(origin: Origin, head: bytes, size: int) -> Source | None:
    """The source of a file that says itself what it is; None where it does not."""
    named_raw = origin.path.suffix.lower() in (*ASSUMED, *UNSAID)
    familiar = head.startswith(_SOUNDFILE_MAGIC)
    if named_raw and not familiar:  # FFmpeg finds some format in any samples
        return None
    source = _soundfile_or_none(origin.path) if familiar else None
    bare = source is None or (source.duration is None and size > BARE_HEADER)
    if bare and not head.startswith(BIG_ENDIAN):
        source = _av_or_none(origin) or source
    if source and cut_short(head, size, tail_of(origin.path, size)):
        source.warn(CUT_SHORT)
        stated = stated_seconds(head)  # libsndfile gives what is there
        if source.duration and stated and stated > source.duration:
            source.duration = stated
    end = data_end(head)
    if source and end and goes_on(head, size, _piece(origin.path, end)):
        source.warn(GOES_ON)
    return source


def _piece(path: Path, at: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(at)
        return stream.read(8)


def raw_format(origin: Origin) -> RawFormat | None:
    """As what a file without a header is read: as was said, or as its suffix says; None where it has one.

    Raises:
        RecordingError: it cannot be read.
    """
    assumed = ASSUMED.get(origin.path.suffix.lower())
    if origin.raw or origin.pipe or assumed is None:
        return origin.raw
    return None if _head(origin.path)[0].startswith(_SOUNDFILE_MAGIC) else assumed


def _raw_hint() -> Text:
    return Text(
        "it has no header: say what it holds, as in --raw alaw:8000:1",
        "文件没有文件头，请说明其内容，例如 --raw alaw:8000:1",
    )


def _piped(origin: Origin) -> Source:
    head = origin.pipe.head if origin.pipe else b""
    if not head:
        raise RecordingError(
            "nothing came through the pipe", "管道中没有数据", where=origin.path,
            then=Text("check the command before the |", "请检查 | 之前的命令"),
        )  # fmt: skip
    big_endian = origin.raw is None and head.startswith(BIG_ENDIAN)
    source = None if big_endian else _av_or_none(origin)
    if origin.pipe:
        origin.pipe.check()
    if source is None:
        raise not_audio(origin.path, seeking_hint(head))
    return source


def _head(path: Path) -> tuple[bytes, int]:
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "Is a directory")
        with path.open("rb") as stream:
            return stream.read(HEAD), path.stat().st_size
    except OSError as error:
        raise cannot_open(path, error) from error


def cannot_open(path: Path, error: OSError) -> RecordingError:
    """The error for a recording that the system does not hand out."""
    reason = os_reason(error)
    return RecordingError(
        f"cannot open the recording: {reason.en}", f"无法打开录音：{reason.zh}", where=path,
        then=Text("check the path and the permissions", "请检查路径和权限"),
    )  # fmt: skip


def _av_or_none(origin: Origin) -> Source | None:
    import av

    try:
        return AvSource(origin)
    except (av.FFmpegError, OSError, ValueError, AttributeError):
        return None


def _soundfile_or_none(path: Path) -> Source | None:
    try:
        return SoundfileSource(path)
    except RuntimeError:
        return None
