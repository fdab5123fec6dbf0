"""The pattern language of checklists: what patterns stand for, and in which words they are heard."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.scoring.phrases import GAP, Hit, PatternError, compile_check, expand, hits
from callqa.scoring.pinyin import ANY_SURNAME
from helpers import says

SLOTS = {"company": ("云杉电器", "云杉"), "agent": ("李敏",), "customer": ()}


def heard(pattern: str, text: str) -> Hit | None:
    """The hit of one pattern in one utterance of the agent."""
    found = hits([pattern], [says("agent", text)], SLOTS)
    return found[0] if found else None


def surely(pattern: str, text: str) -> bool:
    hit = heard(pattern, text)
    return hit is not None and hit.sure


@pytest.mark.parametrize(
    ("pattern", "readings"),
    [
        ("您好", {"您好"}),
        ("(您|你)好", {"您好", "你好"}),
        ("(请问|)您贵姓", {"请问您贵姓", "您贵姓"}),
        ("(a|b)(c|d)", {"ac", "ad", "bc", "bd"}),
        ("((a|b)c|d)e", {"ace", "bce", "de"}),
        ("{company}为您服务", {"云杉电器为您服务", "云杉为您服务"}),
        ("{company}{agent}", {"云杉电器李敏", "云杉李敏"}),
        ("是{customer}吗", set()),
        ("{nobody}", set()),
        ("{surname}先生", {ANY_SURNAME + "先生"}),
    ],
)
def test_a_pattern_stands_for_its_readings(pattern: str, readings: set[str]) -> None:
    assert set(expand(pattern, SLOTS)) == readings


@pytest.mark.parametrize("pattern", ["(您好", "您好)", ")您好(", "((a|b)", "(a|b)" * 9])
def test_brackets_that_do_not_pair_and_too_many_readings_are_errors(pattern: str) -> None:
    with pytest.raises(PatternError):
        expand(pattern, SLOTS)


@pytest.mark.parametrize("pattern", ["", "*", "^$", "，。", "(您好|)"])
def test_a_pattern_without_words_can_never_be_used(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_check(pattern)


@pytest.mark.parametrize("pattern", ["您好", "{company}*{agent}", "^(喂|)讲$", "{surname}先生"])
def test_a_good_pattern_passes_the_check(pattern: str) -> None:
    compile_check(pattern)


@pytest.mark.parametrize(
    "name",
    [
        "张三",
        *("-", "***", "カナ", "张三(VIP"),
    ],
)
def test_any_name_may_fill_a_slot(name: str) -> None:
    said = [says("agent", "好的，我帮您查一下。")]
    assert hits(["是{customer}吗", "{customer}"], said, {"customer": (name,)}) == []


def test_a_masked_name_is_not_heard_in_every_word_that_begins_like_it() -> None:
    said = [says("agent", "我给您开一张发票。")]
    assert hits(["{customer}"], said, {"customer": ("张*",)}) == []


def test_a_roster_may_be_large() -> None:
    names = [f"王{a}{b}" for a in "一二三四五六七八九十" * 4 for b in "甲乙丙丁戊己庚辛壬癸" * 3]
    said = [says("agent", "您好，我是王五丙。")]
    assert hits(["我是*{agent}"], said, {"agent": names})[0].score == 1.0


@pytest.mark.parametrize(("gap", "found"), [(0, True), (1, True), (GAP, True), (GAP + 1, False)])
def test_a_star_covers_so_many_syllables_and_no_more(gap: int, found: bool) -> None:
    assert surely("感谢*再见", "感谢" + "天" * gap + "再见") is found


def test_the_parts_around_a_star_come_in_order() -> None:
    assert heard("感谢*再见", "再见，感谢。") is None


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("^喂$", "喂。", True),
        ("^喂$", "喂，你好。", True),
        ("^喂$", "你好，喂，听到吗", True),
        ("^喂$", "喂你好。", False),
        ("^说话$", "说话。", True),
        ("^说话$", "您说一下您的地址。", False),
        ("^讲$", "好的，请讲。", False),
        ("您说什么$", "您说什么？", True),
        ("您说什么$", "您说什么时候方便？", False),
        ("(您|你)说什么(呀|)$", "你说什么呀？", True),
        ("^我查了一下", "我查了一下明天到", True),
        ("^我查了一下", "您让我查了一下", False),
        ("再见$", "感谢来电，再见。", True),
        ("再见$", "再见了您", False),
    ],
)
def test_anchors_hold_at_the_borders_of_clauses(pattern: str, text: str, expected: bool) -> None:
    assert surely(pattern, text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("好的，王先生。", True),
        ("周先生您好", True),
        ("这位先生", False),
        ("先生您好", False),
        ("请问是哪位先生", False),
    ],
)
def test_a_surname_is_any_of_the_common_ones(text: str, expected: bool) -> None:
    assert surely("{surname}先生", text) is expected


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        pytest.param("(您好|你好)", "好的。", id="好 is not 您好"),
        pytest.param("(您|你)说话呀", "请您到时候大声说话。", id="说话 is not 您说话呀"),
    ],
)
def test_a_short_phrase_is_not_heard_in_half_of_it(pattern: str, text: str) -> None:
    assert not surely(pattern, text)


def test_each_utterance_gives_its_best_hit_in_the_order_of_time() -> None:
    said = [
        says("agent", "请问您贵信？", 1),
        says("agent", "好的。", 4),
        says("agent", "您贵姓？怎么称呼？", 7),
    ]
    found = hits(["怎么称呼", "您贵姓"], said, {})
    assert [h.utterance for h in found] == [said[0], said[2]]
    assert [h.pattern for h in found] == ["您贵姓", "怎么称呼"]
    assert found[0].score < found[1].score == 1.0


def test_a_hit_tells_what_was_said() -> None:
    hit = heard("请问*贵信", "您好，请问先生贵姓？")
    assert hit is not None
    assert hit.said == "请问先生贵姓"


def spoken(reading: str) -> str:
    """A reading as a person would say it: pauses for gaps, a surname where any may stand."""
    words = reading.strip("^$").replace(ANY_SURNAME, "王")
    return re.sub(r"\*+", "，", words)


words = st.text("您好请问贵姓什么可以帮稍等再见感谢李敏8K", min_size=1, max_size=5)
pieces = st.one_of(words, st.lists(words, min_size=2, max_size=3).map(lambda w: f"({'|'.join(w)})"))
patterns = st.builds(
    lambda start, parts, end: start + "".join(parts) + end,
    st.sampled_from(["", "^"]),
    st.lists(st.one_of(pieces, pieces.map("*{}".format)), min_size=1, max_size=3),
    st.sampled_from(["", "$"]),
)


@settings(deadline=None)  # the first example loads the readings
@given(patterns)
def test_whoever_says_a_reading_of_a_pattern_is_heard(pattern: str) -> None:
    for reading in expand(pattern, {})[:5]:
        assert surely(pattern, spoken(reading))
