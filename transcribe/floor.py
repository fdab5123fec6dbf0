"""Whose turn a word belongs to: by time, and where two turns meet by the words themselves.

A voice tells where speakers change to an eighth of a second, a recogniser where a word begins to about the same.
Between the two, the place where it begins a new phrase, or pauses, is the better border.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..audio.turns import Turn
from .transcript import Word

MEETS = 0.3  # seconds between two turns that meet: their border is not silent enough to be sure
REACH = 0.4  # seconds by which a border may move
PHRASE = 0.35  # seconds that a word is nearer for if the recogniser begins a phrase with it


@dataclass(frozen=True)
class Placed:
    """A word in call time, and whether the recogniser began a new phrase with it."""

    word: Word
    channel: int
    phrase: bool

    @property
    def middle(self) -> float:
        return (self.word.start + self.word.end) / 2


class Timeline:
    """Turns that do not overlap."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self.turns = sorted(turns, key=lambda t: t.start)
        self._starts = [turn.start for turn in self.turns]

    def nearest(self, time: float) -> int | None:
        """The index of the turn that covers a moment, or lies nearest."""
        at = bisect_right(self._starts, time)
        around = range(max(0, at - 1), min(len(self.turns), at + 1))
        return min(around, key=lambda n: self._away(n, time), default=None)

    def _away(self, number: int, time: float) -> float:
        turn = self.turns[number]
        return max(turn.start - time, time - turn.end, 0)


def owners(words: Sequence[Placed], floor: Sequence[Turn]) -> list[Turn | None]:
    """The turn of each word, of one channel and in time order; None where nobody has a turn."""
    line = Timeline(floor)
    owned = [line.nearest(placed.middle) for placed in words]
    middles = [placed.middle for placed in words]
    for number, (before, after) in enumerate(pairwise(line.turns)):
        if before.speaker == after.speaker or after.start - before.end > MEETS:
            continue
        border = (before.end + after.start) / 2
        usual = bisect_left(middles, border)
        best = _first_word(words, border, usual)
        for at in range(usual, best):
            if owned[at] == number + 1:
                owned[at] = number
        for at in range(best, usual):
            if owned[at] == number:
                owned[at] = number + 1
    return [None if at is None else line.turns[at] for at in owned]


def _first_word(words: Sequence[Placed], border: float, usual: int) -> int:
    """With which word the next turn begins: the usual one, or one near the border that fits better."""

    def cost(at: int) -> float:
        placed = words[at]
        pause = placed.word.start - words[at - 1].word.end
        return abs(placed.word.start - border) - PHRASE * placed.phrase - max(0.0, pause)

    near = [
        at
        for at in range(max(1, usual - 6), min(len(words), usual + 7))
        if abs(words[at].word.start - border) <= REACH
    ]
    return min(near, key=cost, default=usual)
