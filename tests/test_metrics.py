"""The parts of a call, and its figures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callqa.audio.events import CallEvents, Hold, Interval
from callqa.scoring.call import ScoredCall, interruptions
from callqa.scoring.metrics import measure
from callqa.transcribe.transcript import UNHEARD, Role, Transcript, Utterance
from helpers import conversation, says

REQUEST = "C 我想问一下我的快递到哪了。"


def call(*utterances: Utterance, holds: tuple[Hold, ...] = ()) -> ScoredCall:
    said = tuple(sorted(utterances, key=lambda u: u.start))
    silences = (Interval(60, 64), Interval(70, 73.5))
    events = CallEvents(holds, silences, None)
    return ScoredCall(Transcript("zh", said, 1.0), events, 120.0)


def texts(utterances: tuple[Utterance, ...]) -> list[str]:
    return [u.text for u in utterances]


@pytest.mark.parametrize(
    ("lines", "opening"),
    [
        (["A 一", "A 二", REQUEST, "A 三"], ["一", "二"]),
        (["A 一", "C 喂，你好。", "A 二", REQUEST, "A 三"], ["一", "二"]),
        (["A 一", "A 二", "A 三", "A 四", REQUEST], ["一", "二", "三"]),
        ([REQUEST, "A 一", "A 二"], ["一"]),
        (["A 一", "C 嗯。", "A 二"], ["一", "二"]),
        ([REQUEST], []),
    ],
)
def test_the_opening_ends_with_the_customers_request(lines: list[str], opening: list[str]) -> None:
    assert texts(conversation(*lines).opening) == opening


@pytest.mark.parametrize(
    ("lines", "ending"),
    [
        (["A 一", "A 二", "C 好", "A 三"], ["二", "三"]),
        (["A 一", "A 二", "C 好", "C 好"], ["一", "二"]),
        (["A 一", "HOLD 30", "A 二", "C 好"], ["二"]),
        (["A 一", "HOLD 30", "C 好"], ["一"]),
        ([REQUEST], []),
        ([], []),
    ],
)
def test_the_ending_is_the_agents_last_words(lines: list[str], ending: list[str]) -> None:
    assert texts(conversation(*lines).ending) == ending


def test_after_the_opening_comes_all_but_the_first_words() -> None:
    assert texts(conversation("A 一", "A 二", REQUEST, "A 三").after_opening) == ["二", "三"]


def test_the_confidence_of_a_call_is_that_of_its_text_and_not_of_machines() -> None:
    heard = conversation("A 您好您好您好。", "C 好。")
    long, short = heard.transcript.utterances
    said = (
        replace(long, confidence=0.9),
        replace(short, confidence=0.1),
        replace(long, role="system", confidence=0.0),
        replace(long, text=UNHEARD, confidence=0.0),
    )
    heard = replace(heard, transcript=replace(heard.transcript, utterances=said))
    assert heard.confidence == round((7 * 0.9 + 2 * 0.1) / 9, 3)


@pytest.mark.parametrize(
    ("text", "start", "end", "overlaps"),
    [
        ("您先听我说", 4.0, 8.0, [2.0]),
        ("您先听我说", 4.0, 5.0, [1.0]),
        ("您先听我说", 5.5, 8.0, []),
        ("您先听我说", 6.0, 8.0, []),
        ("您先听我说", 2.0, 8.0, []),
        ("您先听我说", 0.5, 8.0, []),
        ("嗯嗯。", 3.0, 5.0, []),
        ("好的。", 3.0, 5.0, []),
        ("好的我知道", 3.0, 5.0, [2.0]),
        *((text, 3.0, 5.0, []) for text in ("嗯，对。", "好的好的。", "对对对。", "嗯嗯嗯。")),
    ],
)
def test_who_begins_in_the_others_words_interrupts(
    text: str, start: float, end: float, overlaps: list[float]
) -> None:
    heard = call(says("customer", "我的冰箱坏了", 2, 6), says("agent", text, start, end))
    assert [i.overlap for i in interruptions(heard.transcript, 0.6)] == overlaps


def test_the_customer_may_interrupt() -> None:
    heard = call(says("agent", "您的快递", 2, 6), says("customer", "我不要听", 4, 8))
    assert interruptions(heard.transcript, 0.6) == []


def test_figures_of_a_call() -> None:
    figures = measure(
        call(
            says("agent", "您好，请问有什么可以帮您？", 1, 4),
            says("customer", "我的冰箱坏了。", 4.5, 8.5),
            says("agent", "别急。", 7.5, 9.5),
            says("customer", "好。", 12, 13),
            says("agent", "明天修。", 14, 15),
            holds=(Hold(20, 50, "music"), Hold(80, 92.5, "silence")),
        )
    )
    assert (figures.agent_talk_seconds, figures.customer_talk_seconds) == (6.0, 5.0)
    assert (figures.hold_seconds, figures.longest_hold_seconds) == (42.5, 30.0)
    assert figures.silence_seconds == 7.5
    assert (figures.overlap_seconds, figures.interruptions) == (1.0, 1)
    assert figures.agent_chars_per_minute == 160.0  # 16 syllables in 6 s
    assert figures.response_seconds == 0.5  # 0 s and 1 s


@pytest.mark.parametrize(
    ("pause", "expected"), [(-1.0, 0.0), (0.0, 0.0), (2.5, 2.5), (9.5, 9.5), (10.0, None)]
)
def test_an_answer_comes_within_ten_seconds(pause: float, expected: float | None) -> None:
    asked = says("customer", "多少钱？", 1, 5)
    figures = measure(call(asked, says("agent", "三百元。", 5 + pause, 20)))
    assert figures.response_seconds == expected


def test_nobody_speaks() -> None:
    figures = measure(conversation())
    assert (figures.agent_talk_seconds, figures.hold_seconds, figures.interruptions) == (0, 0, 0)
    assert figures.agent_chars_per_minute is figures.response_seconds is None


def spoken(start: float, seconds: float, loudness: float | None, role: Role = "agent") -> Utterance:
    return replace(says(role, "您好", start, start + seconds), loudness=loudness)


@pytest.mark.parametrize(
    ("agent", "energy", "spread"),
    [
        ([], None, None),
        ([(2.0, None)], None, None),
        ([(2.0, -20.0)], -20.0, None),
        ([(3.0, -20.0), (1.0, -30.0)], -22.5, None),
        ([(2.0, -20.0), (2.0, -24.0), (2.0, -28.0)], -24.0, 4.0),
        ([(2.0, -20.0), (2.0, -24.0), (2.0, -28.0), (1.0, None)], -24.0, 4.0),
        ([(2.0, -20.0), (2.0, -20.0), (0.9, -40.0)], -23.7, None),
        ([(2.0, -20.0), (2.0, -20.0), (1.0, -40.0)], -24.0, 11.5),
        ([(2.0, -20.0), (2.0, -20.0), (2.0, -20.0), (0.9, -40.0)], -22.6, 0.0),
    ],
)
def test_the_energy_is_that_of_the_agents_utterances(
    agent: list[tuple[float, float | None]], energy: float | None, spread: float | None
) -> None:
    said = [spoken(4.0 * n, seconds, level) for n, (seconds, level) in enumerate(agent)]
    others = [spoken(50.0, 9.0, -5.0, "customer"), spoken(60.0, 9.0, -5.0, "system")]
    figures = measure(call(*said, *others))
    assert (figures.agent_energy_db, figures.agent_energy_spread_db) == (energy, spread)
