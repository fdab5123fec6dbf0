"""The arithmetic of the score."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callqa.lang import Text
from callqa.scoring.scorecard import Finding, Scorecard, ScoredItem, Verdict, Worth, add_up

TITLE = Text("Hello", "问候")


def judged(
    verdict: Verdict,
    points: float = 10,
    *,
    deduct: float = 0,
    at_most: float | None = None,
    fatal: bool = False,
    cap: float | None = None,
    times: int = 1,
) -> ScoredItem:
    worth = Worth(points, deduct, at_most, fatal, cap)
    return ScoredItem("item", TITLE, Finding(verdict, TITLE, times=times), worth)


def taken(
    verdict: Verdict, deduct: float, times: int = 1, at_most: float | None = None
) -> ScoredItem:
    return judged(verdict, 0, deduct=deduct, at_most=at_most, times=times)


def added(items: list[ScoredItem], pass_mark: float = 80) -> Scorecard:
    return add_up("mine", "1", "", items, pass_mark)


@pytest.mark.parametrize(
    ("items", "score", "low", "high", "passed"),
    [
        ([judged("pass"), judged("fail", 30)], 25.0, 25.0, 25.0, False),
        ([judged("pass", 80), judged("fail", 20)], 80.0, 80.0, 80.0, True),
        ([judged("pass"), judged("na", 90)], 100.0, 100.0, 100.0, True),
        ([judged("pass", 60), judged("fail", 20), judged("unsure", 20)], 75.0, 60.0, 80.0, None),
        ([judged("pass", 90), judged("unsure")], 100.0, 90.0, 100.0, True),
        ([judged("fail", 90), judged("unsure")], 0.0, 0.0, 10.0, False),
        ([judged("pass", 1), judged("fail", 2)], 33.3, 33.3, 33.3, False),
        ([judged("na")], None, None, None, None),
        ([judged("unsure")], None, 0.0, 100.0, None),
        ([], None, None, None, None),
        # fatal
        ([judged("pass", 90), judged("fail", 10, fatal=True)], 0.0, 0.0, 0.0, False),
        ([judged("pass", 90), judged("unsure", 10, fatal=True)], 100.0, 0.0, 100.0, None),
        ([judged("pass", 90), judged("na", 10, fatal=True)], 100.0, 100.0, 100.0, True),
        # deductions
        ([judged("pass"), taken("fail", 5)], 95.0, 95.0, 95.0, True),
        ([judged("pass"), taken("fail", 5, 3)], 85.0, 85.0, 85.0, True),
        ([judged("pass"), taken("fail", 5, 3, 8)], 92.0, 92.0, 92.0, True),
        ([judged("pass"), taken("fail", 5, 1, 8)], 95.0, 95.0, 95.0, True),
        ([judged("pass"), taken("fail", 60, 3)], 0.0, 0.0, 0.0, False),
        ([judged("pass"), taken("unsure", 30)], 100.0, 70.0, 100.0, None),
        ([judged("pass"), taken("na", 30)], 100.0, 100.0, 100.0, True),
        ([taken("fail", 30), taken("pass", 5)], 70.0, 70.0, 70.0, False),
        ([taken("na", 30)], None, None, None, None),
        # caps
        ([judged("pass", 90), judged("fail", 10, cap=60)], 60.0, 60.0, 60.0, False),
        ([judged("pass", 10), judged("fail", 90, cap=60)], 10.0, 10.0, 10.0, False),
        ([judged("pass", 90), judged("pass", 10, cap=60)], 100.0, 100.0, 100.0, True),
        ([judged("pass", 90), judged("unsure", 10, cap=60)], 100.0, 60.0, 100.0, None),
        ([judged("pass", 80), judged("fail", cap=70), judged("fail", cap=60)], 60.0, 60.0, 60.0, False),
        ([judged("pass"), judged("fail", 0, deduct=5, cap=90)], 90.0, 90.0, 90.0, True),
    ],
)  # fmt: skip
def test_points_are_added_up(
    items: list[ScoredItem],
    score: float | None,
    low: float | None,
    high: float | None,
    passed: bool | None,
) -> None:
    card = added(items)
    assert (card.score, card.low, card.high, card.passed) == (score, low, high, passed)


@pytest.mark.parametrize(
    ("item", "points"),
    [
        (judged("pass"), 10), (judged("fail"), 0), (judged("unsure"), 0), (judged("na"), 0),
        (taken("pass", 5), 0), (taken("fail", 5, 3), -15), (taken("fail", 5, 3, 8), -8), (taken("unsure", 5), 0),
    ],
)  # fmt: skip
def test_an_item_shows_what_it_gives_or_takes(item: ScoredItem, points: float) -> None:
    assert str(float(item.points)) == str(float(points))  # and not -0.0


VERDICTS = st.sampled_from(["pass", "fail", "na", "unsure"])
CAPS = st.none() | st.floats(0, 100)
WEIGHED = st.builds(judged, VERDICTS, st.floats(0.5, 50), fatal=st.booleans(), cap=CAPS)
TAKING = st.builds(
    judged, VERDICTS, st.just(0), deduct=st.floats(0.5, 50), at_most=st.none() | st.floats(0.5, 60),
    fatal=st.booleans(), cap=CAPS, times=st.integers(1, 5),
)  # fmt: skip
ITEMS = st.lists(WEIGHED | TAKING, max_size=12)


@example(
    [
        *(judged("pass", points) for points in (1.0, 39.0)),
        *(judged("fail", points) for points in (1.125, 1.625, 1.875, 1.875, 9.625, 49.5)),
    ],
    43.21875,
)
@given(ITEMS, st.floats(0, 100))
def test_the_score_lies_between_its_bounds(items: list[ScoredItem], mark: float) -> None:
    card = added(items, mark)
    assert (card.low is None) == (card.high is None)
    if card.low is None or card.high is None:
        assert (card.score, card.passed) == (None, None)
        return
    assert 0 <= card.low <= card.high <= 100
    if card.score is not None:
        assert card.low <= card.score <= card.high
    sides = {True: card.low >= mark, False: card.high < mark, None: card.low < mark <= card.high}
    assert [passed for passed, fits in sides.items() if fits] == [card.passed]


@given(ITEMS, st.floats(0, 100))
def test_what_does_not_apply_never_matters(items: list[ScoredItem], mark: float) -> None:
    without = [i for i in items if i.finding.verdict != "na"]
    assert replace(added(items, mark), items=()) == replace(added(without, mark), items=())


@given(ITEMS, st.data())
def test_deciding_what_is_unsure_stays_within_the_bounds(
    items: list[ScoredItem], data: st.DataObject
) -> None:
    card = added(items)
    decided = [
        replace(i, finding=replace(i.finding, verdict=data.draw(st.sampled_from(["pass", "fail"]))))
        if i.finding.verdict == "unsure"
        else i
        for i in items
    ]
    final = added(decided).score
    if final is not None:
        assert card.low is not None
        assert card.high is not None
        assert card.low <= final <= card.high
