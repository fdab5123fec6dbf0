"""Loudness and tonality of one channel, ten times a second: what rings, holds and silences are told from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .block import RATE, Samples

HOP = 0.1  # seconds
_FRAME = round(RATE * HOP)
_BIN = RATE / _FRAME  # Hz
_RING_BAND = (390.0, 510.0)  # CN 450, EU 425, US 440+480 Hz
SILENT = -90.0  # dB of full scale given to digital silence


@dataclass(frozen=True)
class Levels:
    """One value per 0.1 s, all of shape (n,).

    Attributes:
        level: dB of full scale, 300 to 3400 Hz.
        ring: share of that energy in the band of ring-back tones.
        peak: share of that energy in the strongest 30 Hz.
    """

    level: Samples
    ring: Samples
    peak: Samples


class LevelMeter:
    """Measures one channel as its samples come in; 120 bytes are kept per second of recording."""

    def __init__(self) -> None:
        self._waiting = np.zeros(0, np.float32)
        self._parts: list[tuple[Samples, Samples, Samples]] = []
        frequencies = np.arange(_FRAME // 2 + 1) * _BIN
        self._speech_band = (frequencies >= 300) & (frequencies <= 3400)
        self._ring_band = (frequencies >= _RING_BAND[0]) & (frequencies <= _RING_BAND[1])
        self._window = np.hanning(_FRAME).astype(np.float32)

    def push(self, audio: Samples) -> None:
        waiting = np.concatenate([self._waiting, audio])
        count = len(waiting) // _FRAME
        self._waiting = waiting[count * _FRAME :]
        if not count:
            return
        frames = waiting[: count * _FRAME].reshape(count, _FRAME) * self._window
        power = np.abs(np.fft.rfft(frames, axis=1)).astype(np.float32) ** 2
        power *= 2 / (_FRAME * float((self._window**2).sum()))
        band = power[:, self._speech_band]
        total = band.sum(axis=1) + 1e-12
        around = band[:, :-2] + band[:, 1:-1] + band[:, 2:]
        level = np.maximum(10 * np.log10(total), SILENT)
        ring = power[:, self._ring_band].sum(axis=1) / total
        self._parts.append((level, ring, around.max(axis=1) / total))

    def result(self) -> Levels:
        if not self._parts:
            empty = np.zeros(0, np.float32)
            return Levels(empty, empty, empty)
        level, ring, peak = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        return Levels(level, ring, peak)
