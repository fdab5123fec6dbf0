"""Streams that run ahead of their reader: order, bounds, errors in their place, and threads that end."""

from __future__ import annotations

import _thread
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.observe import Event, QueueSeen, Waited, ignore, in_turn
from callqa.qa.ahead import Stream, ahead

BATCHES = st.lists(st.lists(st.integers(), max_size=4), max_size=5)


def given_out(batches: Sequence[Sequence[int]], error: Exception | None = None) -> Stream[int]:
    def stream() -> Iterator[Sequence[int]]:
        yield from batches
        if error:
            raise error

    return stream


def endless(started: Callable[[], None] = lambda: None) -> Iterator[Sequence[int]]:
    started()
    number = 0
    while True:
        yield (number,)
        number += 1


def idle() -> Iterator[Sequence[int]]:
    """A stream at work that gives nothing."""
    while True:
        time.sleep(0.005)
        yield ()


def ahead_threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("ahead")]


def run(
    streams: Iterable[Stream[int]], lanes: int = 3, depth: int = 2
) -> Generator[int, None, None]:
    return ahead(streams, lanes=lanes, depth=depth, name="ahead", observer=ignore)


@given(
    streams=st.lists(BATCHES, max_size=8),
    lanes=st.integers(1, 5),
    depth=st.integers(1, 4),
    fails=st.none() | st.integers(0, 7),
)
@settings(max_examples=150, deadline=None)
def test_all_items_come_in_order_and_an_error_in_its_place(
    streams: list[list[list[int]]], lanes: int, depth: int, fails: int | None
) -> None:
    made = [
        given_out(batches, ValueError("broken") if number == fails else None)
        for number, batches in enumerate(streams)
    ]
    failing = fails is not None and fails < len(streams)
    read = streams[: fails + 1] if fails is not None and failing else streams
    out: list[int] = []
    with pytest.raises(ValueError, match="broken") if failing else nullcontext():
        out.extend(run(made, lanes, depth))  # keeps what came before the error
    assert out == [item for batches in read for batch in batches for item in batch]
    assert ahead_threads() == []


def test_an_error_of_the_source_comes_after_what_it_gave() -> None:
    def source() -> Iterator[Stream[int]]:
        yield given_out([[1, 2]])
        yield given_out([[3]])
        raise LookupError("no more")

    read: list[int] = []
    with pytest.raises(LookupError, match="no more"):
        read.extend(run(source()))
    assert read == [1, 2, 3]
    assert ahead_threads() == []


def test_streams_run_at_the_same_time_and_no_further_than_their_lanes_hold() -> None:
    begun: list[int] = []
    taken: list[int] = []

    def counting(number: int) -> Iterator[Sequence[int]]:
        begun.append(number)
        for _ in range(50):
            taken.append(number)
            yield (number,)

    out = run([partial(counting, number) for number in range(6)], lanes=3, depth=2)
    next(out)
    deadline = time.monotonic() + 5
    while len(taken) < 3 * 3 + 1 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.05)
    assert sorted(begun) == [0, 1, 2]
    assert len(taken) == 3 * (2 + 1) + 1  # in each lane two wait and one is in hand; one is read
    out.close()


@pytest.mark.parametrize("error", [GeneratorExit, KeyboardInterrupt, RuntimeError])
def test_a_reader_that_goes_ends_all_threads(error: type[BaseException]) -> None:
    out = run([endless, idle, endless, idle])
    assert [next(out) for _ in range(5)] == list(range(5))
    started = time.monotonic()
    if error is GeneratorExit:
        out.close()
    else:
        with pytest.raises(error):
            out.throw(error("stop"))
    assert time.monotonic() - started < 1
    assert ahead_threads() == []


def test_ctrl_c_while_waiting_for_a_stream_ends_all_threads() -> None:
    started = time.monotonic()
    threading.Timer(0.2, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        list(run([idle, endless, idle]))
    assert time.monotonic() - started < 3
    assert ahead_threads() == []


def test_a_stream_that_was_not_begun_is_not_begun_after_the_reader_has_gone() -> None:
    begun = threading.Event()
    out = run([idle, partial(endless, begun.set)], lanes=1)
    threading.Timer(0.1, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        next(out)
    assert not begun.is_set()


def test_files_of_streams_are_given_back() -> None:
    closed = threading.Event()

    def stream() -> Iterator[Sequence[int]]:
        try:
            yield from endless()
        finally:
            closed.set()

    out = run([stream])
    next(out)
    out.close()
    assert closed.is_set()


def test_the_queue_tells_how_full_it_is_and_who_waits() -> None:
    events: list[Event] = []

    def slow() -> Iterator[Sequence[int]]:
        for number in range(3):
            time.sleep(0.02)
            yield (number,)

    def read_slowly(streams: list[Stream[int]]) -> None:
        observer = in_turn(events.append)
        for _ in ahead(streams, lanes=2, depth=1, name="ahead", observer=observer):
            time.sleep(0.01)

    read_slowly([slow, given_out([[1, 2, 3, 4]])])
    seen = [event for event in events if isinstance(event, QueueSeen)]
    assert {event.capacity for event in seen} == {2}
    assert max(event.length for event in seen) == 2
    assert min(seen, key=lambda event: -event.at).length == 0
    waits = [event for event in events if isinstance(event, Waited)]
    assert {wait.who for wait in waits} == {"producer", "consumer"}
    assert all(wait.thread.startswith("ahead") for wait in waits if wait.who == "producer")
    assert all(wait.thread == "MainThread" for wait in waits if wait.who == "consumer")
