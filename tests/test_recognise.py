"""The recognition stage: order, isolation of errors, bounded look-ahead."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from callqa.errors import RecognitionError
from callqa.observe import ignore
from callqa.transcribe.engine import Hypothesis, Request
from callqa.transcribe.recognise import Answer, recognise
from callqa.transcribe.window import Piece, Window
from helpers import ScriptedEngine


def window(call: str, seconds: float = 1.0) -> Window:
    length = int(16_000 * seconds)
    return Window(call, 0, np.zeros(length, np.float32), (Piece(0, 0, length, 0, length),))


def request(window: Window) -> Request:
    return Request(window.audio, "zh")


def kinds(out: Iterator[Answer | str]) -> list[str]:
    return [f"{item.window.call}" if isinstance(item, Answer) else item.upper() for item in out]


def test_answers_and_markers_keep_their_order() -> None:
    class Slow(ScriptedEngine):
        def answer(self, request: Request) -> Hypothesis:
            time.sleep(0.02 if len(request.audio) > 16_000 else 0)
            return super().answer(request)

    stream = [window("a", 2), "end a", window("b"), window("b"), "end b", window("c", 2), "end c"]
    out = recognise(stream, Slow(lambda _: "好", parallel=3), request, ignore)
    assert kinds(out) == ["a", "END A", "b", "b", "END B", "c", "END C"]


def test_answers_hold_no_audio() -> None:
    """An hour's call would else hold all its speech until its end."""
    engine = ScriptedEngine(lambda n: RecognitionError("broken", "坏了") if n == 1 else "好")
    answers = list(recognise([window("a"), window("a")], engine, request, ignore))
    assert [len(r.audio) for r in engine.requests] == [16_000, 16_000]
    assert [len(answer.window.audio) for answer in answers if isinstance(answer, Answer)] == [0, 0]


def test_a_window_that_fails_fails_alone() -> None:
    engine = ScriptedEngine(lambda n: RecognitionError("broken", "坏了") if n == 1 else "好")
    out = list(recognise([window("a"), window("b"), window("c")], engine, request, ignore))
    assert [answer.error is None for answer in out if isinstance(answer, Answer)] == [
        True,
        False,
        True,
    ]


def test_whatever_the_engine_trips_over_costs_its_window_only() -> None:
    engine = ScriptedEngine(lambda n: IndexError("list index") if n == 1 else "好")
    out = list(recognise([window("a"), window("b"), window("c")], engine, request, ignore))
    errors = [str(answer.error) for answer in out if isinstance(answer, Answer) and answer.error]
    assert errors == ["internal error, IndexError: list index; please report it with this line"]


def test_no_more_is_taken_from_the_stream_than_can_be_worked_on() -> None:
    taken, release = [], threading.Event()

    class Stuck(ScriptedEngine):
        def answer(self, request: Request) -> Hypothesis:
            release.wait(10)
            return super().answer(request)

    def stream() -> Iterator[Window]:
        for number in range(100):
            taken.append(number)
            if len(taken) == 7:  # 2 are worked on, 4 wait, and the seventh is in hand
                threading.Timer(0.2, lambda: (counted.append(len(taken)), release.set())).start()
            yield window(str(number))

    counted: list[int] = []
    out = list(recognise(stream(), Stuck(lambda _: "好", parallel=2), request, ignore))
    assert len(out) == 100
    assert counted == [7]


def batched(say: Callable[[int], str | Exception], batch: int, parallel: int = 1) -> ScriptedEngine:
    engine = ScriptedEngine(say, parallel)
    engine.capabilities = replace(engine.capabilities, batch=batch)
    return engine


class Counting(ScriptedEngine):
    """`batches` holds the lengths of what it was given, in seconds."""

    def __init__(self, batch: int, step: float, parallel: int = 1) -> None:
        super().__init__(lambda _: "好", parallel)
        self.capabilities = replace(self.capabilities, batch=batch, step=step)
        self.batches: list[list[int]] = []

    def recognise(self, requests: Sequence[Request]) -> list[Hypothesis]:
        self.batches.append([len(r.audio) // 16_000 for r in requests])
        return super().recognise(requests)


def test_windows_of_several_calls_make_batches_of_like_length() -> None:
    """What is left at the end goes with the longest first."""
    engine = Counting(batch=2, step=2)
    stream = [window(str(n), length) for n, length in enumerate([1, 3, 6, 4, 5, 9])]
    assert kinds(recognise(stream, engine, request, ignore)) == [str(n) for n in range(6)]
    assert engine.batches == [[3, 4], [6, 5], [9], [1]]


def test_an_engine_that_does_not_mind_lengths_takes_them_as_they_come() -> None:
    engine = Counting(batch=3, step=0)
    stream = [window(str(n), length) for n, length in enumerate([9, 1, 5, 2])]
    list(recognise(stream, engine, request, ignore))
    assert engine.batches == [[9, 1, 5], [2]]


def test_an_answer_that_is_waited_for_does_not_wait_for_a_full_batch() -> None:
    """One long window among many short ones, which fill what may be ahead."""
    engine = Counting(batch=2, step=2)
    stream = [window("long", 9), *(window(str(n)) for n in range(7))]
    assert kinds(recognise(stream, engine, request, ignore))[0] == "long"
    assert [9] in engine.batches[:4]


def test_in_a_batch_too_a_window_that_fails_fails_alone() -> None:
    class Deaf(ScriptedEngine):
        def answer(self, request: Request) -> Hypothesis:
            if len(request.audio) == 32_000:
                raise RecognitionError("broken", "坏了")
            return super().answer(request)

    engine = Deaf(lambda _: "好")
    engine.capabilities = replace(engine.capabilities, batch=4)
    stream = [window("a"), window("b", 2), window("c"), window("d"), window("e")]
    out = [a for a in recognise(stream, engine, request, ignore) if isinstance(a, Answer)]
    assert [a.error is None for a in out] == [True, False, True, True, True]


def test_an_engine_that_answers_too_little_is_not_waited_for() -> None:
    class Forgetful(ScriptedEngine):
        def recognise(self, requests: Sequence[Request]) -> list[Hypothesis]:
            return super().recognise(requests)[1:]

    out = list(recognise([window("a"), window("b")], Forgetful(lambda _: "好"), request, ignore))
    assert [a.error is not None for a in out if isinstance(a, Answer)] == [True, True]


def test_what_ends_a_worker_ends_the_run() -> None:
    class Ending(ScriptedEngine):
        def recognise(self, requests: Sequence[Request]) -> list[Hypothesis]:
            raise SystemExit(3)

    with pytest.raises(SystemExit):
        list(recognise([window("a")], Ending(lambda _: "好"), request, ignore))


def test_a_window_that_no_batch_waits_for_does_not_block_the_run() -> None:
    """Calls that were scored before pass as markers, as many as there are."""
    stream = [window("a"), *["done"] * 50]
    out = recognise(stream, batched(lambda _: "好", 4, 2), request, ignore)
    assert kinds(out) == ["a", *["DONE"] * 50]


def test_stopping_early_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    out = recognise(
        (window(str(n)) for n in range(50)), ScriptedEngine(lambda _: "好", 2), request, ignore
    )
    next(out)
    out.close()
    assert threading.active_count() == before
