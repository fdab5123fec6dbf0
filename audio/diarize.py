"""Tells the speakers of a mono recording apart by their voices, and hears where two speak at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from .block import RATE, Samples, seconds
from .embedding import SpeakerEmbedder
from .interval import Cover, Interval, union
from .regions import SpeechRegion
from .segmentation import Segmenter
from .speakers import Voices, likeliest, speakers
from .turns import Diarization, Turn

# Seconds of speech per voice vector, and from one to the next (docs/diarization.md).
WINDOW, HOP = 0.8, 0.24
SHORTEST = 0.4  # seconds; less says nothing about a voice
SPREAD = 2  # every second vector says how many voices there are, and what they are like,
ENOUGH = 4000  # of long calls about so many, from half an hour of speech on
SAME_TURN = 0.3  # seconds without a voice that are no pause: who is talked over goes on
SWITCH = 0.02  # cosine-seconds for which another takes the floor within a region


class VoiceDiarizer:
    """Tells speakers apart by their voices."""

    name = f"{SpeakerEmbedder.name}, {Segmenter.name}"

    def __init__(self, embedder: SpeakerEmbedder, segmenter: Segmenter) -> None:
        self._embedder = embedder
        self._segmenter = segmenter

    def open(self) -> MonoDiarizer:
        return MonoDiarizer(self._embedder, self._segmenter)


class MonoDiarizer:
    """Gathers the voices of a mono recording region by region; 1 kB per second of speech stays, the audio does not."""

    def __init__(self, embedder: SpeakerEmbedder, segmenter: Segmenter) -> None:
        self._embedder = embedder
        self._segmenter = segmenter
        self._regions: list[_Region] = []
        self._overlaps: list[Interval] = []

    def push(self, region: SpeechRegion, *, counts: bool = True) -> None:
        """Take the next region."""
        begin = seconds(region.audio_start)
        start, end = seconds(region.start), seconds(region.end)
        middles = _middles(end - start)
        before = start - begin
        stretches = [
            (before + first, before + last)
            for first, last in (_stretch(end - start, middle) for middle in middles)
        ]
        if end - start < SHORTEST:  # widen with the padding around it
            stretches = [(0.0, len(region.audio) / RATE)]
        vectors = self._embedder.embed(region.audio, stretches)
        self._regions.append(_Region(start, end, start + middles, _packed(vectors), counts))
        if counts:
            heard = self._segmenter.overlaps(region.audio)
            self._overlaps += [Interval(begin + one.start, begin + one.end) for one in heard]

    def finish(self, machines: Sequence[Interval] = ()) -> Diarization:
        """Who spoke in the regions: one to three speakers, at most two of them at once."""
        played = Cover(machines)
        counted = [region.counts and not played.mostly(region.interval) for region in self._regions]
        centres = speakers(self._voices(counted))
        if not len(centres):  # nothing counts: words over music, say
            alone = tuple(Turn(0, region.start, region.end) for region in self._regions)
            return Diarization(alone, alone)
        scores = [region.unpacked(1) @ centres.T * HOP for region in self._regions]
        switch = [_switch(len(part)) for part in scores]
        path = likeliest(np.concatenate(scores), np.concatenate(switch)).tolist()
        floor, at = list[Turn](), 0
        for region in self._regions:
            floor += region.turns(path[at : at + len(region.centres)])
            at += len(region.centres)
        return Diarization(tuple(with_overlaps(floor, self._overlaps)), tuple(floor))

    def _voices(self, counted: Sequence[bool]) -> Voices:
        """Every so many-th vector of each region, for a long call fewer of them."""
        spread = max(SPREAD, sum(len(region.centres) for region in self._regions) // ENOUGH)
        parts = [region.unpacked(spread) for region in self._regions]
        weights = [
            np.full(len(part), counts * region.interval.seconds / len(part), np.float32)
            for part, region, counts in zip(parts, self._regions, counted, strict=True)
        ]
        begins = [np.arange(len(part)) == 0 for part in parts]
        nothing = np.zeros((0, 1), np.float32)
        return Voices(
            np.concatenate(parts or [nothing]),
            np.concatenate(weights or [nothing[:, 0]]),
            np.concatenate(begins or [nothing[:, 0] > 0]),
        )


@dataclass(frozen=True)
class _Region:
    """What stays of a region: its time, the middles of the stretches embedded, and their vectors in 8 bits (n, d)."""

    start: float
    end: float
    centres: Samples
    vectors: NDArray[np.int8]
    counts: bool

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.end)

    def unpacked(self, spread: int) -> Samples:
        """Every so many-th vector, of length 1."""
        rows = self.vectors[min(spread // 2, len(self.vectors) - 1) :: spread].astype(np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def turns(self, speakers: Sequence[int]) -> list[Turn]:
        """Runs of one speaker; the border lies half way between two stretches' middles."""
        out, begin = list[Turn](), self.start
        for speaker, run in groupby(range(len(speakers)), key=speakers.__getitem__):
            last = list(run)[-1]
            end = self.end
            if last + 1 < len(speakers):
                end = float(self.centres[last] + self.centres[last + 1]) / 2
            out.append(Turn(speaker, begin, end))
            begin = end
        return out


def _switch(count: int) -> Samples:
    """What it costs to change the speaker before each stretch of a region: nothing at its beginning."""
    cost = np.full(count, SWITCH, np.float32)
    cost[:1] = 0.0
    return cost


def _middles(length: float) -> Samples:
    """Middles of the stretches of a region that are embedded, in seconds from its start."""
    count = 1 if length < SHORTEST else round(length / HOP)
    return np.asarray((np.arange(count) + 0.5) * length / count, np.float64)


def _stretch(length: float, middle: float) -> tuple[float, float]:
    """WINDOW seconds around a moment of a region, or as much as there is."""
    start = max(0.0, min(middle - WINDOW / 2, length - WINDOW))
    return start, min(length, start + WINDOW)


def _packed(vectors: Samples) -> NDArray[np.int8]:
    """Only the direction matters, so that each row may have its own scale."""
    scaled = vectors * (127 / np.abs(vectors).max(axis=1, keepdims=True))
    return np.asarray(np.round(scaled), np.int8)


def with_overlaps(floor: Sequence[Turn], overlaps: Sequence[Interval]) -> list[Turn]:
    """The turns of all speakers in time order, where two speak at once in the intervals of `overlaps`.

    Whoever does not have the floor there is the other speaker who has it next or had it last.
    """
    spoken: dict[int, list[Interval]] = {}
    for turn in floor:
        spoken.setdefault(turn.speaker, []).append(turn.interval)
        for overlap in overlaps:
            if not overlap.shared(turn.interval):
                continue
            both = Interval(max(overlap.start, turn.start), min(overlap.end, turn.end))
            others = (other for other in floor if other.speaker != turn.speaker)
            other = min(others, key=lambda other: other.interval.gap(both), default=None)
            if other:
                spoken.setdefault(other.speaker, []).append(both)
    turns = (
        Turn(speaker, one.start, one.end)
        for speaker, own in spoken.items()
        for one in union(own, SAME_TURN)
    )
    return sorted(turns, key=lambda turn: turn.start)
