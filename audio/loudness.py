"""How loud each turn is, from the levels that are measured anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .block import Samples
from .gauge import MARGIN
from .levels import HOP, SILENT, Levels
from .turns import Turn

_BORDER = 2  # frames beside a turn that are no other's: voices tell where it ends to an eighth of a second


def with_loudness(turns: Sequence[Turn], levels: Sequence[Levels]) -> tuple[Turn, ...]:
    """The turns with their loudness, given the levels of each channel over the whole call.

    Only the time counts in which nobody else has a turn on the channel; a turn without any has no loudness.
    """
    spoken = [np.zeros(len(one.level), np.uint8) for one in levels]
    for turn in turns:
        first, last = _frames(turn)
        near = spoken[turn.channel][max(0, first - _BORDER) : last + _BORDER]
        near += near < 2
    out = []
    for turn in turns:
        at = slice(*_frames(turn))
        alone = spoken[turn.channel][at] == 1
        out.append(replace(turn, loudness=active_level(levels[turn.channel].level[at][alone])))
    return tuple(out)


def active_level(levels: Samples) -> float | None:
    """The mean power of the frames that sound, rounded to 0.1 dB, given the levels (n,) of all in dB of full scale.

    A frame sounds that is at most MARGIN dB below that mean (after ITU-T P.56); None where all are silent.
    """
    sounding = levels[levels > SILENT]
    while len(sounding):
        mean = 10 * np.log10(np.mean(10 ** (sounding.astype(np.float64) / 10)))
        kept = sounding[sounding >= mean - MARGIN]
        if len(kept) == len(sounding):
            return round(float(mean), 1)
        sounding = kept
    return None


def _frames(turn: Turn) -> tuple[int, int]:
    return round(turn.start / HOP), round(turn.end / HOP)
