"""Whose turn a word belongs to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from callqa.audio.turns import Turn
from callqa.transcribe.floor import REACH, Placed, owners
from callqa.transcribe.transcript import Word

AGENT, CUSTOMER = Turn(0, 0.0, 2.0), Turn(1, 2.0, 4.0)


def words(*said: tuple[str, float, float]) -> list[Placed]:
    """Words with their times; those that begin with / begin a phrase."""
    return [
        Placed(Word(text.lstrip("/"), start, end, 0.9), 0, text.startswith("/"))
        for text, start, end in said
    ]


def split(said: list[Placed], *floor: Turn) -> list[str]:
    """What each turn got."""
    owned = owners(said, floor or (AGENT, CUSTOMER))
    return [
        "".join(p.word.text for p, turn in zip(said, owned, strict=True) if turn == one)
        for one in floor or (AGENT, CUSTOMER)
    ]


def test_words_belong_to_the_turn_that_covers_them() -> None:
    said = words(("您好", 0.2, 0.8), ("请讲", 1.0, 1.6), ("我想", 2.4, 2.8), ("问", 3.0, 3.2))
    assert split(said) == ["您好请讲", "我想问"]


def test_a_phrase_begins_with_the_turn_though_its_first_word_comes_early() -> None:
    """没有了谢谢，感|谢您的来电: the voices part at 2.0 s, the phrase half a word before."""
    said = words(("没有了", 0.4, 1.0), ("谢谢", 1.2, 1.6), ("/感", 1.7, 1.95), ("谢您", 1.95, 2.4))
    assert split(said) == ["没有了谢谢", "感谢您"]


def test_a_phrase_ends_with_the_turn_though_its_last_word_comes_late() -> None:
    said = words(("您", 1.2, 1.4), ("可以", 1.5, 1.9), ("吗", 2.0, 2.2), ("/可以", 2.25, 2.6))
    assert split(said) == ["您可以吗", "可以"]


def test_a_pause_is_a_border_where_no_phrase_begins() -> None:
    said = words(("好", 1.2, 1.5), ("的", 1.5, 1.6), ("嗯", 1.95, 2.2), ("对", 2.2, 2.4))
    assert split(said) == ["好的", "嗯对"]


def test_a_border_moves_no_further_than_its_reach() -> None:
    said = words(("您", 0.2, 0.9), ("/好", 1.0, 1.4), ("吗", 1.4, 1.9), ("好", 2.1, 2.6))
    assert split(said) == ["您好吗", "好"]


def test_turns_with_silence_between_them_keep_their_words() -> None:
    far = Turn(1, 2.5, 4.0)
    said = words(("您", 1.2, 1.6), ("好", 1.8, 2.2), ("/我", 2.3, 2.8))
    assert split(said, AGENT, far) == ["您好", "我"]


def test_without_turns_nobody_owns_a_word() -> None:
    assert owners(words(("您", 0, 1)), []) == [None]
    assert owners([], [AGENT]) == []


@given(
    st.lists(st.tuples(st.floats(0, 20), st.floats(0.05, 1), st.booleans()), max_size=20),
    st.lists(st.floats(0.3, 4), min_size=1, max_size=8),
)
def test_every_word_has_an_owner_not_far_away(
    said: list[tuple[float, float, bool]], lengths: list[float]
) -> None:
    floor, at = [], 0.0
    for number, length in enumerate(lengths):
        floor.append(Turn(number % 2, at, at + length))
        at += length
    placed = words(*(("/字" if p else "字", s, s + d) for s, d, p in sorted(said)))
    for one, turn in zip(placed, owners(placed, floor), strict=True):
        assert turn is not None
        away = max(0.0, turn.start - one.word.end, one.word.start - turn.end)
        beyond = max(0.0, one.word.start - at)
        assert away <= max(beyond, REACH) + 1e-9
