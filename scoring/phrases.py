"""The phrase patterns of checklists, and where they are said.

您好*有什么(可以|能)帮     `*` is a gap of up to 12 syllables, `(a|b)` a choice, `(a|)` an option
^喂$                      `^` and `$`: the phrase begins or ends a clause or the utterance
{company}为您服务          a slot: any of its values; a pattern whose slot has no value is left out
{surname}先生             any of the hundred most frequent surnames, by sound
{digit}{digit}号          any digits
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..transcribe.transcript import Utterance
from .pinyin import ANY_DIGIT, ANY_SURNAME, Match, Syllable, find, syllables

GAP = 12  # syllables that `*` may cover
MAYBE = 0.74  # from here on a phrase may have been said
SURE = 0.82  # from here on it was
SHORT_LEAST = {
    1: 0.85,
    2: 0.85,
    3: 0.85,
    4: 0.78,
}  # by syllables: short fragments must sound nearly the same
_MOST_CHOICES = 400

Slots = Mapping[str, Sequence[str]]


class PatternError(ValueError):
    """A pattern is not well formed."""


@dataclass(frozen=True)
class Hit:
    """A phrase as an utterance says it; `score` is 1 where it sounds exactly so, `first` where it is how it begins."""

    utterance: Utterance
    pattern: str
    score: float
    said: str
    first: bool = False

    @property
    def sure(self) -> bool:
        return self.score >= SURE


@dataclass(frozen=True)
class _Phrase:
    """One reading of a pattern: fragments in order with gaps between."""

    fragments: tuple[tuple[Syllable, ...], ...]
    starts_clause: bool
    ends_clause: bool


def expand(pattern: str, slots: Slots) -> tuple[str, ...]:
    """The pattern's readings with choices and slots filled in; none where a slot has no value.

    Raises:
        PatternError: brackets do not pair, or there are more than 400 readings.
    """
    names = dict.fromkeys(re.findall(r"\{(\w+)\}", pattern))
    known = {name: tuple(_plain(value) for value in values) for name, values in slots.items()}
    known |= {"surname": (ANY_SURNAME,), "digit": (ANY_DIGIT,)}
    return _expanded(pattern, tuple((name, known.get(name, ())) for name in names))


@lru_cache(maxsize=1024)
def _plain(name: str) -> str:
    """A name without marks that mean something in a pattern; "" where less than two syllables of it can be heard."""
    bare = re.sub(r"[^\w\s]|_", " ", name).strip()
    return bare if len(syllables(bare)) > 1 else ""


@lru_cache(maxsize=4096)
def _expanded(pattern: str, slots: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    filled = [pattern]
    for name, values in slots:
        filled = [p.replace(f"{{{name}}}", value) for p in filled for value in values if value]
    readings: list[str] = []
    for text in filled:
        choices = _choices(text)
        if len(choices) > _MOST_CHOICES:
            raise PatternError(f"more than {_MOST_CHOICES} readings: {pattern}")
        readings += choices
    return tuple(readings)


def _choices(text: str) -> list[str]:
    inner = re.search(r"\(([^()]*)\)", text)
    if inner is None:
        if "(" in text or ")" in text:
            raise PatternError(f"unpaired bracket: {text}")
        return [text]
    out: list[str] = []
    for choice in inner.group(1).split("|"):
        out += _choices(text[: inner.start()] + choice + text[inner.end() :])
    return out


@lru_cache(maxsize=4096)
def _phrase(reading: str) -> _Phrase:
    body = reading.removeprefix("^").removesuffix("$")
    fragments = tuple(syllables(part) for part in body.split("*") if syllables(part))
    if not fragments:
        raise PatternError(f"nothing to say in: {reading!r}")
    return _Phrase(fragments, reading.startswith("^"), reading.endswith("$"))


def compile_check(pattern: str) -> None:
    """Raise PatternError where a pattern can never be used."""
    names = re.findall(r"\{(\w+)\}", pattern)
    for reading in expand(pattern, dict.fromkeys(names, ("某某",))):
        _phrase(reading)


def hits(patterns: Iterable[str], utterances: Sequence[Utterance], slots: Slots) -> list[Hit]:
    """The best hit of each utterance that says one of the patterns, in time order; `sure` ones and maybes."""
    phrases = [(p, _phrase(reading)) for p in patterns for reading in expand(p, slots)]
    out = []
    for utterance in utterances:
        best: Hit | None = None
        heard = syllables(utterance.text)
        for pattern, phrase in phrases:
            for match in _said(phrase, heard):
                if best is None or match.score > best.score:
                    said = "".join(s.char for s in heard[match.start : match.end])
                    best = Hit(utterance, pattern, match.score, said, match.start == 0)
        if best:
            out.append(best)
    return out


def _said(phrase: _Phrase, heard: tuple[Syllable, ...]) -> Iterator[Match]:
    whole = [Match(0, 0, 1.0)]
    weight = 0
    for number, fragment in enumerate(phrase.fragments):
        least = SHORT_LEAST.get(len(fragment), MAYBE)
        found = find(fragment, heard, least)
        step = []
        for before in whole:
            for match in found:
                gap = match.start - before.end
                if number and not 0 <= gap <= GAP:
                    continue
                score = before.score * weight + match.score * len(fragment)
                first = match.start if number == 0 else before.start
                step.append(Match(first, match.end, score / (weight + len(fragment))))
        whole = sorted(step, key=lambda m: -m.score)[:20]
        weight += len(fragment)
    for match in whole:
        begins = match.start == 0 or heard[match.start - 1].clause != heard[match.start].clause
        last = match.end - 1
        ends = match.end == len(heard) or heard[match.end].clause != heard[last].clause
        if (begins or not phrase.starts_clause) and (ends or not phrase.ends_clause):
            yield match
