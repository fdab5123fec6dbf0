"""Who speaks when: turns, and what tells them apart on a channel that several parties share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from .block import seconds
from .interval import Cover, Interval
from .regions import SpeechRegion

SYSTEM = -1  # the speaker of announcements, IVR voices and songs: a machine, not a party


@dataclass(frozen=True)
class Turn:
    """One speaker speaks on a channel; seconds from the start of the recording. `speaker` is a number, not a role.

    `loudness` is the mean power of what sounds in it (300 to 3400 Hz), in dB of full scale; None where it is not known.
    """

    speaker: int
    start: float
    end: float
    channel: int = 0
    loudness: float | None = None

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.end)


@dataclass(frozen=True)
class Diarization:
    """Who speaks when on one channel.

    Attributes:
        turns: of every speaker, in time order; where two speak at once, their turns overlap.
        floor: the same without overlap, who is heard best at any moment; words belong to these. Each lies in a turn of
            its speaker.
    """

    turns: tuple[Turn, ...]
    floor: tuple[Turn, ...]


class ChannelDiarizer(Protocol):
    """Takes the speech of one channel, region by region, and tells the speakers at its end."""

    def push(self, region: SpeechRegion, *, counts: bool = True) -> None:
        """Take the next region; one that does not count, such as a voice over music, forms no speaker of its own."""

    def finish(self, machines: Sequence[Interval] = ()) -> Diarization:
        """Tell who spoke in the regions; nothing outside of them belongs to anyone.

        What lies in `machines` is known by now to be spoken by none, and forms no speaker either.
        """


class Diarizer(Protocol):
    """A way to tell the speakers of a mono recording apart; one serves all recordings, at the same time, too."""

    name: str

    def open(self) -> ChannelDiarizer:
        """Begin a recording."""


def by_machine(turn: Turn, machines: Cover) -> bool:
    """Whether a machine speaks in a turn: its words cover more than half of it."""
    return turn.speaker == SYSTEM or machines.mostly(turn.interval)


def channel_turn(region: SpeechRegion) -> Turn:
    """The turn of a recording in which every party has a channel: the channel is the speaker."""
    return Turn(region.channel, seconds(region.start), seconds(region.end), region.channel)
