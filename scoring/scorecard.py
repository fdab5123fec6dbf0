"""Verdicts with reason and evidence, and the arithmetic of the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..lang import Text
from ..transcribe.transcript import Utterance

Verdict = Literal["pass", "fail", "na", "unsure"]
Category = Literal["customer", "business", "compliance", "other"]


@dataclass(frozen=True)
class Evidence:
    """A passage that a player can jump to, in seconds from the start of the recording."""

    speaker: str
    start: float
    end: float
    text: str


def evidence_of(utterance: Utterance) -> Evidence:
    """The passage of an utterance."""
    return Evidence(utterance.role, utterance.start, utterance.end, utterance.text)


@dataclass(frozen=True)
class Finding:
    """What a check found: its verdict, one sentence that a person understands, and where it shows.

    `times` is how often the item is failed, or may be.
    """

    verdict: Verdict
    reason: Text
    evidence: tuple[Evidence, ...] = ()
    times: int = 1


@dataclass(frozen=True)
class Worth:
    """What an item is worth.

    Attributes:
        points: its weight; 0 of an item that only deducts.
        deduct: taken from the score each time that it is failed; `at_most` in all.
        fatal: failing it makes the score 0.
        cap: failing it keeps the score from being higher.
    """

    points: float = 0.0
    deduct: float = 0.0
    at_most: float | None = None
    fatal: bool = False
    cap: float | None = None


@dataclass(frozen=True)
class ScoredItem:
    """A checklist item with its finding."""

    id: str
    title: Text
    finding: Finding
    worth: Worth
    category: Category = "other"

    @property
    def max_points(self) -> float:
        return self.worth.points

    @property
    def fatal(self) -> bool:
        return self.worth.fatal

    @property
    def points(self) -> float:
        """What it adds to the score's points; below 0 what it deducts from the score."""
        if self.finding.verdict == "pass":
            return self.worth.points
        failed = self.finding.verdict == "fail"
        return -self.deduction if failed and self.worth.deduct else 0.0

    @property
    def deduction(self) -> float:
        """What failing it takes from the score."""
        taken = self.worth.deduct * self.finding.times
        return taken if self.worth.at_most is None else min(taken, self.worth.at_most)


@dataclass(frozen=True)
class Scorecard:
    """A call's score.

    score = 100 x points of passed items / points of passed and failed items, less what failed items deduct; `na` and
    `unsure` are left out. `low` and `high` are the score if every unsure item were decided fail or pass. Failed items
    with a cap keep the score at or under it, a failed fatal item makes it 0. `score` is None where no item was
    decided, the range where none is even unsure; `passed` is None while low and high lie on different sides of the
    pass mark.
    """

    checklist: str
    version: str
    content_hash: str
    items: tuple[ScoredItem, ...]
    score: float | None
    low: float | None
    high: float | None
    passed: bool | None


def add_up(
    checklist: str, version: str, content_hash: str, items: Sequence[ScoredItem], pass_mark: float
) -> Scorecard:
    """Compute the score of judged items."""
    score = _score(items, {"pass"}, {"pass", "fail"})
    low = _score(items, {"pass"}, {"pass", "fail", "unsure"})
    high = _score(items, {"pass", "unsure"}, {"pass", "fail", "unsure"})
    passed = None
    if low is not None and high is not None and (low >= pass_mark) == (high >= pass_mark):
        passed = low >= pass_mark
    return Scorecard(
        checklist, version, content_hash, tuple(items), score, low, high, passed,
    )  # fmt: skip


def _score(items: Sequence[ScoredItem], good: set[str], counted: set[str]) -> float | None:
    """To one decimal: what is shown is what is held against the pass mark."""
    decided = [i for i in items if i.finding.verdict in counted]
    failed = [i for i in decided if i.finding.verdict not in good]
    if any(i.worth.fatal for i in failed):
        return 0.0
    total = sum(i.worth.points for i in decided)
    if not total and not any(i.worth.deduct for i in decided):
        return None
    won = sum(i.worth.points for i in decided if i.finding.verdict in good)
    score = (100 * won / total if total else 100.0) - sum(i.deduction for i in failed)
    return round(
        max(0.0, min([score, *(i.worth.cap for i in failed if i.worth.cap is not None)])), 1
    )
