"""A GPU that fails in mid-run: memory that is short halves the batch, anything else moves the work to the CPU, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from callqa.errors import RecognitionError
from callqa.lang import Text
from callqa.observe import ignore
from callqa.transcribe.engine import Capabilities, Hypothesis, Request
from callqa.transcribe.fallback import WithSpare
from callqa.transcribe.recognise import Answer, recognise
from callqa.transcribe.transcript import Word
from callqa.transcribe.window import Piece, Window

OUT_OF_MEMORY = RecognitionError("CUDA failed with error out of memory", "显存不足")
LOST = RecognitionError("CUDA failed with error unknown error", "GPU 丢失")


class Device:
    """Writes down the length of the audio; `fault` may raise for the requests of a call."""

    def __init__(
        self, name: str, fault: Callable[[int, int], Exception | None] = lambda _n, _size: None
    ) -> None:
        self.capabilities = Capabilities("fake", name, "int8", batch=8)
        self.batches: list[int] = []
        self._fault = fault

    def recognise(self, requests: Sequence[Request]) -> list[Hypothesis]:
        self.batches.append(len(requests))
        error = self._fault(len(self.batches), len(requests))
        if error:
            raise error
        return [Hypothesis((Word(str(len(r.audio)), 0, 1, 0.9),), "zh") for r in requests]


def windows(count: int) -> list[Window]:
    return [
        Window(f"call{n}", 0, np.zeros(n + 1, np.float32), (Piece(0, 0, n + 1, 0, n + 1),))
        for n in range(count)
    ]


def texts(engine: WithSpare | Device) -> list[str]:
    out = recognise(windows(20), engine, lambda w: Request(w.audio, "zh"), ignore)
    answers = [answer for answer in out if isinstance(answer, Answer)]
    return [a.hypothesis.text if a.hypothesis else str(a.error) for a in answers]


@pytest.fixture
def told() -> list[Text]:
    return []


def test_short_memory_halves_the_batch_and_the_gpu_goes_on(told: list[Text]) -> None:
    gpu = Device("cuda:0", lambda _n, size: OUT_OF_MEMORY if size > 3 else None)
    engine = WithSpare(gpu, lambda: pytest.fail("no spare is needed"), told.append)
    assert texts(engine) == texts(Device("cpu"))
    assert max(gpu.batches) == 8
    assert told == []


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (lambda n, _size: LOST if n >= 2 else None, "lost in the second batch"),
        (lambda _n, _size: OUT_OF_MEMORY, "not even one window fits"),
    ],
)
def test_a_gpu_that_is_lost_moves_the_work_to_the_cpu_with_one_word(
    fault: Callable[[int, int], Exception | None], name: str, told: list[Text]
) -> None:
    loaded: list[Device] = []

    def spare() -> Device:
        loaded.append(Device("cpu"))
        return loaded[-1]

    engine = WithSpare(Device("cuda:0", fault), spare, told.append)
    assert texts(engine) == texts(Device("cpu")), name
    assert len(told) == len(loaded) == 1
    assert "GPU" in str(told[0])
    assert engine.capabilities.device == "cpu"


def test_a_failure_of_the_cpu_is_a_failure(told: list[Text]) -> None:
    gpu = Device("cuda:0", lambda _n, _size: LOST)
    engine = WithSpare(gpu, lambda: Device("cpu", lambda _n, _size: LOST), told.append)
    with pytest.raises(RecognitionError):
        engine.recognise([Request(np.zeros(1, np.float32), "zh")])


def test_batches_are_as_large_as_the_engine_likes() -> None:
    cpu = Device("cpu")
    cpu.capabilities = replace(cpu.capabilities, batch=6)
    texts(cpu)
    assert max(cpu.batches) == 6
    assert sum(cpu.batches) == 20
