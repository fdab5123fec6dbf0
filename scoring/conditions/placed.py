"""Conditions that find places in a call: where they look, how many they want, near what."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import Field, model_validator

from ...lang import Text
from ...transcribe.transcript import Utterance
from ..call import Side
from .base import Condition, Hit, Judgement, Outcome, Truth, quoted
from .windows import NEARBY, SLACK, Amount, Around, Place, Reach, Window, said_in, span_of, told

if TYPE_CHECKING:  # at run time the union of all kinds, which __init__.py puts here
    from .base import Condition as AnyCondition

SIDES = {
    "agent": Text("the agent", "坐席"),
    "customer": Text("the customer", "客户"),
    "any": Text("somebody", "双方"),
}
PLACES = {
    "before": Text("before", "之前"),
    "after": Text("after", "之后"),
    "near": Text("near", "附近"),
}


class Placed(Condition):
    """A condition that is met at places of the call.

    Attributes:
        who: whose words count.
        window: the part of the call that is looked at (`in`).
        before, after, near: only what lies so to a place that another condition finds.
        within: how far from it: seconds, turns of the same side, or per cent of the talk.
        unbroken: the other side says nothing of its own in between.
        each: it must be met at every place that the other condition finds.
        not_after: what comes within `not_within` after this condition's places does not count.
        times: how often it must be met.
        first_words: only the words with which the first turn there begins.
        weak: what is found is only a hint, so that a person should look.
    """

    needs_text: ClassVar[bool] = True
    needs_roles: ClassVar[bool] = True

    who: Side = "agent"
    window: Window = Field(default="call", alias="in")
    before: AnyCondition | None = None
    after: AnyCondition | None = None
    near: AnyCondition | None = None
    within: Reach | None = None
    unbroken: bool = False
    each: bool = False
    not_after: AnyCondition | None = None
    not_within: Reach = Amount(NEARBY, "seconds")
    times: int = Field(default=1, ge=1)
    first_words: bool = False
    weak: bool = False

    @model_validator(mode="after")
    def _one_anchor(self) -> Self:
        given = [name for name in ("before", "after", "near") if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"only one of before, after and near is possible, not {' and '.join(given)}")  # fmt: skip
        if not given and (self.within or self.each or self.unbroken):
            raise ValueError("within, each and unbroken belong to before, after or near")
        return self

    @abstractmethod
    def hits(self, judgement: Judgement) -> list[Hit]:
        """All places of the call where it is met, in time order."""

    def nearly(self, judgement: Judgement) -> list[Hit]:  # noqa: ARG002
        """Where it nearly is."""
        return []

    def found(self, hits: Sequence[Hit], truth: Truth) -> Text:
        """Why it holds, or may hold."""
        verb = ("says", "已说") if truth == Truth.YES else ("perhaps says", "疑似说了")
        who = SIDES[self.who]
        return Text(f"{who.en} {verb[0]}: ", f"{who.zh}{verb[1]}：") + quoted(hits)

    def missing(self) -> Text:
        """Why it does not hold."""
        who, where = SIDES[self.who], told(self.window)
        return Text(f"{who.en} says nothing of the kind {where.en}", f"{where.zh}{who.zh}没有说到")

    def find(self, judgement: Judgement) -> Outcome:
        cannot = self.cannot(judgement)
        if cannot:
            return Outcome(Truth.MAYBE, cannot)
        found = self._in_place(self.hits(judgement), judgement)
        near: tuple[Hit, ...] = ()
        if judgement.thorough:
            known = {(hit.start, hit.end) for hit in found}
            near = tuple(h for h in self.nearly(judgement) if (h.start, h.end) not in known)
        anchor = self._anchor
        if anchor is not None:
            return replace(self._at_anchor(*anchor, found, judgement), near=near)
        return replace(self._counted(found, self.missing(), self._looked(judgement)), near=near)

    def certainty(self, outcome: Outcome, judgement: Judgement) -> float:
        """That of the best hits, as many as are wanted; of nothing said, the recogniser's. An anchor is needed, too."""
        own = judgement.call.confidence if self.needs_text else 1.0
        if outcome.hits and self.needs_text:
            best = sorted((hit.confidence for hit in outcome.hits), reverse=True)
            own = best[-1] if self.each else best[min(self.times, len(best)) - 1]
        anchors = [part.certainty for part in outcome.parts]
        if any(part.truth == Truth.NO for part in outcome.parts):  # nothing that it could lie near
            return min(anchors)
        return min([own, *anchors])

    def cannot(self, judgement: Judgement) -> Text | None:
        """Why nothing can be said about the call, if so."""
        if self.needs_text and judgement.unheard:
            return judgement.unheard
        return judgement.unknown_roles if self.needs_roles and self.who != "any" else None

    def _looked(self, judgement: Judgement) -> list[Hit]:
        """What is said in the part of the call where it is missed; of the whole call nothing in particular."""
        if self.window == "call":
            return []
        said = said_in(self.window, judgement.call, self.who)
        return [Hit(u.role, u.start, u.end, u.text, utterance=u) for u in said[:3]]

    @property
    def _anchor(self) -> tuple[Place, Condition] | None:
        if self.before is not None:
            return "before", self.before
        if self.after is not None:
            return "after", self.after
        return ("near", self.near) if self.near is not None else None

    def _in_place(self, hits: list[Hit], judgement: Judgement) -> list[Hit]:
        """The hits inside the window, after nothing that excuses them."""
        span = span_of(self.window, judgement.call, self.who)
        out = [h for h in hits if span.start <= (h.start + h.end) / 2 <= span.end]
        if self.not_after is not None:
            excuses = judgement.of(self.not_after).hits
            around = Around(
                "after", self.not_within, unbroken=False, call=judgement.call, who="any"
            )
            out = [h for h in out if not any(around.takes(e, h) for e in excuses)]
        if self.first_words and self._anchor is None:
            out = _opening(out, judgement.call.said_by(self.who), span.start)
        return [h.doubted() for h in out] if self.weak else out

    def _at_anchor(
        self, place: Place, anchor: Condition, found: list[Hit], judgement: Judgement
    ) -> Outcome:
        other = judgement.of(anchor)
        if not other.hits:
            reason = Text(f"nothing is there to be {PLACES[place].en}: ", "缺少前提：")
            reason = Text(reason.en + other.reason.en, reason.zh + other.reason.zh)
            return Outcome(Truth.NO, reason, parts=(other,))
        around = Around(place, self.within, self.unbroken, judgement.call, self.who)
        kept = []
        for one in other.hits:
            inside = [hit for hit in found if around.takes(one, hit)]
            if self.first_words:
                inside = _opening(inside, judgement.call.said_by(self.who), one.end - SLACK)
            kept.append(inside if one.sure else [hit.doubted() for hit in inside])
        return replace(self._near_anchors(place, other.hits, kept), parts=(other,))

    def _near_anchors(
        self, place: Place, anchors: Sequence[Hit], kept: Sequence[Sequence[Hit]]
    ) -> Outcome:
        """With `each` the weakest of the anchors decides, else all that was found."""
        if not self.each:
            both = sorted({hit for inside in kept for hit in inside}, key=lambda hit: hit.start)
            return self._counted(both, self._missing_at(place, anchors[0]), anchors[:1])
        singles = [
            self._counted(inside, self._missing_at(place, one), [one])
            for one, inside in zip(anchors, kept, strict=True)
        ]
        worst = min(singles, key=lambda outcome: outcome.truth)
        if worst.truth == Truth.NO:
            return worst
        return replace(worst, hits=tuple(hit for one in singles for hit in one.hits))

    def _missing_at(self, place: Place, anchor: Hit) -> Text:
        missing, where = self.missing(), PLACES[place]
        at = f"{anchor.start:.0f}–{anchor.end:.0f}"
        return Text(f"{missing.en} {where.en} {at} s", f"{at} 秒{where.zh}，{missing.zh}")

    def _counted(self, hits: Sequence[Hit], missing: Text, looked: Sequence[Hit] = ()) -> Outcome:
        sure = [hit for hit in hits if hit.sure]
        if len(sure) >= self.times:
            return Outcome(Truth.YES, self.found(sure, Truth.YES), tuple(sure))
        if len(hits) >= self.times:
            return Outcome(Truth.MAYBE, self.found(hits, Truth.MAYBE), tuple(hits))
        return Outcome(Truth.NO, missing, looked=(*hits, *looked))


class Graded(Placed):
    """A condition whose places are more or less like what is looked for.

    Attributes:
        sure, maybe: confidence from which on one counts, and from which on a person should look.
    """

    sure: float = Field(default=1, gt=0, le=1)
    maybe: float = Field(default=1, gt=0, le=1)

    @model_validator(mode="after")
    def _thresholds(self) -> Self:
        if self.maybe > self.sure:
            raise ValueError(f"maybe ({self.maybe}) is above sure ({self.sure})")
        return self


def _opening(hits: Sequence[Hit], said: Sequence[Utterance], since: float) -> list[Hit]:
    """The hits that are how the first utterance from a moment on begins."""
    first = next((u for u in said if u.start >= since), None)
    return [hit for hit in hits if hit.first and hit.utterance is first]
