"""Where in a recording something private is heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ...audio.cover import Cover
from ...transcribe.transcript import Utterance
from .private import Private

PAD = 0.25  # seconds around it: 90 % of words are timed to within 0.16 s at their start and 0.25 at their end


def covers(utterances: Sequence[Utterance], found: Sequence[Private]) -> tuple[Cover, ...]:
    """A tone for each private place, on the channel of who says it.

    On the other channels the same stretch is silenced while nobody speaks there: the line leaks, and what leaks are the
    same words.
    """
    out: list[Cover] = []
    others = sorted({u.channel for u in utterances})
    for one in found:
        utterance = utterances[one.utterance]
        start, end = heard(utterance, one.start, one.end)
        out.append(Cover(utterance.channel, start, end))
        for channel in others:
            if channel != utterance.channel:
                talk = [u for u in utterances if u.channel == channel]
                out += [Cover(channel, a, b, tone=False) for a, b in _quiet(start, end, talk)]
    return tuple(out)


def heard(utterance: Utterance, first: int, last: int) -> tuple[float, float]:
    """When the characters [first, last) are said, in seconds, with some to spare; all of it if that is not known."""
    said = _timed(utterance)
    written = [(at, char) for at, char in enumerate(utterance.text) if char.isalnum()]
    inside = [n for n, (at, _) in enumerate(written) if first <= at < last]
    if not said or not inside:
        return utterance.start - PAD, utterance.end + PAD
    places = _aligned([char for char, _, _ in said], [char for _, char in written])
    low = max((places[n] + 1 for n in range(inside[0]) if n in places), default=0)
    high = min(
        (places[n] for n in range(inside[-1] + 1, len(written)) if n in places), default=len(said)
    )
    own = [places[n] for n in inside if n in places]
    low, high = min([low, *own]), max([high, *(place + 1 for place in own)])
    if low >= high:
        return utterance.start - PAD, utterance.end + PAD
    return max(0.0, said[low][1] - PAD), said[high - 1][2] + PAD


def _timed(utterance: Utterance) -> list[tuple[str, float, float]]:
    """The characters of its words, each with start and end."""
    out: list[tuple[str, float, float]] = []
    for word in utterance.words:
        chars = [char for char in word.text if char.isalnum()]
        step = (word.end - word.start) / len(chars) if chars else 0.0
        out += [
            (c, word.start + n * step, word.start + (n + 1) * step) for n, c in enumerate(chars)
        ]
    return out


def _aligned(said: list[str], written: list[str]) -> dict[int, int]:
    """Of written characters which said one they are; writing words down may change some."""
    if len(said) == len(written):
        return {n: n for n in range(len(written))}
    matcher = SequenceMatcher(None, said, written, autojunk=False)
    return {
        match.b + n: match.a + n
        for match in matcher.get_matching_blocks()
        for n in range(match.size)
    }


def _quiet(start: float, end: float, talk: Sequence[Utterance]) -> Iterator[tuple[float, float]]:
    """What is left of a stretch outside of some utterances."""
    at = start
    for one in sorted(talk, key=lambda u: u.start):
        if one.end <= at or one.start >= end:
            continue
        if one.start > at:
            yield at, one.start
        at = max(at, one.end)
    if at < end:
        yield at, end
