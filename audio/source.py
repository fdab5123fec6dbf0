"""Opens recordings: soundfile for the formats it is at home in, PyAV for the rest.

A recording is only ever read. One that breaks off is read as far as it goes, with a warning.
"""

from __future__ import annotations

from pathlib import Path

from ..errors import RecordingError, os_reason
from ..lang import Text
from .decode import CUT_SHORT, DAMAGED, AvSource, SoundfileSource, Source, not_audio
from .intact import HEAD, cut_short
from .origin import Origin

__all__ = ["CUT_SHORT", "DAMAGED", "Source", "cannot_open", "open_source"]

BARE_HEADER = 4096  # bytes: a larger file whose header states no audio is worth a second look
MOST_CHANNELS = 8
RATES = (2_000, 384_000)  # frames per second that a recording can have; other values are damage

# WAV in its variants, AIFF, AU, CAF, FLAC, Ogg. The rest (MP3 too, whose decoder inside soundfile writes to the
# terminal) goes to PyAV.
_SOUNDFILE_MAGIC = (b"RIFF", b"RIFX", b"RF64", b"riff", b"FORM", b".snd", b"caff", b"fLaC", b"OggS")


def open_source(origin: Origin) -> Source:
    """Open a recording of any format that soundfile or PyAV reads.

    Raises:
        RecordingError: it is not there, not readable, empty, or no audio.
    """
    path = origin.path
    head, size = _head(path)
    if size == 0:
        raise RecordingError(
            "the file is empty (0 bytes)", "文件为空（0 字节）", where=path,
            then=Text("export it from the recorder again", "请从录音系统重新导出"),
        )  # fmt: skip
    source = _soundfile_or_none(path) if head.startswith(_SOUNDFILE_MAGIC) else None
    if source is None or (source.duration is None and size > BARE_HEADER):
        source = _av_or_none(path) or source
    if source is None:
        raise not_audio(path)
    if source.channels > MOST_CHANNELS or not RATES[0] <= source.rate <= RATES[1]:
        source.close()
        raise not_audio(path)
    if cut_short(path, head, size):
        source.warning = CUT_SHORT
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


def _av_or_none(path: Path) -> Source | None:
    import av

    try:
        return AvSource(path)
    except (av.FFmpegError, OSError, ValueError, AttributeError):
        return None


def _soundfile_or_none(path: Path) -> Source | None:
    try:
        return SoundfileSource(path)
    except RuntimeError:
        return None
