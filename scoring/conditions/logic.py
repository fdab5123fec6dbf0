"""Conditions made of conditions: all, any, none, not, and those that the checklist gives a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from ...lang import Text, listed
from .base import Condition, Hit, Judgement, Outcome, Truth

if TYPE_CHECKING:  # at run time the union of all kinds, which __init__.py puts here
    from .base import Condition as AnyCondition

MOST_REASONS = 2


class All(Condition):
    """Every one of the conditions holds."""

    all: tuple[AnyCondition, ...] = Field(min_length=1)

    def find(self, judgement: Judgement) -> Outcome:
        parts = [judgement.of(part) for part in self.all]
        truth = min(part.truth for part in parts)
        telling = [part for part in parts if part.truth == truth]
        return _outcome(truth, telling, parts, every=truth == Truth.YES)

    def label(self) -> Text:
        return Text("all of", "全部满足")


class Any(Condition):
    """At least one of the conditions holds."""

    any: tuple[AnyCondition, ...] = Field(min_length=1)

    def find(self, judgement: Judgement) -> Outcome:
        parts = [judgement.of(part) for part in self.any]
        truth = max(part.truth for part in parts)
        telling = [part for part in parts if part.truth == truth]
        return _outcome(truth, telling, parts, every=truth == Truth.NO)

    def label(self) -> Text:
        return Text("any of", "任一满足")


class Nothing(Condition):
    """Not one of the conditions holds."""

    none: tuple[AnyCondition, ...] = Field(min_length=1)

    def find(self, judgement: Judgement) -> Outcome:
        parts = [judgement.of(part) for part in self.none]
        most = max(part.truth for part in parts)
        telling = [part for part in parts if part.truth == most]
        return _outcome(most.opposite, telling, parts, every=most == Truth.NO)

    def label(self) -> Text:
        return Text("none of", "全部不满足")


class Not(Condition):
    """The condition does not hold."""

    not_: AnyCondition = Field(alias="not")

    def find(self, judgement: Judgement) -> Outcome:
        part = judgement.of(self.not_)
        return _outcome(part.truth.opposite, [part], [part])

    def label(self) -> Text:
        return Text("not", "不满足")


class Named(Condition):
    """The condition of this name in the checklist's `conditions`."""

    use: str = Field(min_length=1)

    def find(self, judgement: Judgement) -> Outcome:
        part = judgement.of(judgement.named(self.use))
        return _outcome(part.truth, [part], [part])

    def label(self) -> Text:
        return Text(f"the condition {self.use}", f"条件 {self.use}")


def _outcome(
    truth: Truth, telling: Sequence[Outcome], parts: Sequence[Outcome], *, every: bool = False
) -> Outcome:
    """An outcome for the reasons of the parts that decided it, as certain as the surest of them.

    Where `every` one of them was needed, as the least sure.
    """
    reasons = list(dict.fromkeys(part.reason for part in telling))[:MOST_REASONS]
    hits: list[Hit] = sorted({hit for part in telling for hit in part.hits}, key=lambda h: h.start)
    certainties = [part.certainty for part in telling]
    certainty = min(certainties) if every else max(certainties)
    return Outcome(truth, listed(reasons), tuple(hits), parts=tuple(parts), certainty=certainty)
