"""What so many calls can tell: intervals of means and shares, differences, trends, correlations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Trend = Literal["up", "down", "same"]

# Student's t for a two-sided interval of 95 %, by degrees of freedom from 1.
_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
      2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045,
      2.042)  # fmt: skip
_Z = 1.959964


@dataclass(frozen=True)
class Mean:
    """Numbers added up: how many, their sum, and the sum of their squares."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    def __add__(self, other: Mean) -> Mean:
        return Mean(
            self.count + other.count, self.total + other.total, self.squares + other.squares
        )

    @property
    def value(self) -> float | None:
        return self.total / self.count if self.count else None

    @property
    def error(self) -> float | None:
        """The standard error of the mean; None for fewer than two numbers."""
        if self.count < 2:
            return None
        mean = self.total / self.count
        variance = max(0.0, self.squares - self.count * mean * mean) / (self.count - 1)
        return math.sqrt(variance / self.count)

    def interval(self, low: float, high: float) -> tuple[float, float] | None:
        """Where the true mean lies with 95 % confidence (Student's t), within what is possible at all."""
        mean, error = self.value, self.error
        if mean is None or error is None:
            return None
        reach = t95(self.count - 1) * error
        return max(low, mean - reach), min(high, mean + reach)


def t95(freedom: float) -> float:
    """Student's t for 95 %, two-sided; Cornish and Fisher's expansion beyond 30 degrees of freedom."""
    if freedom < len(_T) + 1:
        return _T[max(0, int(freedom) - 1)]
    return _Z + (_Z**3 + _Z) / (4 * freedom) + (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / (96 * freedom**2)


def trend(before: Mean, now: Mean) -> Trend | None:
    """Whether a mean went up or down by more than chance explains (Welch's test, 95 %).

    None where either has fewer than two numbers.
    """
    if before.error is None or now.error is None or before.value is None or now.value is None:
        return None
    change, spread = now.value - before.value, before.error**2 + now.error**2
    if change == 0.0 or (spread and abs(change) <= t95(_freedom(before, now)) * math.sqrt(spread)):
        return "same"
    return "up" if change > 0 else "down"


def _freedom(one: Mean, other: Mean) -> float:
    """Welch and Satterthwaite's degrees of freedom; neither error is None, and not both are 0."""
    a, b = (one.error or 0.0) ** 2, (other.error or 0.0) ** 2
    return (a + b) ** 2 / (a * a / (one.count - 1) + b * b / (other.count - 1))


@dataclass(frozen=True)
class Difference:
    """How much the second of two is above the first, and where that lies with 95 % confidence."""

    value: float
    low: float
    high: float

    @property
    def told(self) -> bool:
        """Whether chance alone does not explain it."""
        return not self.low <= 0.0 <= self.high


def difference(one: Mean, other: Mean) -> Difference | None:
    """Between two means, by Welch; None where either has fewer than two numbers."""
    if one.error is None or other.error is None or one.value is None or other.value is None:
        return None
    value, spread = other.value - one.value, math.hypot(one.error, other.error)
    reach = t95(_freedom(one, other)) * spread if spread else 0.0
    return Difference(value, value - reach, value + reach)


def share_difference(one: tuple[int, int], other: tuple[int, int]) -> Difference | None:
    """Between two shares, each (part, whole), by Newcombe's interval from those of Wilson; None where a whole is 0.

    Newcombe, Interval estimation for the difference between independent proportions, 1998, method 10.
    """
    if not one[1] or not other[1]:
        return None
    first, second = one[0] / one[1], other[0] / other[1]
    (low1, high1), (low2, high2) = wilson(*one), wilson(*other)
    value = second - first
    return Difference(
        value,
        value - math.hypot(second - low2, high1 - first),
        value + math.hypot(high2 - second, first - low1),
    )


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Where a true share lies with 95 % confidence; `whole` is at least 1."""
    share, square = part / whole, _Z * _Z
    centre = (share + square / (2 * whole)) / (1 + square / whole)
    reach = math.sqrt(share * (1 - share) / whole + square / (4 * whole**2))
    reach *= _Z / (1 + square / whole)
    return max(0.0, centre - reach), min(1.0, centre + reach)


LEAST_PAIRS = 10  # with fewer calls a correlation says nothing


@dataclass(frozen=True)
class Correlation:
    """How strongly two measures go together: Spearman's rho, from -1 to 1, with its 95 % interval, of so many calls."""

    rho: float
    low: float
    high: float
    calls: int


def spearman(pairs: Sequence[tuple[float, float]]) -> Correlation | None:
    """The correlation of ranks, equal numbers sharing theirs; None for few pairs, or where all numbers are equal.

    The interval is Fisher's, with the spread that Fieller, Hartley and Pearson (1957) found for ranks.
    """
    if len(pairs) < LEAST_PAIRS:
        return None
    first, second = (_ranks(np.array(column)) for column in zip(*pairs, strict=True))
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    rho = float(np.clip(np.corrcoef(first, second)[0, 1], -1.0, 1.0))
    reach = _Z * math.sqrt(1.06 / (len(pairs) - 3))
    middle = math.atanh(min(max(rho, -1 + 1e-12), 1 - 1e-12))
    return Correlation(rho, math.tanh(middle - reach), math.tanh(middle + reach), len(pairs))


def _ranks(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    _, place, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], np.float64)
