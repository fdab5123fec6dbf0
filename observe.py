"""What the path tells whoever watches: the progress bar, the profiler and the logs are observers of the same events.

The path itself never prints.
"""

from __future__ import annotations

import threading
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


@dataclass
class Piece:
    """The work that is being timed; `audio` may be told while it goes on."""

    audio: float


@contextmanager
def timed(observer: Observer, stage: str, call: str, audio: float = 0.0) -> Iterator[Piece]:
    """Report the time of the block as one piece of `stage`; costs nothing where nobody listens.

    Blocks may be nested: a piece that lies within another one of the same thread is part of it.
    """
    piece = Piece(audio)
    if observer is ignore:
        yield piece
        return
    started, cpu = time.perf_counter(), time.thread_time()
    try:
        yield piece
    finally:
        spent, wall = time.thread_time() - cpu, time.perf_counter() - started
        thread = threading.current_thread().name
        observer(StageTimed(stage, call, started, wall, piece.audio, spent, thread))


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
