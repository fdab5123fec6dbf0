"""What sounds alike, and where a phrase sounds in a text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.scoring.matching import Fragments, Match
from callqa.scoring.phrases import MAYBE, SURE
from callqa.scoring.pinyin import (
    ALIKE,
    ANY_DIGIT,
    ANY_SURNAME,
    BARRIER,
    WALL,
    Sounds,
    Syllable,
    distance,
    drop_cost,
    replace_cost,
    replacement_costs,
    syllables,
)

# Characters with one reading each: next to a phrase they make no word that changes the phrase's reading.
PLAIN = "他们今天买水果明早送货冰箱坏三四五百元请问您贵姓好，。"
SOUNDS = st.sampled_from(
    ["zhi", "zi", "ni", "li", "xing", "xin", "a", "er", "ok", "8021", "啊", "\ue000", "", "v"]
) | st.text("abcdeghilnouxz", min_size=1, max_size=6)


def sounds(text: str) -> list[str]:
    return [s.sound for s in syllables(text)]


def find(phrase: str, text: str, least: float) -> list[Match]:
    return Fragments([syllables(phrase)]).find(Sounds.of(syllables(text)), [least])[0]


def best(phrase: str, text: str) -> float:
    """The best score of the phrase anywhere in the text."""
    return max((m.score for m in find(phrase, text, 0.0)), default=0.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("您好", ["ni", "hao"]),
        ("妳好", ["ni", "hao"]),
        ("工号8021", ["gong", "hao", "ba", "ling", "er", "yi"]),
        ("８０", ["ba", "ling"]),
        ("幺三八", ["yi", "san", "ba"]),
        ("OK 好的", ["ok", "hao", "de"]),
        ("银行", ["yin", "hang"]),
        ("，。？", []),
        ("", []),
    ],
)
def test_a_text_is_read_as_its_syllables(text: str, expected: list[str]) -> None:
    assert sounds(text) == expected


def test_digits_and_their_names_sound_the_same() -> None:
    assert sounds("8021") == sounds("八零二幺") == sounds("八〇两一")


def test_punctuation_parts_clauses_and_is_no_syllable() -> None:
    assert [(s.char, s.clause) for s in syllables("喂，你好。")] == [
        ("喂", 0),
        ("你", 1),
        ("好", 1),
    ]


def test_syllables_know_their_place_in_the_text() -> None:
    text = "喂，OK 再见"
    assert [text[s.at] for s in syllables(text)] == ["喂", "O", "再", "见"]


@given(SOUNDS, SOUNDS)
def test_distance_is_symmetric_and_bounded(a: str, b: str) -> None:
    assert distance(a, b) == distance(b, a)
    assert 0.0 <= distance(a, b) <= 1.0
    assert (distance(a, b) == 0.0) == (a == b)


@pytest.mark.parametrize(
    ("a", "b"), [("zhi", "zi"), ("ni", "li"), ("xing", "xin"), ("hui", "fui"), ("ren", "reng")]
)
def test_what_the_telephone_confuses_costs_little(a: str, b: str) -> None:
    assert distance(a, b) == ALIKE


@settings(deadline=None)  # the first example loads the readings
@given(
    st.text(PLAIN, max_size=12),
    st.sampled_from(["请问您贵姓", "稍等", "让您久等了", "我们办不到", "工号8021", "OK吗", "喂"]),
    st.text(PLAIN, max_size=12),
)
def test_a_phrase_is_found_at_its_place_whatever_is_around_it(
    before: str, phrase: str, after: str
) -> None:
    start = len(syllables(before))
    end = start + len(syllables(phrase))
    assert Match(start, end, 1.0) in find(phrase, before + phrase + after, 1.0)


def test_the_same_characters_match_whatever_word_they_stand_in() -> None:
    assert best("得给我们处理时间", "您总得给我们处理时间呀") == 1.0


@pytest.mark.parametrize(
    ("phrase", "heard"),
    [
        ("请问您贵姓", "请问您贵信"),
        ("让您久等了", "让您九等了"),
        ("请问有什么可以帮您", "请为有什么可以帮您"),
        ("请稍等", "请稍灯"),
        ("云杉电器", "云山电器"),
        ("已经核实", "已经河实"),
        ("请问您贵姓", "请问贵姓"),
        ("感谢您的来电", "感谢您来电啊"),
    ],
)
def test_errors_that_keep_the_sound_are_forgiven(phrase: str, heard: str) -> None:
    assert SURE <= best(phrase, heard) <= 1.0


@pytest.mark.parametrize(
    ("phrase", "heard"),
    [
        ("请问您贵姓", "请问您地址"),
        ("再见", "好的"),
        ("稍等", "多少"),
        ("祝您生活愉快", "您什么时候过来"),
    ],
)
def test_other_words_are_not_found(phrase: str, heard: str) -> None:
    assert find(phrase, heard, MAYBE) == []


@pytest.mark.parametrize(
    ("phrase", "heard"),
    [
        ("我们办不到", "我们办得到"),
        ("我们办不到", "我们办到"),
        ("我听不懂", "我听懂"),
        ("您的意思我不懂", "您的意思我懂"),
        ("找领导也没用", "找领导也有用"),
        ("请您别挂断电话", "请您挂断电话"),
    ],
)
def test_a_phrase_without_its_negation_is_not_heard(phrase: str, heard: str) -> None:
    assert best(phrase, heard) < MAYBE


@pytest.mark.parametrize(
    ("phrase", "heard"),
    [
        ("问题可以解决", "问题不可以解决"),
        ("我们办得到", "我们办不到"),
        ("我们一定办得到", "我们一定办不到"),
    ],
)
def test_a_negation_is_surely_not_the_phrase_that_it_denies(phrase: str, heard: str) -> None:
    assert best(phrase, heard) < SURE


def test_any_surname_is_a_known_one_or_sounds_like_a_common_one() -> None:
    phrase = ANY_SURNAME + "先生"
    assert best(phrase, "王先生") == best(phrase, "好的汪先生") == 1.0
    assert best(phrase, "好的，欧阳先生") == 1.0
    assert SURE <= best(phrase, "旺先生") < 1.0
    assert best(phrase, "这位先生") < MAYBE


SPOKEN = st.text(PLAIN + "不没别的了王汪黄位啊行8iO ok" + ANY_DIGIT + ANY_SURNAME, max_size=15)


@settings(deadline=None)
@given(SPOKEN, SPOKEN.map(syllables).map(lambda said: [*said, WALL]))
def test_the_costs_of_many_are_those_of_each(wanted: str, heard: list[Syllable]) -> None:
    phrase = syllables(wanted)
    costs = replacement_costs(Sounds.of(phrase), Sounds.of(heard))
    assert costs.tolist() == [
        [pytest.approx(replace_cost(one, other)) for other in heard] for one in phrase
    ]
    assert Sounds.of(heard).drops.tolist() == [drop_cost(one) for one in heard]
    assert drop_cost(WALL) == BARRIER
