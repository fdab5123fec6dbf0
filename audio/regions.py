"""Speech regions of one channel: hysteresis and padding over the voice activity, each with its audio."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from .block import RATE, Samples, samples


@dataclass(frozen=True)
class SpeechRegion:
    """A stretch of speech on one channel.

    Attributes:
        channel: counted from 0.
        start, end: where speech begins and ends, in samples at RATE from the start of the recording.
        audio_start: where `audio` begins, a little before `start`.
        audio: the region's own samples (n,) with its padding, at RATE.
    """

    channel: int
    start: int
    end: int
    audio_start: int
    audio: Samples


@dataclass(frozen=True)
class RegionOptions:
    """When a region begins and ends, measured on the labelled calls (docs/choices.md).

    Attributes:
        begin: probability from which on a region begins.
        go_on: probability from which on a region that has begun goes on.
        sure: a region whose probability never reaches this one must be confirmed.
        brief: seconds; a shorter region must be confirmed too, since music often begins like a word,
        certain: unless its probability reaches this one.
        min_speech: seconds; a shorter region is a click.
        min_silence: seconds of silence that end a region.
        pad: seconds of audio kept before and after, for the recogniser.
        longest: seconds after which a region is cut at its most silent place.
    """

    begin: float = 0.15
    go_on: float = 0.15
    sure: float = 0.6
    brief: float = 0.7
    certain: float = 0.8
    min_speech: float = 0.15
    min_silence: float = 0.3
    pad: float = 0.2
    longest: float = 24.0


class RegionBuilder:
    """Turns one channel's samples and speech probabilities into regions, as soon as each is complete.

    `confirms` is asked for regions of weak probability whether they hold speech: a second, more careful detector.

    Memory: the open region's audio, and the padding before it.
    """

    def __init__(
        self,
        channel: int,
        frame: int,
        options: RegionOptions,
        confirms: Callable[[Samples], bool] = lambda _audio: True,
    ) -> None:
        self._channel = channel
        self._confirms = confirms
        self._frame = frame
        self._options = options
        self._audio = np.zeros(0, np.float32)
        self._audio_start = 0
        self._position = 0  # frames judged so far
        self._begin: int | None = None  # first frame of the open region
        self._last_voiced = 0  # frame after the last one that counted as speech
        self._open: list[float] = []  # probabilities of the open region
        self._previous_end = 0  # samples already given away
        # where the last region was cut, for what follows belongs to it
        self._cut_at: int | None = None

    def push(self, audio: Samples, probabilities: Samples) -> Iterator[SpeechRegion]:
        """Take the next samples and the next frames' probabilities; the latter may lag behind."""
        self._audio = np.concatenate([self._audio, audio])
        if self._begin is None and (probabilities < self._options.begin).all():
            self._position += len(probabilities)
            self._forget(self._position * self._frame - samples(self._options.pad) - self._frame)
            return
        silence = max(1, round(self._options.min_silence * RATE / self._frame))
        longest = round(self._options.longest * RATE / self._frame)
        for probability in probabilities.tolist():
            self._judge(probability)
            if self._begin is None:
                continue
            if self._position - self._last_voiced >= silence:
                yield from self._close(self._begin, self._last_voiced, self._position * self._frame)
            elif len(self._open) >= longest:
                yield from self._cut(self._begin)
        if self._begin is None:
            self._forget(self._position * self._frame - samples(self._options.pad) - self._frame)

    def finish(self) -> Iterator[SpeechRegion]:
        """The region that the recording's end leaves open."""
        if self._begin is not None:
            everything = self._audio_start + len(self._audio)
            yield from self._close(self._begin, self._last_voiced, everything)

    def _judge(self, probability: float) -> None:
        threshold = self._options.begin if self._begin is None else self._options.go_on
        if probability >= threshold:
            if self._begin is None:
                self._begin, self._open = self._position, []
            self._last_voiced = self._position + 1
        self._position += 1
        if self._begin is not None:
            self._open.append(probability)

    def _cut(self, begin: int) -> Iterator[SpeechRegion]:
        """Close the open region at the least likely frame of its second half and go on behind it."""
        half = len(self._open) // 2
        at = half + int(np.argmin(self._open[half:]))
        last, rest = self._last_voiced, self._open[at:]
        yield from self._close(begin, begin + at, (begin + at) * self._frame, cut=True)
        self._begin, self._last_voiced, self._open = begin + at, max(last, begin + at), rest

    def _close(
        self, begin: int, last: int, until: int, *, cut: bool = False
    ) -> Iterator[SpeechRegion]:
        """Give away the frames [begin, last) with their padding, which ends at sample `until` at the latest."""
        start, end = begin * self._frame, last * self._frame
        peak = max(self._open, default=1.0)
        self._begin, self._open = None, []
        continues, self._cut_at = start == self._cut_at, None
        shortest = self._frame if continues else samples(self._options.min_speech)
        if end - start < shortest:
            return
        pad = samples(self._options.pad)
        first = max(self._previous_end, start - pad, self._audio_start)
        after = min(end + pad, until, self._audio_start + len(self._audio))
        audio = self._audio[first - self._audio_start : after - self._audio_start].copy()
        brief = end - start < samples(self._options.brief) and peak < self._options.certain
        doubtful = brief or peak < self._options.sure
        if doubtful and not continues and not self._confirms(audio):
            return
        self._cut_at = end if cut else None
        self._previous_end = after
        self._forget(end)
        yield SpeechRegion(self._channel, start, end, first, audio)

    def _forget(self, before: int) -> None:
        drop = min(before - self._audio_start, len(self._audio))
        if drop > 0:
            self._audio = self._audio[drop:]
            self._audio_start += drop
