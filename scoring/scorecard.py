"""Verdicts with reason and evidence, and the arithmetic of the score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..lang import Text, listed
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

    Attributes:
        times: how often the item is failed, or may be.
        certainty: of what the verdict rests on, 0 to 1 (docs/calibration.md); 1 of what an earlier version found.
        doubted: the verdict that was made `unsure`, since it was less certain than the checklist asks.
    """

    verdict: Verdict
    reason: Text
    evidence: tuple[Evidence, ...] = ()
    times: int = 1
    certainty: float = 1.0
    doubted: Verdict | None = None


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
class Decision:
    """A person's verdict, which goes before the machine's: whose, when (ISO 8601 in UTC), and why.

    `version` is that of the checklist by which the person judged.
    """

    verdict: Verdict
    by: str
    at: str
    reason: str = ""
    version: str = ""
    final: bool = False  # the answer to an appeal


@dataclass(frozen=True)
class ScoredItem:
    """A checklist item with the machine's finding, and a person's decision where there is one."""

    id: str
    title: Text
    finding: Finding
    worth: Worth
    category: Category = "other"
    decision: Decision | None = None

    @property
    def verdict(self) -> Verdict:
        """The one that counts: a person's, else the machine's."""
        return self.decision.verdict if self.decision else self.finding.verdict

    @property
    def reason(self) -> Text:
        """Why: the machine's sentence, or who decided, and what the machine had found."""
        if self.decision is None:
            return self.finding.reason
        by, why = self.decision.by, self.decision.reason
        said = Text(f"decided by {by}", f"{by} 复核")
        said += f": {why}" if why else ""
        if self.finding.verdict == self.decision.verdict:
            return listed([said, self.finding.reason])
        return listed(
            [said, Text("the machine: ", "机器：") + f"{self.finding.verdict}", self.finding.reason]
        )

    @property
    def max_points(self) -> float:
        return self.worth.points

    @property
    def fatal(self) -> bool:
        return self.worth.fatal

    @property
    def points(self) -> float:
        """What it adds to the score's points; below 0 what it deducts from the score."""
        if self.verdict == "pass":
            return self.worth.points
        failed = self.verdict == "fail"
        return -self.deduction if failed and self.worth.deduct else 0.0

    @property
    def deduction(self) -> float:
        """What failing it takes from the score."""
        times = 1 if self.finding.verdict in ("pass", "na") else self.finding.times
        taken = self.worth.deduct * times
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
    pass_mark: float | None = None  # None of a scorecard that an earlier version wrote


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
        checklist, version, content_hash, tuple(items), score, low, high, passed, pass_mark,
    )  # fmt: skip


def decided(card: Scorecard, decisions: Mapping[str, Decision]) -> Scorecard:
    """The scorecard with people's decisions by item, and what they make of the score.

    `passed` is None where the pass mark is not known; scoring the call again fills it in.
    """
    if not decisions:
        return card
    items = [replace(item, decision=decisions.get(item.id, item.decision)) for item in card.items]
    mark = card.pass_mark
    now = add_up(card.checklist, card.version, card.content_hash, items, mark or 0.0)
    return now if mark is not None else replace(now, passed=None, pass_mark=None)


def _score(items: Sequence[ScoredItem], good: set[str], counted: set[str]) -> float | None:
    """To one decimal: what is shown is what is held against the pass mark."""
    decided = [i for i in items if i.verdict in counted]
    failed = [i for i in decided if i.verdict not in good]
    if any(i.worth.fatal for i in failed):
        return 0.0
    total = sum(i.worth.points for i in decided)
    if not total and not any(i.worth.deduct for i in decided):
        return None
    won = sum(i.worth.points for i in decided if i.verdict in good)
    score = (100 * won / total if total else 100.0) - sum(i.deduction for i in failed)
    return round(
        max(0.0, min([score, *(i.worth.cap for i in failed if i.worth.cap is not None)])), 1
    )
