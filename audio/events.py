"""Rings, holds and silences of a call, from who spoke and what sounded.

Definitions: a hold is hold music or a hold tone of 5 s or more, an announced silence of 10 s or more, or a mutual
silence of 20 s or more between the first and the last word; a shorter mutual silence from 3 s on is dead air.
Announcements are words, so that the last word on holds is spoken when there is a transcript (`announced`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from .interval import Interval, union
from .sounds import Sound

HoldKind = Literal["music", "tone", "silence"]

MIN_MUSIC_HOLD = 5.0
MIN_ANNOUNCED_HOLD = 10.0
MIN_SILENT_HOLD = 20.0
MIN_DEAD_AIR = 3.0
# share of a gap that tones and the pauses between them fill from which on it is a hold
_FILLED = 0.6
_CADENCE = 4.5  # seconds between the bursts of one tone, at most: ring-back is off for 4
_BEEPS = 20.0  # seconds from one beep of a hold tone to the next, at most
_SLACK = 3.0  # seconds around hold music that belong to the talk before and after it
_AFTER_ANNOUNCEMENT = 1.5  # seconds from the announcement's end to the silence


@dataclass(frozen=True)
class Hold(Interval):
    """The customer waits while the agent is away."""

    kind: HoldKind


@dataclass(frozen=True)
class Rings:
    """Ring-back heard before the answer: how often, and seconds from the first tone to the first word or last pause."""

    count: int
    seconds: float


@dataclass(frozen=True)
class CallEvents:
    """Everything of a call that is not speech."""

    holds: tuple[Hold, ...]
    silences: tuple[Interval, ...]
    rings: Rings | None


def find_events(
    speech: Sequence[Interval], sounds: Sequence[Sound], announced: Sequence[float] = ()
) -> CallEvents:
    """Tell holds, silences and rings.

    Args:
        speech: what the parties say, in any order.
        sounds: of all channels, each channel's in order.
        announced: when announcements of a wait end, in seconds.
    """
    spoken = union(speech)
    holds: list[Hold] = []
    silences: list[Interval] = []
    for before, after in pairwise(spoken):
        gap = Interval(before.end, after.start)
        if gap.seconds < MIN_DEAD_AIR:
            continue
        hold = _hold(gap, sounds, announced)
        if hold:
            holds.append(hold)
        else:
            silences.append(gap)
    return CallEvents(tuple(holds), tuple(silences), _rings(sounds, spoken))


def _hold(gap: Interval, sounds: Sequence[Sound], announced: Sequence[float]) -> Hold | None:
    played = union([s for s in sounds if s.kind == "music" and s.shared(gap) > 0])
    if sum(stretch.shared(gap) for stretch in played) >= MIN_MUSIC_HOLD:
        music = Interval(max(played[0].start, gap.start), min(played[-1].end, gap.end))
        start = music.start if music.start - gap.start <= _SLACK else gap.start
        end = music.end if gap.end - music.end <= _SLACK else gap.end
        return Hold(round(start, 3), round(end, 3), "music")
    tones = [s for s in sounds if s.kind in ("tone", "ring", "busy")]
    if gap.seconds >= MIN_MUSIC_HOLD and _toned(gap, tones):
        return Hold(gap.start, gap.end, "tone")
    told = any(abs(gap.start - end) <= _AFTER_ANNOUNCEMENT for end in announced)
    if gap.seconds >= (MIN_ANNOUNCED_HOLD if told else MIN_SILENT_HOLD):
        return Hold(gap.start, gap.end, "silence")
    return None


def _toned(gap: Interval, tones: Sequence[Sound]) -> bool:
    """Whether a gap is filled by a tone or its cadence, or by beeps that come evenly and at no other time of the call:
    those of a recorder go on throughout.
    """
    inside = [tone for tone in tones if tone.shared(gap) > 0]
    filled = sum(stretch.shared(gap) for stretch in union(inside, closing=_CADENCE))
    if filled >= max(MIN_MUSIC_HOLD, _FILLED * gap.seconds):
        return True
    steps = [after.start - before.start for before, after in pairwise(inside)]
    even = len(steps) > 1 and max(steps) <= min(_BEEPS, 1.2 * min(steps))
    spread = bool(inside) and inside[-1].end - inside[0].start >= _FILLED * gap.seconds
    return even and spread and len(tones) < 2 * len(inside)


def _rings(sounds: Sequence[Sound], spoken: Sequence[Interval]) -> Rings | None:
    """The rings before the first word, of the channel that has most of them."""
    best: Rings | None = None
    for channel in {s.channel for s in sounds}:
        rung = [s for s in sounds if s.channel == channel and s.kind == "ring"]
        rung = [s for s in rung if not spoken or s.start < spoken[0].start]
        if rung and (best is None or _count(rung) > best.count):
            end = spoken[0].start if spoken else rung[-1].end
            best = Rings(_count(rung), round(end - rung[0].start, 2))
    return best


def _count(rung: Sequence[Sound]) -> int:
    """Rings of a British pair count as one."""
    return 1 + sum(after.start - before.end > 1.0 for before, after in pairwise(rung))
