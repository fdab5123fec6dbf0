"""What a mean can tell, held against numpy and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.qa.statistics import (
    Mean,
    difference,
    share_difference,
    spearman,
    t95,
    trend,
    wilson,
)

numbers = st.lists(st.floats(0, 100), min_size=2, max_size=40)


def mean_of(values: list[float]) -> Mean:
    return Mean(len(values), sum(values), sum(v * v for v in values))


@given(numbers, numbers)
def test_sums_give_mean_and_standard_error(one: list[float], other: list[float]) -> None:
    both = mean_of(one) + mean_of(other)
    values = np.array(one + other)
    assert both.value == pytest.approx(values.mean())
    assert both.error == pytest.approx(values.std(ddof=1) / len(values) ** 0.5, abs=1e-4)


# From the tables of Student's distribution.
@pytest.mark.parametrize(
    ("freedom", "expected"),
    [(1, 12.706), (4, 2.776), (9, 2.262), (30, 2.042), (40, 2.021), (120, 1.980), (1e9, 1.960)],
)
def test_students_t(freedom: float, expected: float) -> None:
    assert t95(freedom) == pytest.approx(expected, abs=6e-4)


def test_an_interval_holds_the_true_mean_in_19_of_20_samples() -> None:
    chance = np.random.default_rng(1)
    held = 0
    for _ in range(2000):
        low, high = mean_of(list(chance.normal(50, 10, 6))).interval(0, 100) or (0, 0)
        held += low <= 50 <= high
    assert held / 2000 == pytest.approx(0.95, abs=0.015)


def test_an_interval_keeps_to_what_is_possible() -> None:
    assert mean_of([100.0, 98.0]).interval(0, 100) == (pytest.approx(86.3, abs=0.1), 100)
    assert mean_of([80.0]).interval(0, 100) is None
    assert Mean().interval(0, 100) is None


def test_a_trend_is_more_than_chance() -> None:
    chance = np.random.default_rng(2)
    said = [
        trend(mean_of(list(chance.normal(70, 10, 12))), mean_of(list(chance.normal(70, 10, 15))))
        for _ in range(1000)
    ]
    assert said.count("same") / 1000 == pytest.approx(0.95, abs=0.02)
    low, high = mean_of([60.0, 62.0, 61.0]), mean_of([80.0, 82.0, 81.0])
    assert (trend(low, high), trend(high, low), trend(low, low)) == ("up", "down", "same")
    assert trend(mean_of([50.0]), high) is None
    assert trend(mean_of([50.0, 50.0]), mean_of([60.0, 60.0])) == "up"


def test_wilson_and_newcombe_are_those_of_the_papers() -> None:
    assert wilson(81, 263) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))
    assert wilson(0, 10)[0] == 0.0
    # Newcombe 1998, table II, method 10: 56/70 - 48/80 and 0/10 - 0/20
    found = share_difference((48, 80), (56, 70))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
    assert found.told
    none = share_difference((0, 20), (0, 10))
    assert none is not None
    assert (none.low, none.high) == pytest.approx((-0.1611, 0.2775), abs=1e-4)
    assert share_difference((0, 0), (1, 2)) is None


def test_a_difference_holds_the_true_one_in_19_of_20() -> None:
    chance = np.random.default_rng(3)
    held = 0
    for _ in range(1000):
        one, other = (
            mean_of(list(chance.normal(m, s, n))) for m, s, n in ((50, 5, 8), (60, 15, 12))
        )
        found = difference(one, other)
        assert found is not None
        held += found.low <= 10 <= found.high
    assert held / 1000 == pytest.approx(0.95, abs=0.02)
    assert difference(mean_of([1.0]), mean_of([1.0, 2.0])) is None


def test_spearman_with_ties_by_hand() -> None:
    first = [1, 2, 2, 4, 5, 6, 7, 8, 9, 10]
    second = [2, 1, 3, 3, 5, 4, 8, 7, 10, 9]
    ranks = [1, 2.5, 2.5, 4, 5, 6, 7, 8, 9, 10], [2, 1, 3.5, 3.5, 6, 5, 8, 7, 10, 9]
    found = spearman(list(zip(map(float, first), map(float, second), strict=True)))
    assert found is not None
    assert found.rho == pytest.approx(np.corrcoef(*ranks)[0, 1])
    assert found.low < found.rho < found.high
    assert spearman([(1.0, 2.0)] * 50) is None
    assert spearman([(float(n), float(n)) for n in range(9)]) is None


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), min_size=10, max_size=60))
def test_spearman_looks_at_order_alone(pairs: list[tuple[float, float]]) -> None:
    found = spearman(pairs)
    turned = spearman([(a, -b) for a, b in pairs])
    if found is None or turned is None:
        assert found is turned
        return
    assert -1 <= found.low <= found.rho <= found.high <= 1
    assert turned.rho == pytest.approx(-found.rho, abs=1e-9)
