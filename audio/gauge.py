"""Measures the channels of a recording as it passes: levels, clipping, offset, silence, noise, likeness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .block import Block

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]

FRAME = 0.1  # seconds
LOWEST = -100  # dB of full scale: where the scale of frame levels begins
MARGIN = 15.9  # dB by which the active level lies above the threshold of activity: ITU-T P.56
NOISE_SHARE = 0.1  # the quietest tenth of the frames is taken for noise
_BINS = 1 - LOWEST + 20  # of 1 dB, up to +20 dB: float samples may go over full scale
_FULL = 0.999
_FLAT = 0.97  # of full scale, where equal neighbours are a cut-off peak: G.711 ends at 0.98
_SAME = 1e-4


@dataclass(frozen=True)
class ChannelFigures:
    """What one channel is like. Levels are dB of full scale, None where there is nothing to measure.

    Attributes:
        level: root mean square of all samples.
        active: the same, of the part that sounds (after ITU-T P.56, with frames of 0.1 s).
        peak: of the largest sample.
        noise: of the quietest tenth of the frames that are not digital silence.
        clipped: share of the samples that are cut off at full scale.
        offset: mean of the samples, full scale 1.0.
        silent: share of the frames whose samples are all the same: digital silence.
    """

    level: float | None
    active: float | None
    peak: float | None
    noise: float | None
    clipped: float
    offset: float
    silent: float


@dataclass(frozen=True)
class Figures:
    """What a recording is like; `correlation` of the first two channels, without delay, None where it has one."""

    frames: int
    channels: tuple[ChannelFigures, ...]
    correlation: float | None


class Gauge:
    """Takes the blocks of a recording; what it keeps does not grow."""

    def __init__(self, channels: int) -> None:
        self._frames = 0
        self._sum, self._square, self._peak = (np.zeros(channels) for _ in range(3))
        self._cross = 0.0
        self._clipped = np.zeros(channels, int)
        self._silent, self._measured = np.zeros(channels, int), 0
        self._counts = np.zeros((channels, _BINS), int)
        self._energy = np.zeros((channels, _BINS))

    def push(self, block: Block) -> None:
        samples = block.samples.astype(np.float64)
        self._frames += len(samples)
        self._sum += samples.sum(axis=0)
        self._square += (samples**2).sum(axis=0)
        loud = np.abs(samples)
        self._peak = np.maximum(self._peak, loud.max(axis=0, initial=0.0))
        self._clipped += _cut_off(samples, loud)
        if samples.shape[1] > 1:
            self._cross += float(samples[:, 0] @ samples[:, 1])
        size = max(1, round(FRAME * block.rate))
        count = len(samples) // size
        self._measure(samples[: count * size].reshape(count, size, samples.shape[1]))

    def _measure(self, frames: Numbers) -> None:
        flat = np.ptp(frames, axis=1) == 0 if len(frames) else np.zeros((0, frames.shape[2]), bool)
        power = frames.var(axis=1) if len(frames) else np.zeros((0, frames.shape[2]))
        place = np.clip(np.round(10 * np.log10(power + 1e-30)) - LOWEST, 0, _BINS - 1).astype(int)
        self._measured += len(frames)
        self._silent += flat.sum(axis=0)
        for channel in range(frames.shape[2]):
            sounding = ~flat[:, channel]
            at = place[sounding, channel]
            self._counts[channel] += np.bincount(at, minlength=_BINS)
            self._energy[channel] += np.bincount(at, power[sounding, channel], minlength=_BINS)

    def figures(self) -> Figures:
        """What the blocks so far add up to."""
        channels = tuple(self._channel(channel) for channel in range(len(self._sum)))
        return Figures(self._frames, channels, self._correlation())

    def _channel(self, number: int) -> ChannelFigures:
        count = max(1, self._frames)
        counts, energy = self._counts[number], self._energy[number]
        return ChannelFigures(
            level=_decibel(self._square[number] / count),
            active=_active(counts, energy),
            peak=_decibel(self._peak[number] ** 2),
            noise=_noise(counts),
            clipped=float(self._clipped[number]) / count,
            offset=float(self._sum[number]) / count,
            silent=float(self._silent[number]) / max(1, self._measured),
        )

    def _correlation(self) -> float | None:
        if len(self._sum) < 2 or not self._frames:
            return None
        mean = self._sum[:2] / self._frames
        variance = self._square[:2] / self._frames - mean**2
        if variance.min() < 1e-12:
            return None
        together = self._cross / self._frames - mean[0] * mean[1]
        return float(together / np.sqrt(variance[0] * variance[1]))


def _cut_off(samples: Numbers, loud: Numbers) -> Counts:
    """Samples per channel at full scale, and those near it that are as their neighbour before."""
    flat = (loud[1:] >= _FLAT) & (np.abs(np.diff(samples, axis=0)) < _SAME)
    over = loud >= _FULL
    over[1:] |= flat
    counted: Counts = over.sum(axis=0)
    return counted


def _active(counts: Counts, energy: Numbers) -> float | None:
    """The level of the frames above the lowest threshold that lies no more than MARGIN below that level."""
    above = np.cumsum(energy[::-1])[::-1]
    many = np.cumsum(counts[::-1])[::-1]
    for place in np.flatnonzero(counts):
        level = _decibel(above[place] / many[place])
        if level is not None and level - (place + LOWEST) <= MARGIN:
            return level
    return None


def _noise(counts: Counts) -> float | None:
    total = counts.sum()
    if not total:
        return None
    return float(np.searchsorted(np.cumsum(counts), NOISE_SHARE * total) + LOWEST)


def _decibel(power: float) -> float | None:
    return float(10 * np.log10(power)) if power > 1e-12 else None
