"""English phrases: words are compared by their spelling."""

from __future__ import annotations

import pytest

from callqa.scoring.phrases import MAYBE, SURE, expand, phrase_set
from callqa.scoring.pinyin import ALIKE, NEGATION, drop_cost, replace_cost, syllables
from callqa.scoring.speech import Speech
from helpers import says


def heard(pattern: str, text: str) -> float:
    """How surely a phrase is said; 0 if nothing like it is."""
    found = phrase_set((pattern,), ()).find(Speech([says("agent", text)], []), MAYBE)
    return max((one.confidence for one in found), default=0.0)


@pytest.mark.parametrize(
    ("wanted", "said", "cost"),
    [
        ("don't", "dont", 0.0),
        ("don't", "don’t", 0.0),
        ("can", "can't", NEGATION),
        ("can't", "can", NEGATION),
        ("now", "not", NEGATION),
        ("holding", "folding", ALIKE),
        ("holding", "monday", 1.0),
    ],
)
def test_words_are_alike_by_their_spelling_but_not_across_a_negation(
    wanted: str, said: str, cost: float
) -> None:
    (one,), (other,) = syllables(wanted), syllables(said)
    assert replace_cost(one, other) == cost


def test_a_negation_is_not_dropped_and_an_article_easily_is() -> None:
    dropped = [drop_cost(syllables(word)[0]) for word in ("don't", "not", "help", "the")]
    assert dropped[0] == dropped[1] == NEGATION
    assert dropped[3] < dropped[2] == 1.0


@pytest.mark.parametrize(
    ("pattern", "text", "said"),
    [
        ("how (may|can) (I|we) (help|assist)", "Good morning, how can I help you today?", True),
        ("how (may|can) (I|we) (help|assist)", "How may we assist you?", True),
        ("how (may|can) (I|we) (help|assist)", "I can't help you.", False),
        ("(I|we) can help", "We can't help.", False),
        ("I don’t know", "I don't know that.", True),
        ("^what$", "What, again?", True),
        ("^what$", "What is it?", False),
        ("put you on *hold", "May I put you on a brief hold?", True),
    ],
)
def test_an_english_phrase_is_heard_where_it_is_said(pattern: str, text: str, said: bool) -> None:
    assert (heard(pattern, text) >= SURE) is said


@pytest.mark.parametrize(
    ("name", "expected"), [("Alice", ("this is Alice",)), ("Al", ()), ("李", ()), ("A*", ())]
)
def test_one_english_word_is_a_name_and_one_syllable_of_chinese_is_none(
    name: str, expected: tuple[str, ...]
) -> None:
    assert expand("this is {agent_name}", {"agent_name": (name,)}) == expected
