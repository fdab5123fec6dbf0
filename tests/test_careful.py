"""The second look: which hypotheses are doubted, and what takes their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.transcribe.careful import Doubt, doubt, recognised
from callqa.transcribe.engine import Hypothesis, Request
from callqa.transcribe.text import characters
from callqa.transcribe.transcript import Word
from callqa.transcribe.window import Piece, Window
from helpers import ScriptedEngine

RATE = 16_000
SAID = "您好我想问一下我的订单什么时候能够送到"  # 19 characters, for 4 to 6 s


def window(*seconds: float) -> Window:
    """One piece for each length, one after the other."""
    lengths = [round(s * RATE) for s in seconds]
    offsets = [sum(lengths[:n]) for n in range(len(lengths))]
    pieces = [Piece(at, at, n, at, at + n) for at, n in zip(offsets, lengths, strict=True)]
    return Window("call", 0, np.zeros(sum(lengths), np.float32), tuple(pieces))


def request(of: Window) -> Request:
    return Request(of.audio, "zh", speech=of.speech)


def hypothesis(text: str, *, complete: bool = True) -> Hypothesis:
    return Hypothesis(tuple(Word(c, 0, 0, 1) for c in text), "zh", complete=complete)


class Careful(ScriptedEngine):
    """Answers by the length of the audio in seconds and the way of decoding."""

    def __init__(self, said: dict[tuple[int, bool], str]) -> None:
        super().__init__(lambda _: "")
        self.capabilities = replace(self.capabilities, careful=True)
        self.said = said
        self.asked: list[tuple[int, bool]] = []

    def recognise(self, requests: Sequence[Request]) -> list[Hypothesis]:
        keys = [(len(r.audio) // RATE, r.careful) for r in requests]
        self.asked += keys
        return [self._spread(self.said[key], key[0]) for key in keys]

    def _spread(self, text: str, seconds: int) -> Hypothesis:
        step = seconds / max(1, len(text))
        words = (Word(c, n * step, (n + 1) * step, 0.9) for n, c in enumerate(text))
        return Hypothesis(tuple(words), "zh", frozenset({0}))


@pytest.mark.parametrize(
    ("text", "speech", "expected"),
    [
        pytest.param(SAID, 5, None, id="as people speak"),
        pytest.param("嗯", 1, None, id="a murmur"),
        pytest.param("", 2, None, id="nothing heard in a moment"),
        pytest.param("我想问一下", 20, Doubt.LOST, id="given up early"),
        pytest.param("", 10, Doubt.LOST, id="nothing heard in long speech"),
        pytest.param("嗯" * 40, 20, Doubt.STUCK, id="a loop"),
        pytest.param(SAID * 3, 5, Doubt.STUCK, id="more than anyone speaks"),
        pytest.param(" thank you for calling how may I help you today", 5, None, id="English"),
        pytest.param("02588361270", 4, None, id="digits"),
    ],
)
def test_what_is_doubted(text: str, speech: float, expected: Doubt | None) -> None:
    assert doubt(hypothesis(text), speech) is expected


def test_a_text_that_was_cut_off_is_stuck() -> None:
    assert doubt(hypothesis(SAID, complete=False), 5) is Doubt.STUCK


def test_what_is_in_no_doubt_is_asked_once() -> None:
    engine = Careful({(5, False): SAID})
    [found] = recognised(engine, [window(5)], request)
    assert found.text == SAID
    assert engine.asked == [(5, False)]


def test_lost_words_are_found_in_the_second_way() -> None:
    engine = Careful({(10, False): "您好", (10, True): SAID * 2})
    [found] = recognised(engine, [window(5, 5)], request)
    assert found.text == SAID * 2
    assert engine.asked == [(10, False), (10, True)]


def test_a_loop_is_mended_by_halves_and_the_halves_keep_their_time() -> None:
    engine = Careful({(10, False): "嗯" * 40, (4, False): SAID[:12], (6, False): SAID})
    [found] = recognised(engine, [window(4, 6)], request)
    assert found.text == SAID[:12] + SAID
    assert found.words[12].start == pytest.approx(4)
    assert found.words[-1].end == pytest.approx(10)
    assert found.breaks == {0, 12}


def test_of_several_doubtful_texts_the_fullest_is_kept() -> None:
    said = {(12, False): "您好", (12, True): SAID, (6, False): "好", (6, True): "好的"}
    [found] = recognised(Careful(said), [window(6, 6)], request)
    assert found.text == SAID


def test_a_loop_that_nothing_mends_is_no_text() -> None:
    engine = Careful({(10, False): "嗯" * 40, (5, False): "嗯" * 30})
    [found] = recognised(engine, [window(5, 5)], request)
    assert found.text == ""


def test_an_engine_with_one_way_is_asked_once() -> None:
    engine = ScriptedEngine(lambda _: "好")
    [found] = recognised(engine, [window(10)], request)
    assert found.text == "好"
    assert len(engine.requests) == 1


def test_a_single_region_is_cut_at_its_quietest_place() -> None:
    """A region that two parties fill without a pause: the decoder gave up after the first sentence."""
    whole = window(20)
    audio = np.ones(20 * RATE, np.float32)
    audio[round(9.4 * RATE) : round(9.6 * RATE)] = 0.01
    first, second = replace(whole, audio=audio).halves()
    assert len(first.audio) + len(second.audio) == 20 * RATE
    assert 9.4 < first.seconds < 9.6
    [one], [other] = first.pieces, second.pieces
    assert one.end == other.start == other.audio_start == len(first.audio)
    assert second.call_time(1.0, other) == pytest.approx(first.seconds + 1.0)
    engine = Careful(
        {(20, False): "您好", (20, True): "您好", (9, False): SAID * 2, (10, False): SAID * 2}
    )
    [found] = recognised(engine, [replace(whole, audio=audio)], request)
    assert characters(found.text) == 4 * characters(SAID)


@given(st.lists(st.integers(1, 80_000), min_size=2, max_size=12))
def test_halves_hold_every_piece_and_all_audio(lengths: list[int]) -> None:
    whole = window(*(n / RATE for n in lengths))
    first, second = whole.halves()
    assert len(first.audio) + len(second.audio) == len(whole.audio)
    assert [p.audio_start for p in first.pieces + second.pieces] == [
        p.audio_start for p in whole.pieces
    ]
    assert first.pieces
    assert second.pieces
    assert second.pieces[0].offset == 0
    assert second.speech + first.speech == pytest.approx(whole.speech)


@given(st.text(alphabet="您好,。 abc12", max_size=60))
def test_characters_add_up(text: str) -> None:
    assert 0 <= characters(text) <= 2 * len(text)
    assert characters(text + "。好") == characters(text) + 1
