"""Where two speak at once: pyannote's speaker segmentation 3.0 through onnxruntime."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .block import RATE, Samples
from .interval import Interval
from .network import network

# The model's frames: one every 270 samples, each of 991.
STEP, CENTRE = 270 / RATE, 991 / 2 / RATE
# Its classes are sets of three speakers: nobody, three times one, three times two.
_TWO_AT_ONCE = 4
# Probability from which on two speak, and for how long at least (docs/diarization.md).
OVERLAP, SHORTEST = 0.45, 0.1
_LEAST = RATE // 2  # samples; the model takes no less


class Segmenter:
    """Hears two voices at once in one channel.

    The model also tells up to three speakers of a stretch apart, which is not used: of two women on a telephone line it
    hears one (docs/diarization.md).
    """

    name = "pyannote-segmentation-3.0"

    def __init__(self, folder: Path) -> None:
        self._session = network(folder / "pyannote_segmentation_3.0.onnx")

    def overlaps(self, audio: Samples) -> list[Interval]:
        """When two speak at once in `audio` (n,) at RATE, in seconds from its start."""
        if len(audio) < _LEAST:
            return []
        [[logarithms]] = self._session.run(None, {"input_values": audio[None, None]})
        both = np.exp(logarithms[:, _TWO_AT_ONCE:]).sum(axis=1) > OVERLAP
        edges = np.flatnonzero(np.diff(np.concatenate([[0], both.astype(np.int8), [0]])))
        found = (
            Interval(first * STEP + CENTRE, last * STEP + CENTRE)
            for first, last in edges.reshape(-1, 2).tolist()
        )
        return [interval for interval in found if interval.seconds >= SHORTEST]
