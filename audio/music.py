"""Where music sounds on a channel: the audio event model, asked only where something sounds without a pause."""

from __future__ import annotations

from collections import deque
from typing import Protocol

import numpy as np

from .background import Background
from .block import RATE, Samples
from .firered import Heard
from .interval import Interval
from .levels import HOP

SECOND = round(1 / HOP)  # frames of a second
LOUD_ABOVE = 8.0  # dB over the background that count as sound
_STEADY = 0.85  # share of a second's frames that sound: music has few pauses, speech many
_LOOK = RATE  # samples that are judged at once
_FIRST = 4  # seconds of steady sound after which the model is asked: few turns of speech have no pause in them
_ENOUGH = 2 * RATE  # samples of a longer stretch that tell what it is
_SURE = 8  # seconds for which its judgement of steady sound holds
_LATELY = 6  # seconds before a stretch of speech in which music matters to it
_KEPT = 32  # judgements that a stretch of speech may have to look back upon
_TRACE = 0.1  # probability that is more than talk gives


class EventModel(Protocol):
    """What tells speech, singing and music apart."""

    def hear(self, audio: Samples) -> Heard: ...


class MusicMeter:
    """Judges one channel second by second."""

    def __init__(self, model: EventModel) -> None:
        self._model = model
        self._background = Background()
        self._audio = np.zeros(0, np.float32)  # the last samples, _LOOK of them
        self._levels = np.zeros(0, np.float32)  # of the second that is not complete yet
        self._waiting = np.zeros(0, np.float32)
        self._seconds: list[float] = []
        self._steady = 0  # seconds of sound without a pause, up to now
        self._answers = deque[tuple[int, float]](maxlen=_KEPT)  # seconds judged lately, and as what
        self._asked = -_SURE  # the second that was judged last

    def push(self, audio: Samples, levels: Samples) -> None:
        """Take samples (n,) at RATE and the levels of the frames that became complete with them."""
        self._levels = np.concatenate([self._levels, levels])
        self._waiting = np.concatenate([self._waiting, audio])
        while len(self._levels) >= SECOND and len(self._waiting) >= RATE:
            self._judge(self._waiting[:RATE], self._levels[:SECOND])
            self._levels, self._waiting = self._levels[SECOND:], self._waiting[RATE:]

    def _judge(self, audio: Samples, levels: Samples) -> None:
        self._background.push(levels)
        self._audio = np.concatenate([self._audio, audio])[-_LOOK:]
        sounding = levels > self._background.level + LOUD_ABOVE
        self._steady = self._steady + 1 if sounding.mean() >= _STEADY else 0
        now = len(self._seconds)
        if self._steady < _FIRST:
            self._seconds.append(0.0)
        elif self._steady > _FIRST and now - self._asked < _SURE:
            self._seconds.append(self._seconds[-1])
        else:
            heard = self._model.hear(self._audio)
            music = max(heard.music, heard.singing)
            self._seconds.append(0.0)
            since = min(self._steady, now - self._asked)
            self._seconds[-since:] = [max(music, old) for old in self._seconds[-since:]]
            self._asked = now
            self._answers.append((now, music))

    def bedded(self, levels: Samples) -> bool:
        """Whether the levels (n,) in dB of a stretch of speech never come down to the background: something goes on
        under it.
        """
        if not len(levels):
            return False
        return float(np.percentile(levels, 10)) > self._background.level + LOUD_ABOVE

    def musical(self, interval: Interval, audio: Samples) -> bool:
        """Whether a stretch of speech that something goes on under is said or sung over music heard of late."""
        lately = range(int(interval.start) - _LATELY, int(interval.end))
        traced = any(now in lately and music >= _TRACE for now, music in self._answers)
        return traced and self._model.hear(audio[:_ENOUGH]).musical

    def result(self) -> Samples:
        """How likely music sounds in each whole second (n,)."""
        return np.asarray(self._seconds, np.float32)
