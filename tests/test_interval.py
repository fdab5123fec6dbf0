"""Intervals of time and their union."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.audio.interval import Interval, union

ONE = st.builds(lambda start, length: Interval(start, start + length), *[st.integers(0, 40)] * 2)
INTERVALS = st.lists(ONE)


def cells(intervals: list[Interval]) -> set[int]:
    """The whole seconds that are covered."""
    return {cell for i in intervals for cell in range(int(i.start), int(i.end))}


@given(INTERVALS)
def test_a_union_covers_the_same_time_in_disjoint_intervals_in_order(all_: list[Interval]) -> None:
    joined = union(all_)
    assert all(before.end < after.start for before, after in pairwise(joined))
    assert cells(joined) == cells(all_)
    assert union(all_[::-1]) == union(joined) == joined


@given(INTERVALS, st.integers(0, 10))
def test_gaps_up_to_the_closing_are_filled_and_no_others(all_: list[Interval], gap: int) -> None:
    plain, closed = union(all_), union(all_, closing=gap)
    assert all(after.start - before.end > gap for before, after in pairwise(closed))
    filled = {
        cell
        for before, after in pairwise(plain)
        if after.start - before.end <= gap
        for cell in range(int(before.end), int(after.start))
    }
    assert cells(closed) == cells(plain) | filled


@given(ONE, ONE)
def test_what_two_intervals_share_is_what_both_cover(one: Interval, other: Interval) -> None:
    assert one.shared(other) == other.shared(one) == len(cells([one]) & cells([other]))
    assert one.shared(one) == one.seconds == len(cells([one]))


def test_touching_intervals_share_nothing_and_become_one() -> None:
    one, other = Interval(1, 2), Interval(2, 3.5)
    assert one.shared(other) == 0
    assert union([other, one]) == [Interval(1, 3.5)]
    assert union([]) == []


def test_an_interval_of_another_kind_becomes_a_plain_one() -> None:
    from callqa.audio.sounds import Sound

    assert union([Sound(1.0, 2.0, "ring", 0)]) == [Interval(1.0, 2.0)]


@pytest.mark.parametrize("length", [0.0, 0.5])
def test_an_interval_within_another_shares_itself(length: float) -> None:
    assert Interval(0, 9).shared(Interval(3, 3 + length)) == length
