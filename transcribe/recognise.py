"""The recognition stage: windows of many calls in, their texts out, in batches, several at work at the same time.

Windows of like length gather until they make a batch, or until nothing else can be done than to wait for one of them.
They are taken from the stream only as fast as they are recognised, so that memory stays bounded. A window that fails,
fails alone.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..errors import CallqaError, internal
from ..observe import Observer, QueueSeen, timed, waited
from .careful import Requesting, recognised
from .engine import Engine, Hypothesis
from .window import Window

Marker = TypeVar("Marker")

QUEUE = "recognition"
AHEAD = 2  # batches for each worker that may wait or gather
GLANCE = 0.5  # seconds between two looks while waiting: on Windows a wait without end does not hear Ctrl-C


@dataclass(frozen=True)
class Answer:
    """A window, its audio given up, with its hypothesis, or with the error that took its place."""

    window: Window
    hypothesis: Hypothesis | None
    error: CallqaError | None = None


@dataclass(frozen=True)
class _Asked:
    """A window that waits for its answer."""

    window: Window
    answer: Future[Answer]


def recognise(
    stream: Iterable[Window | Marker], engine: Engine, request: Requesting, observer: Observer
) -> Generator[Answer | Marker, None, None]:
    """Replace every window of `stream` by its answer; other items (ends of calls) pass, and the order is kept."""
    with ThreadPoolExecutor(engine.capabilities.parallel, "recognise") as pool:
        desk: _Desk[Marker] = _Desk(engine, request, observer, pool)
        try:
            for item in stream:
                desk.take(item)
                yield from desk.ready(desk.most)
            desk.send()
            yield from desk.ready(0)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


class _Desk(Generic[Marker]):
    """Gathers windows by their length for the workers, and hands out answers in order."""

    def __init__(
        self, engine: Engine, request: Requesting, observer: Observer, pool: ThreadPoolExecutor
    ) -> None:
        self._engine = engine
        self._request = request
        self._observer = observer
        self._pool = pool
        self.most = (1 + AHEAD) * engine.capabilities.parallel * engine.capabilities.batch
        self._gathered: dict[int, list[_Asked]] = {}  # by length
        self._pending: deque[Future[Answer] | Marker] = deque()

    def take(self, item: Window | Marker) -> None:
        if isinstance(item, Window):
            step = self._engine.capabilities.step
            length = math.ceil(item.seconds / step) if step else 0
            asked = _Asked(item, Future())
            self._pending.append(asked.answer)
            self._gathered.setdefault(length, []).append(asked)
            if len(self._gathered[length]) >= self._engine.capabilities.batch:
                self._pool.submit(self._work, self._gathered.pop(length))
        else:
            self._pending.append(item)
        self._seen()

    def send(self, awaited: Future[Answer] | None = None) -> None:
        """Give what has gathered to the workers, long windows first; or only what goes with an awaited answer."""
        for length, batch in sorted(self._gathered.items(), reverse=True):
            if awaited is None or any(asked.answer is awaited for asked in batch):
                self._pool.submit(self._work, self._gathered.pop(length))

    def ready(self, most: int) -> Iterator[Answer | Marker]:
        """Give out what is finished at the head; wait while more than `most` items are pending."""
        while self._pending:
            head = self._pending[0]
            if isinstance(head, Future) and not head.done():
                if len(self._pending) <= most:
                    return
                self.send(head)
                started = time.perf_counter()
                while not wait([head], GLANCE).done:
                    pass
                self._observer(waited(QUEUE, "consumer", started))
            self._pending.popleft()
            self._seen()
            yield head.result() if isinstance(head, Future) else head

    def _work(self, asked: Sequence[_Asked]) -> None:
        calls = ", ".join(sorted({a.window.call for a in asked}))
        try:
            with timed(self._observer, "recognise", calls, sum(a.window.seconds for a in asked)):
                self._answer(asked)
        except BaseException as error:  # an answer that never comes would be waited for without end
            for one in asked:
                if not one.answer.done():
                    one.answer.set_exception(error)

    def _answer(self, asked: Sequence[_Asked]) -> None:
        """Recognise a batch; where it fails, its halves, so that only the guilty window is lost."""
        try:
            found = recognised(self._engine, [a.window for a in asked], self._request)
            answered = list(zip(asked, found, strict=True))
        except Exception as error:  # whatever the engine trips over costs this window only
            if len(asked) > 1:
                self._answer(asked[: len(asked) // 2])
                self._answer(asked[len(asked) // 2 :])
                return
            known = error if isinstance(error, CallqaError) else internal(error)
            asked[0].answer.set_result(Answer(asked[0].window.without_audio(), None, known))
            return
        for one, hypothesis in answered:
            one.answer.set_result(Answer(one.window.without_audio(), hypothesis))

    def _seen(self) -> None:
        self._observer(QueueSeen(QUEUE, len(self._pending), self.most + 1, time.perf_counter()))
