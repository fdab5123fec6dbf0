"""Where the audio of a call comes from: one file, the files of its legs, or a pipe; and what raw samples are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ..errors import UsageError
from ..lang import Text

if TYPE_CHECKING:
    from .pipe import Pipe

MOST_CHANNELS = 8
RATES = (2_000, 384_000)  # frames per second that a recording can have; other values are damage

# Our names for the codecs of raw files (those of FFmpeg where it has one), each with FFmpeg's name for its demuxer.
_DEMUXERS = {
    "alaw": "alaw", "ulaw": "mulaw", "s8": "s8", "u8": "u8", "s16le": "s16le", "s16be": "s16be", "s24le": "s24le",
    "s24be": "s24be", "s32le": "s32le", "s32be": "s32be", "f32le": "f32le", "f32be": "f32be", "gsm": "gsm",
    "g722": "g722",
}  # fmt: skip
_OTHER_NAMES = {"mulaw": "ulaw", "pcma": "alaw", "pcmu": "ulaw", "g711a": "alaw", "g711u": "ulaw"}
_ONLY = {"gsm": (8_000, 1), "g722": (16_000, 1)}  # codecs that exist in one form


@dataclass(frozen=True)
class RawFormat:
    """What a file without a header holds, interleaved.

    Attributes:
        codec: alaw, ulaw, s8, u8, s16le, s16be, s24le, s24be, s32le, s32be, f32le, f32be, gsm or g722.
        rate: frames per second.
    """

    codec: str
    rate: int
    channels: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `CODEC:RATE:CHANNELS`, as in `alaw:8000:1`; other usual names of a codec are understood.

        Raises:
            UsageError: it is none of these, or a rate or number of channels that no recording has.
        """
        parts = text.strip().lower().split(":")
        codec = _OTHER_NAMES.get(parts[0], parts[0])
        numbers = [int(p) if p.isascii() and p.isdecimal() and len(p) < 9 else 0 for p in parts[1:]]
        if codec not in _DEMUXERS or len(numbers) != 2:
            raise _refused(text, "not CODEC:RATE:CHANNELS", "不是“编码:采样率:声道数”的形式")
        rate, channels = numbers
        if not RATES[0] <= rate <= RATES[1] or not 1 <= channels <= MOST_CHANNELS:
            raise _refused(
                text,
                f"the rate is from {RATES[0]} to {RATES[1]}, the channels are 1 to {MOST_CHANNELS}",
                f"采样率应为 {RATES[0]} 至 {RATES[1]}，声道数应为 1 至 {MOST_CHANNELS}",
            )
        if _ONLY.get(codec, (rate, channels)) != (rate, channels):
            only = "{}:{}:{}".format(codec, *_ONLY[codec])
            raise _refused(text, f"there is only {only}", f"只有 {only}")
        return cls(codec, rate, channels)

    def __str__(self) -> str:
        return f"{self.codec}:{self.rate}:{self.channels}"

    @property
    def demuxer(self) -> str:
        """FFmpeg's name for files of this codec."""
        return _DEMUXERS[self.codec]

    @property
    def options(self) -> dict[str, str]:
        """What FFmpeg's demuxer must be told."""
        if self.codec in _ONLY:
            return {}
        layout = {1: "mono", 2: "stereo"}.get(self.channels, f"{self.channels} channels")
        return {"sample_rate": str(self.rate), "ch_layout": layout}


def _refused(text: str, en: str, zh: str) -> UsageError:
    known = " ".join(_DEMUXERS)
    return UsageError(
        f"--raw {text}: {en}", f"--raw {text}：{zh}",
        then=Text(
            f"write for example --raw alaw:8000:1; codecs: {known}",
            f"例如 --raw alaw:8000:1；编码可为：{known}",
        ),
    )  # fmt: skip


# Suffixes of files without a header. Those that say what is inside are read as that; .sln is Asterisk's.
ASSUMED = {
    **dict.fromkeys((".al", ".alaw", ".g711a"), RawFormat("alaw", 8_000, 1)),
    **dict.fromkeys((".ul", ".ulaw", ".g711u"), RawFormat("ulaw", 8_000, 1)),
    ".sln": RawFormat("s16le", 8_000, 1),
}
UNSAID = frozenset((".raw", ".pcm"))


@dataclass(frozen=True)
class Origin:
    """What `open_source` opens.

    Attributes:
        paths: the recording; two where every leg of the call has a file of its own, in the order of their channels;
            for a pipe the name that stands for it in messages.
        raw: what the files hold, where they have no header that says it.
        offsets: seconds after the beginning of the call at which each of `paths` begins; empty means 0 for all.
        pipe: the stream that is read instead of files.
    """

    paths: tuple[Path, ...]
    raw: RawFormat | None = None
    offsets: tuple[float, ...] = ()
    pipe: Pipe | None = None

    @property
    def path(self) -> Path:
        """The file that stands for all in messages."""
        return self.paths[0]

    def leg(self, number: int) -> Origin:
        """One of several files by itself."""
        return Origin((self.paths[number],), self.raw)
