"""Loudness and pure tones of one channel, twenty times a second: what all other sounds are told from."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .block import RATE, Samples

HOP = 0.05  # seconds: half of the shortest key tone (ITU-T Q.24: 40 ms, in practice 80 ms and more)
FRAME = round(RATE * HOP)
SILENT = -90.0  # dB of full scale given to digital silence
_BIN = RATE / FRAME  # Hz
_SPEECH_BAND = slice(round(300 / _BIN), round(3400 / _BIN) + 1)
_TONE_BAND = slice(round(200 / _BIN), round(3600 / _BIN) + 1)
_LOBE = 2  # bins on either side of a peak that belong to it (Hann window)
_TONAL = 0.9  # share of a frame's energy in one or two peaks from which on the frame is a tone
_SECOND = 0.1  # share of the energy that makes a second peak a tone of its own
# Hz: exchanges use none below; the first harmonics of a vowel may look like a pair
_LOWEST_TONE = 340
_FAINTEST = -50.0  # dB of full scale of a tone that someone is meant to hear

Hertz = NDArray[np.uint16]


@dataclass(frozen=True)
class Levels:
    """One value per HOP, all of shape (n,).

    Attributes:
        level: dB of full scale, 300 to 3400 Hz.
        low, high: the frequencies in Hz of a pure tone or of a pair; 0 where there is none, `high` 0 for a single one.
    """

    level: Samples
    low: Hertz
    high: Hertz


class LevelMeter:
    """Measures one channel as its samples come in; 160 bytes are kept per second of recording.

    Args:
        narrow: the audio holds nothing above 4 kHz, so that every second sample tells all.
    """

    def __init__(self, *, narrow: bool = False) -> None:
        self._stride = 2 if narrow else 1
        self._waiting = np.zeros(0, np.float32)
        self._level, self._low, self._high = array("f"), array("H"), array("H")
        self._window = np.hanning(FRAME // self._stride).astype(np.float32)
        self._scale = 2 / (len(self._window) * float((self._window**2).sum()))

    def push(self, audio: Samples) -> Samples:
        """Take samples (n,) at RATE; return the levels of the frames that became complete, in dB."""
        waiting = np.concatenate([self._waiting, audio])
        count = len(waiting) // FRAME
        self._waiting = waiting[count * FRAME :]
        if not count:
            return np.zeros(0, np.float32)
        frames = waiting[: count * FRAME].reshape(count, FRAME)[:, :: self._stride] * self._window
        spectrum = np.fft.rfft(frames, axis=1)[:, : _TONE_BAND.stop]
        power = (self._scale * (spectrum.real**2 + spectrum.imag**2)).astype(np.float32)
        band = power[:, _SPEECH_BAND].sum(axis=1)
        level: Samples = np.maximum(10 * np.log10(band + 1e-12), SILENT).astype(np.float32)
        low, high = np.zeros(count, np.uint16), np.zeros(count, np.uint16)
        loud = np.flatnonzero(level > _FAINTEST)
        if len(loud):
            low[loud], high[loud] = _tones(power[loud, _TONE_BAND])
        for kept, new in ((self._level, level), (self._low, low), (self._high, high)):
            kept.frombytes(new.tobytes())
        return level

    def result(self) -> Levels:
        return Levels(
            np.array(self._level, np.float32),
            np.array(self._low, np.uint16),
            np.array(self._high, np.uint16),
        )


def is_tone(audio: Samples) -> bool:
    """Whether most of a stretch of samples (n,) at RATE that is not quiet is a pure tone or a pair."""
    meter = LevelMeter()
    loud = meter.push(audio) > _FAINTEST
    return bool(loud.any() and (meter.result().low[loud] >= _LOWEST_TONE).mean() > 0.5)


def _tones(power: Samples) -> tuple[Hertz, Hertz]:
    """Frequencies of the one or two peaks that hold nearly all energy of each row of `power` (n, bins), else 0.

    `power` is used up.
    """
    total = power.sum(axis=1) + 1e-12
    first, first_share = _take_peak(power, total)
    second, second_share = _take_peak(power, total)
    pair = second_share >= _SECOND
    tonal = np.where(pair, first_share + second_share, first_share) >= _TONAL
    low = np.where(pair, np.minimum(first, second), first) * tonal
    high = np.where(pair, np.maximum(first, second), 0) * tonal
    return low.astype(np.uint16), high.astype(np.uint16)


def _take_peak(power: Samples, total: Samples) -> tuple[Samples, Samples]:
    """Frequency in Hz and share of the strongest peak of each row, which is removed from `power`."""
    rows = np.arange(len(power))
    at = np.clip(power.argmax(axis=1), _LOBE, power.shape[1] - 1 - _LOBE)
    around = at[:, None] + np.arange(-_LOBE, _LOBE + 1)
    lobe = power[rows[:, None], around]
    energy = lobe.sum(axis=1)
    centre = (lobe * around).sum(axis=1) / (energy + 1e-20)
    power[rows[:, None], around] = 0
    return ((centre + _TONE_BAND.start) * _BIN).astype(np.float32), energy / total
