"""Finding phrases quickly must find what finding them slowly finds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.scoring.matching import CELL, Fragments, Match
from callqa.scoring.pinyin import (
    ANY_DIGIT,
    ANY_SURNAME,
    WALL,
    Sounds,
    Syllable,
    drop_cost,
    replace_cost,
    syllables,
)

KNOWN = syllables("您好请问贵姓信什么可以帮稍等灯再见王周八三不没的了呢呀OK ok8 okay")
SAID = st.lists(st.sampled_from([*KNOWN, WALL]), max_size=4 * CELL)
WANTED = st.lists(
    st.sampled_from([*KNOWN, *syllables(ANY_SURNAME + ANY_DIGIT)]), min_size=1, max_size=7
).map(tuple)
WANTED = WANTED.filter(  # else leaving all of it out would be a match, in no place
    lambda fragment: sum(map(drop_cost, fragment)) > len(fragment) / 2 + 1e-6
)


def slowly(fragment: tuple[Syllable, ...], text: list[Syllable], least: float) -> dict[int, float]:
    """Sellers' algorithm as it is written in books: for each end of a match its cost."""
    costs = [[0.0] * (len(text) + 1)]
    for wanted in fragment:
        row = [costs[-1][0] + drop_cost(wanted)]
        for n, heard in enumerate(text, 1):
            row.append(min(
                costs[-1][n - 1] + replace_cost(wanted, heard),
                costs[-1][n] + drop_cost(wanted),
                row[n - 1] + drop_cost(heard),
            ))  # fmt: skip
        costs.append(row)
    allowed = (1 - least) * len(fragment) + 1e-9
    return {end: cost for end, cost in enumerate(costs[-1]) if end and cost <= allowed}


def find(fragment: tuple[Syllable, ...], text: list[Syllable], least: float) -> list[Match]:
    return Fragments([fragment]).find(Sounds.of(text), [least])[0]


@settings(deadline=None, max_examples=400)  # the first example loads the readings
@given(st.lists(st.tuples(WANTED, st.floats(0.5, 1.0)), min_size=1, max_size=4), SAID)
def test_the_quick_way_loses_no_match(
    wanted: list[tuple[tuple[Syllable, ...], float]], text: list[Syllable]
) -> None:
    fragments, least = zip(*wanted, strict=True)
    found = Fragments(fragments).find(Sounds.of(text), least)
    for fragment, bar, matches in zip(fragments, least, found, strict=True):
        expected = slowly(fragment, text, bar)
        assert {m.end: 1 - m.score for m in matches} == pytest.approx(
            {end: cost / len(fragment) for end, cost in expected.items()}
        )


@settings(deadline=None)
@given(WANTED, SAID, st.floats(0.5, 1.0))
def test_no_match_goes_across_a_wall(
    fragment: tuple[Syllable, ...], text: list[Syllable], least: float
) -> None:
    for match in find(fragment, text, least):
        assert WALL not in text[match.start : match.end]


@settings(deadline=None)
@given(SAID, WANTED, SAID)
def test_a_phrase_is_found_where_it_is_said(
    before: list[Syllable], fragment: tuple[Syllable, ...], after: list[Syllable]
) -> None:
    said = [s for s in fragment if s.sound not in (ANY_SURNAME, ANY_DIGIT)]
    if said:
        at = len(before), len(before) + len(said)
        assert any(
            m.end == at[1] and m.score == 1.0
            for m in find(tuple(said), [*before, *said, *after], 1.0)
        )


def test_what_is_too_many_is_part_of_the_match() -> None:
    """A cheap syllable too many in every place, over the border of two cells."""
    text = list(syllables("天" * (CELL - 2) + "请的稍的等的一的下"))
    (match,) = (m for m in find(syllables("请稍等一下"), text, 0.7) if m.end == len(text))
    assert (match.start, match.score) == (CELL - 2, pytest.approx(1 - 4 * 0.3 / 5))


def test_nothing_is_found_in_silence_and_of_nothing() -> None:
    assert find(syllables("您好"), [], 0.5) == []
    assert Fragments([]).find(Sounds.of(syllables("您好")), []) == []
