"""What a mean of so many calls can tell: its interval, and whether two means differ by more than chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

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
