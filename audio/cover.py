"""Covers stretches of audio that are not to be heard: with a quiet tone, or with silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from .excerpt import Excerpt

TONE_HZ = 1000.0  # of the censor's tone, as in broadcasting
LEVEL = 0.05  # its amplitude, full scale 1.0: -26 dB, about as loud as telephone speech
RAMP = 0.005  # seconds in which it comes and goes, so that it does not click


@dataclass(frozen=True)
class Cover:
    """A stretch of one channel (counted from 0), in seconds of the recording; a tone instead of it, or silence."""

    channel: int
    start: float
    end: float
    tone: bool = True


def covered(one: Excerpt, covers: Iterable[Cover]) -> Excerpt:
    """The excerpt with these stretches replaced; nothing of what was there can be heard or had back.

    A channel that the excerpt does not have is its last one: of a recording that was mixed down, the only one.
    """
    samples = one.samples.copy()
    channels = samples.shape[1]
    for cover in sorted(covers, key=lambda c: c.tone):  # where both are wanted, the tone is heard
        first = max(0, round((cover.start - one.start) * one.rate))
        last = min(len(samples), round((cover.end - one.start) * one.rate))
        if first >= last:
            continue
        channel = min(cover.channel, channels - 1)
        if not cover.tone and channel != cover.channel:
            continue
        samples[first:last, channel] = _tone(last - first, one.rate) if cover.tone else 0.0
    return replace(one, samples=samples)


def _tone(count: int, rate: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    tone = LEVEL * np.sin(2 * np.pi * TONE_HZ * np.arange(count) / rate)
    ramp = np.minimum(1.0, np.arange(1, count + 1) / max(1, round(RAMP * rate)))
    sound: np.ndarray[tuple[int], np.dtype[np.float32]] = (tone * ramp * ramp[::-1]).astype(
        np.float32
    )
    return sound
