"""The Whisper engine with its real model: batches, languages, both ways of decoding, words in time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import DATA
from telephone import recording

from callqa.audio.block import RATE, Samples
from callqa.errors import ModelError
from callqa.models.device import CPU
from callqa.transcribe.engine import Request
from callqa.transcribe.faster_whisper import FasterWhisperEngine
from callqa.transcribe.memory import give_back
from helpers import noise

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def engine(models: Path) -> FasterWhisperEngine:
    return FasterWhisperEngine(models / "base", "base", CPU, 1)


@pytest.fixture(scope="module")
def agent() -> Samples:
    return recording(DATA / "golden_stereo.wav")[:, 1]


def request(audio: Samples, *, careful: bool = False, language: str | None = "zh") -> Request:
    return Request(audio, language, speech=len(audio) / RATE, careful=careful)


def test_a_text_does_not_depend_on_what_else_is_in_its_batch(
    engine: FasterWhisperEngine, agent: Samples
) -> None:
    parts = [agent[5 * RATE : 12 * RATE], agent[: 3 * RATE], agent[5 * RATE : 17 * RATE]]
    together = engine.recognise([request(part) for part in parts])
    alone = [engine.recognise([request(part)])[0] for part in parts]
    assert [h.text for h in together] == [h.text for h in alone]
    assert any(h.text for h in alone)


def test_words_lie_in_order_within_the_audio(engine: FasterWhisperEngine, agent: Samples) -> None:
    audio = agent[5 * RATE : 17 * RATE]
    for careful in (False, True):
        [found] = engine.recognise([request(audio, careful=careful)])
        assert found.complete
        starts = [word.start for word in found.words]
        assert starts == sorted(starts)
        assert 0 <= starts[0] <= found.words[-1].end <= len(audio) / RATE + 0.1
        assert all(0 <= word.probability <= 1 for word in found.words)


def test_timestamp_tokens_begin_phrases_and_are_no_text(
    engine: FasterWhisperEngine, agent: Samples
) -> None:
    [found] = engine.recognise([request(agent[5 * RATE : 17 * RATE], careful=True)])
    assert "<|" not in found.text
    assert 0 in found.breaks
    assert all(0 <= at < len(found.words) for at in found.breaks)


def test_the_language_is_found_where_none_is_given(
    engine: FasterWhisperEngine, agent: Samples
) -> None:
    """And then used as if it had been given: the style of the prompt goes with it."""
    audio = agent[5 * RATE : 17 * RATE]
    [found] = engine.recognise([request(audio, language=None)])
    assert found.language == "zh"
    assert [found] == engine.recognise([request(audio)])


def test_names_that_are_expected_do_not_appear_by_themselves(engine: FasterWhisperEngine) -> None:
    audio = noise(4, RATE, 0.002).astype(np.float32)
    names = ("欧阳娜娜", "海逸长洲物业")
    [found] = engine.recognise([Request(audio, "zh", names, speech=0.5)])
    assert not any(name in found.text for name in names)


def test_requests_with_prompts_of_different_length_are_answered_in_their_order(
    engine: FasterWhisperEngine, agent: Samples
) -> None:
    audio = agent[5 * RATE : 12 * RATE]
    names = [(), ("王强",), (), ("海逸长洲物业", "李娜")]
    found = engine.recognise([Request(audio, "zh", n, speech=7) for n in names])
    assert found[0] == found[2]
    assert all(h.text for h in found)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=tmp_path.name):
        FasterWhisperEngine(tmp_path, "base", CPU, 1)


def test_memory_can_be_given_back_at_any_time() -> None:
    give_back()
    give_back()
