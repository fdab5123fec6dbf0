"""Takes the other party out of a channel: cross-talk of the line, and the echo of a telephone.

What leaks into a channel is a weak copy of another a moment ago: far less loud, alike wave by wave, always with the
same delay. Where that has been seen of a channel, frames as weak as the copy go, too, that are not alike for noise.
A party who speaks softly under the other is no copy, and stays.
Figures in docs/diarization.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from .block import Samples

FRAME = 2048  # samples, 128 ms, that stay or go together
WEAKER = 10.0  # dB that a leak is below what leaks, at least
LOUD = 1e-5  # mean square of what may leak: -50 dB of full scale
LATEST = 4096  # samples of delay, at most: a quarter of a second
ALIKE = 0.3  # correlation of a frame with what leaks into it
KNOWN = 0.15  # the same at one delay, over the last frames: the channel leaks
AT_ONCE = 0.6  # of a frame of which no delay is known yet
STRONGER = 6.0  # dB that a leak varies by
_HALF = 2  # telephone speech lies below 4 kHz
_FADES = 0.9  # by frame
_QUIET = 32  # frames whose quietest gives the loudness of the noise
_CLEAN, _SELDOM = 60, 8  # frames without a leak after which only every so many-th is looked at


@dataclass
class _Path:
    """What is known of the way from one channel into another: the correlation at every delay, over the last frames."""

    alike: Samples = field(default_factory=lambda: np.zeros(LATEST // _HALF, np.float32))
    weaker: float = 0.0  # dB by which the copy is weaker
    clean: int = 0

    def leaks(self, heard: Samples, source: Samples, weaker: float) -> bool:
        """Whether a frame (n,), weaker by so many dB, is a copy of `source` (LATEST + n,), which ends with it."""
        self.clean += 1
        if self.clean > _CLEAN and self.clean % _SELDOM:
            return False
        now = _correlation(heard, source)
        self.alike = _FADES * self.alike + (1 - _FADES) * now
        delay = int(np.abs(self.alike).argmax())
        near = np.abs(now[max(0, delay - 1) : delay + 2]).max()
        known = bool(abs(self.alike[delay]) >= KNOWN)
        if (known and near >= ALIKE) or np.abs(now).max() >= AT_ONCE:
            self.weaker += (1 - _FADES) * (weaker - self.weaker) if self.weaker else weaker
            self.clean = 0
            return True
        return known and weaker >= self.weaker - STRONGER


class CrossTalk:
    """Puts noise in the place of frames in which a channel has nothing but what leaks into it."""

    def __init__(self, channels: int) -> None:
        self._past = np.zeros((LATEST, channels), np.float32)
        self._held = np.zeros((0, channels), np.float32)
        # mean squares of the last frames, the latest at the end
        self._levels = np.zeros((_QUIET, channels), np.float32)
        self._paths: dict[tuple[int, int], _Path] = {}
        self._noise = np.random.default_rng(0)

    def push(self, samples: Samples) -> Samples:
        """Take the next samples (n, channels) at RATE; give those (m, channels) that are judged."""
        audio = np.concatenate([self._held, samples])
        whole = len(audio) // FRAME * FRAME
        self._held = audio[whole:]
        context = np.concatenate([self._past, audio[:whole]])
        self._past = context[len(context) - LATEST :]
        out = audio[:whole].copy()
        frames = audio[:whole].reshape(-1, FRAME, audio.shape[1])
        levels = np.concatenate([self._levels, (frames**2).mean(axis=1)])
        self._levels = levels[len(levels) - _QUIET :]
        for number, channel, source, weaker in sorted(_weak(levels[_QUIET - 1 :])):
            first = number * FRAME
            around = context[first : first + LATEST + FRAME]
            path = self._paths.setdefault((source, channel), _Path())
            if path.leaks(around[LATEST:, channel], around[:, source], weaker):
                # only weakened it would still be speech, and all the clearer without the noise around it
                quiet = levels[number + 1 : number + 1 + _QUIET, channel]
                noise = self._noise.standard_normal(FRAME, np.float32)
                out[first : first + FRAME, channel] = noise * np.sqrt(quiet[quiet > 0].min())
        return out

    def finish(self) -> Samples:
        """The samples that make no whole frame any more."""
        return self._held


def _weak(levels: Samples) -> Iterator[tuple[int, int, int, float]]:
    """Frames in which a channel is much weaker than the loudest other: frame, channel, that other, by how many dB.

    The levels are mean squares of frames (1 + n, channels), the first of the frame before.
    """
    lately = (levels[:-1] + levels[1:]) / 2
    now = levels[1:]
    for channel in range(levels.shape[1]):
        others = lately.copy()
        others[:, channel] = -1.0
        source = others.argmax(axis=1)
        loudest = others.max(axis=1)
        own = now[:, channel]
        weak = (loudest >= LOUD) & (own > 0) & (own <= loudest * 10 ** (-WEAKER / 10))
        for number in np.flatnonzero(weak).tolist():
            weaker = 10 * float(np.log10(loudest[number] / own[number]))
            yield number, channel, int(source[number]), weaker


def _correlation(heard: Samples, source: Samples) -> Samples:
    """Of a frame with what was `source` at every delay from 0 on: (LATEST / _HALF,), from -1 to 1."""
    # differences, or low tones would decide
    frame, long = np.diff(heard[::_HALF]), np.diff(source[::_HALF])
    size = 1 << (len(frame) + len(long) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(long, size) * np.conj(np.fft.rfft(frame, size)), size)
    delays = len(long) - len(frame)
    energy = np.concatenate([[0.0], np.cumsum(long**2, dtype=np.float64)])
    under = energy[len(frame) :] - energy[: len(energy) - len(frame)]
    scale = np.sqrt(under[: delays + 1] * float((frame**2).sum())) + 1e-9
    aligned = product[: delays + 1] / scale  # the last is that without delay
    return np.asarray(aligned[::-1][: LATEST // _HALF], np.float32)
