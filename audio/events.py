"""What happens in a call besides speech: rings, holds and silences, from speech regions and levels.

Definitions: a hold is hold music or a hold tone of 5 s or more, an announced silence of 10 s or more, or a mutual
silence of 20 s or more between the first and the last word; a shorter mutual silence from 3 s on is dead air.
Announcements are words, so that an announced silence becomes a hold only with the transcript (`with_announced`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .levels import HOP, Levels

HoldKind = Literal["music", "tone", "silence"]

MIN_MUSIC_HOLD = 5.0
MIN_ANNOUNCED_HOLD = 10.0
MIN_SILENT_HOLD = 20.0
MIN_DEAD_AIR = 3.0
_ABOVE_FLOOR = 8.0  # dB over the channel's noise floor that count as sound
_HIGHEST_FLOOR = (
    -38.0
)  # dB of full scale: a channel that is loud throughout still has no higher floor
_EDGE = 2  # frames at either end of a gap that may still hold speech
_SOUNDING = 0.6  # share of a gap's sounding time from which on it is music or a tone
_TONAL = 0.9  # share of a frame's energy in 30 Hz from which on the frame is a pure tone


@dataclass(frozen=True)
class Interval:
    """A stretch of time, in seconds from the start of the recording."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Hold(Interval):
    """The customer waits while the agent is away."""

    kind: HoldKind


@dataclass(frozen=True)
class Rings:
    """Ring-back heard before the answer: how often, and seconds from the first tone to the first word or last pause."""

    count: int
    seconds: float


@dataclass(frozen=True)
class CallEvents:
    """Everything of a call that is not speech."""

    holds: tuple[Hold, ...]
    silences: tuple[Interval, ...]
    rings: Rings | None


def find_events(speech: Sequence[Interval], levels: Sequence[Levels]) -> CallEvents:
    """Tell holds, silences and rings; `speech` of all channels in any order, one `Levels` per channel."""
    spoken = union(speech)
    first = spoken[0].start if spoken else None
    holds: list[Hold] = []
    silences: list[Interval] = []
    sounding = [_sounding(channel) for channel in levels]
    for before, after in pairwise(spoken):
        gap = Interval(before.end, after.start)
        if gap.seconds < MIN_DEAD_AIR:
            continue
        hold = _hold(gap, levels, sounding)
        if hold:
            holds.append(hold)
        else:
            silences.append(gap)
    return CallEvents(tuple(holds), tuple(silences), _rings(levels, first))


def with_announced(events: CallEvents, announced: Sequence[float]) -> CallEvents:
    """Make holds of the silences of 10 s or more that follow an announcement ending at one of these times."""
    promoted = tuple(
        silence
        for silence in events.silences
        if silence.seconds >= MIN_ANNOUNCED_HOLD
        and any(abs(silence.start - end) <= 1.5 for end in announced)
    )
    holds = (*events.holds, *(Hold(s.start, s.end, "silence") for s in promoted))
    rest = tuple(silence for silence in events.silences if silence not in promoted)
    return CallEvents(tuple(sorted(holds, key=lambda hold: hold.start)), rest, events.rings)


def union(intervals: Sequence[Interval]) -> list[Interval]:
    """The time covered by any of the intervals, as disjoint intervals in order."""
    out: list[Interval] = []
    for interval in sorted(intervals, key=lambda i: i.start):
        if out and interval.start <= out[-1].end:
            out[-1] = Interval(out[-1].start, max(out[-1].end, interval.end))
        else:
            out.append(Interval(interval.start, interval.end))
    return out


def _sounding(levels: Levels) -> NDArray[np.bool_]:
    if not len(levels.level):
        return np.zeros(0, bool)
    floor = min(float(np.percentile(levels.level, 10)), _HIGHEST_FLOOR)
    return np.asarray(levels.level > floor + _ABOVE_FLOOR, bool)


def _hold(
    gap: Interval, levels: Sequence[Levels], sounding: Sequence[NDArray[np.bool_]]
) -> Hold | None:
    first, last = int(np.ceil(gap.start / HOP)) + _EDGE, int(gap.end / HOP) - _EDGE
    for channel, sounds in zip(levels, sounding, strict=True):
        active = np.flatnonzero(sounds[first:last])
        if len(active) < max(1.0, _SOUNDING * (last - first)):
            continue
        if (active[-1] - active[0] + 1 + 2 * _EDGE) * HOP < MIN_MUSIC_HOLD:
            continue
        tonal = np.mean(channel.peak[first:last][active] >= _TONAL)
        return Hold(gap.start, gap.end, "tone" if tonal > 0.8 else "music")
    return Hold(gap.start, gap.end, "silence") if gap.seconds >= MIN_SILENT_HOLD else None


def _rings(levels: Sequence[Levels], first_word: float | None) -> Rings | None:
    """Count tones of 0.5 to 2.5 s in the ring band before the first word; 1 s on and 4 s off is the Chinese cadence."""
    best: Rings | None = None
    for channel in levels:
        until = len(channel.ring) if first_word is None else int(first_word / HOP)
        tone = (channel.ring[:until] >= 0.8) & (channel.level[:until] > -50)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], tone.astype(np.int8), [0]])))
        runs = edges.reshape(-1, 2)
        runs = runs[(np.diff(runs, axis=1).ravel() * HOP >= 0.5)]
        runs = runs[(np.diff(runs, axis=1).ravel() * HOP <= 2.5)]
        if len(runs) and (best is None or len(runs) > best.count):
            end = until if first_word is not None else runs[-1, 1]
            best = Rings(len(runs), round(float(end - runs[0, 0]) * HOP, 2))
    return best
