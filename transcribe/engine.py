"""The interface of a recognition engine, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..audio.block import Samples
from .transcript import Word


@dataclass(frozen=True)
class Request:
    """What to recognise: audio (n,) at 16 kHz of at most 30 s, the language (None: find out), words to expect."""

    audio: Samples
    language: str | None
    vocabulary: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hypothesis:
    """The recogniser's answer; the words' times count from the start of the request's audio.

    Attributes:
        breaks: indices of words that begin a new sentence or phrase for the recogniser.
    """

    words: tuple[Word, ...]
    language: str
    breaks: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Capabilities:
    """What an engine can do: how many requests it works on at the same time, and where it runs."""

    model: str
    device: str
    compute_type: str
    parallel: int = 1


class NoEngine:
    """Recognises nothing: for what concerns the audio alone."""

    capabilities = Capabilities("none", "cpu", "none")

    def recognise(self, request: Request) -> Hypothesis:
        return Hypothesis((), request.language or "zh")


class Engine(Protocol):
    """Recognises speech. `recognise` may be called from `capabilities.parallel` threads at once."""

    @property
    def capabilities(self) -> Capabilities: ...

    def recognise(self, request: Request) -> Hypothesis:
        """Recognise one request.

        Raises:
            RecognitionError: the engine failed on this audio.
        """
