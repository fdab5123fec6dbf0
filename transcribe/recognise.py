"""The recognition stage: windows of many calls in, their texts out, several at work at the same time.

Windows are taken from the stream only as fast as they are recognised, so that memory stays bounded, and a call's texts
leave as soon as they are there. A window that fails, fails alone.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

from ..errors import CallqaError, internal
from ..observe import Observer, QueueSeen, timed, waited
from .engine import Engine, Hypothesis, Request
from .join import window_seconds
from .window import Window

Marker = TypeVar("Marker")

QUEUE = "recognition"
GLANCE = 0.5  # seconds between two looks while waiting: on Windows a wait without end does not hear Ctrl-C


@dataclass(frozen=True)
class Answer:
    """A window, its audio given up, with its hypothesis, or with the error that took its place."""

    window: Window
    hypothesis: Hypothesis | None
    error: CallqaError | None = None


def recognise(
    stream: Iterable[Window | Marker],
    engine: Engine,
    request: Callable[[Window], Request],
    observer: Observer,
) -> Generator[Answer | Marker, None, None]:
    """Replace every window of `stream` by its answer; other items (ends of calls) pass, and the order is kept."""
    ahead = engine.capabilities.parallel * 2
    pending: deque[Future[Answer] | Marker] = deque()

    def work(window: Window) -> Answer:
        done = window.without_audio()
        try:
            with timed(observer, "recognise", window.call, window_seconds(window)):
                return Answer(done, engine.recognise(request(window)))
        except CallqaError as error:
            return Answer(done, None, error)
        except Exception as error:  # whatever the engine trips over costs this call only
            return Answer(done, None, internal(error))

    def seen() -> None:
        observer(QueueSeen(QUEUE, len(pending), ahead + 1, time.perf_counter()))

    with ThreadPoolExecutor(engine.capabilities.parallel, "recognise") as pool:
        try:
            for item in stream:
                pending.append(pool.submit(work, item) if isinstance(item, Window) else item)
                seen()
                yield from _ready(pending, ahead, observer, seen)
            yield from _ready(pending, 0, observer, seen)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _ready(
    pending: deque[Future[Answer] | Marker],
    wait_above: int,
    observer: Observer,
    seen: Callable[[], None],
) -> Iterator[Answer | Marker]:
    """Give out what is finished at the head of the queue; wait while more than `wait_above` items are in it."""
    while pending:
        head = pending[0]
        if isinstance(head, Future) and not head.done():
            if len(pending) <= wait_above:
                return
            started = time.perf_counter()
            while not wait([head], GLANCE).done:
                pass
            observer(waited(QUEUE, "consumer", started))
        pending.popleft()
        seen()
        yield head.result() if isinstance(head, Future) else head
