"""Words of windows become utterances of speakers."""

from __future__ import annotations

import numpy as np
import pytest

from callqa.audio.block import RATE
from callqa.audio.turns import SYSTEM, Turn
from callqa.transcribe import join as joining
from callqa.transcribe.engine import Hypothesis
from callqa.transcribe.join import Recognised
from callqa.transcribe.transcript import UNHEARD, Utterance, Word
from callqa.transcribe.window import Piece, Window


def recognised(
    channel: int, words: list[tuple[str, float, float]], start: float = 0.0
) -> Recognised:
    """A window of one region that begins at `start`, with words in call time."""
    length = 30 * RATE
    first = round(start * RATE)
    piece = Piece(0, first, length, first, first + length)
    window = Window("call", channel, np.zeros(length, np.float32), (piece,))
    spoken = tuple(Word(text, a - start, b - start, 0.8) for text, a, b in words)
    return Recognised(window, Hypothesis(spoken, "zh", frozenset({0})))


def join(
    words: list[Recognised], turns: list[Turn], channels: int, vocabulary: tuple[str, ...] = ()
) -> tuple[Utterance, ...]:
    """Joined where no two speak at once on one channel."""
    return joining.join(words, turns, turns, channels, vocabulary)


def test_each_channel_is_a_speaker_and_order_is_that_of_time() -> None:
    turns = [Turn(0, 0, 2), Turn(1, 2.5, 4, 1), Turn(0, 5, 6)]
    agent = recognised(0, [("您好", 0.2, 1.0), ("再见", 5.2, 5.8)])
    customer = recognised(1, [("我想问一下", 2.6, 3.8)])
    out = join([agent, customer], turns, channels=2)
    assert [(u.speaker, u.text) for u in out] == [(0, "您好。"), (1, "我想问一下。"), (0, "再见。")]
    assert (out[0].start, out[0].end) == (0, 2)


def test_an_utterance_knows_its_channel_whoever_speaks() -> None:
    """The system speaks on either channel, and a party may have any number."""
    turns = [Turn(SYSTEM, 0, 2, 0), Turn(SYSTEM, 3, 5, 1), Turn(0, 6, 8, 1)]
    agent = recognised(0, [("人工服务请按零", 0.2, 1.8)])
    customer = recognised(1, [("无法接听", 3.2, 4.8), ("您好", 6.2, 7.0)])
    out = join([agent, customer], turns, channels=2)
    assert [(u.speaker, u.channel) for u in out] == [(SYSTEM, 0), (SYSTEM, 1), (0, 1)]
    assert [u.channel for u in join([recognised(0, [("您好", 0.2, 1)])], [Turn(3, 0, 2)], 1)] == [0]


def test_one_utterance_never_spans_two_channels() -> None:
    turns = [Turn(SYSTEM, 0, 2, 0), Turn(SYSTEM, 2.1, 4, 1)]
    words = [recognised(0, [("您好", 0.2, 1.8)]), recognised(1, [("再见", 2.2, 3.8)])]
    assert [(u.text, u.channel) for u in join(words, turns, 2)] == [("您好。", 0), ("再见。", 1)]


def test_turns_with_a_short_pause_are_one_utterance() -> None:
    turns = [Turn(0, 0, 2), Turn(0, 2.5, 4), Turn(0, 6, 7)]
    words = recognised(0, [("您好", 0.2, 1), ("请问贵姓", 2.6, 3.8), ("好的", 6.1, 6.5)])
    assert [u.text for u in join([words], turns, 2)] == ["您好请问贵姓。", "好的。"]


def test_one_utterance_never_spans_two_speakers_of_a_mono_call() -> None:
    turns = [Turn(0, 0, 2), Turn(1, 2.1, 3)]
    words = recognised(0, [("您好", 0.2, 1.0), ("你好", 2.2, 2.8)])
    assert [(u.speaker, u.text) for u in join([words], turns, 1)] == [(0, "您好。"), (1, "你好。")]


def test_overlapping_speech_stays_with_its_channel() -> None:
    turns = [Turn(1, 0, 4, 1), Turn(0, 3, 5)]
    customer = recognised(1, [("我的快递", 0.5, 1.5), ("还没到", 3.2, 3.8)])
    agent = recognised(0, [("请您稍等", 3.1, 4.5)])
    texts = {u.speaker: u.text for u in join([customer, agent], turns, 2)}
    assert texts == {1: "我的快递还没到。", 0: "请您稍等。"}


def test_phantoms_loops_and_silent_turns_are_dropped() -> None:
    turns = [Turn(0, 0, 2), Turn(0, 5, 6), Turn(0, 9, 12)]
    words = recognised(
        0, [("谢谢观看", 0.2, 1.0), *[("好的", 9 + i / 10, 9.1 + i / 10) for i in range(20)]]
    )
    assert join([words], turns, 2) == ()


def test_confidence_is_the_mean_of_the_words() -> None:
    (utterance,) = join([recognised(0, [("您好", 0.2, 1.0)])], [Turn(0, 0, 2)], 2)
    assert utterance.confidence == 0.8


def test_what_machines_say_is_the_systems() -> None:
    turns = [Turn(0, 0, 2), Turn(SYSTEM, 2.2, 4), Turn(SYSTEM, 4.5, 6), Turn(0, 6.5, 8)]
    words = [("您好", 0.2, 1), ("请不要", 2.4, 3.8), ("挂机", 4.6, 5.5), ("久等了", 6.6, 7.5)]
    out = join([recognised(0, words)], turns, 1)
    assert [(u.speaker, u.role, u.text) for u in out] == [
        (0, "unknown", "您好。"), (SYSTEM, "system", "请不要挂机。"), (0, "unknown", "久等了。"),
    ]  # fmt: skip


def test_machines_on_two_channels_are_two_utterances() -> None:
    turns = [Turn(SYSTEM, 0, 2, 0), Turn(SYSTEM, 2.2, 4, 1)]
    one, other = recognised(0, [("您好", 0.2, 1)]), recognised(1, [("再见", 2.4, 3.8)])
    assert [u.text for u in join([one, other], turns, 2)] == ["您好。", "再见。"]


def test_words_of_a_channel_never_go_to_a_turn_of_another() -> None:
    turns = [Turn(0, 0, 2, 0), Turn(1, 10, 12, 1)]
    assert join([recognised(1, [("您好", 0.5, 1)])], turns, 2)[0].speaker == 1
    assert join([recognised(1, [("您好", 0.5, 1)])], turns[:1], 2) == ()


def test_who_has_the_floor_has_the_words_and_the_utterance_lasts_as_long_as_its_turn() -> None:
    customer, agent = Turn(0, 0.0, 5.0), Turn(1, 4.0, 8.0)
    words = recognised(0, [("我的退款", 0.2, 2.0), ("还没到", 3.0, 4.3), ("请您稍等", 4.9, 7.0)])
    floor = [Turn(0, 0.0, 4.6), Turn(1, 4.6, 8.0)]
    out = joining.join([words], [customer, agent], floor, 1)
    assert [(u.speaker, u.text, u.start, u.end) for u in out] == [
        (0, "我的退款还没到。", 0.0, 5.0),
        (1, "请您稍等。", 4.0, 8.0),
    ]


def test_a_turn_under_another_is_heard_though_not_its_words() -> None:
    long, under, blip = Turn(0, 0.0, 9.0), Turn(1, 4.0, 4.5), Turn(1, 6.0, 6.3)
    words = recognised(0, [("我的退款", 0.2, 2.0), ("还没到", 4.0, 4.6)])
    out = joining.join([words], [long, under, blip], [long], 1)
    assert [(u.speaker, u.text, u.start) for u in out] == [
        (0, "我的退款还没到。", 0.0),
        (1, UNHEARD, 4.0),
    ]


def test_a_turn_that_has_the_floor_and_no_words_is_no_utterance() -> None:
    turns = [Turn(0, 0.0, 3.0), Turn(1, 4.0, 6.0)]
    words = recognised(0, [("我的退款", 0.2, 2.0)])
    assert [u.speaker for u in joining.join([words], turns, turns, 1)] == [0]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (-20.0, -20.0, -20.0),
        (-20.0, -30.0, -21.1),  # 3 s and 1 s
        (-20.0, None, -20.0),
        (None, -30.0, -30.0),
        (None, None, None),
    ],
)
def test_an_utterance_is_as_loud_as_its_turns_by_their_length(
    first: float | None, second: float | None, expected: float | None
) -> None:
    turns = [Turn(0, 0, 3, 0, first), Turn(0, 3.5, 4.5, 0, second)]
    floor = [Turn(0, 0, 3), Turn(0, 3.5, 4.5)]  # pieces of the floor know no loudness
    words = recognised(0, [("您好", 0.2, 1.0), ("请问贵姓", 3.6, 4.4)])
    (utterance,) = joining.join([words], turns, floor, 1)
    assert utterance.loudness == expected


def test_a_turn_under_another_is_as_loud_as_it_is() -> None:
    long, under = Turn(0, 0.0, 9.0, 0, -20.0), Turn(1, 4.0, 5.0, 0, -33.5)
    out = joining.join([recognised(0, [("我的退款", 0.2, 2.0)])], [long, under], [long], 1)
    assert [u.loudness for u in out] == [-20.0, -33.5]
