"""What listens to one channel: levels, gate, voice activity, regions, music, all fed with the same blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ..observe import Observer, Piece, timed
from .block import RATE, Samples, seconds
from .firered import Heard
from .gate import Gate, Mask
from .interval import Cover, Interval
from .levels import FRAME, HOP, LevelMeter, Levels, is_tone
from .loops import LoopFinder
from .music import EventModel, MusicMeter
from .regions import RegionBuilder, RegionOptions, SpeechRegion
from .sounds import Sound, find_music, find_sounds, goes_on, sounding
from .vad import VoiceActivity

_MEETS = 1.0  # seconds between music and the words over it
_REACH = round(40 / HOP)  # frames: a region is at most 24 s long and known within a few seconds


class NoEvents:
    """Hears neither music nor song: for detectors on their own."""

    def hear(self, _audio: Samples) -> Heard:
        return Heard(0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Hearing:
    """The detectors of the audio path.

    Attributes:
        vad: finds speech.
        confirms: the second opinion on weak finds; everything is accepted where there is none.
        events: tells music from speech.
        gated: whether frames as quiet as the background are kept from `vad`.
    """

    vad: VoiceActivity
    confirms: Callable[[Samples], bool] = lambda _audio: True
    events: EventModel = field(default_factory=NoEvents)
    gated: bool = True
    options: RegionOptions = field(default_factory=RegionOptions)


@dataclass(frozen=True)
class Found:
    """A region, and whether it is said or sung over music."""

    region: SpeechRegion
    over_music: bool


class ChannelEar:
    """One channel of one recording. Memory: 160 bytes per second, the open region, a second of audio."""

    def __init__(
        self, channel: int, hearing: Hearing, call: str, observer: Observer, *, narrow: bool = False
    ) -> None:
        self._channel = channel
        self._call = call
        self._observer = observer
        self._gated = hearing.gated
        self._stream = hearing.vad.stream()
        self._builder = RegionBuilder(
            channel, hearing.vad.frame, hearing.options, self._confirming(hearing.confirms)
        )
        self._gate = Gate()
        self._meter = LevelMeter(narrow=narrow)
        self._music = MusicMeter(hearing.events)
        self._held = np.zeros(0, np.float32)  # samples that the gate has not judged yet
        # levels of the time in which regions may still begin
        self._recent = np.zeros(0, np.float32)
        self._frames = 0  # levels so far
        self._loops = LoopFinder()
        self._speech: list[Interval] = []
        self._songs: list[Interval] = []  # speech over what the model takes for music
        self._bedded: list[Interval] = []  # speech over what it does not know

    def push(self, audio: Samples) -> Iterator[Found]:
        """Take the next samples (n,) at RATE; give the regions that they complete."""
        with self._timed("levels", audio):
            levels = self._meter.push(audio)
            self._frames += len(levels)
            self._recent = np.concatenate([self._recent, levels])[-_REACH:]
            self._held = np.concatenate([self._held, audio])
            open_ = self._gate.push(levels)
        with self._timed("voice activity", audio):
            regions = list(self._builder.push(audio, self._probabilities(open_)))
        with self._timed("music", audio):
            self._music.push(audio, levels)
            found = [self._found(region) for region in regions]
        yield from found

    def finish(self) -> Iterator[Found]:
        """The regions that the recording's end completes."""
        nothing = np.zeros(0, np.float32)
        with self._timed("voice activity", nothing):
            last = [
                self._probabilities(self._gate.finish()),
                self._stream.push(self._held),
                self._stream.finish(),
            ]
            rest = self._builder.push(nothing, np.concatenate(last))
            regions = [*rest, *self._builder.finish()]
        with self._timed("music", nothing):
            found = [self._found(region) for region in regions]
        yield from found

    def levels(self) -> Levels:
        """The levels of what has been heard so far."""
        return self._meter.result()

    def sounds(self) -> list[Sound]:
        """All that sounded besides speech, when everything has been heard.

        What is said over an unknown sound is a song, too, where that sound goes on before and after it and is music on
        one side: a hold goes on under its announcements.
        """
        levels, judged = self.levels(), self._music.result()
        loud = sounding(levels)
        unknown = [b for b in self._bedded if goes_on(loud, b)]
        while True:
            talk = self._talk()
            played = find_music(loud, judged, talk)
            sung = [b for b in unknown if any(b.gap(m) <= _MEETS for m in played)]
            if not sung:
                return find_sounds(self._channel, levels, played, talk)
            self._songs += sung
            unknown = [b for b in unknown if b not in sung]

    def _talk(self) -> list[Interval]:
        """Speech that is no song."""
        songs = set(self._songs)
        return [s for s in self._speech if s not in songs]

    def machines(self, sounds: list[Sound]) -> list[Interval]:
        """Speech that no party spoke: over hold music, or repeated to the hair."""
        music = Cover([s for s in sounds if s.kind == "music"])
        played = [song for song in self._songs if music.mostly(song)]
        return [*played, *self._loops.result()]

    def _probabilities(self, open_: Mask) -> Samples:
        """Voice activity of the held samples that the gate has judged; what it keeps shut is not looked at."""
        if not self._gated:
            open_ = np.ones(len(open_), bool)
        edges = [0, *(np.flatnonzero(np.diff(open_)) + 1).tolist(), len(open_)]
        parts = [np.zeros(0, np.float32)]
        for first, last in pairwise(edges):
            if last > first:
                take = self._stream.push if open_[first] else self._stream.skip
                parts.append(take(self._held[first * FRAME : last * FRAME]))
        self._held = self._held[len(open_) * FRAME :]
        return np.concatenate(parts)

    def _confirming(self, confirms: Callable[[Samples], bool]) -> Callable[[Samples], bool]:
        def confirm(audio: Samples) -> bool:
            with self._timed("second opinion", audio):
                return not is_tone(audio) and confirms(audio)

        return confirm

    def _found(self, region: SpeechRegion) -> Found:
        interval = Interval(seconds(region.start), seconds(region.end))
        self._speech.append(interval)
        self._loops.push(interval, region.audio)
        begun = self._frames - len(self._recent)
        first, last = (round(time / HOP) - begun for time in (interval.start, interval.end))
        bedded = self._music.bedded(self._recent[max(0, first) : last])
        over_music = bedded and self._music.musical(interval, region.audio)
        if bedded:
            (self._songs if over_music else self._bedded).append(interval)
        return Found(region, over_music)

    def _timed(self, stage: str, audio: Samples) -> Piece:
        return timed(self._observer, stage, self._call, len(audio) / RATE)
