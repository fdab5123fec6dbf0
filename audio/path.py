"""The audio path of one recording: source -> resample -> ears of the channels -> regions, and what they add up to."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ..lang import Text
from ..observe import AudioRead, Observer, timed
from .block import RATE, Block, Samples, seconds
from .crosstalk import CrossTalk
from .decode import Source
from .ear import ChannelEar, Found, Hearing
from .interval import Cover, Interval
from .layout import heard_source
from .loudness import with_loudness
from .origin import Origin
from .regions import SpeechRegion
from .resample import resampled
from .sounds import Sound
from .turns import SYSTEM, Diarization, Diarizer, Turn, by_machine, channel_turn

# seconds from the start in which a call begins to ring, menus before it included
LATEST_ANSWER = 60.0


@dataclass(frozen=True)
class CallAudio:
    """What a recording turned out to be, known when it has been heard to its end.

    Attributes:
        duration: seconds.
        turns: who speaks when, in time order; empty where nobody speaks. On a channel that several share they overlap.
        floor: the same without overlap on a channel: to whom words belong. Only `turns` know how loud they are.
        sounds: rings, tones, music and so on, in time order.
    """

    duration: float
    channels: int
    codec: str
    turns: tuple[Turn, ...]
    floor: tuple[Turn, ...]
    sounds: tuple[Sound, ...]
    warning: Text | None


@dataclass(frozen=True)
class Listener:
    """The tools of the audio path; one listener serves all recordings."""

    hearing: Hearing
    diarizer: Diarizer

    def listen(
        self, origin: Origin, call: str, observer: Observer
    ) -> Generator[Sequence[SpeechRegion], None, CallAudio]:
        """Yield the speech regions of a recording, block by block; return what it is in all.

        Memory does not grow with the recording but for 160 bytes per second and channel, and the turns.

        Raises:
            RecordingError: the recording cannot be opened or is no audio.
        """
        with timed(observer, "open", call):
            source = heard_source(origin)
        with source:  # also where nobody reads to the end
            narrow = source.rate <= RATE // 2
            ears = [
                ChannelEar(c, self.hearing, call, observer, narrow=narrow)
                for c in range(source.channels)
            ]
            mono = self.diarizer.open() if source.channels == 1 else None
            turns: list[Turn] = []

            def taken(found: Found) -> SpeechRegion:
                region = found.region
                if mono:
                    with timed(observer, "diarize", call, len(region.audio) / RATE):
                        mono.push(region, counts=not found.over_music)
                else:
                    turns.append(channel_turn(region))
                return region

            heard = 0
            for samples in _heard_apart(source, call, observer):
                heard += len(samples)
                observer(AudioRead(call, len(samples) / RATE))
                yield [taken(f) for c, ear in enumerate(ears) for f in ear.push(samples[:, c])]
            yield [taken(found) for ear in ears for found in ear.finish()]

            with timed(observer, "events", call, seconds(heard)):
                sounds = [ear.sounds() for ear in ears]
                rings = [s for one in sounds for s in one if s.kind == "ring"]
                machines = [ear.machines(s) for ear, s in zip(ears, sounds, strict=True)]
                both = Diarization(tuple(turns), tuple(turns))
                spoken = mono.finish(machines[0]) if mono else both
                named = partial(_with_system, machines=machines, rings=rings)
                levels = [ear.levels() for ear in ears]
                return CallAudio(
                    duration=seconds(heard),
                    channels=source.channels,
                    codec=source.codec,
                    turns=with_loudness(named(spoken.turns), levels),
                    floor=named(spoken.floor),
                    sounds=tuple(sorted((s for one in sounds for s in one), key=lambda s: s.start)),
                    warning=source.warning,
                )


def _heard_apart(source: Source, call: str, observer: Observer) -> Iterator[Samples]:
    """The samples (n, channels) of a recording at RATE, without what leaks from channel to channel."""
    blocks = _clocked(resampled(source.blocks(), source.channels), call, observer)
    if source.channels == 1:
        yield from (block.samples for block in blocks)
        return
    crosstalk = CrossTalk(source.channels)
    for block in blocks:
        with timed(observer, "cross-talk", call, block.seconds):
            samples = crosstalk.push(block.samples)
        yield samples
    yield crosstalk.finish()


def _clocked(blocks: Iterator[Block], call: str, observer: Observer) -> Iterator[Block]:
    """The same blocks, with the time that each takes to decode and resample."""
    while True:
        with timed(observer, "decode", call) as piece:
            block = next(blocks, None)
            piece.audio = block.seconds if block else 0.0
        if block is None:
            return
        yield block


def _with_system(
    turns: Sequence[Turn], machines: Sequence[Sequence[Interval]], rings: Sequence[Sound]
) -> tuple[Turn, ...]:
    """The turns in time order; those that machines speak belong to the system."""
    covers = [Cover(spoken) for spoken in machines]
    menu = set(_before_answer(turns, rings))
    told = (
        replace(t, speaker=SYSTEM) if t in menu or by_machine(t, covers[t.channel]) else t
        for t in turns
    )
    return tuple(sorted(told, key=lambda turn: turn.start))


def _before_answer(turns: Sequence[Turn], rings: Sequence[Sound]) -> list[Turn]:
    """What one voice alone says before the ring-back: nobody has answered yet, so it is a menu or a notice.

    Later ring-back is that of a transfer.
    """
    first = min((ring.start for ring in rings), default=0.0)
    early = [turn for turn in turns if turn.end <= first]
    alone = len({turn.speaker for turn in early}) == 1
    return early if alone and first <= LATEST_ANSWER else []
