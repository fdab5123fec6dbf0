"""Decoders of recordings: soundfile and PyAV, both as a stream of blocks."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import RecordingError
from ..lang import Text
from .block import Block, Samples

BLOCK_SECONDS = 2.0
LOST = 0.5  # seconds that a recording may be shorter than its header says, for rounding and codec delay

CUT_SHORT = Text("the recording breaks off before its stated end", "录音不完整，提前中断")
DAMAGED = Text("a part of the recording could not be decoded", "录音有一部分无法解码")

# No playlists: a text that names other files would have FFmpeg open those.
_ONLY_AUDIO = {
    "format_whitelist": "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,eac3,flac,flv,g722,gsm,matroska,webm,mov,mp4,"
    "m4a,3gp,3g2,mj2,mp3,mpeg,mpegts,ogg,rm,tta,voc,w64,wav,wv,xwma"
}


class Source(ABC):
    """An opened recording; `blocks()` may be iterated once, and `warning` is complete when it has been.

    Attributes:
        rate: frames per second of the file.
        channels: how many; they are never mixed here.
        codec: container and codec, for people.
        duration: seconds as the header states them, None where it does not.
        warning: what is wrong with a recording that can be read only in part.
    """

    def __init__(
        self, path: Path, rate: int, channels: int, codec: str, duration: float | None
    ) -> None:
        self.path = path
        self.rate = rate
        self.channels = channels
        self.codec = codec
        self.duration = duration
        self.warning: Text | None = None

    @abstractmethod
    def _frames(self) -> Iterator[Samples]:
        """Decoded pieces of any length, shape (frames, channels), in order."""

    @abstractmethod
    def close(self) -> None:
        """Give the file back unread; reading to the end does it too."""

    def blocks(self) -> Iterator[Block]:
        """The recording in order, without gaps, as blocks of about two seconds."""
        start, held, waiting = 0, 0, list[Samples]()
        most = int(BLOCK_SECONDS * self.rate)
        for piece in self._frames():
            waiting.append(np.nan_to_num(piece, nan=0.0, posinf=1.0, neginf=-1.0))
            held += len(piece)
            if held >= most:
                yield Block(start, self.rate, np.concatenate(waiting))
                start, held, waiting = start + held, 0, []
        if held:
            yield Block(start, self.rate, np.concatenate(waiting))
        if self.duration and (start + held) / self.rate < self.duration - LOST:
            self.warning = self.warning or CUT_SHORT


class SoundfileSource(Source):
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
        size = int(BLOCK_SECONDS * self.rate)
        with self._file as file:
            while True:
                try:
                    piece = file.read(size, dtype="float32", always_2d=True)
                except RuntimeError:  # soundfile's errors derive from it
                    self.warning = DAMAGED
                    return
                if len(piece) == 0:
                    return
                yield piece


class AvSource(Source):
    def __init__(self, path: Path) -> None:
        import av

        try:
            # the prefix, since FFmpeg takes what stands before a colon for a protocol
            self._container: Any = av.open(f"file:{path}", options=_ONLY_AUDIO)
        except UnicodeEncodeError:  # a name in another encoding than the system's
            self._container = av.open(path.open("rb"), options=_ONLY_AUDIO)
        stream: Any = next(iter(self._container.streams.audio), None)
        codec = getattr(stream, "codec_context", None)
        if codec is None or not stream.rate or not stream.channels:
            self._container.close()
            raise ValueError("no audio stream")
        self._stream = stream
        self._layout = stream.layout.name
        duration = float(stream.duration * stream.time_base) if stream.duration else None
        if duration is None and self._container.duration:
            duration = self._container.duration / av.time_base
        super().__init__(path, stream.rate, stream.channels, codec.name, duration)

    def close(self) -> None:
        self._container.close()

    def _frames(self) -> Iterator[Samples]:
        import av

        to_float, decoded_any = _ToFloat(self._layout, self.rate), False
        with self._container as container:
            for packet in self._packets(container.demux(self._stream)):
                try:
                    frames = packet.decode()
                except av.FFmpegError:
                    self.warning = DAMAGED
                    continue
                for frame in frames:
                    for piece in to_float(frame):
                        decoded_any = True
                        yield piece
        if not decoded_any and self.warning:  # a demuxer accepts much that is no audio at all
            raise not_audio(self.path)

    def _packets(self, demuxed: Iterator[Any]) -> Iterator[Any]:
        import av

        while True:
            try:
                packet = next(demuxed, None)
            except av.FFmpegError:
                self.warning = DAMAGED
                return
            if packet is None:
                return
            yield packet


class _ToFloat:
    """Converts decoded frames to float samples; where rate or channels change, to those of the beginning."""

    def __init__(self, layout: str, rate: int) -> None:
        self._layout, self._rate = layout, rate
        self._form: tuple[Any, ...] = ()
        self._resampler: Any = None

    def __call__(self, frame: Any) -> Iterator[Samples]:
        import av

        form = (frame.sample_rate, frame.layout.name, frame.format.name)
        if form != self._form:  # PyAV's own check ends where the resampler has nothing to do
            self._form = form
            self._resampler = av.AudioResampler("fltp", self._layout, self._rate)
        for piece in self._resampler.resample(frame):
            yield piece.to_ndarray().T


def not_audio(path: Path) -> RecordingError:
    return RecordingError(
        "not a recording in any known format", "无法识别的录音格式", where=path,
        then=Text("check that it is an audio file and complete", "请确认它是完整的音频文件"),
    )  # fmt: skip
