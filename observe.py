"""What the path tells whoever watches: the progress bar, the profiler and the logs are observers of the same events.

The path itself never prints.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class CallStarted:
    """Decoding of a recording has begun, at `at` (`time.perf_counter`)."""

    call: str
    at: float = field(default_factory=time.perf_counter, compare=False)


@dataclass(frozen=True)
class AudioRead:
    """A further stretch of a recording has been decoded and listened to."""

    call: str
    seconds: float


@dataclass(frozen=True)
class CallFinished:
    """A recording is done, at `at` (`time.perf_counter`); `status` as in the result."""

    call: str
    status: str
    seconds: float
    at: float = field(default_factory=time.perf_counter, compare=False)


@dataclass(frozen=True, slots=True)
class StageTimed:
    """One piece of work of one stage in one thread: seconds by the clock, of its CPU, of audio covered.

    `started` is of `time.perf_counter`.
    """

    stage: str
    call: str
    started: float
    wall: float
    audio: float
    cpu: float
    thread: str


@dataclass(frozen=True)
class QueueSeen:
    """How full a queue between two stages was at a moment (`time.perf_counter`)."""

    queue: str
    length: int
    capacity: int
    at: float


@dataclass(frozen=True)
class Waited:
    """Someone waited at a queue: the `producer` for room, or the `consumer` for an item. Seconds."""

    queue: str
    who: str
    started: float
    wall: float
    thread: str = ""


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


Event = CallStarted | AudioRead | CallFinished | StageTimed | QueueSeen | Waited | Notice | Fetching
Observer = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """An observer that does nothing."""


class Piece:
    """The work that is being timed; `audio` may be told while it goes on."""

    __slots__ = ("_call", "_cpu", "_observer", "_stage", "_started", "audio")

    def __init__(self, observer: Observer, stage: str, call: str, audio: float) -> None:
        self._observer = observer
        self._stage = stage
        self._call = call
        self.audio = audio

    def __enter__(self) -> Self:
        if self._observer is not ignore:
            self._started, self._cpu = time.perf_counter(), time.thread_time()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._observer is ignore:
            return
        cpu, wall = time.thread_time() - self._cpu, time.perf_counter() - self._started
        thread = threading.current_thread().name
        self._observer(
            StageTimed(self._stage, self._call, self._started, wall, self.audio, cpu, thread)
        )


def timed(observer: Observer, stage: str, call: str, audio: float = 0.0) -> Piece:
    """Report the time of the `with` block as one piece of `stage`; costs nothing where nobody listens.

    Blocks may be nested: a piece that lies within another one of the same thread is part of it.
    """
    return Piece(observer, stage, call, audio)


def waited(queue: str, who: str, started: float) -> Waited:
    """A wait of this thread at a queue from `started` until now."""
    wall = time.perf_counter() - started
    return Waited(queue, who, started, wall, threading.current_thread().name)


def together(*observers: Observer) -> Observer:
    """One observer that tells all of these, in this order."""

    def tell(event: Event) -> None:
        for observer in observers:
            observer(event)

    return tell


def in_turn(observer: Observer) -> Observer:
    """The same observer for several threads: it is told one event at a time."""
    if observer is ignore:
        return ignore
    lock = threading.Lock()

    def tell(event: Event) -> None:
        with lock:
            observer(event)

    return tell
