"""The benchmark of recognition errors: it makes the errors it says, and its peer matches letter for letter."""

from __future__ import annotations

from random import Random

import pytest
from exact_phrases import matching
from hypothesis import given
from hypothesis import strategies as st
from misheard import misheard
from pypinyin import lazy_pinyin
from rapidfuzz.distance import Levenshtein
from robustness import TEXTS, Corpus, agreement, trials, with_errors

from callqa.scoring.checklist import load_checklist
from callqa.scoring.phrases import phrase_set
from callqa.scoring.script import read_script
from callqa.scoring.speech import Speech
from callqa.transcribe.transcript import UNHEARD, Utterance

SAID = "您好，这里是海尔斯科技，我是客服李敏，请问有什么可以帮您？" * 40
PATTERNS = ("贵姓", "您是{surname}(先生|女士)", "{digit}号*为您", "帮您*查")


def found(text: str, kind: str) -> list[str]:
    with matching(kind):
        speech = Speech([Utterance(0, "agent", 0.0, 9.0, text, 1.0)], ())
        return [f.pattern for f in phrase_set(PATTERNS, ()).find(speech)]


def test_errors_are_as_many_as_asked_for() -> None:
    assert misheard(SAID, 0.0, Random(1)) == SAID
    for rate in (0.05, 0.2, 0.3):
        heard = misheard(SAID, rate, Random(1))
        assert heard == misheard(SAID, rate, Random(1))
        spoken = ["".join(filter(str.isalnum, text)) for text in (SAID, heard)]
        errors = Levenshtein.distance(*spoken) / len(spoken[0])
        assert errors == pytest.approx(rate, abs=0.04)


def test_most_replaced_characters_keep_their_sound() -> None:
    said = "是" * 3000
    replaced = [char for char in misheard(said, 0.2, Random(1)) if char != "是"]
    alike = sum(lazy_pinyin(char) == ["shi"] for char in replaced)
    # 40 of 60 replacements, beside the random half of 15 insertions
    assert alike / len(replaced) == pytest.approx(40 / 67.5, abs=0.08)


@given(st.text(max_size=40), st.floats(0, 1), st.integers(0, 9))
def test_any_text_can_be_misheard(text: str, rate: float, seed: int) -> None:
    kept = [char for char in text if not char.isalnum() and char not in "，、"]
    heard = misheard(text, rate, Random(seed))
    assert [char for char in heard if not char.isalnum() and char not in "，、"] == kept


def test_exact_matching_wants_the_very_characters() -> None:
    for text, pattern in (
        ("请问你贵姓？", "贵姓"),
        ("您是李，先生吗", "您是{surname}(先生|女士)"),
        ("8021号为您服务", "{digit}号*为您"),
        ("我帮你马上查", "帮您*查"),
    ):
        assert found(text, "exact") == [pattern]
    for text in ("请问您贵信？", "您是里先生吗", "八零二一好为您服务", "我帮您马上茶"):
        assert found(text, "exact") == []
    assert found("我帮您马上茶", "by sound") == ["帮您*查"]


def test_a_turn_without_any_character_was_not_heard() -> None:
    (call,) = read_script("坐席：您好。\n客户：我想问一下我的快递。", "call")
    texts = {u.text for seed in range(200) for u in with_errors(call, 0.9, seed).transcript.utterances}  # fmt: skip
    assert UNHEARD in texts
    assert "。" not in texts


def test_exact_matching_loses_more() -> None:
    calls = read_script(TEXTS[0].read_text("utf-8"), "inbound-a")[:6]
    corpus, checklist = Corpus("some", calls), load_checklist("zh-inbound")
    share = {}
    for kind in ("by sound", "exact"):
        with matching(kind):
            share[kind] = agreement(trials(corpus, checklist, 0.2))
    assert share["by sound"] > share["exact"] > 0.5
