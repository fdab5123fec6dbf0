"""What every decoder of recordings is: a stream of blocks; and the one of soundfile."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np

from ..errors import RecordingError
from ..lang import Text, listed
from .block import Block, Samples

BLOCK_SECONDS = 5.0  # shorter blocks cost time for each, longer ones only memory
# read at a time of codecs in frames: libsndfile drops a piece in which its decoder fails
PIECE_SECONDS = 0.25
_FLOATS = ("FLOAT", "DOUBLE", "pcm_f", "raw f")
LOST = 0.5  # seconds that a recording may be shorter than its header says, for rounding and codec delay
LOUDEST = 8.0  # times full scale: float samples may go over it, but what is beyond this is damage

CUT_SHORT = Text("the recording breaks off before its stated end", "录音不完整，提前中断")
GOES_ON = Text(
    "there is more audio in the recording than its header says, which was not heard",
    "录音中的音频多于文件头所述，多出部分未处理",
)
DAMAGED = Text("a part of the recording could not be decoded", "录音有一部分无法解码")
CHANGES = Text(
    "sampling rate or channels change within the recording", "录音中途采样率或声道数有变化"
)


class Source(ABC):
    """An opened recording; `blocks()` may be iterated once, and `warning` is complete when it has been.

    Attributes:
        rate: frames per second of the file.
        channels: how many `blocks()` has; they are never mixed here.
        file_channels: how many the file has: more than `channels` where some are not worth hearing.
        codec: container and codec, for people.
        duration: seconds as the header states them, None where it does not.
    """

    def __init__(
        self, path: Path, rate: int, channels: int, codec: str, duration: float | None
    ) -> None:
        self.path = path
        self.rate = rate
        self.channels = channels
        self.file_channels = channels
        self.codec = codec
        self.duration = duration
        self._warnings: list[Text] = []

    @property
    def warning(self) -> Text | None:
        """What is wrong with a recording that can be read only in part."""
        return listed(self._warnings) if self._warnings else None

    def warn(self, text: Text) -> None:
        """Add to the warning, once."""
        if text not in self._warnings:
            self._warnings.append(text)

    @abstractmethod
    def _frames(self) -> Iterator[Samples]:
        """Decoded pieces of any length, shape (frames, channels), in order."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Give the file back unread; reading to the end does it too."""

    def blocks(self) -> Iterator[Block]:
        """The recording in order, without gaps, as blocks of about BLOCK_SECONDS."""
        start, held, waiting = 0, 0, list[Samples]()
        most = int(BLOCK_SECONDS * self.rate)
        for piece in self._frames():
            finite = _finite(piece)
            # other codecs make such samples of themselves: the decoder of AMR-WB does
            if finite is not piece and any(name in self.codec for name in _FLOATS):
                self.warn(DAMAGED)
            waiting.append(finite)
            held += len(piece)
            if held >= most:
                yield Block(start, self.rate, np.concatenate(waiting))
                start, held, waiting = start + held, 0, []
        if held:
            yield Block(start, self.rate, np.concatenate(waiting))
        too_short = self.duration and (start + held) / self.rate < self.duration - LOST
        if too_short and not self._warnings:
            self.warn(CUT_SHORT)


def _finite(piece: Samples) -> Samples:
    if np.abs(piece).max(initial=0.0) <= LOUDEST:  # False for what is no number, too
        return piece
    return np.clip(np.nan_to_num(piece, nan=0.0, posinf=1.0, neginf=-1.0), -LOUDEST, LOUDEST)


_FRAMED = ("FLAC", "OGG", "MPEG")


class SoundfileSource(Source):
    """A file of a format that libsndfile is at home in."""

    def __init__(self, path: Path) -> None:
        import soundfile

        # bytes, since a name in another encoding than the system's has no str that the library could encode
        self._file = soundfile.SoundFile(str(path) if os.name == "nt" else os.fsencode(path))
        file = self._file
        duration = file.frames / file.samplerate if 0 < file.frames < 1 << 60 else None
        codec = f"{file.format} {file.subtype}"
        super().__init__(path, file.samplerate, file.channels, codec, duration)

    def close(self) -> None:
        self._file.close()

    def _frames(self) -> Iterator[Samples]:
        framed = self._file.format in _FRAMED
        size = max(1, int((PIECE_SECONDS if framed else BLOCK_SECONDS) * self.rate))
        with self._file as file:
            while True:
                try:
                    piece = file.read(size, dtype="float32", always_2d=True)
                except RuntimeError:  # soundfile's errors derive from it
                    self.warn(DAMAGED)
                    return
                if len(piece) == 0:
                    return
                yield piece


def not_audio(path: Path, then: Text | None = None) -> RecordingError:
    """The error for what no decoder reads."""
    usual = Text("check that it is an audio file and complete", "请确认它是完整的音频文件")
    return RecordingError(
        "not a recording in any known format", "无法识别的录音格式", where=path, then=then or usual
    )
