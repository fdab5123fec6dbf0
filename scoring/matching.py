"""Where phrases sound in a text: approximate matching by the costs of pinyin.py, quick enough for thousands of calls.

Most phrases are nowhere near said. A lower bound tells that without aligning: for each stretch of text, every syllable
of the phrase at its cheapest place in it. Only what the bound leaves over is aligned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .pinyin import BARRIER, Sounds, Syllable, replacement_costs

CELL = 8  # syllables of text that share a lower bound
REACH = 2  # cells in which a match lies, at least


@dataclass(frozen=True)
class Match:
    """Where a fragment sounds in a text: syllables [start, end), and how alike, 1 for the same sound."""

    start: int
    end: int
    score: float


class Fragments:
    """Stretches of syllables to look for together.

    Args:
        fragments: each at least one syllable long.
    """

    def __init__(self, fragments: Sequence[tuple[Syllable, ...]]) -> None:
        self._sounds = Sounds.of([s for fragment in fragments for s in fragment])
        self._sizes = np.array([len(fragment) for fragment in fragments], np.intp)
        self._rows: list[NDArray[np.intp]] = []
        """Where each fragment's syllables are among the different ones."""
        self._drops: list[list[float]] = []
        ends = np.cumsum(self._sizes)
        for end, size in zip(ends.tolist(), self._sizes.tolist(), strict=True):
            self._rows.append(self._sounds.index[end - size : end])
            self._drops.append(self._sounds.drops[end - size : end].tolist())
        count, longest = len(self._sounds.distinct), int(self._sizes.max(initial=0))
        self._padded = np.full((len(fragments), longest), count, np.intp)
        for row, fragment in zip(self._padded, self._rows, strict=True):
            row[: len(fragment)] = fragment
        self._distinct = Sounds.of(self._sounds.distinct)

    def find(self, text: Sounds, least: Sequence[float]) -> list[list[Match]]:
        """For each fragment its places in the text, best for each end, with a score of at least `least`."""
        found: list[list[Match]] = [[] for _ in self._rows]
        if not self._rows or not len(text):
            return found
        costs = replacement_costs(self._distinct, text)
        skips = text.drops.tolist()
        cheapest = min(skips)
        for number, stretches in self._promising(costs, text, np.asarray(least)):
            rows, drops = self._rows[number], self._drops[number]
            allowed = (1 - least[number]) * len(rows) + 1e-9
            if allowed < min(
                cheapest, *drops
            ):  # neither too many syllables nor too few: only others
                found[number] = _straight(costs[rows], allowed)
                continue
            for first, end in stretches:
                part = costs[rows, first:end].T.tolist()
                found[number] += [
                    Match(first + a, first + b, 1 - cost / len(rows))
                    for a, b, cost in _align(part, drops, skips[first:end], allowed)
                ]
        return found

    def _promising(
        self, costs: NDArray[np.float64], text: Sounds, least: NDArray[np.float64]
    ) -> Iterator[tuple[int, list[tuple[int, int]]]]:
        """Each fragment that may be said, with the stretches of text in which; no match goes beyond one."""
        allowed = (1 - least) * self._sizes + 1e-9
        # doubled particles are the cheapest way for a match to be longer than its fragment
        longest = self._sizes + (allowed / text.drops.min()).astype(int)
        spans = np.maximum(REACH, -(-longest // CELL) + 1)
        near = _cheapest(costs)
        drops = np.append(self._distinct.drops, 0.0)[:, None]
        for span in np.unique(spans).tolist():
            low = _over_next(near, span)
            bound = np.minimum(np.append(low, np.zeros((1, low.shape[1])), 0), drops)
            numbers = np.flatnonzero(spans == span)
            hopeful = bound[self._padded[numbers]].sum(axis=1) <= allowed[numbers, None]
            for row in np.flatnonzero(hopeful.any(axis=1)).tolist():
                yield int(numbers[row]), _stretches(hopeful[row], span, len(text))


def _cheapest(costs: NDArray[np.float64]) -> NDArray[np.float64]:
    """(rows, cells): the lowest cost of each cell of the text."""
    rows, size = costs.shape
    padded = np.pad(costs, ((0, 0), (0, -size % CELL)), constant_values=BARRIER)
    lowest: NDArray[np.float64] = padded.reshape(rows, -1, CELL).min(axis=2)
    return lowest


def _over_next(low: NDArray[np.float64], cells: int) -> NDArray[np.float64]:
    """(rows, cells): the lowest of each cell and the next `cells` - 1."""
    padded = np.pad(low, ((0, 0), (0, cells - 1)), constant_values=BARRIER)
    windows = np.lib.stride_tricks.sliding_window_view(padded, cells, axis=1)
    lowest: NDArray[np.float64] = windows.min(axis=2)
    return lowest


def _stretches(cells: NDArray[np.bool_], span: int, size: int) -> list[tuple[int, int]]:
    """The syllables of runs of cells, each with those that a match from it may reach."""
    out: list[tuple[int, int]] = []
    for cell in np.flatnonzero(cells).tolist():
        first, end = cell * CELL, min(size, (cell + span) * CELL)
        if out and first <= out[-1][1]:
            out[-1] = (out[-1][0], end)
        else:
            out.append((first, end))
    return out


def _straight(costs: NDArray[np.float64], allowed: float) -> list[Match]:
    """The places where a fragment's syllables follow each other; `costs` is (syllables, text)."""
    size, length = costs.shape
    if length < size:
        return []
    total = (
        sum(costs[n, n : length - size + n + 1] for n in range(1, size))
        + costs[0, : length - size + 1]
    )
    return [
        Match(at, at + size, 1 - float(total[at]) / size)
        for at in np.flatnonzero(total <= allowed).tolist()
    ]


def _align(
    columns: list[list[float]], drops: list[float], skips: list[float], allowed: float
) -> list[tuple[int, int, float]]:
    """Sellers' approximate matching: an edit distance whose start and end in the text are free.

    Returns (start, end, cost) for every end where the cost is at most `allowed`.
    """
    size = len(drops)
    costs = [0.0]
    for drop in drops:
        costs.append(costs[-1] + drop)
    starts = [0] * (size + 1)
    out = []
    for column, replaced in enumerate(columns):
        skip = skips[column]
        diagonal, from_start = 0.0, column
        above, above_start = 0.0, column + 1
        for row in range(1, size + 1):
            before, before_start = costs[row], starts[row]
            best, start = diagonal + replaced[row - 1], from_start
            extra = before + skip
            if extra < best:
                best, start = extra, before_start
            missing = above + drops[row - 1]
            if missing < best:
                best, start = missing, above_start
            diagonal, from_start = before, before_start
            costs[row] = above = best
            starts[row] = above_start = start
        if costs[size] <= allowed and starts[size] <= column:
            out.append((starts[size], column + 1, costs[size]))
    return out
