"""The pattern language of checklists: what patterns stand for, and in which words they are heard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.scoring.phrases import (
    GAP,
    MAYBE,
    SURE,
    Found,
    PatternError,
    PhraseSet,
    Slots,
    compile_check,
    expand,
)
from callqa.scoring.pinyin import ANY_SURNAME
from callqa.scoring.speech import Speech
from helpers import as_said, says

SLOTS = {"company": ("云杉电器", "云杉"), "agent_name": ("李敏",), "customer_name": ()}


def found(patterns: list[str], *said: str, slots: Slots = SLOTS, sure: float = 1.0) -> list[Found]:
    """What is found in utterances that follow upon each other, of whose words the recogniser is so sure."""
    spoken = [replace(says("agent", t, 2.0 * n), confidence=sure) for n, t in enumerate(said)]
    return PhraseSet(patterns, slots).find(Speech(spoken, ()))


def heard(pattern: str, *said: str) -> Found | None:
    """The best place of one pattern."""
    return max(found([pattern], *said), key=lambda f: f.confidence, default=None)


def surely(pattern: str, *said: str) -> bool:
    best = heard(pattern, *said)
    return best is not None and best.confidence >= SURE


@pytest.mark.parametrize(
    ("pattern", "readings"),
    [
        ("您好", {"您好"}),
        ("(您|你)好", {"(您|你)好"}),
        ("(请*问|)您*(贵|高)姓", {"请*问您*(贵|高)姓", "您*(贵|高)姓"}),
        ("{company}为您服务", {"云杉电器为您服务", "云杉为您服务"}),
        ("{company}{agent_name}", {"云杉电器李敏", "云杉李敏"}),
        ("是{customer_name}吗", set()),
        ("{nobody}", set()),
        ("{surname}先生", {ANY_SURNAME + "先生"}),
    ],
)
def test_a_pattern_stands_for_its_readings(pattern: str, readings: set[str]) -> None:
    assert set(expand(pattern, SLOTS)) == readings


@pytest.mark.parametrize(
    "pattern",
    [
        *("", "*", "^$", "，。", "(|)", "(您好|)"),
        *("(您好", "您好)", ")您好(", "((您|你)好"),
        *("(一|二)" * 9, "(一*|二)" * 9),
        *("您^好", "您$好", "您好*^请", "(^您|你)好"),
    ],
)
def test_a_pattern_that_can_never_be_used_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_check(pattern)


@pytest.mark.parametrize(
    "pattern", ["您好", "{company}*{agent_name}", "^(喂|)讲$", "{surname}先生"]
)
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
    patterns = ["是{customer_name}吗", "{customer_name}"]
    assert found(patterns, "好的，我帮您查一下。", slots={"customer_name": (name,)}) == []


def test_a_masked_name_is_not_heard_in_every_word_that_begins_like_it() -> None:
    slots = {"customer_name": ("张*",)}
    assert found(["{customer_name}"], "我给您开一张发票。", slots=slots) == []


def test_a_pattern_whose_slot_has_no_value_is_left_out() -> None:
    assert not PhraseSet(["是{customer_name}吗"], SLOTS)
    assert surely("{company}", "您好，云杉。")


def test_a_roster_may_be_large() -> None:
    names = [f"王{a}{b}" for a in "一二三四五六七八九十" * 4 for b in "甲乙丙丁戊己庚辛壬癸" * 3]
    (hit,) = found(["我是*{agent_name}"], "您好，我是王五丙。", slots={"agent_name": names})
    assert hit.confidence == 1.0


@pytest.mark.parametrize(("gap", "said"), [(0, True), (1, True), (GAP, True), (GAP + 1, False)])
def test_a_star_covers_so_many_syllables_and_no_more(gap: int, said: bool) -> None:
    assert surely("感谢*再见", "感谢" + "天" * gap + "再见") is said


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


def test_a_gap_lies_in_one_utterance_and_words_without_a_gap_may_lie_in_two() -> None:
    assert surely("请问*贵姓", "请问您贵姓")
    assert not surely("请问*贵姓", "请问您", "贵姓")
    assert surely("请问*贵姓", "您好请问", "贵姓")
    assert surely("请问您贵姓", "请问您", "贵姓")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("请稍等", True),
        ("请您稍等", True),
        ("麻烦您稍等", True),
        ("麻烦等候", True),
        ("请等候", True),
        ("您等候", False),
        ("请说", False),
    ],
)
def test_each_choice_may_be_taken(said: str, expected: bool) -> None:
    assert surely("(请|麻烦)(您|)(稍等|等候)", said) is expected


def test_choices_inside_choices_and_choices_with_gaps_are_taken() -> None:
    pattern = "((我|你)们|他)*(办*成|做得到)"
    assert all(surely(pattern, said) for said in ("我们办得成", "他一定做得到", "你们真做得到"))
    assert not any(surely(pattern, said) for said in ("我办得成", "办得成"))


def test_of_places_that_overlap_the_best_is_told_and_all_others_in_order() -> None:
    hits = found(["怎么称呼", "您贵姓", "请问您贵姓"], "请问您贵信？好的。", "您贵姓？怎么称呼？")
    assert [(h.pattern, h.start, h.end) for h in hits] == [
        ("请问您贵姓", 0, 5), ("您贵姓", 7, 10), ("怎么称呼", 10, 14)
    ]  # fmt: skip
    assert hits[0].confidence < hits[1].confidence == 1.0


def test_confidence_falls_with_the_distance_and_with_the_recognisers_doubt() -> None:
    pattern = "感谢您的来电"
    levels = [
        found([pattern], text, sure=sure)[0].confidence
        for text, sure in (("感谢您的来电", 1.0), ("感谢您的来电", 0.4), ("感谢您的来电", 0.0))
    ]
    assert levels == pytest.approx([1.0, 0.91, 0.85])
    misheard = [found([pattern], "感谢您的来天", sure=sure) for sure in (1.0, 0.5, 0.0)]
    confidences = [hits[0].confidence for hits in misheard]
    assert confidences == sorted(confidences, reverse=True)
    assert confidences[0] < 1.0
    assert confidences[-1] >= MAYBE


def test_what_was_nearly_said_is_found_on_demand_only() -> None:
    phrases, speech = PhraseSet(["您贵姓"], {}), Speech([says("agent", "您的性别")], ())
    assert phrases.find(speech) == []
    assert [f.confidence < MAYBE for f in phrases.find(speech, 0.4)] == [True]


words = st.text("您好请问贵姓什么可以帮稍等再见感谢李敏8K", min_size=1, max_size=5)
pieces = st.one_of(words, st.lists(words, min_size=2, max_size=3).map(lambda w: f"({'|'.join(w)})"))
patterns = st.builds(
    lambda start, parts, end: start + "".join(parts) + end,
    st.sampled_from(["", "^"]),
    st.lists(st.one_of(pieces, pieces.map("*{}".format)), min_size=1, max_size=3),
    st.sampled_from(["", "$"]),
)


@settings(deadline=None)  # the first example loads the readings
@given(patterns, st.integers(0, 5))
def test_whoever_says_a_reading_of_a_pattern_is_heard(pattern: str, choice: int) -> None:
    for reading in expand(pattern, {})[:5]:
        assert surely(pattern, as_said(reading, choice))
