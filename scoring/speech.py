"""What one side says in a call, as one run of syllables: phrases are found in it wherever utterances part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ..transcribe.transcript import UNHEARD, Utterance
from .pinyin import WALL, Sounds, Syllable, syllables

APART = 3.0  # seconds between two utterances of one side across which no phrase goes
SPOKEN = re.compile(r"[\u3400-\u9fff]|[A-Za-z0-9']+")


class Speech:
    """The utterances of one side in time order, syllable by syllable.

    Where the other side says something of its own in between, or the pause is long, no phrase goes across; where it
    only acknowledges, one may.

    Args:
        utterances: of this side.
        others: what the rest say that is more than an acknowledgement.
    """

    def __init__(self, utterances: Sequence[Utterance], others: Sequence[Utterance]) -> None:
        self.utterances = tuple(u for u in utterances if u.text != UNHEARD)
        self.syllables: list[Syllable] = []
        self._of: list[int] = []  # for each syllable the number of its utterance, -1 of a wall
        self._first: list[int] = []  # for each utterance its first syllable
        self._clauses: list[int] = []
        before: Utterance | None = None
        for number, utterance in enumerate(self.utterances):
            if before is not None and _parted(before, utterance, others):
                self._append(WALL, -1, -1)
            self._first.append(len(self.syllables))
            last = self._clauses[-1] + 1 if self._clauses else 0
            for syllable in syllables(utterance.text):
                self._append(syllable, number, last + syllable.clause)
            before = utterance
        self._first.append(len(self.syllables))

    def _append(self, syllable: Syllable, utterance: int, clause: int) -> None:
        self.syllables.append(syllable)
        self._of.append(utterance)
        self._clauses.append(clause)

    @cached_property
    def sounds(self) -> Sounds:
        return Sounds.of(self.syllables)

    @cached_property
    def _spoken(self) -> list[tuple[float, float, float]]:
        """For each syllable its start, end and the recogniser's confidence."""
        out: list[tuple[float, float, float]] = []
        for number, utterance in enumerate(self.utterances):
            size = self._first[number + 1] - self._first[number]
            out += _times(utterance, size)
        return out

    def time(self, start: int, end: int) -> tuple[float, float]:
        """When the syllables [start, end) are said, in seconds."""
        return self._spoken[start][0], self._spoken[end - 1][1]

    def trust(self, start: int, end: int, doubt: float) -> float:
        """1 where the recogniser is sure of the syllables, 1 - doubt where not at all."""
        sure = [c for _, _, c in self._spoken[start:end]]
        return 1 - doubt * (1 - sum(sure) / len(sure))

    def unbroken(self, start: int, end: int) -> bool:
        """Whether a phrase may leave a gap from the syllable before `start` to `end`: one utterance says both."""
        return self._of[start - 1] == self._of[end]

    def begins_clause(self, at: int) -> bool:
        return at == 0 or self._clauses[at - 1] != self._clauses[at]

    def ends_clause(self, at: int) -> bool:
        return at + 1 == len(self.syllables) or self._clauses[at + 1] != self._clauses[at]

    def same_clause(self, one: int, other: int) -> bool:
        return self._clauses[one] == self._clauses[other]

    def begins_utterance(self, at: int) -> bool:
        return at == self._first[self._of[at]]

    def utterance(self, at: int) -> Utterance:
        """Who says a syllable: the utterance."""
        return self.utterances[self._of[at]]

    def stretches(self) -> list[Stretch]:
        """The utterances, those together between which no phrase is broken off."""
        out: list[list[Utterance]] = []
        for number, utterance in enumerate(self.utterances):
            first = self._first[number]
            parted = first > 0 and self.syllables[first - 1] is WALL
            if not out or parted:
                out.append([])
            out[-1].append(utterance)
        return [Stretch(tuple(group)) for group in out]

    def left_over(self, covered: Sequence[tuple[int, int]], least: int) -> list[tuple[int, int]]:
        """Stretches of one clause, `least` syllables long or longer, that are not covered."""
        taken = [s is WALL for s in self.syllables]
        for start, end in covered:
            taken[start:end] = [True] * (end - start)
        out, begin = [], 0
        for at in range(len(taken) + 1):
            if at == len(taken) or taken[at] or (at > begin and self.begins_clause(at)):
                if at - begin >= least:
                    out.append((begin, at))
                begin = at + 1 if at < len(taken) and taken[at] else at
        return out

    def text(self, start: int, end: int) -> str:
        """The syllables [start, end) as they were written; of a phrase over two utterances both parts."""
        parts = []
        for number in range(self._of[start], self._of[end - 1] + 1):
            first, last = max(start, self._first[number]), min(end, self._first[number + 1])
            inside = [s for s in self.syllables[first:last] if s is not WALL]
            if inside:
                text, final = self.utterances[number].text, inside[-1]
                parts.append(text[inside[0].at : final.at + len(final.char)])
        return "".join(parts)


@dataclass(frozen=True)
class Stretch:
    """Utterances that a phrase, or a number, may go across, as one text; ends of sentences are written as pauses."""

    utterances: tuple[Utterance, ...]

    @cached_property
    def text(self) -> str:
        texts = [u.text for u in self.utterances]
        inner = [re.sub(r"[。.？?！!]$", "，", text) for text in texts[:-1]]
        return "".join([*inner, *texts[-1:]])

    def at(self, character: int) -> tuple[Utterance, float]:
        """The utterance of a place in the text, and when it is said, in seconds."""
        for utterance in self.utterances:
            size = len(utterance.text)
            if character <= size or utterance is self.utterances[-1]:
                return utterance, moment(utterance, min(size, character))
            character -= size
        raise IndexError(character)


def moment(utterance: Utterance, character: int) -> float:
    """When a character of an utterance's text is said, in seconds, as if all took the same time."""
    return utterance.start + utterance.seconds * character / max(1, len(utterance.text))


def _parted(before: Utterance, after: Utterance, others: Sequence[Utterance]) -> bool:
    if after.start - before.end > APART or before.speaker != after.speaker:
        return True
    return any(before.start < u.start < after.start for u in others)


def _times(utterance: Utterance, size: int) -> list[tuple[float, float, float]]:
    """Start, end and confidence of an utterance's syllables, from its words; evenly spread where it has none."""
    pieces: list[tuple[float, float, float]] = []
    for word in utterance.words:
        count = len(SPOKEN.findall(word.text))
        step = (word.end - word.start) / count if count else 0.0
        pieces += [
            (word.start + n * step, word.start + (n + 1) * step, word.probability)
            for n in range(count)
        ]
    if not pieces:
        pieces = [
            (
                utterance.start + utterance.seconds * n / size,
                utterance.start + utterance.seconds * (n + 1) / size,
                utterance.confidence,
            )
            for n in range(size)
        ]
    low, high = utterance.start, utterance.end  # words are sometimes timed beyond their turn
    pieces = [(min(max(a, low), high), max(min(b, high), low), c) for a, b, c in pieces]
    if len(pieces) != size:  # writing the words down made two of one, or one of two
        pieces = [pieces[n * len(pieces) // size] for n in range(size)]
    return pieces
