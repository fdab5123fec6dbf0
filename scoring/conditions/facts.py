"""Conditions about what is known of a call from elsewhere than its audio."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ...lang import Text
from ..call import CallFacts
from .base import Condition, Judgement, Outcome, Truth

OneOrMore = str | tuple[str, ...]
NAMES = {
    "direction": Text("direction", "呼叫方向"),
    "queue": Text("queue", "队列"),
    "agent_id": Text("agent", "坐席"),
    "group": Text("group", "班组"),
    "hung_up_by": Text("who hung up", "挂机方"),
    "holiday": Text("public holiday", "法定节假日"),
}


class Wanted(BaseModel):
    """What the metadata should say; of several values one."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    direction: OneOrMore | None = None
    queue: OneOrMore | None = None
    agent_id: OneOrMore | None = None
    group: OneOrMore | None = None
    hung_up_by: Literal["agent", "customer"] | None = None
    holiday: bool | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(f"say what is wanted: {', '.join(NAMES)}")
        return self


class Metadata(Condition):
    """The call's metadata say so. What is missing there is taken for no, or for `unsure` if that is said."""

    metadata: Wanted
    if_missing: Literal["no", "unsure"] = Field(default="no")

    def find(self, judgement: Judgement) -> Outcome:
        singles = [
            self._one(name, getattr(self.metadata, name), judgement.call.facts)
            for name in NAMES
            if name in self.metadata.model_fields_set
        ]
        return min(singles, key=lambda outcome: outcome.truth)

    def _one(self, name: str, wanted: str | tuple[str, ...] | bool, facts: CallFacts) -> Outcome:
        title, known = NAMES[name], _known(name, facts)
        if known is None:
            reason = Text(f"not known: {title.en}", f"未知：{title.zh}")
            return Outcome(Truth.NO if self.if_missing == "no" else Truth.MAYBE, reason)
        values = wanted if isinstance(wanted, tuple) else (wanted,)
        reason = Text(f"{title.en}: {known}", f"{title.zh}：{known}")
        return Outcome(Truth.YES if known in values else Truth.NO, reason)

    def label(self) -> Text:
        given = {n: getattr(self.metadata, n) for n in NAMES if n in self.metadata.model_fields_set}
        return Text(
            ", ".join(f"{NAMES[n].en} = {v}" for n, v in given.items()),
            "，".join(f"{NAMES[n].zh} = {v}" for n, v in given.items()),
        )


def _known(name: str, facts: CallFacts) -> str | bool | None:
    if name == "holiday":
        from ..public_holidays import is_public_holiday

        return is_public_holiday(facts.started_at)
    known: str | None = getattr(facts, name)
    return known
