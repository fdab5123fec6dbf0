"""How many voices there are in a call, and what each is like: a hidden Markov model over voice vectors.

The speakers are the states, and each is a direction; a vector speaks for a state as much as it points that way, in
cosine-seconds. Switching between two costs, so that the states are who talks in turn and not what a vowel sounds like.
Figures in docs/diarization.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from .block import Samples

Path = NDArray[np.intp]

SWITCH = 0.03  # cosine-seconds
# What one more speaker must gain, in cosine-seconds: so much, and so much per second of speech. A call has two parties
# much more often than one, and rarely three.
SECOND, SECOND_RATE = 0.3, 0.008
THIRD, THIRD_RATE = 0.4, 0.015
SEEDS = 12  # starting points of the clustering
_SEED = 6  # vectors of a starting point
_ROUNDS = 8


@dataclass(frozen=True)
class Voices:
    """Vectors of a call in time order.

    Attributes:
        vectors: shape (n, d), rows of length 1.
        seconds: shape (n,), speech behind each; 0 for what forms no speaker.
        begins: shape (n,), whether a region begins with it: speakers change there at no cost.
    """

    vectors: Samples
    seconds: Samples
    begins: NDArray[np.bool_]


@dataclass(frozen=True)
class _Model:
    centres: Samples  # shape (speakers, d)
    score: float


def speakers(voices: Voices) -> Samples:
    """The voices of one to three speakers: shape (speakers, d), rows of length 1; none without a voice that counts."""
    spoken = float(voices.seconds.sum())
    if not spoken:
        return voices.vectors[:0]
    seeds = _seeds(voices)
    one = _refined(voices, _unit((voices.vectors * voices.seconds[:, None]).sum(axis=0))[None])
    two = _best(voices, [np.stack(pair) for pair in combinations(seeds, 2)])
    if two is None or two.score - one.score < SECOND + SECOND_RATE * spoken:
        return one.centres
    three = _best(voices, [np.vstack([two.centres, seed]) for seed in seeds])
    if three is None or three.score - two.score < THIRD + THIRD_RATE * spoken:
        return two.centres
    return three.centres


def _seeds(voices: Voices) -> list[Samples]:
    """Directions to start from: those of the longer stretches without a pause, spread over the call."""
    starts = np.flatnonzero(voices.begins)
    stretches = [
        slice(first, min(first + _SEED, end))
        for start, end in zip(starts, [*starts[1:], len(voices.begins)], strict=True)
        for first in range(start, end, _SEED)
    ]
    spoken = np.array([voices.seconds[stretch].sum() for stretch in stretches])
    long = np.flatnonzero(spoken >= np.median(spoken[spoken > 0]))
    step = max(1, len(long) // SEEDS)
    chosen = [stretches[at] for at in long[::step][:SEEDS]]
    return [
        _unit((voices.vectors[part] * voices.seconds[part, None]).sum(axis=0)) for part in chosen
    ]


def _best(voices: Voices, starts: Sequence[Samples]) -> _Model | None:
    """The model of the start that spherical k-means makes most of."""
    tried = [_k_means(voices, centres.copy()) for centres in starts]
    best = max(tried, key=lambda model: model.score, default=None)
    return _refined(voices, best.centres) if best else None


def _k_means(voices: Voices, centres: Samples) -> _Model:
    labels = np.full(len(voices.vectors), -1)
    for _ in range(_ROUNDS):
        new = np.argmax(voices.vectors @ centres.T, axis=1)
        if (new == labels).all():
            break
        labels = new
        centres = _centred(voices, labels, centres)
    alike = (voices.vectors @ centres.T).max(axis=1)
    return _Model(centres, float((voices.seconds * alike).sum()))


def _refined(voices: Voices, centres: Samples) -> _Model:
    """The same with states that last, by turns of Viterbi's path and new centres."""
    switch = np.where(voices.begins, 0.0, SWITCH)
    best = _Model(centres, -np.inf)
    for _ in range(_ROUNDS):
        path, score = _viterbi((voices.vectors @ centres.T) * voices.seconds[:, None], switch)
        if score <= best.score:
            break
        best = _Model(centres, score)
        centres = _centred(voices, path, centres)
    return best


def _centred(voices: Voices, labels: Path, centres: Samples) -> Samples:
    """The mean direction of each speaker's vectors; a speaker without any keeps his."""
    out = centres.copy()
    for speaker in range(len(centres)):
        own = labels == speaker
        if voices.seconds[own].any():
            out[speaker] = _unit((voices.vectors[own] * voices.seconds[own, None]).sum(axis=0))
    return out


def _unit(vector: Samples) -> Samples:
    return np.asarray(vector / (np.linalg.norm(vector) + 1e-9), np.float32)


def likeliest(scores: Samples, switch: Samples) -> Path:
    """The best path through states: Viterbi's.

    Args:
        scores: shape (n, states), of each moment.
        switch: shape (n,), what it costs to change the state before each.
    """
    return _viterbi(scores, switch)[0]


def _viterbi(scores: Samples, switch: Samples) -> tuple[Path, float]:
    states = range(scores.shape[1])
    totals = [0.0] * len(states)
    came: list[list[int]] = []
    for row, cost in zip(scores.tolist(), switch.tolist(), strict=True):
        leader = max(states, key=totals.__getitem__)
        bar = totals[leader] - cost
        came.append([state if totals[state] >= bar else leader for state in states])
        totals = [max(total, bar) + gain for total, gain in zip(totals, row, strict=True)]
    state = max(states, key=totals.__getitem__)
    path = np.empty(len(came), np.intp)
    for at in range(len(came) - 1, -1, -1):
        path[at] = state
        state = came[at][state]
    return path, max(totals)
