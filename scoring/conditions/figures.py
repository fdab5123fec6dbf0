"""Conditions about one figure of a call: rings, length, and how one side speaks."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Literal

from pydantic import Field

from ...audio.interval import Interval, union
from ...lang import Text
from ...transcribe.transcript import Utterance
from ..metrics import energy, energy_spread
from ..pinyin import syllables
from .base import Condition, Judgement, Outcome, Truth
from .clocks import Decibels, Limits
from .windows import Window, said_in, span_of


class Figure(Condition):
    """One figure of the call lies within the limits."""

    noun: ClassVar[Text]
    unit: ClassVar[str] = ""

    @property
    @abstractmethod
    def limits(self) -> Decibels: ...

    @abstractmethod
    def value(self, judgement: Judgement) -> float | None:
        """The figure; None where it is not known."""

    def find(self, judgement: Judgement) -> Outcome:
        cannot = self.cannot(judgement)
        if cannot:
            return Outcome(Truth.MAYBE, cannot)
        value = self.value(judgement)
        if value is None:
            return Outcome(Truth.NO, Text(f"{self.noun.en}: not known", f"{self.noun.zh}：未知"))
        reason = Text(f"{self.noun.en}: {value:.3g}{self.unit}", f"{self.noun.zh}：{value:.3g}{self.unit}")  # fmt: skip
        return Outcome(Truth.YES if self.limits.take(value) else Truth.NO, reason)

    def cannot(self, judgement: Judgement) -> Text | None:  # noqa: ARG002
        """Why nothing can be said about the call, if so."""
        return None

    def label(self) -> Text:
        limit = self.limits.told(self.unit)
        return Text(f"{self.noun.en}{limit.en}", f"{self.noun.zh}{limit.zh}")


class Rings(Figure):
    """How often it rings before the answer; holds for no limits where no ringing is heard."""

    noun: ClassVar[Text] = Text("rings before the answer", "接听前振铃声数")
    rings: Limits

    @property
    def limits(self) -> Limits:
        return self.rings

    def value(self, judgement: Judgement) -> float | None:
        rings = judgement.call.events.rings
        return None if rings is None else float(rings.count)


class Duration(Figure):
    """The length of the recording in seconds."""

    noun: ClassVar[Text] = Text("length of the call", "通话时长")
    unit: ClassVar[str] = " s"
    duration: Limits

    @property
    def limits(self) -> Limits:
        return self.duration

    def value(self, judgement: Judgement) -> float | None:
        return judgement.call.duration


class Spoken(Figure):
    """A figure of how one side speaks, in a part of the call."""

    who: Literal["agent", "customer"] = "agent"
    window: Window = Field(default="call", alias="in")

    def cannot(self, judgement: Judgement) -> Text | None:
        return judgement.unknown_roles

    def said(self, judgement: Judgement) -> list[Utterance]:
        """The side's utterances in the window."""
        return said_in(self.window, judgement.call, self.who)


class TalkShare(Spoken):
    """One side's share of all talk, in per cent."""

    noun: ClassVar[Text] = Text("share of the talk", "说话占比")
    unit: ClassVar[str] = " %"
    talk_share: Limits

    @property
    def limits(self) -> Limits:
        return self.talk_share

    def value(self, judgement: Judgement) -> float | None:
        span = span_of(self.window, judgement.call, self.who)
        talk = {
            side: sum(u.seconds for u in judgement.call.said_by(side) if span.start <= u.start <= span.end)
            for side in ("agent", "customer")
        }  # fmt: skip
        total = sum(talk.values())
        return 100 * talk[self.who] / total if total else None


class SpeechRate(Spoken):
    """Syllables per minute of one side."""

    noun: ClassVar[Text] = Text("speech rate", "语速")
    unit: ClassVar[str] = "/min"
    speech_rate: Limits

    @property
    def limits(self) -> Limits:
        return self.speech_rate

    def cannot(self, judgement: Judgement) -> Text | None:
        return judgement.unheard or super().cannot(judgement)

    def value(self, judgement: Judgement) -> float | None:
        said = self.said(judgement)
        seconds = sum(i.seconds for i in union([Interval(u.start, u.end) for u in said]))
        return 60 * sum(len(syllables(u.text)) for u in said) / seconds if seconds else None


class Energy(Spoken):
    """How loud one side speaks: mean dB of full scale (0 is the loudest that a recording holds)."""

    noun: ClassVar[Text] = Text("loudness", "音量")
    unit: ClassVar[str] = " dB"
    energy: Decibels

    @property
    def limits(self) -> Decibels:
        return self.energy

    def value(self, judgement: Judgement) -> float | None:
        return energy(self.said(judgement))


class EnergySpread(Spoken):
    """By how many dB the loudness of one side varies from utterance to utterance: little where speech is flat."""

    noun: ClassVar[Text] = Text("variation of loudness", "音量变化")
    unit: ClassVar[str] = " dB"
    energy_spread: Limits

    @property
    def limits(self) -> Limits:
        return self.energy_spread

    def value(self, judgement: Judgement) -> float | None:
        return energy_spread(self.said(judgement))
