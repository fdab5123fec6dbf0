"""What sounds on a channel besides people: call-progress tones, keys, fax, other tones, music.

Cadences: ring-back CN 450 Hz 1 s on 4 s off, EU 425 Hz 1/4, US 440+480 Hz 2/4, UK 400+450 Hz in pairs of 0.4 s; busy
and congestion 0.25 to 0.75 s on and off (CN 0.35/0.35 and 0.7/0.7, EU and US 0.5/0.5, US reorder 0.25/0.25); all of
ITU-T E.180. Key tones ITU-T Q.23; fax calling tone 1100 Hz 0.5 s, answer tone 2100 Hz (ITU-T T.30).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .background import background
from .interval import Cover, Interval, union
from .levels import HOP, Levels
from .music import LOUD_ABOVE

SoundKind = Literal["ring", "busy", "dtmf", "fax", "tone", "music"]

MIN_MUSIC = 3.0  # seconds; shorter music is a jingle in someone's background
MIN_TONE = 0.2  # seconds; shorter ones are vowels or key tones
_SAME = 25  # Hz that a tone may wander
_PROGRESS = (380, 520)  # Hz: CN 450, EU 425, US 440+480, UK 400+450
_RING = (0.5, 2.5)  # seconds that one ring sounds
_BUSY_ON = (0.15, 0.8)  # seconds on, and off
# seconds, at most, of the two tones of a British ring and between them
_PAIR_ON, _PAIR_OFF = 0.55, 0.35
_LOW_KEYS = np.array([697, 770, 852, 941])
_HIGH_KEYS = np.array([1209, 1336, 1477, 1633])
_KEY_OFF = (0.03, 0.018)  # relative, for two frames and for a single one; ITU-T Q.24 accepts 1.8 %
_BRIDGE = 1.0  # seconds that music may be quiet for
_FILLED = 0.6  # share of its time that music sounds
# frames beside a stretch of speech; a pause between words is shorter than its silence
_SIDE = round(0.6 / HOP)
# mean probability over seconds of steady sound; synthetic music reaches no more, talk 0.02
_FAINTLY = 0.1


@dataclass(frozen=True)
class Sound(Interval):
    """A sound on one channel, counted from 0. Which key was pressed is not kept: it may be a card number."""

    kind: SoundKind
    channel: int


@dataclass(frozen=True)
class _Run:
    """Frames [first, last) of the same tone."""

    first: int
    last: int
    low: float
    high: float

    @property
    def seconds(self) -> float:
        return (self.last - self.first) * HOP

    @property
    def is_progress(self) -> bool:
        """Whether it is a tone by which exchanges tell how a call goes."""
        return _PROGRESS[0] <= self.low <= _PROGRESS[1]

    @property
    def in_ring_band(self) -> bool:
        return self.is_progress and (not self.high or self.high <= _PROGRESS[1])


def find_sounds(
    channel: int, levels: Levels, played: Sequence[Interval], speech: Sequence[Interval]
) -> list[Sound]:
    """All sounds of one channel in order.

    Args:
        channel: its number.
        levels: of the whole channel.
        played: when music sounds (`find_music`).
        speech: when somebody speaks, songs left out.
    """
    runs = _runs(levels)
    tones = [
        Sound(run.first * HOP, run.last * HOP, kind, channel)
        for run, kind in zip(runs, _kinds(runs), strict=True)
        if kind
    ]
    music_time, speech_time = Cover(played), Cover(speech)
    clear = [
        tone
        for tone in tones
        if not music_time.shared(tone)  # a note
        and (tone.kind != "tone" or not speech_time.mostly(tone))  # a vowel
    ]
    found = [*clear, *(Sound(m.start, m.end, "music", channel) for m in played)]
    return sorted(
        (replace(s, start=round(s.start, 3), end=round(s.end, 3)) for s in found),
        key=lambda s: s.start,
    )


def sounding(levels: Levels) -> NDArray[np.bool_]:
    """Which frames are clearly louder than the channel's background, known over its whole length."""
    return np.asarray(levels.level > background(levels.level) + LOUD_ABOVE, bool)


def goes_on(loud: NDArray[np.bool_], stretch: Interval) -> bool:
    """Whether something sounds right before and right after a stretch, given which frames are `loud` (n,)."""
    first, last = round(stretch.start / HOP), round(stretch.end / HOP)
    sides = loud[max(0, first - _SIDE) : first], loud[last : last + _SIDE]
    return all(len(side) and side.mean() >= _FILLED for side in sides)


def find_music(
    loud: NDArray[np.bool_], music: NDArray[np.float32], speech: Sequence[Interval]
) -> list[Interval]:
    """Stretches of sound without speech that the model, asked here and there, takes for music.

    Args:
        loud: which frames sound (`sounding`).
        music: how likely music sounds, per second (n,).
        speech: when somebody speaks, songs left out.
    """
    silent_of_speech = loud.copy()
    for spoken in speech:
        silent_of_speech[int(spoken.start / HOP) : int(np.ceil(spoken.end / HOP)) + 1] = False
    edges = np.flatnonzero(np.diff(np.concatenate([[0], silent_of_speech, [0]]).astype(np.int8)))
    sounds = [Interval(a * HOP, b * HOP) for a, b in edges.reshape(-1, 2).tolist()]
    out: list[Interval] = []
    for stretch in union(sounds, closing=_BRIDGE):
        first, last = round(stretch.start / HOP), round(stretch.end / HOP)
        filled = silent_of_speech[first:last].mean() >= _FILLED
        judged = music[int(stretch.start) : int(np.ceil(stretch.end))]
        if stretch.seconds >= MIN_MUSIC and filled and len(judged) and _is_music(judged):
            out.append(stretch)
    return out


def _is_music(judged: NDArray[np.float32]) -> bool:
    return bool(judged.max() >= 0.5 or judged.mean() >= _FAINTLY)


def _runs(levels: Levels) -> list[_Run]:
    out: list[_Run] = []
    for at in np.flatnonzero(levels.low).tolist():
        run = _Run(at, at + 1, float(levels.low[at]), float(levels.high[at]))
        last = out[-1] if out else None
        bridged = bool(last and last.in_ring_band and run.in_ring_band)  # a beat may hide a frame
        if last and at - last.last <= bridged and _same_tone(last, run):
            out[-1] = replace(last, last=at + 1)
        else:
            out.append(run)
    return out


def _same_tone(one: _Run, other: _Run) -> bool:
    if one.in_ring_band and other.in_ring_band:  # 440 and 480 Hz beat against each other
        return True
    return _same(one.low, other.low) and _same(one.high, other.high)


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME


def _kinds(runs: Sequence[_Run]) -> list[SoundKind | None]:
    kinds: list[SoundKind | None] = [_kind(run) for run in runs]
    progress = [i for i, run in enumerate(runs) if run.is_progress and run.seconds >= _BUSY_ON[0]]
    for chain in _chains([runs[i] for i in progress]):
        for index in chain:
            kinds[progress[index]] = "busy"
    for first, second in _pairs([runs[i] for i in progress]):
        kinds[progress[first]] = kinds[progress[second]] = "ring"
    return kinds


def _pairs(runs: Sequence[_Run]) -> list[tuple[int, int]]:
    """Two short tones by themselves, as British ring-back has them."""
    far = [True, *((b.first - a.last) * HOP > 1 for a, b in pairwise(runs)), True]
    near = [(b.first - a.last) * HOP <= _PAIR_OFF for a, b in pairwise(runs)]
    short = [run.seconds <= _PAIR_ON for run in runs]
    return [
        (i, i + 1)
        for i in range(len(runs) - 1)
        if near[i] and far[i] and far[i + 2] and short[i] and short[i + 1]
    ]


def _kind(run: _Run) -> SoundKind | None:
    """What a tone is by itself."""
    if _is_key(run):
        return "dtmf"
    if run.is_progress and _RING[0] - HOP <= run.seconds <= _RING[1] + HOP:
        return "ring"
    if not run.high and (
        (_same(run.low, 1100) and run.seconds >= 0.4) or (_same(run.low, 2100) and run.seconds >= 1)
    ):
        return "fax"
    return "tone" if run.seconds >= MIN_TONE else None


def _is_key(run: _Run) -> bool:
    off = _KEY_OFF[0] if run.last - run.first > 1 else _KEY_OFF[1]

    def near(keys: NDArray[np.int_], hertz: float) -> bool:
        return bool((np.abs(keys - hertz) <= off * keys).any())

    return near(_LOW_KEYS, run.low) and near(_HIGH_KEYS, run.high)


def _chains(runs: Sequence[_Run]) -> list[list[int]]:
    """Runs of three and more tones that go on and off as busy tones do."""
    chains: list[list[int]] = [[0]] if runs else []
    for index, (before, after) in enumerate(pairwise(runs), start=1):
        off = (after.first - before.last) * HOP
        short = max(before.seconds, after.seconds) <= _BUSY_ON[1] + HOP
        if short and _BUSY_ON[0] - HOP <= off <= _BUSY_ON[1] + HOP and _same(before.low, after.low):
            chains[-1].append(index)
        else:
            chains.append([index])
    return [chain for chain in chains if len(chain) > 2]
