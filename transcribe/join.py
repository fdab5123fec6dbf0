"""Joins what was recognised with who spoke: words of windows become utterances of speakers, in call time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10

from ..audio.turns import SYSTEM, Turn
from .engine import Hypothesis
from .floor import Placed, Timeline, owners
from .text import is_loop, is_phantom, written
from .transcript import UNHEARD, Utterance, Word
from .window import Window

PAUSE = 1.0  # seconds between two turns of one speaker from which on they are two utterances

UNDER = 0.4  # seconds from which on a turn under another's is somebody's, and not the end of a word


@dataclass(frozen=True)
class Recognised:
    """A window with its text."""

    window: Window
    hypothesis: Hypothesis


def join(
    recognised: Sequence[Recognised],
    turns: Sequence[Turn],
    floor: Sequence[Turn],
    channels: int,
    vocabulary: Sequence[str] = (),
) -> tuple[Utterance, ...]:
    """Utterances in time order; the roles are still unknown.

    A word belongs to whoever has the floor at its middle, or next to it (`floor` has no overlap on a channel), and to
    that speaker's turn there, which may overlap others. Turns of one speaker that nobody interrupts are one utterance
    if less than PAUSE seconds lie between them. Turns without words are dropped, but for those without the floor:
    that somebody says something there is heard, though not what.
    """
    words: dict[Turn, list[Placed]] = {}
    own = {
        speaker: Timeline([t for t in turns if (t.channel, t.speaker) == speaker])
        for speaker in {(t.channel, t.speaker) for t in turns}
    }
    language = recognised[-1].hypothesis.language if recognised else "zh"
    for channel in range(channels):
        spoken = [p for item in recognised if item.window.channel == channel for p in _placed(item)]
        spoken.sort(key=lambda placed: placed.word.start)
        has_floor = owners(spoken, [turn for turn in floor if turn.channel == channel])
        for placed, piece in zip(spoken, has_floor, strict=True):
            if piece and (turn := _turn_of(piece, own)):
                words.setdefault(turn, []).append(placed)
    utterances = [
        _utterance(group, words, language) for group in _grouped([t for t in turns if t in words])
    ]
    sound = [u for u in utterances if not is_phantom(u.text, vocabulary) and not is_loop(u.text)]
    return tuple(sorted([*sound, *_under(turns, floor, own)], key=lambda u: (u.start, u.end)))


def _under(
    turns: Sequence[Turn], floor: Sequence[Turn], own: Mapping[tuple[int, int], Timeline]
) -> list[Utterance]:
    """Utterances of the turns that lie under another's as long as they last."""
    had = {_turn_of(piece, own) for piece in floor}
    under = [turn for turn in turns if turn not in had and turn.end - turn.start >= UNDER]
    return [
        Utterance(t.speaker, "unknown", t.start, t.end, UNHEARD, 0.0, (), t.channel, t.loudness)
        for t in under
        if t.speaker != SYSTEM
    ]


def _turn_of(piece: Turn, own: Mapping[tuple[int, int], Timeline]) -> Turn | None:
    """The speaker's turn that a piece of the floor lies in."""
    line = own.get((piece.channel, piece.speaker))
    at = line.nearest((piece.start + piece.end) / 2) if line else None
    return line.turns[at] if line and at is not None else None


def _placed(item: Recognised) -> list[Placed]:
    window, hypothesis = item.window, item.hypothesis
    out = []
    for index, word in enumerate(hypothesis.words):
        piece = window.piece_at((word.start + word.end) / 2)
        start, end = window.call_time(word.start, piece), window.call_time(word.end, piece)
        placed = Word(word.text, start, max(start, end), word.probability)
        out.append(Placed(placed, window.channel, index in hypothesis.breaks))
    return out


def _grouped(turns: Sequence[Turn]) -> list[list[Turn]]:
    groups: list[list[Turn]] = []
    for turn in sorted(turns, key=lambda t: (t.start, t.end)):
        last = groups[-1][-1] if groups else None
        if (
            last
            and last.speaker == turn.speaker
            and last.channel == turn.channel
            and turn.start - last.end < PAUSE
        ):
            groups[-1].append(turn)
        else:
            groups.append([turn])
    return groups


def _utterance(turns: Sequence[Turn], words: dict[Turn, list[Placed]], language: str) -> Utterance:
    placed = sorted((p for turn in turns for p in words[turn]), key=lambda p: p.word.start)
    spoken = tuple(p.word for p in placed)
    breaks = [index for index, p in enumerate(placed) if p.phrase]
    confidence = sum(w.probability for w in spoken) / len(spoken)
    return Utterance(
        speaker=turns[0].speaker,
        role="system" if turns[0].speaker == SYSTEM else "unknown",
        start=turns[0].start,
        end=max(turn.end for turn in turns),
        text=written(spoken, breaks, language),
        confidence=round(confidence, 3),
        words=spoken,
        channel=turns[0].channel,
        loudness=_loudness(turns),
    )


def _loudness(turns: Sequence[Turn]) -> float | None:
    """The mean power of the turns, in dB; long ones count for more."""
    known = [(t.interval.seconds, t.loudness) for t in turns if t.loudness is not None]
    total = sum(seconds for seconds, _ in known)
    power = sum(seconds * 10 ** (level / 10) for seconds, level in known)
    return round(10 * log10(power / total), 1) if total else None
