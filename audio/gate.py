"""A cheap gate before the careful models: which frames of a channel are louder than its background."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .background import HIGHEST, Background
from .block import Samples
from .levels import HOP

Mask = NDArray[np.bool_]

_MEMORY = round(4.0 / HOP)  # frames in which the background may have become quieter
_SMOOTH = 3  # frames averaged, so that one quiet frame does not count as background
_ABOVE = 6.0  # dB over the background from which on a frame may be speech
_LOWEST = -62.0  # dB of full scale; what is quieter is no speech on any line
_AROUND = 3  # frames before and after a loud one that stay open: soft onsets and endings
_RENEW = round(4 / HOP)  # frames after which the background is taken anew


class Gate:
    """Judges the frames of one channel; thresholds measured on the labelled calls (docs/choices.md).

    The background is that of the call so far, or that of the last seconds where they are quieter: after minutes of hold
    music speech may be softer than the music was. A frame is judged when the frames after it are known that could keep
    it open.
    """

    def __init__(self) -> None:
        self._background = Background()
        self._newest = np.zeros(0, np.float32)  # levels that are not in the background yet
        # levels before the next ones
        self._last = np.full(_MEMORY + _SMOOTH - 2, HIGHEST, np.float32)
        # frames before the next to be judged, then those that wait
        self._loud = np.zeros(_AROUND, bool)

    def push(self, levels: Samples) -> Mask:
        """Take the next levels (n,) in dB; return which of the next frames (m,) are open."""
        loud, at = [self._loud], 0
        while at < len(levels):
            part = levels[at : at + _RENEW - len(self._newest)]
            loud.append(self._over_background(part))
            self._newest = np.concatenate([self._newest, part])
            if len(self._newest) == _RENEW:
                self._background.push(self._newest)
                self._newest = self._newest[:0]
            at += len(part)
        return self._judged(np.concatenate(loud))

    def _over_background(self, levels: Samples) -> Mask:
        known = np.concatenate([self._last, levels])
        self._last = known[-len(self._last) :]
        smooth = np.convolve(known, np.full(_SMOOTH, 1 / _SMOOTH, np.float32), "valid")
        recent = sliding_window_view(smooth, _MEMORY).min(axis=1)
        floor = np.minimum(recent, self._background.level)
        return np.asarray(levels > np.maximum(floor + _ABOVE, _LOWEST), bool)

    def finish(self) -> Mask:
        """Which of the frames are open that still wait."""
        return self._judged(np.concatenate([self._loud, np.zeros(_AROUND, bool)]))

    def _judged(self, loud: Mask) -> Mask:
        count = max(0, len(loud) - 2 * _AROUND)
        wide = np.convolve(loud, np.ones(2 * _AROUND + 1))[2 * _AROUND :][:count] > 0
        self._loud = loud[count:]
        return np.asarray(wide, bool)
