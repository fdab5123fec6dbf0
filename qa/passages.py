"""Where in a call a phrase is said, with the turns around."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..scoring.alike import alike
from ..scoring.call import ScoredCall, Side
from ..scoring.pinyin import WALL, Syllable, syllables
from ..scoring.speech import Speech
from ..transcribe.transcript import Utterance
from .result import Judged

AROUND = 1  # utterances shown before and after


@dataclass(frozen=True)
class Passage:
    """A place of a phrase: seconds, the words as they were written, and the utterances from before to after."""

    start: float
    end: float
    text: str
    utterances: tuple[Utterance, ...]


def passages(judged: Judged, duration: float, phrase: str, who: Side) -> list[Passage]:
    """Where the phrase, or what sounds like it, is said; `who` as in a search."""
    call = ScoredCall(judged.transcript, judged.events, duration)
    sides: tuple[Side, ...] = ("agent", "customer") if who == "any" else (who,)
    speeches = [call.speech(side) for side in (sides if call.roles_known else ("any",))]
    found = [one for speech in speeches for one in _in(speech, phrase, judged)]
    return sorted(found, key=lambda passage: passage.start)


def of_item(judged: Judged, item: str) -> list[Passage]:
    """The evidence of an item's verdict."""
    card = next((one for one in judged.scorecard.items if one.id == item), None)
    return [
        Passage(e.start, e.end, e.text, _during(judged.transcript.utterances, e.start, e.end))
        for e in (card.finding.evidence if card else ())
    ]


def longest(judged: Judged, kind: str) -> list[Passage]:
    """The longest hold or silence; empty where there is none."""
    spans = judged.events.holds if kind == "hold" else judged.events.silences
    if not spans:
        return []
    one = max(spans, key=lambda span: span.end - span.start)
    return [at(judged, one.start, one.end)]


def at(judged: Judged, start: float, end: float) -> Passage:
    """The passage between two moments."""
    return Passage(start, end, "", _during(judged.transcript.utterances, start, end))


def _during(utterances: Sequence[Utterance], start: float, end: float) -> tuple[Utterance, ...]:
    """The utterances of a time, and those around."""
    said = {one for one in utterances if one.start < end and start < one.end}
    if said:
        return _around(utterances, said)
    at = sum(one.end <= start for one in utterances)
    return tuple(utterances[max(0, at - AROUND) : at + AROUND])


def _in(speech: Speech, phrase: str, judged: Judged) -> list[Passage]:
    wanted = [alike(s) for s in syllables(phrase)]
    heard = [_token(s) for s in speech.syllables]
    size = len(wanted)
    found: list[Passage] = []
    for at in range(len(heard) - size + 1):
        if heard[at : at + size] == wanted:
            start, end = speech.time(at, at + size)
            said = {speech.utterance(at), speech.utterance(at + size - 1)}
            around = _around(judged.transcript.utterances, said)
            found.append(Passage(start, end, speech.text(at, at + size), around))
    return found


def _token(syllable: Syllable) -> str:
    return "" if syllable is WALL else alike(syllable)


def _around(utterances: Sequence[Utterance], said: set[Utterance]) -> tuple[Utterance, ...]:
    at = [n for n, utterance in enumerate(utterances) if utterance in said]
    return tuple(utterances[max(0, at[0] - AROUND) : at[-1] + 1 + AROUND]) if at else tuple(said)
