"""What the path tells whoever watches: the progress bar, the profiler and the logs are observers of the same events.

The path itself never prints.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class CallStarted:
    """Decoding of a recording has begun."""

    call: str


@dataclass(frozen=True)
class AudioRead:
    """A further stretch of a recording has been decoded and listened to."""

    call: str
    seconds: float


@dataclass(frozen=True)
class CallFinished:
    """A recording is done; `status` as in the result."""

    call: str
    status: str
    seconds: float


@dataclass(frozen=True)
class StageTimed:
    """One piece of work of one stage: wall-clock seconds, and seconds of audio it covered."""

    stage: str
    call: str
    started: float
    wall: float
    audio: float


@dataclass(frozen=True)
class Notice:
    """Something the user should know while the work goes on."""

    text: str


@dataclass(frozen=True)
class Fetching:
    """A model is being fetched over the network: bytes so far, and in all where known."""

    model: str
    source: str
    done: int
    total: int | None


Event = CallStarted | AudioRead | CallFinished | StageTimed | Notice | Fetching
Observer = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """An observer that does nothing."""


@contextmanager
def timed(observer: Observer, stage: str, call: str, audio: float = 0.0) -> Iterator[None]:
    """Report the wall-clock time of the block as one piece of `stage`."""
    started = time.perf_counter()
    try:
        yield
    finally:
        observer(StageTimed(stage, call, started, time.perf_counter() - started, audio))
