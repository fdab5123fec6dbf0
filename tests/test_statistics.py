"""What a mean can tell, held against numpy and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.qa.statistics import Mean, t95, trend

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
