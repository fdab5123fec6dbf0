"""Conditions about time: holds, silences, answers and interruptions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ...audio.interval import Interval
from ...lang import Text
from ..call import interruptions, responses
from .base import Hit, Judgement, Outcome, Truth
from .placed import SIDES, Placed

if TYPE_CHECKING:  # at run time the union of all kinds, which __init__.py puts here
    from .base import Condition as AnyCondition  # noqa: F401


class Decibels(BaseModel):
    """A range: what is over one number, or under another; anything where neither is given."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    over: float | None = None
    under: float | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.over is not None and self.under is not None and self.over >= self.under:
            raise ValueError(f"nothing is over {self.over:g} and under {self.under:g}")
        return self

    def take(self, value: float) -> bool:
        return (self.over is None or value > self.over) and (self.under is None or value < self.under)  # fmt: skip

    def told(self, unit: str) -> Text:
        """The limits in words."""
        parts = [(" over ", "超过", self.over), (" under ", "低于", self.under)]
        given = [(en, zh, n) for en, zh, n in parts if n is not None]
        return Text(
            "".join(f"{en}{n:g}{unit}" for en, _, n in given),
            "".join(f"{zh} {n:g}{unit}" for _, zh, n in given),
        )


class Limits(Decibels):
    """A range of what cannot be less than 0."""

    over: float | None = Field(default=None, ge=0)
    under: float | None = Field(default=None, ge=0)


class Waits(Placed):
    """Stretches of time in which something is the case, longer or shorter than the limits."""

    needs_text: ClassVar[bool] = False
    needs_roles: ClassVar[bool] = False
    noun: ClassVar[Text]

    @property
    @abstractmethod
    def limits(self) -> Limits: ...

    @abstractmethod
    def waits(self, judgement: Judgement) -> list[Interval]:
        """All of them, whatever their length."""

    def hits(self, judgement: Judgement) -> list[Hit]:
        return [_timed(i) for i in self.waits(judgement) if self.limits.take(i.seconds)]

    def nearly(self, judgement: Judgement) -> list[Hit]:
        return [_timed(i) for i in self.waits(judgement) if not self.limits.take(i.seconds)]

    def find(self, judgement: Judgement) -> Outcome:
        outcome = super().find(judgement)
        if outcome.truth != Truth.NO or outcome.parts:
            return outcome
        there = self.waits(judgement)
        if not there:
            none = Text(f"there is no {self.noun.en} in the call", f"通话中没有{self.noun.zh}")
            return Outcome(Truth.NO, none, near=outcome.near)
        longest = max(there, key=lambda i: i.seconds)
        reason = Text(
            f"the longest {self.noun.en} is {longest.seconds:.1f} s",
            f"最长{self.noun.zh} {longest.seconds:.1f} 秒",
        )
        return Outcome(Truth.NO, reason, looked=(_timed(longest),), near=outcome.near)

    def found(self, hits: Sequence[Hit], truth: Truth) -> Text:  # noqa: ARG002
        longest = max(hits, key=lambda hit: hit.end - hit.start)
        seconds, limit = longest.end - longest.start, self.limits.told(" s")
        return Text(
            f"{len(hits)} x {self.noun.en}{limit.en}, the longest {seconds:.1f} s",
            f"{self.noun.zh}{limit.zh} {len(hits)} 次，最长 {seconds:.1f} 秒",
        )

    def label(self) -> Text:
        limit = self.limits.told(" s")
        return Text(f"{self.noun.en}{limit.en}", f"{self.noun.zh}{limit.zh}")


def _timed(interval: Interval) -> Hit:
    return Hit("system", interval.start, interval.end)


class Hold(Waits):
    """A hold: the customer waits while the agent is away."""

    noun: ClassVar[Text] = Text("hold", "等待")
    hold: Limits
    kind: Literal["music", "tone", "silence"] | None = None

    @property
    def limits(self) -> Limits:
        return self.hold

    def waits(self, judgement: Judgement) -> list[Interval]:
        return [h for h in judgement.call.events.holds if self.kind in (None, h.kind)]


class Silence(Waits):
    """Dead air: nobody speaks for 3 s or more, and it is no hold."""

    noun: ClassVar[Text] = Text("silence", "静音")
    silence: Limits

    @property
    def limits(self) -> Limits:
        return self.silence

    def waits(self, judgement: Judgement) -> list[Interval]:
        return list(judgement.call.events.silences)


class Response(Waits):
    """The time from the end of the other side's words to the answer of `who`."""

    needs_roles: ClassVar[bool] = True
    noun: ClassVar[Text] = Text("wait for an answer", "应答等候")
    response: Limits

    @property
    def limits(self) -> Limits:
        return self.response

    def waits(self, judgement: Judgement) -> list[Interval]:
        by: Literal["agent", "customer"] = "customer" if self.who == "customer" else "agent"
        return responses(judgement.call.transcript, by)


class Interrupt(Placed):
    """`who` begins to speak inside the other side's utterance and goes on over it; back-channels do not count."""

    needs_text: ClassVar[bool] = False
    interrupt: Limits

    def hits(self, judgement: Judgement) -> list[Hit]:
        by: Literal["agent", "customer"] = "customer" if self.who == "customer" else "agent"
        least = self.interrupt.over or 0.0
        return [
            Hit(u.role, u.start, u.start + i.overlap, u.text, utterance=u)
            for i in interruptions(judgement.call.transcript, least, by)
            if self.interrupt.take(i.overlap) or i.overlap == least
            for u in (i.by,)
        ]

    def found(self, hits: Sequence[Hit], truth: Truth) -> Text:  # noqa: ARG002
        worst = max(hit.end - hit.start for hit in hits)
        who, count = SIDES[self.who], len(hits)
        return Text(
            f"{who.en} talks over the other side {count} times, by up to {worst:.1f} s",
            f"{who.zh}打断对方 {count} 次，最长重叠 {worst:.1f} 秒",
        )

    def missing(self) -> Text:
        who = SIDES[self.who]
        return Text(f"{who.en} never talks over the other side", f"{who.zh}没有打断对方")

    def label(self) -> Text:
        limit, who = self.interrupt.told(" s"), SIDES[self.who]
        return Text(f"{who.en} talks over the other side{limit.en}", f"{who.zh}打断对方{limit.zh}")
