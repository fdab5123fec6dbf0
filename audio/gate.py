"""A cheap gate before the careful models: which frames of a channel are louder than its background."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .block import Samples
from .levels import HOP

Mask = NDArray[np.bool_]

_MEMORY = round(4.0 / HOP)  # frames over which the background is the quietest that was heard
_SMOOTH = 3  # frames averaged, so that one quiet frame does not count as background
_ABOVE = 6.0  # dB over the background from which on a frame may be speech
_LOWEST = -62.0  # dB of full scale; what is quieter is no speech on any line
_HIGHEST = -54.0  # dB of full scale; what is louder counts as sound, whatever was there before: speech follows music
_AROUND = 3  # frames before and after a loud one that stay open: soft onsets and endings


class Gate:
    """Judges the frames of one channel; thresholds measured on the labelled calls (docs/choices.md).

    A frame is judged when the frames after it are known that could keep it open.
    """

    def __init__(self) -> None:
        # levels that the background of the next frames follows from; before the call everything is loud
        self._last = np.full(_MEMORY + _SMOOTH, _HIGHEST, np.float32)
        self._loud = np.zeros(
            _AROUND, bool
        )  # frames before the next to be judged, then those that wait

    def push(self, levels: Samples) -> Mask:
        """Take the next levels (n,) in dB; return which of the next frames (m,) are open."""
        if not len(levels):
            return np.zeros(0, bool)
        known = np.concatenate([self._last, levels])
        self._last = known[-(_MEMORY + _SMOOTH) :]
        smooth = np.convolve(known, np.full(_SMOOTH, 1 / _SMOOTH, np.float32), "valid")
        background = sliding_window_view(smooth, _MEMORY).min(axis=1)[-len(levels) :]
        background = np.minimum(background, _HIGHEST)
        return self._judged(
            np.concatenate([self._loud, levels > np.maximum(background + _ABOVE, _LOWEST)])
        )

    def finish(self) -> Mask:
        """Which of the frames are open that still wait."""
        return self._judged(np.concatenate([self._loud, np.zeros(_AROUND, bool)]))

    def _judged(self, loud: Mask) -> Mask:
        count = max(0, len(loud) - 2 * _AROUND)
        wide = np.convolve(loud, np.ones(2 * _AROUND + 1))[2 * _AROUND :][:count] > 0
        self._loud = loud[count:]
        return np.asarray(wide, bool)
