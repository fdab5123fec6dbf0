"""What an indicator is: its formula, the industry's average, its target, and where its figures come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...lang import Text

Unit = Literal["points", "seconds", "percent", "times", "per_hour", "calls", "cost", "per_minute"]
Better = Literal["higher", "lower"]
Source = Literal["rec", "cdr", "acd"]

_UNITS: dict[Unit, Text] = {
    "points": Text("", " 分"),
    "seconds": Text(" s", " 秒"),
    "percent": Text(" %", "%"),
    "times": Text("", " 次"),
    "per_hour": Text(" per hour", " 次/小时"),
    "calls": Text("", " 通"),
    "cost": Text("", ""),
    "per_minute": Text(" per min", " 字/分钟"),
}


def quantity(written: str, unit: Unit) -> Text:
    """A number or a range with its unit."""
    text = _UNITS[unit]
    return Text(written + text.en, written + text.zh)


@dataclass(frozen=True)
class Target:
    """A range or a bound to keep to; either end may be open."""

    low: float | None = None
    high: float | None = None
    better: Better | None = None
    said: Text | None = None  # as the rule book puts it, where the numbers alone are not that

    def met(self, value: float | None) -> bool | None:
        """Whether the value keeps to it; None where there is no value.

        Where one direction is better, a value beyond the good end of a range keeps to it, too: a mean hold of 12 s
        is no fault against 20 to 60 s.
        """
        if value is None:
            return None
        low_enough = self.high is None or value <= self.high or self.better == "higher"
        high_enough = self.low is None or value >= self.low or self.better == "lower"
        return low_enough and high_enough

    def text(self, unit: Unit) -> Text:
        """The target as people read it."""
        if self.said:
            return self.said
        if self.low is not None and self.high is not None:
            return quantity(f"{self.low:g}–{self.high:g}", unit)
        if self.low is not None:
            return quantity(f"≥ {self.low:g}", unit)
        return quantity(f"≤ {self.high:g}", unit)


@dataclass(frozen=True)
class Average:
    """What is usual in the industry: a number, or a range."""

    numbers: tuple[float, ...]
    said: Text | None = None

    def text(self, unit: Unit) -> Text:
        return self.said or quantity("–".join(f"{number:g}" for number in self.numbers), unit)


@dataclass(frozen=True)
class Indicator:
    """One indicator.

    Attributes:
        sources: all that it needs: rec = recordings, cdr = call records, acd = an export of the call distributor.
        better: which direction is an improvement; None where neither is.
        per_call: whether it says anything of a single call.
        offered: whether it counts the calls that nobody answered.
        extra: not one of the rule book's table, but a figure of the same calls.
    """

    id: str
    title: Text
    formula: Text
    unit: Unit
    sources: tuple[Source, ...]
    average: Average | None = None
    target: Target | None = None
    better: Better | None = None
    per_call: bool = False
    offered: bool = False
    extra: bool = False

    def met(self, value: float | None) -> bool | None:
        """Whether the target is met; None where there is no value or no target."""
        return self.target.met(value) if self.target else None

    @property
    def average_text(self) -> Text | None:
        return self.average.text(self.unit) if self.average else None

    @property
    def target_text(self) -> Text | None:
        return self.target.text(self.unit) if self.target else None
