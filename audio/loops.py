"""Looped announcements: stretches of one channel that sound the same again, as no person ever does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .block import Samples
from .interval import Interval
from .levels import HOP

SHORTEST = 1.5  # seconds; shorter ones may be alike by chance
_LONGER = 0.3  # seconds by which two repetitions may differ in length, as voice activity cuts them
_SHIFT = round(0.2 / HOP)  # frames by which they may be shifted
_ALIKE = (
    0.95  # correlation of the two courses of loudness; people repeating themselves stay below 0.8
)


def loops(level: Samples, speech: Sequence[Interval]) -> list[Interval]:
    """Those stretches of `speech` that are repeated; `level` is the channel's loudness in dB per HOP (n,)."""
    long = sorted((s for s in speech if s.seconds >= SHORTEST), key=lambda s: s.seconds)
    found: set[Interval] = set()
    for index, one in enumerate(long):
        for other in long[index + 1 :]:
            if other.seconds - one.seconds > _LONGER:
                break
            if not {one, other} <= found and _alike(level, one, other):
                found |= {one, other}
    return sorted(found, key=lambda s: s.start)


def _alike(level: Samples, one: Interval, other: Interval) -> bool:
    length = round(one.seconds / HOP)
    first = _course(level, round(one.start / HOP), length)
    shifts = range(-_SHIFT, _SHIFT + 1)
    courses = (_course(level, round(other.start / HOP) + shift, length) for shift in shifts)
    return any(
        len(first) == len(course) > 0 and float(first @ course) / len(first) >= _ALIKE
        for course in courses
    )


def _course(level: Samples, start: int, length: int) -> Samples:
    """The loudness of `length` frames as deviations from its mean in standard deviations."""
    part = level[max(0, start) : max(0, start) + length]
    return np.asarray((part - part.mean()) / (part.std() + 1e-6), np.float32) if len(part) else part
