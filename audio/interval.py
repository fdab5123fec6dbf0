"""Stretches of time of a call, in seconds from its start."""

from __future__ import annotations

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
