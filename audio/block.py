"""The unit of the audio path: a stretch of samples of all channels, placed on the recording's own time line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE = 16_000  # samples a second everywhere behind the resampler: what Silero and Whisper were trained on


@dataclass(frozen=True)
class Block:
    """Consecutive samples of a recording.

    Attributes:
        start: index of the first frame, counted at `rate` from the start of the recording.
        rate: frames per second.
        samples: shape (frames, channels), float32, full scale 1.0, finite.
    """

    start: int
    rate: int
    samples: Samples

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def seconds(samples: int) -> float:
    """A position or length in samples at RATE, as seconds."""
    return samples / RATE


def samples(time: float) -> int:
    """Seconds as samples at RATE."""
    return round(time * RATE)
