"""What was said, by whom and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

UNHEARD = "…"  # the text of what is said under another's words, so that nobody could make it out

Role = Literal["agent", "customer", "system", "unknown"]


@dataclass(frozen=True)
class Word:
    """One recognised word (in Chinese mostly a character or two), in seconds from the start of the recording."""

    text: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True)
class Utterance:
    """What one speaker says without another coming between, in seconds from the start of the recording.

    Attributes:
        speaker: the number that diarization gave.
        channel: on which channel, counted from 0.
        confidence: mean probability of the words, 0 to 1.
        loudness: mean power of what sounds in it, in dB of full scale; None where it is not known.
    """

    speaker: int
    role: Role
    start: float
    end: float
    text: str
    confidence: float
    words: tuple[Word, ...] = ()
    channel: int = 0
    loudness: float | None = None

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Transcript:
    """A whole call in time order.

    Attributes:
        role_confidence: 0 to 1; 1 where the roles were given. Where it is low they are `unknown`.
        swapped: the agent is not where the agent usually is.
    """

    language: str
    utterances: tuple[Utterance, ...]
    role_confidence: float
    swapped: bool = False

    def of(self, role: Role) -> tuple[Utterance, ...]:
        """The utterances of one side."""
        return tuple(u for u in self.utterances if u.role == role)
