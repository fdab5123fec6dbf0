"""Conditions about numbers, telephone numbers, amounts, dates and times: that one is said, and that it is read back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from ...lang import Text
from ..entities import Entity, EntityKind, entities, nearness, same
from ..speech import Speech
from .base import Hit, Judgement, Outcome, Truth
from .placed import SIDES, Placed

if TYPE_CHECKING:  # at run time the union of all kinds, which __init__.py puts here
    from .base import Condition as AnyCondition  # noqa: F401

MISHEARD = (
    0.8  # share of digits that agree from which on a number was perhaps read back and misheard
)
KINDS = {
    "number": Text("a number", "号码"),
    "phone": Text("a telephone number", "电话号码"),
    "amount": Text("an amount", "金额"),
    "date": Text("a date", "日期"),
    "time": Text("a time", "时间"),
}


def _listed(raw: Any) -> Any:
    return [raw] if isinstance(raw, str) else raw


class _OneOrMore:
    """The schema says that one kind need not be written as a list."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: Any) -> dict[str, Any]:
        several = handler(core)
        return {"anyOf": [several["items"], several]}


Wanted = Annotated[
    tuple[EntityKind, ...], BeforeValidator(_listed), Field(min_length=1), _OneOrMore()
]


def _told(kinds: Sequence[str]) -> Text:
    return Text(
        " or ".join(KINDS[kind].en for kind in kinds), "或".join(KINDS[kind].zh for kind in kinds)
    )


class Given(Placed):
    """What both conditions have in common: finding what is said of some kinds."""

    def said(self, speech: Speech, kinds: Sequence[str]) -> Iterator[tuple[Entity, Hit]]:
        """The entities of a speech; a number may go on over the other side's 嗯."""
        for stretch in speech.stretches():
            for entity in entities(stretch.text):
                if entity.kind not in kinds:
                    continue
                first, start = stretch.at(entity.start)
                last, end = stretch.at(entity.end)
                yield entity, Hit(
                    first.role, start, end, stretch.text[entity.start : entity.end], entity.value,
                    min(first.confidence, last.confidence), utterance=first,
                    first=start == first.start,
                )  # fmt: skip


class Mention(Given):
    """A number, telephone number, amount, date or time is said."""

    mention: Wanted

    def hits(self, judgement: Judgement) -> list[Hit]:
        speech = judgement.call.speech(self.who)
        return [hit for _, hit in self.said(speech, self.mention)]

    def label(self) -> Text:
        who, what = SIDES[self.who], _told(self.mention)
        return Text(f"{who.en} says {what.en}", f"{who.zh}说出{what.zh}")


class ReadBack(Given):
    """What the other side gave is repeated afterwards: all of it, or what was not is told."""

    read_back: Wanted

    def find(self, judgement: Judgement) -> Outcome:
        cannot = self.cannot(judgement)
        if cannot:
            return Outcome(Truth.MAYBE, cannot)
        given = self._given(judgement)
        what = _told(self.read_back)
        if not given:
            reason = Text(
                f"the other side gives no {what.en.removeprefix('a ')}", f"对方没有给出{what.zh}"
            )
            return Outcome(Truth.NO, reason)
        repeated = super().find(judgement)
        back = {hit.by for hit in repeated.hits if hit.sure}
        perhaps = {hit.by for hit in repeated.hits}
        for entity, hit in given:
            if entity.value not in back:
                who = SIDES[self.who]
                reason = Text(
                    f"{who.en} does not repeat {hit.text}", f"{who.zh}没有复述 {hit.text}"
                )
                maybe = entity.value in perhaps
                return Outcome(
                    Truth.MAYBE if maybe else Truth.NO, reason, repeated.hits if maybe else (),
                    (hit,), repeated.near, repeated.parts,
                )  # fmt: skip
        return repeated

    def hits(self, judgement: Judgement) -> list[Hit]:
        out = []
        kinds = set(self.read_back)
        if kinds & {"number", "phone"}:  # with a digit misheard the one looks like the other
            kinds |= {"number", "phone"}
        said = list(self.said(judgement.call.speech(self.who), sorted(kinds)))
        for given, source in self._given(judgement):
            for entity, hit in said:
                if hit.start < source.end:
                    continue
                if same(entity, given):
                    out.append(_named(hit, given, sure=True))
                elif _misheard(entity, given):
                    out.append(_named(hit, given, sure=False))
        return sorted(out, key=lambda hit: hit.start)

    def _given(self, judgement: Judgement) -> list[tuple[Entity, Hit]]:
        """What the other side gives; of what it says twice the first time."""
        other = judgement.call.speech("agent" if self.who == "customer" else "customer")
        out: list[tuple[Entity, Hit]] = []
        for entity, hit in self.said(other, self.read_back):
            if not any(same(entity, known) for known, _ in out):
                out.append((entity, hit))
        return out

    def label(self) -> Text:
        who, what = SIDES[self.who], _told(self.read_back)
        return Text(f"{who.en} repeats {what.en}", f"{who.zh}复述{what.zh}")


def _named(hit: Hit, given: Entity, *, sure: bool) -> Hit:
    """A repetition, found by the value that it repeats."""
    return Hit(
        hit.speaker, hit.start, hit.end, hit.text, given.value, hit.confidence, sure,
        hit.utterance, hit.first,
    )  # fmt: skip


def _misheard(said: Entity, given: Entity) -> bool:
    digits = said.value.isdigit() and given.value.isdigit()
    return digits and nearness(said.value, given.value) >= MISHEARD
