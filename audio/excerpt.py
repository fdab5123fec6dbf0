"""A passage of a recording, to be listened to."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from .block import Samples
from .origin import Origin
from .source import open_source

Format = Literal["wav", "mp3", "ogg"]

_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)  # of MP3


@dataclass(frozen=True)
class Excerpt:
    """Samples of shape (frames, channels), full scale 1.0, at `rate` frames per second."""

    samples: Samples
    rate: int


def excerpt(files: Sequence[Path], start: float | None = None, end: float | None = None) -> Excerpt:
    """What is between two moments (seconds) of a recording, or of the legs of a call; None is its own end.

    Raises:
        RecordingError: it cannot be read.
    """
    source = open_source(Origin(tuple(files)))
    try:
        first = round((start or 0.0) * source.rate)
        last = None if end is None else round(end * source.rate)
        parts = [np.zeros((0, source.channels), np.float32)]
        for block in source.blocks():
            low = max(first - block.start, 0)
            high = len(block.samples) if last is None else last - block.start
            if high <= 0:
                break
            parts.append(block.samples[low:high])
        return Excerpt(np.concatenate(parts), source.rate)
    finally:
        source.close()


def encoded(found: Excerpt, form: Format) -> bytes:
    """The samples as a file; MP3 and OGG at about 4 kB a second for telephone calls."""
    import soundfile

    samples, rate = found.samples, found.rate
    if form == "mp3" and rate not in _RATES:
        import soxr

        wanted = min(_RATES, key=lambda known: (known < rate, abs(known - rate)))
        samples, rate = soxr.resample(samples, rate, wanted), wanted
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format={"wav": "WAV", "mp3": "MP3", "ogg": "OGG"}[form])
    return out.getvalue()
