"""Tells the speakers of a mono recording apart by clustering their voices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

import numpy as np
from numpy.typing import NDArray

from .block import RATE, Samples, seconds
from .embedding import SpeakerEmbedder
from .regions import SpeechRegion
from .turns import Diarization, Turn

# Seconds of speech per embedding, and from one to the next (docs/choices.md).
WINDOW, HOP = 1.0, 0.5
SHORTEST = 0.4  # seconds; less says nothing about a voice
# Cosine between the clusters' centres above which there is one speaker: single speakers give 0.58 to 0.92 on the
# labelled calls (the median is 0.81), two give up to 0.84, and a call has two parties much more often than one.
ONE_VOICE = 0.88
SEEDS = 12  # starting points of the clustering


@dataclass(frozen=True)
class _Voice:
    """An embedded stretch of a region."""

    region: int
    start: float
    end: float
    vector: Samples
    counts: bool


class VoiceDiarizer:
    """Tells speakers apart by their voices."""

    def __init__(self, embedder: SpeakerEmbedder) -> None:
        self.name = embedder.name
        self._embedder = embedder

    def open(self) -> MonoDiarizer:
        return MonoDiarizer(self._embedder)


class MonoDiarizer:
    """Gathers the voices of a mono recording region by region; the vectors stay, the audio does not."""

    def __init__(self, embedder: SpeakerEmbedder) -> None:
        self._embedder = embedder
        self._voices: list[_Voice] = []
        self._regions: list[tuple[float, float]] = []

    def push(self, region: SpeechRegion, *, counts: bool = True) -> None:
        """Take the next region."""
        number = len(self._regions)
        start, end = seconds(region.start), seconds(region.end)
        self._regions.append((start, end))
        before = seconds(region.start - region.audio_start)
        windows = _windows(end - start)
        stretches = [(before + first, before + last) for first, last in windows]
        if end - start < SHORTEST:  # widen with the padding around it
            stretches = [(0.0, len(region.audio) / RATE)]
        vectors = self._embedder.embed(region.audio, stretches)
        for (first, last), vector in zip(windows, vectors, strict=True):
            self._voices.append(_Voice(number, start + first, start + last, vector, counts))

    def finish(self) -> Diarization:
        """All turns, told apart into at most two speakers."""
        if not self._voices:
            return Diarization((), ())
        labels = two_clusters(
            np.stack([voice.vector for voice in self._voices]),
            np.array([(voice.end - voice.start) * voice.counts for voice in self._voices]),
        )
        labelled = zip(self._voices, labels, strict=True)
        out: list[Turn] = []
        for number, voices in groupby(labelled, key=lambda pair: pair[0].region):
            start, end = self._regions[number]
            out.extend(_region_turns(start, end, list(voices)))
        return Diarization(tuple(out), tuple(out))


def _windows(length: float) -> list[tuple[float, float]]:
    if length <= WINDOW + HOP:
        return [(0.0, length)]
    count = round((length - WINDOW) / HOP)
    step = (length - WINDOW) / count
    return [(i * step, i * step + WINDOW) for i in range(count + 1)]


def _region_turns(start: float, end: float, voices: Sequence[tuple[_Voice, int]]) -> list[Turn]:
    """Runs of the same speaker within a region; the border lies half way between two windows' centres."""
    out: list[Turn] = []
    for index, (voice, speaker) in enumerate(voices):
        begin = start if index == 0 else (_centre(voices[index - 1][0]) + _centre(voice)) / 2
        if out and out[-1].speaker == speaker:
            out[-1] = Turn(speaker, out[-1].start, end)
        else:
            if out:
                out[-1] = Turn(out[-1].speaker, out[-1].start, begin)
            out.append(Turn(speaker, begin, end))
    return out


def _centre(voice: _Voice) -> float:
    return (voice.start + voice.end) / 2


def two_clusters(vectors: Samples, weights: Samples) -> list[int]:
    """Spherical k-means with two centres, from the best of many starts; all 0 where there is one voice only.

    Args:
        vectors: shape (n, d), rows of length 1.
        weights: shape (n,), seconds of speech behind each row; long stretches say more about a voice.
    """
    best_score, best, apart = -np.inf, np.zeros(len(vectors), int), 1.0
    for first, second in combinations(_seeds(weights), 2):
        labels, centres = _k_means(vectors, weights, vectors[[first, second]])
        score = float((weights * (vectors @ centres.T).max(axis=1)).sum())
        if score > best_score:
            best_score, best, apart = score, labels, float(centres[0] @ centres[1])
    return [0] * len(vectors) if apart > ONE_VOICE else [int(label) for label in best]


def _seeds(weights: Samples) -> list[int]:
    """Rows to start from: long stretches, spread over the call."""
    counting = weights[weights > 0] if (weights > 0).any() else weights
    long = np.flatnonzero(weights >= np.median(counting)) if len(weights) else np.zeros(0, int)
    step = max(1, len(long) // SEEDS)
    return [int(row) for row in long[::step][:SEEDS]]


def _k_means(
    vectors: Samples, weights: Samples, centres: Samples
) -> tuple[NDArray[np.intp], Samples]:
    labels = np.full(len(vectors), -1)
    for _ in range(20):
        new = np.argmax(vectors @ centres.T, axis=1)
        if (new == labels).all():
            break
        labels = new
        for k in range(len(centres)):
            if (labels == k).any():
                centre = (vectors[labels == k] * weights[labels == k, None]).sum(axis=0)
                centres[k] = centre / (np.linalg.norm(centre) + 1e-9)
    return labels, centres
