"""Runs streams ahead of their reader, several at the same time, each in a thread of its own with a bounded queue."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Condition
from typing import Generic, TypeVar

from ..observe import Observer, QueueSeen, Waited

Item = TypeVar("Item")
Stream = Callable[[], Iterator[Sequence[Item]]]


class _Closed(Exception):  # noqa: N818  (not an error: the reader has gone)
    pass


class _Lane(Generic[Item]):
    """The queue of one stream: at most `depth` items wait in it."""

    def __init__(self, name: str, depth: int, observer: Observer) -> None:
        self._name = name
        self._depth = depth
        self._observer = observer
        self._items: deque[Item] = deque()
        self._ended = False
        self._closed = False
        self._changed = Condition()

    def run(self, stream: Stream[Item]) -> None:
        """Fill the lane from the stream until it ends or nobody reads any more."""
        try:
            for batch in stream():
                for item in batch:
                    self._put(item)
                if self._closed:
                    return
        except _Closed:
            return
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _put(self, item: Item) -> None:
        with self._changed:
            self._wait("producer", lambda: self._closed or len(self._items) < self._depth)
            if self._closed:
                raise _Closed
            self._items.append(item)
            self._changed.notify_all()
        self._observer(QueueSeen(self._name, len(self._items), self._depth, time.perf_counter()))

    def items(self) -> Iterator[Item]:
        while True:
            with self._changed:
                self._wait("consumer", lambda: self._ended or bool(self._items))
                if not self._items:
                    return
                item = self._items.popleft()
                self._changed.notify_all()
            yield item

    def _wait(self, who: str, ready: Callable[[], bool]) -> None:
        if ready():
            return
        started = time.perf_counter()
        self._changed.wait_for(ready)
        self._observer(Waited(self._name, who, started, time.perf_counter() - started))

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()


def ahead(
    streams: Iterable[Stream[Item]], *, lanes: int, depth: int, name: str, observer: Observer
) -> Iterator[Item]:
    """Give the items of all streams in order, while up to `lanes` streams are worked on.

    A stream gives its items in batches; an empty batch lets it notice that the reader has gone. What a stream raises is
    raised here, after its items. `streams` itself is advanced in the reader's thread.
    """
    waiting: deque[tuple[_Lane[Item], Future[None]]] = deque()
    source = iter(streams)
    with ThreadPoolExecutor(lanes, name) as pool:
        try:
            while True:
                while len(waiting) < lanes and (stream := next(source, None)) is not None:
                    lane: _Lane[Item] = _Lane(name, depth, observer)
                    waiting.append((lane, pool.submit(lane.run, stream)))
                if not waiting:
                    return
                lane, work = waiting[0]
                yield from lane.items()
                work.result()
                waiting.popleft()
        finally:
            for lane, _ in waiting:
                lane.close()
