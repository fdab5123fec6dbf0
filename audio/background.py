"""The background of a channel: how loud it is when nobody speaks."""

from __future__ import annotations

import numpy as np

from .block import Samples

# dB of full scale: a channel that is loud throughout still has no higher background
HIGHEST = -38.0
QUIETEST = 0.1  # share of the frames that count as background
_BINS = 100  # dB


class Background:
    """The level below which a tenth of a channel's frames lie, as far as it was heard."""

    def __init__(self) -> None:
        self._histogram = np.zeros(_BINS, np.int64)

    def push(self, levels: Samples) -> None:
        """Take the levels (n,) of further frames, in dB of full scale."""
        bins = np.clip(np.floor(levels), -_BINS, -1).astype(int) + _BINS
        self._histogram += np.bincount(bins, minlength=_BINS)

    @property
    def level(self) -> float:
        """In dB of full scale."""
        seen = np.cumsum(self._histogram)
        if not seen[-1]:
            return HIGHEST
        return min(float(np.searchsorted(seen, QUIETEST * seen[-1])) - _BINS, HIGHEST)


def background(levels: Samples) -> float:
    """The same of a channel that is known as a whole, in dB of full scale."""
    return min(float(np.percentile(levels, 100 * QUIETEST)), HIGHEST) if len(levels) else HIGHEST
