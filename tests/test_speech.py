"""One side's words as one run of syllables: phrases across utterances, their times, what is left over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callqa.scoring.phrases import DOUBT, PhraseSet
from callqa.scoring.script import read_script
from callqa.scoring.speech import APART, Speech
from callqa.transcribe.transcript import UNHEARD, Utterance, Word
from helpers import says


def found(speech: Speech, *patterns: str) -> list[str]:
    return [speech.text(f.start, f.end) for f in PhraseSet(patterns, {}).find(speech)]


def timed(text: str, *words: Word, start: float = 10.0, end: float = 12.0) -> Utterance:
    return replace(says("agent", text, start, end), words=words)


@pytest.mark.parametrize(
    ("between", "across"),
    [
        ("", True),
        ("客户：嗯。", True),
        ("客户：好的好的。", True),
        ("客户：我的快递什么时候到？", False),
        ("客户+：我的快递什么时候到？", False),
        ("[silence 2]", True),
        ("[silence 3.5]", False),
        ("系统：请不要挂断。", True),
    ],
)
def test_a_phrase_goes_across_utterances_unless_the_other_side_says_something(
    between: str, across: bool
) -> None:
    (script,) = read_script(f"坐席：请问您\n{between}\n坐席：贵姓呢？", "x")
    speech = script.call.speech("agent")
    assert found(speech, "请问您贵姓") == (["请问您贵姓"] if across else [])
    assert found(script.call.speech("customer"), "请问您贵姓") == []


@pytest.mark.parametrize(("pause", "across"), [(APART, True), (APART + 0.1, False)])
def test_a_phrase_does_not_go_across_a_long_pause(pause: float, across: bool) -> None:
    said = [says("agent", "请问您", 0, 2), says("agent", "贵姓", 2 + pause)]
    assert bool(found(Speech(said, ()), "请问您贵姓")) is across


def test_where_anybodys_words_count_a_phrase_is_one_persons() -> None:
    (script,) = read_script("坐席：请问您\n客户：贵姓", "x")
    assert found(script.call.speech("any"), "请问您贵姓") == []
    assert found(script.call.speech("any"), "请问您", "贵姓") == ["请问您", "贵姓"]


def test_what_nobody_could_make_out_is_no_speech() -> None:
    assert Speech([says("agent", UNHEARD)], ()).syllables == []


def test_times_come_from_the_words() -> None:
    words = (
        Word("您好", 10.0, 10.4, 0.9),
        Word("，8", 11.0, 11.2, 0.5),
        Word("OK", 11.4, 11.8, 1.0),
    )
    speech = Speech([timed("您好，8OK", *words)], ())
    assert [speech.time(n, n + 1) for n in range(4)] == [
        (10.0, 10.2), (10.2, 10.4), (11.0, 11.2), (11.4, 11.8)
    ]  # fmt: skip
    assert speech.time(0, 4) == (10.0, 11.8)
    assert speech.trust(1, 3, DOUBT) == pytest.approx(1 - DOUBT * 0.3)


def test_without_words_time_is_spread_evenly() -> None:
    speech = Speech([timed("请稍等，好")], ())
    assert [speech.time(n, n + 1)[0] for n in range(4)] == [10.0, 10.5, 11.0, 11.5]
    assert speech.trust(0, 2, 1.0) == pytest.approx(0.9)


@pytest.mark.parametrize(
    "words",
    [
        (Word("请", 9.0, 9.5, 1), Word("稍等", 9.5, 13.0, 1)),
        (Word("请稍", 10.5, 11.0, 1),),
        (Word("请请", 10.0, 11.0, 1), Word("稍稍等", 11.0, 14.0, 1)),
        (Word("，", 10.0, 11.0, 1),),
    ],
)
def test_times_lie_in_the_utterance_and_in_order_whatever_the_words_say(
    words: tuple[Word, ...],
) -> None:
    speech = Speech([timed("请稍等", *words)], ())
    times = [speech.time(n, n + 1) for n in range(3)]
    assert times == sorted(times)
    assert all(10.0 <= start <= end <= 12.0 for start, end in times)


def test_clauses_and_utterances_have_borders() -> None:
    speech = Speech([says("agent", "好，您请"), says("agent", "说", 2.0)], ())
    assert [speech.begins_clause(n) for n in range(4)] == [True, True, False, True]
    assert [speech.ends_clause(n) for n in range(4)] == [True, False, True, True]
    assert [speech.begins_utterance(n) for n in range(4)] == [True, False, False, True]
    assert [speech.unbroken(n, n) for n in range(1, 4)] == [True, True, False]


@pytest.mark.parametrize(
    ("said", "covered", "least", "left"),
    [
        ("您好，云杉电器", [(0, 2)], 3, ["云杉电器"]),
        ("您好，云杉电器", [(0, 2)], 5, []),
        ("您好，云杉电器", [], 1, ["您好", "云杉电器"]),
        ("您好，云杉电器", [(0, 6)], 1, []),
        ("云杉电器您好请讲", [(4, 6)], 2, ["云杉电器", "请讲"]),
        ("云杉，电器", [], 3, []),
        ("", [], 1, []),
    ],
)
def test_what_is_left_over_is_told_clause_by_clause(
    said: str, covered: list[tuple[int, int]], least: int, left: list[str]
) -> None:
    speech = Speech([says("agent", said)], ())
    assert [speech.text(*span) for span in speech.left_over(covered, least)] == left


def test_what_is_left_over_does_not_go_across_a_wall() -> None:
    said = [says("agent", "云杉", 0), says("agent", "电器", 20)]
    assert Speech(said, ()).left_over([], 3) == []
    assert len(Speech(said, ()).left_over([], 2)) == 2


def test_utterances_between_which_nothing_parts_are_one_stretch() -> None:
    said = [says("agent", "一三八。", 0), says("agent", "零零一", 2.5), says("agent", "好", 20)]
    first, second = Speech(said, ()).stretches()
    assert (first.text, second.text) == ("一三八，零零一", "好")
    assert first.at(0) == (said[0], 0.0)
    assert first.at(7) == (said[1], 4.5)
