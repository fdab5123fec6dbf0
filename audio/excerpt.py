"""A passage of a recording as it was recorded, with its rate and channels, and as a file of its own."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ..errors import RecordingError, UsageError
from ..lang import Text
from .block import Samples
from .origin import Origin
from .source import open_source

Form = Literal["wav", "mp3", "ogg"]
_FORMATS: dict[Form, tuple[str, str]] = {
    "wav": ("WAV", "PCM_16"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "ogg": ("OGG", "VORBIS"),
}
_MP3_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)


@dataclass(frozen=True)
class Excerpt:
    """A stretch of a recording: `start` in seconds of it, `samples` of shape (frames, channels), full scale 1.0."""

    start: float
    rate: int
    samples: Samples

    @property
    def end(self) -> float:
        return self.start + len(self.samples) / self.rate


def excerpt(origin: Origin, start: float = 0.0, end: float | None = None) -> Excerpt:
    """Cut from `start` to `end` (seconds), or to where the recording ends; only that much is held in memory.

    Raises:
        RecordingError: it cannot be opened, or has nothing there.
    """
    pieces: list[Samples] = []
    with open_source(origin) as source:
        rate = source.rate
        first = max(0, round(start * rate))
        last = None if end is None else round(end * rate)
        for block in source.blocks():
            if last is not None and block.start >= last:
                break
            piece = block.samples[
                max(0, first - block.start) : None if last is None else last - block.start
            ]
            if len(piece):
                pieces.append(piece)
    if not pieces:
        raise RecordingError(
            f"the recording has nothing at {start:.1f} s", f"录音在 {start:.1f} 秒处没有内容", where=origin.path,
            then=Text("score it again", "请重新评分"),
        )  # fmt: skip
    return Excerpt(first / rate, rate, np.concatenate(pieces))


def faded(one: Excerpt, seconds: float) -> Excerpt:
    """The excerpt with a linear fade at both ends, of at most half of it each."""
    count = min(round(seconds * one.rate), len(one.samples) // 2)
    if count <= 0:
        return one
    samples = one.samples.copy()
    ramp = np.linspace(0.0, 1.0, count, endpoint=False, dtype=np.float32)[:, None]
    samples[:count] *= ramp
    samples[-count:] *= ramp[::-1]
    return replace(one, samples=samples)


def encoded(one: Excerpt, form: Form) -> bytes:
    """The excerpt as the bytes of a file; MP3 is resampled where it does not know the rate.

    Raises:
        UsageError: MP3 of more than two channels.
    """
    import soundfile

    samples, rate = one.samples, one.rate
    if form == "mp3":
        if samples.shape[1] > 2:
            raise UsageError(
                "MP3 has two channels at most", "MP3 最多两个声道", then=Text("choose wav or ogg", "请改用 wav 或 ogg"),
            )  # fmt: skip
        if rate not in _MP3_RATES:
            import soxr

            nearest = min((r for r in _MP3_RATES if r >= rate), default=_MP3_RATES[-1])
            samples, rate = soxr.resample(samples, rate, nearest), nearest
    container, subtype = _FORMATS[form]
    file = io.BytesIO()
    soundfile.write(file, np.clip(samples, -1.0, 1.0), rate, format=container, subtype=subtype)
    return file.getvalue()
