"""The profiler: time counts once, queues by time, and the trace shows calls decoding while others are recognised."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from rich.console import Console

from callqa.audio.ear import Hearing
from callqa.audio.path import Listener
from callqa.errors import UsageError
from callqa.observe import (
    CallFinished,
    CallStarted,
    Event,
    QueueSeen,
    StageTimed,
    Waited,
    ignore,
    in_turn,
    timed,
    together,
)
from callqa.qa.batch import Batch
from callqa.qa.judge import Judge
from callqa.qa.machine import Machine, peak_memory
from callqa.qa.profile import BusyTime, Profile, Profiler
from callqa.qa.profile_render import figures, tables, write_figures
from callqa.qa.recordings import find_recordings
from callqa.qa.result import ModelsUsed
from callqa.qa.trace import TraceFile
from callqa.scoring.checklist import load_checklist
from callqa.settings import Settings
from callqa.transcribe.engine import Hypothesis, Request
from helpers import LoudnessVad, ScriptedEngine, noise, scripted_toolkit, silence, write_wav

LENGTHS = (8, 24, 48)  # seconds
MODELS = ModelsUsed("scripted", "loudness", "one voice", "cpu", "int8")


class SleepyEngine(ScriptedEngine):
    """Takes its time, as recognition does."""

    def answer(self, request: Request) -> Hypothesis:
        time.sleep(0.15)
        return super().answer(request)


class SleepyVad(LoudnessVad):
    """Takes its time too, so that a longer call is decoded while a shorter one before it is recognised."""

    def stream(self) -> LoudnessVad:
        fresh = SleepyVad()
        fresh._waiting = np.zeros(0, np.float32)
        return fresh

    def push(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        time.sleep(0.02)
        return super().push(samples)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three stereo recordings, one utterance a side, each longer than the one before it."""
    folder = tmp_path / "calls"
    folder.mkdir()
    for number, length in enumerate(LENGTHS):
        speech = noise(2, level=0.2, seed=number)
        left = np.concatenate([silence(1), speech, silence(length - 3)])
        right = np.concatenate([silence(4), speech, silence(length - 6)])
        write_wav(folder / f"call{number}.wav", left, right)
    return folder


def run(folder: Path, *observers: Any, stop_after: int | None = None) -> None:
    observer = together(*observers)
    with timed(observer, "prepare", ""):
        judge = Judge(load_checklist("zh-inbound"), Settings())
        toolkit = scripted_toolkit(SleepyEngine(lambda _: "您好", parallel=1))
        listener = Listener(Hearing(SleepyVad()), toolkit.listener.diarizer)
        toolkit = replace(toolkit, listener=listener)
    batch = Batch(Settings(), lambda _: judge, MODELS, lambda: toolkit, observer=observer)
    results = batch.run(find_recordings([str(folder)]))
    for number, _ in enumerate(results, 1):
        if number == stop_after:
            results.close()
            return


def fed(events: Iterable[Event]) -> Profile:
    profiler = Profiler()
    for event in events:
        profiler(event)
    return profiler.profile()


def staged(stage: str, start: float, end: float, thread: str = "a", cpu: float = 0.0) -> StageTimed:
    return StageTimed(stage, "call", start, end - start, 1.0, cpu, thread)


def test_a_stage_within_another_of_its_thread_is_counted_once() -> None:
    now = time.perf_counter()
    found = fed([
        staged("confirm", now + 1, now + 2, cpu=0.9),
        staged("confirm", now + 3, now + 4, cpu=0.8),
        staged("voice", now, now + 5, cpu=4.0),
        staged("voice", now + 6, now + 7, cpu=1.0),
        staged("decode", now + 1, now + 6, "b", cpu=2.0),
    ])  # fmt: skip
    stages = {stage.stage: stage for stage in found.stages}
    assert stages["voice"].wall == pytest.approx(4.0)
    assert stages["voice"].cpu == pytest.approx(3.3)
    assert stages["voice"].pieces == 2
    assert stages["confirm"].wall == pytest.approx(2.0)
    assert stages["decode"].wall == pytest.approx(5.0)
    assert stages["decode"].speed == pytest.approx(1 / 5)
    assert found.covered == pytest.approx(7.0)


def test_nesting_three_deep_is_counted_once() -> None:
    profiler = Profiler()
    for _ in range(2):
        with timed(profiler, "outer", "c"):
            time.sleep(0.01)
            for _ in range(2):
                with timed(profiler, "middle", "c"):
                    time.sleep(0.01)
                    with timed(profiler, "inner", "c") as piece:
                        piece.audio = 2.0
                        time.sleep(0.01)
    found = profiler.profile()
    walls = {stage.stage: stage.wall for stage in found.stages}
    assert sum(walls.values()) == pytest.approx(found.covered, abs=0.002)
    assert 0.9 < found.covered / found.wall <= 1
    assert [s.audio for s in found.stages if s.stage == "inner"] == [8.0]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=30))
def test_cover_is_the_union_of_intervals_in_any_order(parts: list[tuple[int, int]]) -> None:
    cover = BusyTime()
    for start, length in parts:
        cover.add(start, start + length)
    union = {second for start, length in parts for second in range(start, start + length)}
    assert cover.seconds == len(union)
    assert sum(long for _, long in cover.gaps(0, 70)) == 70 - len(union)


def test_queues_are_averaged_over_time() -> None:
    now = time.perf_counter()
    found = fed([
        QueueSeen("windows", 1, 4, now),
        QueueSeen("windows", 3, 4, now + 3),
        QueueSeen("windows", 0, 4, now + 4),
        Waited("windows", "producer", now, 0.5, "a"),
        Waited("windows", "producer", now, 0.25, "b"),
        Waited("windows", "consumer", now, 2.0, "c"),
    ])  # fmt: skip
    (queue,) = found.queues
    assert queue.mean == pytest.approx((1 * 3 + 3 * 1) / 4)
    assert (queue.greatest, queue.capacity) == (3, 4)
    assert (queue.producers_waited, queue.consumers_waited) == (0.75, 2.0)


def test_a_run_is_covered_and_every_stage_is_there(folder: Path) -> None:
    profiler = Profiler()
    run(folder, profiler)
    found = profiler.profile()
    stages = {stage.stage: stage for stage in found.stages}
    needed = ("look up", "hash", "open", "decode", "levels", "voice activity", "music", "events", "recognise",
              "join", "score")  # fmt: skip
    assert set(needed) <= set(stages)
    assert stages["decode"].audio == pytest.approx(80, abs=0.1)
    assert stages["levels"].audio == pytest.approx(160, abs=0.2)
    assert found.audio == pytest.approx(80, abs=0.1)
    assert found.calls == {"scored": 3}
    assert found.covered / found.wall >= 0.95
    assert {queue.queue for queue in found.queues} == {"windows", "recognition"}
    assert all(0 <= queue.mean <= queue.greatest <= queue.capacity for queue in found.queues)
    memory = peak_memory()
    assert memory is not None
    assert 20e6 < memory < 20e9


def slices(trace: list[dict[str, Any]], call: str, *stages: str) -> list[dict[str, Any]]:
    return [
        e for e in trace if e["ph"] == "X" and e["name"] in stages and e["args"]["call"] == call
    ]


def test_the_trace_shows_the_next_call_decoding_while_one_is_recognised(
    folder: Path, tmp_path: Path
) -> None:
    tracer = TraceFile(tmp_path / "trace.json", time.perf_counter())
    run(folder, tracer)
    tracer.close()
    trace = json.loads((tmp_path / "trace.json").read_text("utf-8"))["traceEvents"]
    for number in range(2):
        recognised = slices(trace, f"call{number}", "recognise")
        decoded = slices(trace, f"call{number + 1}", "decode", "voice activity")
        assert any(
            d["tid"] != r["tid"] and d["ts"] < r["ts"] + r["dur"] and r["ts"] < d["ts"] + d["dur"]
            for r in recognised
            for d in decoded
        )
    names = {e["tid"]: e["args"]["name"] for e in trace if e["name"] == "thread_name"}
    assert {e["tid"] for e in trace if e["ph"] == "X"} <= set(names)
    assert {"MainThread", "recognise_0"} <= set(names.values())
    assert all(e["args"]["audio"] > 0 for e in slices(trace, "call1", "recognise"))
    assert {e["name"] for e in trace if e["ph"] == "C"} == {"queue windows", "queue recognition"}
    begun = [e["name"] for e in trace if e["ph"] == "b"]
    ended = [e["name"] for e in trace if e["ph"] == "e"]
    assert sorted(begun) == sorted(ended) == ["call0", "call1", "call2"]


def test_slices_of_a_thread_lie_within_each_other_or_apart(folder: Path, tmp_path: Path) -> None:
    tracer = TraceFile(tmp_path / "trace.json", time.perf_counter())
    run(folder, tracer)
    tracer.close()
    trace = json.loads((tmp_path / "trace.json").read_text("utf-8"))["traceEvents"]
    for thread in {e["tid"] for e in trace if e["ph"] == "X"}:
        open_: list[float] = []
        spans = [
            (e["ts"], e["ts"] + e["dur"]) for e in trace if e["ph"] == "X" and e["tid"] == thread
        ]
        for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
            while open_ and open_[-1] <= start + 0.2:  # microseconds, rounded to tenths
                open_.pop()
            assert not open_ or end <= open_[-1] + 0.2
            open_.append(end)


def test_a_run_that_is_stopped_leaves_a_whole_trace_and_figures(
    folder: Path, tmp_path: Path
) -> None:
    tracer, profiler = TraceFile(tmp_path / "trace.json", time.perf_counter()), Profiler()
    run(folder, tracer, profiler, stop_after=1)
    tracer.close()
    assert json.loads((tmp_path / "trace.json").read_text("utf-8"))["traceEvents"]
    assert profiler.profile().calls == {"scored": 1}


def test_a_disk_that_is_full_ends_the_trace_and_not_the_run(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    tracer = TraceFile(Path("/dev/full"), time.perf_counter())
    for number in range(1000):
        tracer(CallStarted(str(number)))
    tracer.close()
    assert "no space left" in str(tracer.error)


def test_a_place_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--trace"):
        raise_with_advice(lambda: TraceFile(tmp_path / "no" / "t.json", 0.0))
    with pytest.raises(UsageError, match="--json"):
        raise_with_advice(lambda: write_figures(tmp_path / "no" / "f.json", None))


def raise_with_advice(do: Any) -> None:
    try:
        do()
    except UsageError as error:
        raise UsageError(str(error), str(error)) from error


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figures_are_shown_and_written(
    folder: Path, tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLQA_LANG", language)
    profiler = Profiler()
    run(folder, profiler)
    found, machine = profiler.profile(), Machine.here()
    console = Console(width=120, record=True, file=StringIO())
    console.print(tables(found, machine, MODELS))
    shown = console.export_text()
    words = {
        "en": ("voice activity", "other threads", "80 s of audio"),
        "zh": ("语音检测", "其他线程", "80 秒录音"),
    }
    assert all(word in shown for word in words[language]), shown
    file = tmp_path / "f.json"
    write_figures(file, figures(found, machine, MODELS, interrupted=False))
    read = json.loads(file.read_text("utf-8"))
    assert list(read) == ["callqa", "machine", "models", "run", "stages", "other_threads", "queues"]
    assert sum(stage["wall_share"] for stage in read["stages"]) == pytest.approx(1)
    cpu = sum(stage["cpu"] for stage in read["stages"]) + read["other_threads"]["cpu"]
    assert cpu == pytest.approx(read["run"]["cpu"], rel=0.02)


def test_an_empty_run_has_figures_too() -> None:
    found = fed([CallFinished("a", "failed", 0.0)])
    assert (found.stages, found.queues, found.audio) == ((), (), 0.0)
    assert figures(found, Machine.here(), MODELS, interrupted=True)["run"]["covered"] == 0


def test_nobody_listening_costs_nothing() -> None:
    assert in_turn(ignore) is ignore
    told: list[Event] = []
    both = in_turn(together(told.append, told.append))
    both(CallStarted("a"))
    assert told == [CallStarted("a"), CallStarted("a")]
