"""The interface of a recognition engine, and what it gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ..audio.block import Samples
from .transcript import Word


@dataclass(frozen=True)
class Request:
    """What to recognise.

    Attributes:
        audio: (n,) at RATE, at most 30 s.
        language: None: find out.
        vocabulary: words to expect.
        speech: seconds of speech in the audio, which bound the length of the text.
        careful: take the engine's second way of decoding, since the first one's answer was doubtful.
    """

    audio: Samples
    language: str | None
    vocabulary: tuple[str, ...] = ()
    speech: float = 30.0
    careful: bool = False


@dataclass(frozen=True)
class Hypothesis:
    """The recogniser's answer; the words' times count from the start of the request's audio.

    Attributes:
        breaks: indices of words that begin a new sentence or phrase for the recogniser.
        complete: False where the text was cut off because it grew longer than anyone speaks.
    """

    words: tuple[Word, ...]
    language: str
    breaks: frozenset[int] = frozenset()
    complete: bool = True

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words)


@dataclass(frozen=True)
class Capabilities:
    """What an engine can do, and where it runs.

    Attributes:
        parallel: how many batches it works on at the same time.
        batch: how many requests make a batch that it likes.
        step: seconds; requests whose audio is as long, rounded up to it, are alike and cheap together. 0: all are.
        careful: whether it has a second way of decoding.
    """

    model: str
    device: str
    compute_type: str
    parallel: int = 1
    batch: int = 1
    step: float = 0.0
    careful: bool = False


class Engine(Protocol):
    """Recognises speech. `recognise` may be called from `capabilities.parallel` threads at once."""

    @property
    def capabilities(self) -> Capabilities: ...

    def recognise(self, requests: Sequence[Request]) -> list[Hypothesis]:
        """Recognise requests, one hypothesis for each.

        Raises:
            RecognitionError: the engine failed on one of them.
        """


class NoEngine:
    """Recognises nothing: for what concerns the audio alone."""

    capabilities = Capabilities("none", "cpu", "none")

    def recognise(self, requests: Sequence[Request]) -> list[Hypothesis]:
        return [Hypothesis((), request.language or "zh") for request in requests]
