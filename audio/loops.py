"""Looped announcements: stretches of one channel that sound the same again, as no person ever does."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .block import RATE, Samples
from .interval import Interval

SHORTEST = 1.5  # seconds; shorter ones may be alike by chance
WITHIN = 120.0  # seconds from the beginning of one repetition to the next
_FRAME = RATE // 100  # samples of a step of the course of loudness
_SMOOTH = 3  # steps averaged: two recordings of one sound are never cut at the same sample
_LONGER = 0.3  # seconds by which two repetitions may differ in length, as voice activity cuts them
_SHIFT = 20  # steps by which they may be shifted
# correlation of the two courses; the same words said again by a person stay below 0.8
_ALIKE = 0.92


@dataclass(frozen=True)
class _Course:
    """A stretch of speech and its loudness in dB, one value per 10 ms (n,)."""

    interval: Interval
    loudness: Samples


class LoopFinder:
    """Compares what is said on one channel with what was said there in the last two minutes."""

    def __init__(self) -> None:
        self._lately: deque[_Course] = deque()
        self._found: set[Interval] = set()

    def push(self, interval: Interval, audio: Samples) -> None:
        """Take the next stretch of speech and its samples (n,) at RATE."""
        if interval.seconds < SHORTEST:
            return
        while self._lately and interval.start - self._lately[0].interval.start > WITHIN:
            self._lately.popleft()
        new = _Course(interval, _loudness(audio))
        for old in self._lately:
            if abs(old.interval.seconds - interval.seconds) <= _LONGER and _alike(old, new):
                self._found |= {old.interval, interval}
        self._lately.append(new)

    def result(self) -> list[Interval]:
        """The stretches that are repeated, in order."""
        return sorted(self._found, key=lambda interval: interval.start)


def _loudness(audio: Samples) -> Samples:
    frames = audio[: len(audio) // _FRAME * _FRAME].reshape(-1, _FRAME)
    power = np.convolve((frames**2).mean(axis=1), np.full(_SMOOTH, 1 / _SMOOTH), "valid")
    return np.asarray(10 * np.log10(power + 1e-7), np.float32)


def _alike(one: _Course, other: _Course) -> bool:
    """Whether the middle of the shorter course is found in the longer one."""
    short, long = sorted((one.loudness, other.loudness), key=len)
    middle = _normal(short[_SHIFT:-_SHIFT][None])[0]
    places = _normal(sliding_window_view(long, len(middle)))
    return float((places @ middle).max()) / len(middle) >= _ALIKE


def _normal(courses: Samples) -> Samples:
    """Deviations from the mean of each row, in standard deviations."""
    spread = courses.std(axis=1, keepdims=True) + 1e-6
    return np.asarray((courses - courses.mean(axis=1, keepdims=True)) / spread, np.float32)
