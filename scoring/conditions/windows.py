"""Where in a call a condition looks: named parts, the first or last of it, before and after what another finds."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ...audio.interval import Interval
from ...lang import Text
from ...transcribe.transcript import Utterance
from ..call import ScoredCall, Side, is_short
from .base import Hit

Unit = Literal["seconds", "turns", "percent"]
SLACK = (
    1.5  # seconds by which words may reach into a hold or silence: neither's borders are sharper
)
NEARBY = 15.0  # seconds that are near where nothing else is said
_SHORT: dict[Unit, str] = {"seconds": "s", "turns": "turns", "percent": "%"}
_SHORT_ZH: dict[Unit, str] = {"seconds": " 秒", "turns": " 句", "percent": "%"}
_UNITS: dict[str, Unit] = {
    "s": "seconds", "秒": "seconds", "second": "seconds", "seconds": "seconds", "min": "seconds",
    "分钟": "seconds", "turn": "turns", "turns": "turns", "轮": "turns", "句": "turns",
    "%": "percent", "percent": "percent",
}  # fmt: skip


@dataclass(frozen=True)
class Amount:
    """How much of a call: so many seconds, turns of the side that is looked at, or per cent of the talk."""

    number: float
    unit: Unit

    def __str__(self) -> str:
        return f"{self.number:g} {_SHORT[self.unit]}"

    @property
    def text(self) -> Text:
        """The amount in words."""
        return Text(str(self), f"{self.number:g}{_SHORT_ZH[self.unit]}")


def _amount(raw: Any) -> Amount:
    if isinstance(raw, Amount):
        return raw
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z%秒分钟轮句]*)\s*", str(raw))
    unit = _UNITS.get(match.group(2) or "s") if match else None
    if match is None or unit is None:
        raise ValueError(f"not an amount: {raw!r}; write 20 s, 3 turns or 10 %")
    number = float(match.group(1)) * (60 if match.group(2) in ("min", "分钟") else 1)
    broken = unit == "turns" and not number.is_integer()
    if number <= 0 or broken or (unit == "percent" and number > 100):
        raise ValueError(f"impossible amount: {raw}")
    return Amount(number, unit)


_WRITTEN = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0},
        {
            "type": "string",
            "pattern": r"^\s*\d+(\.\d+)?\s*(s|秒|seconds?|min|分钟|turns?|轮|句|%|percent)?\s*$",
        },
    ]
}


class _AmountSchema:
    @classmethod
    def __get_pydantic_json_schema__(cls, _core: Any, _handler: Any) -> dict[str, Any]:
        return deepcopy(_WRITTEN)  # pydantic changes what it is given


Reach = Annotated[Amount, BeforeValidator(_amount), _AmountSchema()]


class Share(BaseModel):
    """The first or last so much of a call, or what lies between two moments of it (seconds or per cent)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    first: Reach | None = None
    last: Reach | None = None
    since: Reach | None = Field(default=None, alias="from")
    until: Reach | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        given = [n for n in ("first", "last") if getattr(self, n)]
        between = self.since or self.until
        if len(given) + bool(between) != 1:
            raise ValueError("a window is either first, last, or from and to")
        if self.since and self.until:
            if self.since.unit != self.until.unit:
                raise ValueError("from and to have different units")
            if self.since.number >= self.until.number:
                raise ValueError(f"impossible window: from {self.since} to {self.until}")
        if any(a and a.unit == "turns" for a in (self.since, self.until)):
            raise ValueError("from and to take seconds or per cent; take first or last for turns")
        return self

    def span(self, call: ScoredCall, who: Side) -> Interval:
        """The stretch of time that it means in a call."""
        talk = call.talk
        if self.first:
            return _head(self.first, call, who)
        if self.last:
            return _tail(self.last, call, who)
        start = _moment(self.since, talk) if self.since else 0.0
        return Interval(start, _moment(self.until, talk) if self.until else call.duration)


def _moment(amount: Amount, talk: Interval) -> float:
    part = amount.number if amount.unit == "seconds" else talk.seconds * amount.number / 100
    return talk.start + part


def _head(amount: Amount, call: ScoredCall, who: Side) -> Interval:
    if amount.unit == "turns":
        said = call.said_by(who)[: int(amount.number)]
        return Interval(0.0, said[-1].end if said else 0.0)
    return Interval(0.0, _moment(amount, call.talk))


def _tail(amount: Amount, call: ScoredCall, who: Side) -> Interval:
    if amount.unit == "turns":
        said = call.said_by(who)[-int(amount.number) :]
        return Interval(said[0].start if said else call.duration, call.duration)
    part = amount.number if amount.unit == "seconds" else call.talk.seconds * amount.number / 100
    return Interval(call.talk.end - part, call.duration)


NAMED: dict[str, Text] = {
    "call": Text("in the call", "通话中"),
    "opening": Text("in the opening", "开场中"),
    "after_opening": Text("after the opening", "开场之后"),
    "ending": Text("at the end", "结尾处"),
}
Window = Literal["call", "opening", "after_opening", "ending"] | Share


def span_of(window: Window, call: ScoredCall, who: Side) -> Interval:
    """The stretch of time that a window means; the named ones are told by the agent's turns (docs/checklists.md)."""
    if isinstance(window, Share):
        return window.span(call, who)
    if window == "opening":
        return Interval(0.0, call.opening[-1].end if call.opening else 0.0)
    if window == "after_opening":
        return Interval(call.opening[0].end if call.opening else 0.0, call.duration)
    if window == "ending":
        return Interval(call.ending[0].start if call.ending else call.duration, call.duration)
    return Interval(0.0, max(call.duration, call.talk.end))


def said_in(window: Window, call: ScoredCall, who: Side) -> list[Utterance]:
    """What a side says in a window: utterances whose middle lies in it."""
    span = span_of(window, call, who)
    return [u for u in call.said_by(who) if span.start <= (u.start + u.end) / 2 <= span.end]


def told(window: Window) -> Text:
    """A window in words."""
    if isinstance(window, str):
        return NAMED[window]
    amount = window.first or window.last
    if amount:
        en, zh = ("first", "最前") if window.first else ("last", "最后")
        return Text(f"in the {en} {amount}", f"{zh} {amount.text.zh}内")
    since = window.since.text if window.since else Text("0 s", "开头")
    until = window.until.text if window.until else Text("the end", "结束")
    return Text(f"from {since.en} to {until.en}", f"{since.zh}至{until.zh}")


Place = Literal["before", "after", "near"]


@dataclass(frozen=True)
class Around:
    """What lies before, after or near one hit, as far as `within`; `unbroken`: until the other side says something."""

    place: Place
    within: Amount | None
    unbroken: bool
    call: ScoredCall
    who: Side

    def takes(self, anchor: Hit, hit: Hit) -> bool:
        """Whether a hit lies there."""
        if self.place == "near":
            if anchor.start < hit.end and hit.start < anchor.end:
                return True
            sides: tuple[Place, ...] = ("before", "after")
            return any(
                Around(side, self.within, self.unbroken, self.call, self.who).takes(anchor, hit)
                for side in sides
            )
        slack = SLACK if anchor.speaker == "system" else 0.0
        lies = self._before if self.place == "before" else self._after
        return lies(anchor, hit, slack) and not (self.unbroken and self._broken(anchor, hit))

    def _before(self, anchor: Hit, hit: Hit, slack: float) -> bool:
        if hit.end > anchor.start + slack or hit.start >= anchor.start + slack:
            return False
        end = max(hit.end, hit.utterance.end) if hit.utterance else hit.end
        limit = self.within
        if limit and limit.unit == "turns":
            turns = [u for u in self.call.said_by(self.who) if u.start < anchor.start + slack]
            return hit.utterance in turns[-int(limit.number) :]
        return limit is None or end > anchor.start - self._seconds(limit)

    def _after(self, anchor: Hit, hit: Hit, slack: float) -> bool:
        if hit.start < anchor.end - slack:
            return False
        start = min(hit.start, hit.utterance.start) if hit.utterance else hit.start
        limit = self.within
        if limit and limit.unit == "turns":
            turns = [u for u in self.call.said_by(self.who) if u.end > anchor.end - slack]
            return hit.utterance in turns[: int(limit.number)]
        return limit is None or start < anchor.end + self._seconds(limit)

    def _seconds(self, limit: Amount) -> float:
        if limit.unit == "percent":
            return self.call.talk.seconds * limit.number / 100
        return limit.number

    def _broken(self, anchor: Hit, hit: Hit) -> bool:
        """Before: the other side says something of its own on the way. After: the same, once this side has begun."""
        others = [
            u
            for u in self.call.said_by("any")
            if u.role != hit.speaker and u is not anchor.utterance and not is_short(u)
        ]
        if self.place == "before":
            return any(hit.start < u.start and u.end <= anchor.start + SLACK for u in others)
        turns = [u for u in self.call.said_by(self.who) if u.start >= anchor.end - SLACK]
        begun = turns[0].start if turns else hit.start
        return any(begun < u.start < hit.start for u in others)
