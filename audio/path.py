"""The audio path of one recording: source -> resample -> levels, voice activity -> regions, and what they add up to."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

from ..lang import Text
from ..observe import AudioRead, Observer, timed
from .block import RATE, seconds
from .diarize import MonoDiarizer, Turn, channel_turn
from .embedding import SpeakerEmbedder
from .events import CallEvents, Interval, find_events
from .levels import LevelMeter
from .origin import Origin
from .regions import RegionBuilder, RegionOptions, SpeechRegion
from .resample import resampled
from .source import open_source
from .vad import VoiceActivity


@dataclass(frozen=True)
class CallAudio:
    """What a recording turned out to be, known when it has been heard to its end.

    Attributes:
        duration: seconds.
        turns: who speaks when, in time order; empty where nobody speaks.
    """

    duration: float
    channels: int
    codec: str
    turns: tuple[Turn, ...]
    events: CallEvents
    warning: Text | None


@dataclass(frozen=True)
class Listener:
    """The tools of the audio path; one listener serves all recordings."""

    vad: VoiceActivity
    embedder: SpeakerEmbedder
    options: RegionOptions = field(default_factory=RegionOptions)

    def listen(
        self, origin: Origin, call: str, observer: Observer
    ) -> Generator[SpeechRegion, None, CallAudio]:
        """Yield the recording's speech regions as they are found; return what it is in all.

        Memory does not grow with the recording but for 120 bytes per second and channel, and the turns.

        Raises:
            RecordingError: the recording cannot be opened or is no audio.
        """
        source = open_source(origin)
        channels = range(source.channels)
        streams = [self.vad.stream() for _ in channels]
        builders = [RegionBuilder(c, self.vad.frame, self.options) for c in channels]
        meters = [LevelMeter() for _ in channels]
        mono = MonoDiarizer(self.embedder) if source.channels == 1 else None
        turns: list[Turn] = []

        def taken(region: SpeechRegion) -> SpeechRegion:
            if mono:
                with timed(observer, "diarize", call, len(region.audio) / RATE):
                    mono.push(region)
            else:
                turns.append(channel_turn(region))
            return region

        heard = 0
        for block in resampled(source.blocks(), source.channels):
            with timed(observer, "voice activity", call, block.seconds):
                found = [
                    list(
                        builders[c].push(block.samples[:, c], streams[c].push(block.samples[:, c]))
                    )
                    for c in channels
                ]
            with timed(observer, "levels", call, block.seconds):
                for c in channels:
                    meters[c].push(block.samples[:, c])
            heard += len(block.samples)
            observer(AudioRead(call, block.seconds))
            for regions in found:
                yield from map(taken, regions)
        for builder in builders:
            yield from map(taken, builder.finish())

        turns = mono.turns() if mono else turns
        speech = [Interval(turn.start, turn.end) for turn in turns]
        return CallAudio(
            duration=seconds(heard),
            channels=source.channels,
            codec=source.codec,
            turns=tuple(sorted(turns, key=lambda turn: turn.start)),
            events=find_events(speech, [meter.result() for meter in meters]),
            warning=source.warning,
        )
