"""Stretches of time of a call, in seconds from its start."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """A stretch of time, in seconds from the start of the recording."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start

    def shared(self, other: Interval) -> float:
        """Seconds that both cover."""
        return max(0.0, min(self.end, other.end) - max(self.start, other.start))

    def gap(self, other: Interval) -> float:
        """Seconds between the two; 0 where they meet."""
        return max(0.0, self.start - other.end, other.start - self.end)


def union(intervals: Sequence[Interval], closing: float = 0.0) -> list[Interval]:
    """The time covered by any of the intervals, as disjoint intervals in order; gaps up to `closing` are filled."""
    out: list[Interval] = []
    for interval in sorted(intervals, key=lambda i: i.start):
        if out and interval.start <= out[-1].end + closing:
            out[-1] = Interval(out[-1].start, max(out[-1].end, interval.end))
        else:
            out.append(Interval(interval.start, interval.end))
    return out


class Cover:
    """The union of intervals, asked many times."""

    def __init__(self, intervals: Sequence[Interval]) -> None:
        self._parts = union(intervals)
        self._starts = [part.start for part in self._parts]

    def mostly(self, interval: Interval) -> bool:
        """Whether more than half of `interval` is covered."""
        return self.shared(interval) > interval.seconds / 2

    def shared(self, interval: Interval) -> float:
        """Seconds of `interval` that are covered."""
        total, at = 0.0, max(0, bisect_right(self._starts, interval.start) - 1)
        while at < len(self._parts) and self._starts[at] < interval.end:
            total += interval.shared(self._parts[at])
            at += 1
        return total
