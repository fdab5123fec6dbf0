"""One item of a checklist: what the agent must do, how that is found out, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..lang import Text, listed
from .conditions import AnyCondition, Condition, Hit, Judgement, Outcome, Truth
from .conditions.base import quoted
from .scorecard import Category, Evidence, Finding, ScoredItem, Verdict, Worth

MOST_EVIDENCE = 3


class Title(BaseModel):
    """A few words in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    zh: str
    en: str

    @property
    def text(self) -> Text:
        return Text(self.en, self.zh)


class Reasons(BaseModel):
    """What a verdict is explained with instead of the conditions' own words; what was said is put after it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    pass_: Title | None = Field(default=None, alias="pass")
    fail: Title | None = None
    na: Title | None = None
    unsure: Title | None = None

    def of(self, verdict: Verdict) -> Title | None:
        title: Title | None = getattr(self, "pass_" if verdict == "pass" else verdict)
        return title


class UnsureBelow(BaseModel):
    """Verdicts that are less certain than this are left to a person (docs/calibration.md)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    pass_: float = Field(default=0.0, alias="pass", ge=0, le=1)
    fail: float = Field(default=0.0, ge=0, le=1)

    def of(self, verdict: Verdict) -> float:
        """The least certainty of a verdict; 0 where any will do."""
        return {"pass": self.pass_, "fail": self.fail}.get(verdict, 0.0)


class Examples(BaseModel):
    """Calls written down (scoring/script.py) that pass the item, fail it, or have nothing to do with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    na: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """How an item was judged: the finding, and the outcomes of its conditions, as far as it has them."""

    finding: Finding
    applies: Outcome | None
    passes: Outcome | None
    fails: Outcome | None


class Item(BaseModel):
    """One thing the agent must do.

    Attributes:
        asks: what it wants, in a sentence. rule_book: the wording that agents are taught.
        points: its weight. deduct, at_most: in place of a weight, what each failure takes from the score.
        fatal: failing it makes the score 0. cap: failing it keeps the score at or under this.
        applies: else it is `na`. passes: what passes it. fails: what fails it whatever passes it (`pass` and `fail`).
        unsure_below: least certainty of a verdict; below it the verdict is `unsure`.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Title
    asks: Title | None = None
    rule_book: str | None = None
    examples: Examples = Examples()
    category: Category = "other"
    points: float = Field(default=0, ge=0)
    deduct: float = Field(default=0, ge=0)
    at_most: float | None = Field(default=None, gt=0)
    fatal: bool = False
    cap: float | None = Field(default=None, ge=0, le=100)
    applies: AnyCondition | None = None
    passes: AnyCondition | None = Field(default=None, alias="pass")
    fails: AnyCondition | None = Field(default=None, alias="fail")
    reasons: Reasons = Reasons()
    unsure_below: UnsureBelow = UnsureBelow()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.passes is None and self.fails is None:
            raise ValueError("an item needs a condition: pass, fail, or both")
        if bool(self.points) == bool(self.deduct):
            raise ValueError("an item has either points or deduct")
        if self.at_most is not None and not self.deduct:
            raise ValueError("at_most belongs to deduct")
        return self

    @property
    def worth(self) -> Worth:
        return Worth(self.points, self.deduct, self.at_most, self.fatal, self.cap)

    def conditions(self) -> tuple[tuple[str, Condition], ...]:
        """Its conditions with the keys that they stand under."""
        given = (("applies", self.applies), ("pass", self.passes), ("fail", self.fails))
        return tuple((key, condition) for key, condition in given if condition is not None)

    def score(self, judgement: Judgement) -> ScoredItem:
        """Judge a call."""
        finding = self.judge(judgement).finding
        return ScoredItem(self.id, self.title.text, finding, self.worth, self.category)

    def judge(self, judgement: Judgement) -> Found:
        """Judge a call and tell how."""
        applies = judgement.of(self.applies) if self.applies else None
        if applies is not None and applies.truth == Truth.NO:
            return Found(self._finding("na", [applies]), applies, None, None)
        fails = judgement.of(self.fails) if self.fails else None
        passes = judgement.of(self.passes) if self.passes else None
        verdict, telling = _decide(applies, passes, fails)
        found = self._trusted(self._finding(verdict, telling))
        return Found(found, applies, passes, fails)

    def _finding(self, verdict: Verdict, telling: Sequence[Outcome]) -> Finding:
        hits = [hit for outcome in telling for hit in outcome.hits]
        reason = listed(dict.fromkeys(outcome.reason for outcome in telling))
        own = self.reasons.of(verdict)
        if own is not None and (hits or verdict != "unsure"):  # else why nobody can tell
            reason = own.text + quoted(hits)
        shown = hits or [hit for outcome in telling for hit in outcome.looked]
        times = len({(h.start, h.end) for h in hits}) if self.fails and hits else 1
        certainty = round(min((o.certainty for o in telling), default=1.0), 3)
        return Finding(verdict, reason, _evidence(shown), times, certainty)

    def _trusted(self, found: Finding) -> Finding:
        """The finding, or `unsure` where it is less certain than the checklist asks."""
        least = self.unsure_below.of(found.verdict)
        if found.certainty >= least:
            return found
        word = {"pass": "通过", "fail": "不通过"}[found.verdict]
        figures = f"{found.certainty:.3g}"
        why = Text(
            f"perhaps {found.verdict}, but the certainty {figures} is below {least:g}",
            f"可能{word}，但把握 {figures} 低于 {least:g}",
        )
        reason = listed([why, found.reason])
        return replace(found, verdict="unsure", reason=reason, doubted=found.verdict)


def _decide(
    applies: Outcome | None, passes: Outcome | None, fails: Outcome | None
) -> tuple[Verdict, list[Outcome]]:
    """The verdict, and the outcomes that it rests on."""
    if fails is not None and fails.truth == Truth.YES:
        verdict: Verdict = "fail"
        telling = [fails]
    elif passes is not None and passes.truth == Truth.NO:
        verdict, telling = "fail", [passes]
    elif fails is not None and fails.truth == Truth.MAYBE:
        verdict, telling = "unsure", [fails]
    elif passes is not None:
        verdict, telling = ("pass" if passes.truth == Truth.YES else "unsure"), [passes]
    else:
        verdict, telling = "pass", [fails] if fails else []
    if applies is not None and applies.truth == Truth.MAYBE and verdict != "unsure":
        return "unsure", [applies]
    return verdict, telling


def _evidence(hits: Sequence[Hit]) -> tuple[Evidence, ...]:
    """The utterances of the hits, each once; holds and the like as they are."""
    out: dict[tuple[float, float], Evidence] = {}
    for hit in hits:
        u = hit.utterance
        one = (
            Evidence(u.role, u.start, u.end, u.text)
            if u
            else Evidence(hit.speaker, hit.start, hit.end, hit.text)
        )
        out.setdefault((one.start, one.end), one)
    return tuple(list(out.values())[:MOST_EVIDENCE])
