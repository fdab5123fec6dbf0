"""Verdicts with reason and evidence, and the arithmetic of the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..lang import Text
from ..transcribe.transcript import Utterance

Verdict = Literal["pass", "fail", "na", "unsure"]


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
    """What a check found: its verdict, one sentence that a person understands, and where it shows."""

    verdict: Verdict
    reason: Text
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class ScoredItem:
    """A checklist item with its finding."""

    id: str
    title: Text
    finding: Finding
    max_points: float
    fatal: bool

    @property
    def points(self) -> float:
        return self.max_points if self.finding.verdict == "pass" else 0.0


@dataclass(frozen=True)
class Scorecard:
    """A call's score.

    score = 100 x points of passed items / points of passed and failed items; `na` and `unsure` are left out. `low`
    and `high` are the score if every unsure item were decided fail or pass. A failed fatal item makes the score 0.
    `score` is None where no item was decided, the range where none is even unsure; `passed` is None while low and
    high lie on different sides of the pass mark.
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
    if any(i.fatal and i.finding.verdict in counted - good for i in items):
        return 0.0
    total = sum(i.max_points for i in items if i.finding.verdict in counted)
    won = sum(i.max_points for i in items if i.finding.verdict in good & counted)
    return round(100 * won / total, 1) if total else None
