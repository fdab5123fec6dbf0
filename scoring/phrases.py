"""The phrase patterns of checklists: how they are written, and where they are said.

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

from .matching import Fragments, Match
from .pinyin import ANY_DIGIT, ANY_SURNAME, Syllable, syllables
from .speech import Speech

GAP = 12  # syllables that `*` may cover
SURE = 0.82  # confidence from which on a phrase was said
MAYBE = 0.74  # confidence from which on it may have been
NEARLY = 0.55  # confidence from which on an explanation tells of it
# By syllables: short fragments must sound nearly the same; something always sounds a little like them.
SHORT_LEAST = {1: 0.9, 2: 0.9, 3: 0.85, 4: 0.78}
DOUBT = 0.15  # how much a phrase loses of whose words the recogniser is not sure at all
KEPT = 20  # ways to say the first fragments of a phrase that are followed up
_MOST_CHOICES = 400

Slots = Mapping[str, Sequence[str]]


class PatternError(ValueError):
    """A pattern is not well formed."""


@dataclass(frozen=True)
class Found:
    """A phrase in a speech: syllables [start, end), and how sure it is that it was said, 0 to 1."""

    pattern: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True)
class _Reading:
    """One reading of a pattern: parts in order with gaps between; each part the numbers of fragments, any of which."""

    pattern: str
    parts: tuple[tuple[int, ...], ...]
    starts_clause: bool
    ends_clause: bool


class PhraseSet:
    """Patterns with their slots filled, to be looked for together."""

    def __init__(self, patterns: Iterable[str], slots: Slots) -> None:
        places: dict[tuple[tuple[str, str], ...], int] = {}
        fragments: list[tuple[Syllable, ...]] = []

        def number(fragment: tuple[Syllable, ...]) -> int:
            at = places.setdefault(tuple(s.symbol for s in fragment), len(fragments))
            if at == len(fragments):
                fragments.append(fragment)
            return at

        self._readings = [
            _Reading(
                pattern,
                tuple(tuple(number(fragment) for fragment in part) for part in _parts(reading)),
                reading.startswith("^"),
                reading.endswith("$"),
            )
            for pattern in patterns
            for reading in expand(pattern, slots)
        ]
        self._sizes = [len(fragment) for fragment in fragments]
        self._sought = Fragments(fragments)

    def __bool__(self) -> bool:
        return bool(self._readings)

    def find(self, speech: Speech, least: float = MAYBE) -> list[Found]:
        """Where the phrases are said with a confidence of at least `least`, in order; the best of what overlaps."""
        return _apart(self.find_all(speech, least))

    def find_all(self, speech: Speech, least: float = MAYBE) -> list[Found]:
        """The same with all that overlap."""
        lenient = least - MAYBE  # 0, and below it for what was nearly said
        bars = [min(1.0, max(least, SHORT_LEAST.get(n, 0.0) + min(0.0, lenient))) for n in self._sizes]  # fmt: skip
        matches = self._sought.find(speech.sounds, bars)
        return [
            Found(reading.pattern, m.start, m.end, confidence)
            for reading in self._readings
            for m in self._said(reading, matches, speech)
            if (confidence := m.score * speech.trust(m.start, m.end, DOUBT)) >= least
        ]

    def _said(
        self, reading: _Reading, matches: Sequence[list[Match]], speech: Speech
    ) -> Iterator[Match]:
        whole = [(Match(0, 0, 1.0), 0)]  # with the syllables of the phrase so far
        for number, part in enumerate(reading.parts):
            step = []
            for fragment in part:
                size = self._sizes[fragment]
                for match in matches[fragment]:
                    for before, weight in whole:
                        gap = match.start - before.end
                        if number and not (
                            gap == 0
                            or (0 < gap <= GAP and speech.unbroken(before.end, match.start))
                        ):
                            continue
                        score = (before.score * weight + match.score * size) / (weight + size)
                        first = match.start if number == 0 else before.start
                        step.append((Match(first, match.end, score), weight + size))
            step.sort(key=lambda found: -found[0].score)
            whole = step if number + 1 == len(reading.parts) else step[:KEPT]
        for match, _ in whole:
            if reading.starts_clause and not speech.begins_clause(match.start):
                continue
            if reading.ends_clause and not speech.ends_clause(match.end - 1):
                continue
            yield match


@lru_cache(maxsize=4096)
def phrase_set(patterns: tuple[str, ...], slots: tuple[tuple[str, tuple[str, ...]], ...]) -> PhraseSet:  # fmt: skip
    """The set of these patterns, made once."""
    return PhraseSet(patterns, dict(slots))


def _apart(found: list[Found]) -> list[Found]:
    """The best of what overlaps, in order; of equals the longer."""
    taken: list[Found] = []
    for one in sorted(found, key=lambda f: (-f.confidence, f.start - f.end)):
        if all(one.end <= other.start or other.end <= one.start for other in taken):
            taken.append(one)
    return sorted(taken, key=lambda f: f.start)


def expand(pattern: str, slots: Slots) -> tuple[str, ...]:
    """The pattern's readings with slots filled in, and choices decided that have gaps; none where a slot has no value.

    Raises:
        PatternError: there are more than 400 readings.
    """
    names = slot_names(pattern)
    known = {name: tuple(_plain(value) for value in values) for name, values in slots.items()}
    known |= {"surname": (ANY_SURNAME,), "digit": (ANY_DIGIT,)}
    return _expanded(pattern, tuple((name, known.get(name, ())) for name in names))


def slot_names(pattern: str) -> tuple[str, ...]:
    """The names of the slots in a pattern, each once."""
    return tuple(dict.fromkeys(re.findall(r"\{(\w+)\}", pattern)))


@lru_cache(maxsize=1024)
def _plain(name: str) -> str:
    """A name without marks that mean something in a pattern; "" where less than two syllables of it can be heard.

    A foreign word is one syllable in comparisons, and is enough unless it is very short.
    """
    bare = re.sub(r"[^\w\s]|_", " ", name).strip()
    return bare if len(syllables(bare)) > 1 or re.fullmatch(r"[A-Za-z']{3,}", bare) else ""


@lru_cache(maxsize=4096)
def _expanded(pattern: str, slots: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    filled = [pattern]
    for name, values in slots:
        filled = [p.replace(f"{{{name}}}", value) for p in filled for value in values if value]
    return tuple(reading for text in filled for reading in _choices(text, _GAP_INSIDE, pattern))


_GAP_INSIDE = re.compile(r"\(([^()]*\*[^()]*)\)")  # a choice one of whose branches has a gap
_CHOICE = re.compile(r"\(([^()]*)\)")


def _choices(text: str, kind: re.Pattern[str], pattern: str) -> list[str]:
    """The text with every choice of a kind decided in all ways."""
    done, waiting = list[str](), [text]
    while waiting:
        one = waiting.pop(0)
        inner = kind.search(one)
        if inner is None:
            done.append(one)
        else:
            waiting += [
                one[: inner.start()] + c + one[inner.end() :] for c in inner.group(1).split("|")
            ]
        if len(done) + len(waiting) > _MOST_CHOICES:
            raise PatternError(f"more than {_MOST_CHOICES} readings: {pattern}")
    return done


@lru_cache(maxsize=8192)
def _parts(reading: str) -> tuple[tuple[tuple[Syllable, ...], ...], ...]:
    """Between the gaps of a reading the fragments that may stand there; a part that may be empty is left out."""
    out = []
    for part in reading.removeprefix("^").removesuffix("$").split("*"):
        texts = _choices(part, _CHOICE, reading)
        if any("(" in text or ")" in text for text in texts):
            raise PatternError(f"unpaired bracket: {reading}")
        if any("^" in text or "$" in text for text in texts):
            raise PatternError(f"^ stands at the beginning and $ at the end only: {reading}")
        fragments = [syllables(text) for text in texts]
        if all(fragments):
            out.append(tuple(fragments))
    if not out:
        raise PatternError(f"nothing to say in: {reading!r}")
    return tuple(out)


def compile_check(pattern: str) -> None:
    """Raise PatternError where a pattern can never be used."""
    for reading in expand(pattern, dict.fromkeys(slot_names(pattern), ("某某",))):
        _parts(reading)
