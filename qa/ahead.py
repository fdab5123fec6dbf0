"""Runs streams ahead of their reader, several at the same time, each in a thread of its own with a bounded queue."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Condition, Event
from typing import Generic, TypeVar

from ..audio.pipe import READER_GONE
from ..observe import Observer, QueueSeen, waited
from ..transcribe.recognise import GLANCE

Item = TypeVar("Item")
Stream = Callable[[], Iterator[Sequence[Item]]]


class _Closed(Exception):  # noqa: N818  (not an error: the reader has gone)
    pass


class _Hall:
    """What all lanes of a run share: whether the reader is still there, and how many items wait in all of them."""

    def __init__(self, name: str, lanes: int, depth: int, observer: Observer) -> None:
        self.changed = Condition()
        self.closed = Event()
        self.depth = depth
        self._waiting = 0
        self._name = name
        self._capacity = lanes * depth
        self._observer = observer

    def counted(self, change: int) -> QueueSeen:
        """Count items in or out; the lock is held."""
        self._waiting += change
        return QueueSeen(self._name, self._waiting, self._capacity, time.perf_counter())

    def tell(self, seen: QueueSeen, who: str, since: float | None) -> None:
        """Report a change, and the wait since `since` before it; the lock is not held, for observers may be slow."""
        if since is not None:
            self._observer(waited(self._name, who, since))
        self._observer(seen)

    def wait(self, ready: Callable[[], bool]) -> float | None:
        """Wait with the lock held; gives when the wait began, None where there was nothing to wait for."""
        if ready():
            return None
        started = time.perf_counter()
        while not self.changed.wait_for(ready, GLANCE):
            pass
        return started

    def close(self) -> None:
        with self.changed:
            self.closed.set()
            self.changed.notify_all()


class _Lane(Generic[Item]):
    """The queue of one stream: at most `depth` items wait in it."""

    def __init__(self, hall: _Hall) -> None:
        self._hall = hall
        self._items: deque[Item] = deque()
        self._ended = False

    def run(self, stream: Stream[Item]) -> None:
        """Fill the lane from the stream until it ends or nobody reads any more."""
        gone = READER_GONE.set(self._hall.closed)  # for a stream that waits for a pipe
        try:
            if self._hall.closed.is_set():
                return
            for batch in stream():
                for item in batch:
                    self._put(item)
                if self._hall.closed.is_set():
                    return
        except _Closed:
            return
        finally:
            READER_GONE.reset(gone)
            with self._hall.changed:
                self._ended = True
                self._hall.changed.notify_all()

    def _put(self, item: Item) -> None:
        hall = self._hall
        with hall.changed:
            since = hall.wait(lambda: hall.closed.is_set() or len(self._items) < hall.depth)
            if hall.closed.is_set():
                raise _Closed
            self._items.append(item)
            seen = hall.counted(1)
            hall.changed.notify_all()
        hall.tell(seen, "producer", since)

    def items(self) -> Iterator[Item]:
        """The items in order, until the stream has ended and all are read."""
        hall = self._hall
        while True:
            with hall.changed:
                since = hall.wait(lambda: self._ended or bool(self._items))
                last = not self._items
                item = None if last else self._items.popleft()
                seen = hall.counted(0 if last else -1)
                hall.changed.notify_all()
            hall.tell(seen, "consumer", since)
            if last:
                return
            yield item  # type: ignore[misc]  # None only where there was none


def ahead(
    streams: Iterable[Stream[Item]], *, lanes: int, depth: int, name: str, observer: Observer
) -> Generator[Item, None, None]:
    """Give the items of all streams in order, while up to `lanes` streams are worked on.

    A stream gives its items in batches; an empty batch lets it notice that the reader has gone. What a stream raises is
    raised here, after its items and those of the streams before it; so is what `streams` raises, which is advanced in
    the reader's thread. Closing this generator, or an exception in its reader, ends all threads after their batch.
    """
    hall = _Hall(name, lanes, depth, observer)
    working: deque[tuple[_Lane[Item], Future[None]]] = deque()
    source, failure, more = iter(streams), None, True
    with ThreadPoolExecutor(lanes, name) as pool:
        try:
            while True:
                while more and len(working) < lanes:
                    try:
                        stream = next(source, None)
                    except Exception as error:
                        failure, stream = error, None
                    more = stream is not None
                    if stream is not None:
                        lane: _Lane[Item] = _Lane(hall)
                        working.append((lane, pool.submit(lane.run, stream)))
                if not working:
                    break
                lane, work = working[0]
                yield from lane.items()
                work.result()
                working.popleft()
        finally:
            hall.close()
    if failure is not None:
        raise failure
