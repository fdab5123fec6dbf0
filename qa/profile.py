"""Where the time of a run goes: an observer that adds up stages and queues while the run goes on.

Its memory does not grow with the run but for the moments in which no stage was at work.
"""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict, deque
from dataclasses import dataclass

from ..observe import AudioRead, CallFinished, Event, QueueSeen, StageTimed, Waited
from .machine import peak_memory

ORDER = (
    "prepare", "look up", "hash", "load recogniser", "load detectors", "open", "decode", "cross-talk", "levels",
    "voice activity", "second opinion", "music", "diarize", "events", "recognise", "join", "score", "keep",
)  # fmt: skip
NESTED = 256  # finished pieces of a thread that may still turn out to be parts of a longer one
GAPS = 5  # the longest of them are told


@dataclass(frozen=True)
class StageFigures:
    """One stage: pieces of work, seconds of audio in them, seconds by the clock and of its threads' CPU.

    Seconds are those of the stage itself: what another stage did inside it is counted there.
    """

    stage: str
    pieces: int
    audio: float
    wall: float
    cpu: float

    @property
    def speed(self) -> float | None:
        """Times real time; None where the stage has no audio."""
        return self.audio / self.wall if self.audio and self.wall else None


@dataclass(frozen=True)
class QueueFigures:
    """One queue: items in it, mean over time and greatest; seconds that threads on either side waited."""

    queue: str
    capacity: int
    mean: float
    greatest: int
    producers_waited: float
    consumers_waited: float


@dataclass(frozen=True)
class Profile:
    """The figures of a run.

    Attributes:
        wall, cpu: seconds of the whole run, and of the CPU in all threads of the process.
        audio: seconds of recordings that were decoded.
        covered: seconds in which at least one stage was at work.
        gaps: the longest stretches in which none was, as (seconds from the start, seconds), the longest first.
        calls: how many were scored, empty, failed.
        peak_memory: bytes, None where the system does not tell.
    """

    stages: tuple[StageFigures, ...]
    queues: tuple[QueueFigures, ...]
    wall: float
    cpu: float
    audio: float
    covered: float
    gaps: tuple[tuple[float, float], ...]
    calls: dict[str, int]
    peak_memory: int | None

    @property
    def other_cpu(self) -> float:
        """CPU seconds that no stage's thread spent: those of the engines' own threads, and between stages."""
        return max(0.0, self.cpu - sum(stage.cpu for stage in self.stages))


class BusyTime:
    """The time in which at least one of many intervals lasts; they may come in any order."""

    def __init__(self) -> None:
        self._starts: list[float] = []  # of intervals that do not touch, in order
        self._ends: list[float] = []

    def add(self, start: float, end: float) -> None:
        first = bisect_left(self._ends, start)
        last = bisect_right(self._starts, end)
        if first < last:
            start, end = min(start, self._starts[first]), max(end, self._ends[last - 1])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]

    @property
    def seconds(self) -> float:
        return sum(self._ends) - sum(self._starts)

    def gaps(self, start: float, end: float) -> list[tuple[float, float]]:
        """The stretches between `start` and `end` that nothing covers, as (when, how long)."""
        begins = [start, *self._ends]
        return [(b, e - b) for b, e in zip(begins, [*self._starts, end], strict=True) if e > b]


@dataclass(slots=True)
class _Sums:
    """What a stage's pieces come to."""

    pieces: int = 0
    audio: float = 0.0
    wall: float = 0.0
    cpu: float = 0.0


class _Queue:
    def __init__(self, event: QueueSeen) -> None:
        self._since = self._at = event.at
        self._length = self._area = 0.0
        self.capacity = event.capacity
        self.greatest = 0

    def see(self, event: QueueSeen) -> None:
        """Take the next sighting; those of several threads may come a moment out of order."""
        self._area += self._length * max(0.0, event.at - self._at)
        self._at, self._length = max(event.at, self._at), event.length
        self.greatest = max(self.greatest, event.length)

    @property
    def mean(self) -> float:
        return self._area / (self._at - self._since) if self._at > self._since else self._length


class Profiler:
    """Observes one run from its making until `profile`; to be told one event at a time."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self._cpu = time.process_time()
        self._sums: defaultdict[str, _Sums] = defaultdict(_Sums)
        self._finished: defaultdict[str, deque[StageTimed]] = defaultdict(
            lambda: deque(maxlen=NESTED)
        )
        self._cover = BusyTime()
        self._queues: dict[str, _Queue] = {}
        self._waits: Counter[tuple[str, str]] = Counter()
        self._calls: Counter[str] = Counter()
        self._audio = 0.0

    def __call__(self, event: Event) -> None:
        if isinstance(event, StageTimed):
            self._staged(event)
        elif isinstance(event, QueueSeen):
            if event.queue not in self._queues:
                self._queues[event.queue] = _Queue(event)
            self._queues[event.queue].see(event)
        elif isinstance(event, Waited):
            self._waits[event.queue, event.who] += event.wall  # type: ignore[assignment]  # Counter of seconds
        elif isinstance(event, AudioRead):
            self._audio += event.seconds
        elif isinstance(event, CallFinished):
            self._calls[event.status] += 1

    def _staged(self, event: StageTimed) -> None:
        """Add a piece, less the pieces of the same thread that lie within it; those have been told before."""
        wall, cpu, finished = event.wall, event.cpu, self._finished[event.thread]
        while finished and finished[-1].started >= event.started:
            inner = finished.pop()
            wall, cpu = wall - inner.wall, cpu - inner.cpu
        finished.append(event)
        self._cover.add(event.started, event.started + event.wall)
        sums = self._sums[event.stage]
        sums.pieces += 1
        sums.audio += event.audio
        sums.wall += wall
        sums.cpu += cpu

    def profile(self) -> Profile:
        """The figures so far."""
        now = time.perf_counter()
        names = sorted(self._sums, key=lambda n: (ORDER.index(n) if n in ORDER else len(ORDER), n))
        gaps = sorted(self._cover.gaps(self.started, now), key=lambda gap: -gap[1])[:GAPS]
        return Profile(
            stages=tuple(
                StageFigures(name, s.pieces, s.audio, s.wall, s.cpu)
                for name, s in ((name, self._sums[name]) for name in names)
            ),
            queues=tuple(
                QueueFigures(
                    name, queue.capacity, queue.mean, queue.greatest,
                    self._waits[name, "producer"], self._waits[name, "consumer"],
                )
                for name, queue in self._queues.items()
            ),
            wall=now - self.started,
            cpu=time.process_time() - self._cpu,
            audio=self._audio,
            covered=self._cover.seconds,
            gaps=tuple((when - self.started, long) for when, long in gaps),
            calls=dict(self._calls),
            peak_memory=peak_memory(),
        )  # fmt: skip
