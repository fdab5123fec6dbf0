"""Conditions about what is said: phrases by their sound, regular expressions, repetition, what is left over."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

import regex
from pydantic import AfterValidator, Field

from ...lang import Text
from ...transcribe.transcript import Utterance
from ..phrases import MAYBE, NEARLY, SURE, Found, PhraseSet, compile_check, phrase_set
from ..pinyin import syllables
from ..speech import Speech, moment
from .base import Hit, Judgement, Outcome, Truth
from .placed import SIDES, Graded, Placed

if TYPE_CHECKING:  # at run time the union of all kinds, which __init__.py puts here
    from .base import Condition as AnyCondition  # noqa: F401


CLEARLY = 0.88  # confidence from which on an exception excuses what it overlaps
COVERS = 0.66  # confidence from which on what is said may be one of the usual phrases, misheard
PATIENCE = 0.2  # seconds that the regular expressions of one condition may take for one call
ALIKE_SENTENCES = (
    0.8  # share of syllables that two sentences have in common if one repeats the other
)


def _pattern(text: str) -> str:
    if not text.startswith("@"):
        compile_check(text)
    elif len(text) == 1:
        raise ValueError("the name of a phrase set is missing after @")
    return text


Patterns = Annotated[
    tuple[Annotated[str, AfterValidator(_pattern), Field(min_length=1)], ...], Field(min_length=1)
]


def _hit(found: Found, speech: Speech, who: str, sure: float) -> Hit:
    utterance = speech.utterance(found.start)
    start, end = speech.time(found.start, found.end)
    return Hit(
        utterance.role if who == "any" else who, start, end, speech.text(found.start, found.end),
        found.pattern, round(found.confidence, 3), found.confidence >= sure, utterance,
        speech.begins_utterance(found.start),
    )  # fmt: skip


class Say(Graded):
    """One of the phrases is said, going by its sound.

    Attributes:
        say: the patterns (docs/checklists.md), or `@name` of a phrase set.
        without: patterns that take the meaning from a phrase which they overlap (`except`).
    """

    say: Patterns
    without: Patterns | None = Field(default=None, alias="except")
    sure: float = Field(default=SURE, gt=0, le=1)
    maybe: float = Field(default=MAYBE, gt=0, le=1)

    def cannot(self, judgement: Judgement) -> Text | None:
        cannot = super().cannot(judgement)
        if cannot or self._set(judgement, self.say):
            return cannot
        names = ", ".join(self.say)
        return Text(
            f"the names for {names} are not known: settings or metadata would have them",
            f"缺少 {names} 所需的名称（可在设置或元数据中提供）",
        )

    def hits(self, judgement: Judgement) -> list[Hit]:
        return self._heard(judgement, self.maybe)

    def nearly(self, judgement: Judgement) -> list[Hit]:
        return [hit.doubted() for hit in self._heard(judgement, NEARLY)]

    def _heard(self, judgement: Judgement, least: float) -> list[Hit]:
        speech = judgement.call.speech(self.who)
        found = self._set(judgement, self.say).find(speech, least)
        if found and self.without:
            harmless = self._set(judgement, self.without).find(speech, CLEARLY)
            found = [
                f for f in found if all(f.end <= h.start or h.end <= f.start for h in harmless)
            ]
        return [_hit(f, speech, self.who, self.sure) for f in found]

    @staticmethod
    def _set(judgement: Judgement, patterns: tuple[str, ...]) -> PhraseSet:
        return phrase_set(judgement.patterns(patterns), judgement.slots)

    def patterns(self) -> tuple[str, ...]:
        return (*self.say, *(self.without or ()))

    def label(self) -> Text:
        who, count = SIDES[self.who], len(self.say)
        shown = " / ".join(self.say[:3]) + (" …" if count > 3 else "")
        return Text(
            f"{who.en} says one of {count}: {shown}", f"{who.zh}说出以下之一（{count}）：{shown}"
        )


class Beyond(Placed):
    """Something else is said than these phrases: at least `least` syllables of one clause are left over.

    `without` (`except`): what is left over after, or around, one of these in the same clause does not count.
    """

    beyond: Patterns
    without: Patterns | None = Field(default=None, alias="except")
    least: int = Field(default=3, ge=1)

    def hits(self, judgement: Judgement) -> list[Hit]:
        speech = judgement.call.speech(self.who)
        found, harmless = (
            phrase_set(judgement.patterns(patterns or ()), judgement.slots).find_all(speech, least)
            for patterns, least in ((self.beyond, COVERS), (self.without, MAYBE))
        )
        left = speech.left_over([(f.start, f.end) for f in found], self.least)
        return [
            _hit(Found("", start, end, 1.0), speech, self.who, SURE)
            for start, end in left
            if not any(h.start < end and speech.same_clause(h.start, start) for h in harmless)
        ]

    def patterns(self) -> tuple[str, ...]:
        return (*self.beyond, *(self.without or ()))

    def label(self) -> Text:
        who = SIDES[self.who]
        return Text(
            f"{who.en} says more than {len(self.beyond)} phrases",
            f"{who.zh}除 {len(self.beyond)} 个短语外还说了别的",
        )


def _regex(pattern: str) -> str:
    try:
        _compiled(pattern)
    except regex.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


class Regex(Placed):
    """One of the regular expressions matches an utterance as it is written; a search that takes long is given up."""

    regex: Annotated[
        tuple[Annotated[str, AfterValidator(_regex), Field(min_length=1)], ...],
        Field(min_length=1),
    ]

    def find(self, judgement: Judgement) -> Outcome:
        try:
            return super().find(judgement)
        except TimeoutError:
            return Outcome(
                Truth.MAYBE,
                Text(
                    f"the regular expression takes too long (over {PATIENCE} s): {' '.join(self.regex)}",
                    f"正则表达式匹配超时（超过 {PATIENCE} 秒）：{' '.join(self.regex)}",
                ),
            )

    def hits(self, judgement: Judgement) -> list[Hit]:
        until = time.perf_counter() + PATIENCE
        out: list[Hit] = []
        for pattern in self.regex:
            for utterance in judgement.call.speech(self.who).utterances:
                left = until - time.perf_counter()
                if left <= 0:
                    raise TimeoutError
                found = _compiled(pattern).finditer(utterance.text, timeout=left)
                out += [_spelled(m.start(), m.end(), pattern, utterance) for m in found]
        return sorted(out, key=lambda hit: hit.start)

    def label(self) -> Text:
        shown = " | ".join(self.regex)
        return Text(f"{SIDES[self.who].en} matches {shown}", f"{SIDES[self.who].zh}匹配 {shown}")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.IGNORECASE)


def _spelled(start: int, end: int, by: str, utterance: Utterance) -> Hit:
    """A hit at characters [start, end) of an utterance; its time from their share of the text."""
    return Hit(
        utterance.role, moment(utterance, start), moment(utterance, end), utterance.text[start:end], by,
        utterance.confidence, utterance=utterance, first=start == 0,
    )  # fmt: skip


class Repeat(Placed):
    """The same is said again: `again` further times a sentence of `least` syllables or more that sounds alike."""

    repeat: int = Field(ge=1)
    least: int = Field(default=6, ge=2)

    def hits(self, judgement: Judgement) -> list[Hit]:
        from rapidfuzz import fuzz

        speech = judgement.call.speech(self.who)
        sentences = [(u, [s.sound for s in syllables(u.text)]) for u in speech.utterances]
        sentences = [(u, sounds) for u, sounds in sentences if len(sounds) >= self.least]
        out = []
        for number, (utterance, sounds) in enumerate(sentences):
            ratios = [fuzz.ratio(sounds, other) / 100 for _, other in sentences[:number]]
            alike = [ratio for ratio in ratios if ratio >= ALIKE_SENTENCES]
            if len(alike) >= self.repeat:
                out.append(Hit(
                    utterance.role, utterance.start, utterance.end, utterance.text,
                    confidence=max(alike), utterance=utterance, first=True,
                ))  # fmt: skip
        return out

    def label(self) -> Text:
        who = SIDES[self.who]
        return Text(f"{who.en} repeats {self.repeat} times", f"{who.zh}重复 {self.repeat} 次")
