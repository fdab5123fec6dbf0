"""How many voices a call has, and whose each vector is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from callqa.audio.block import Samples
from callqa.audio.speakers import Voices, likeliest, speakers

SIZE = 64


def voices(*turns: tuple[int, int], spread: float = 0.35, seconds: float = 0.5) -> Voices:
    """Turns of (speaker, vectors), a region each, of directions that speakers differ in by all of a right angle."""
    rng = np.random.default_rng(5)
    rows, begins = [], []
    for speaker, count in turns:
        rows += [np.eye(SIZE)[speaker] + rng.normal(0, spread / 8, SIZE) for _ in range(count)]
        begins += [True] + [False] * (count - 1)
    vectors = np.array(rows, np.float32).reshape(-1, SIZE)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Voices(vectors, np.full(len(rows), seconds, np.float32), np.array(begins, bool))


def told(heard: Voices) -> list[int]:
    """The speaker of each vector, numbered in the order in which they are heard first."""
    centres = speakers(heard)
    path = likeliest(heard.vectors @ centres.T, np.where(heard.begins, 0.0, 0.02)).tolist()
    order = list(dict.fromkeys(path))
    return [order.index(speaker) for speaker in path]


def wanted(*turns: tuple[int, int]) -> list[int]:
    return [speaker for speaker, count in turns for _ in range(count)]


@pytest.mark.parametrize(
    "turns",
    [
        [(0, 20), (1, 20)],
        [(0, 6), (1, 4)] * 8,
        [(0, 60), (1, 3), (0, 20), (1, 3)],
        [(0, 2), (1, 2)] * 30,
        [(0, 6), (1, 6), (0, 6), (1, 6), (2, 9), (1, 6), (2, 9)],
        [(0, 8), (1, 8), (2, 8)] * 4,
    ],
)
def test_the_voices_of_a_call_are_told_apart(turns: list[tuple[int, int]]) -> None:
    assert told(voices(*turns)) == wanted(*turns)


@pytest.mark.parametrize("counts", [[1], [2], [5], [60], [6] * 20])
def test_one_voice_is_one_speaker(counts: list[int]) -> None:
    heard = voices(*((0, count) for count in counts))
    assert speakers(heard).shape == (1, SIZE)


def test_no_voice_no_speaker() -> None:
    assert speakers(voices()).shape == (0, SIZE)
    assert speakers(voices((0, 10), seconds=0.0)).shape == (0, SIZE)


def test_what_does_not_count_forms_no_speaker() -> None:
    heard = voices((0, 12), (1, 12), (2, 40))
    counting = np.where(np.arange(64) < 24, heard.seconds, 0.0).astype(np.float32)
    assert len(speakers(Voices(heard.vectors, counting, heard.begins))) == 2


def test_a_short_word_in_another_voice_is_no_third_speaker() -> None:
    assert len(speakers(voices((0, 40), (1, 40), (2, 1), (0, 10)))) == 2


def brute(scores: Samples, switch: Samples) -> float:
    """The best score of all paths, by trying them all."""
    count, states = scores.shape
    best = -np.inf
    for code in range(states**count):
        path = [code // states**at % states for at in range(count)]
        total = sum(scores[at, state] for at, state in enumerate(path))
        total -= sum(switch[at] for at in range(1, count) if path[at] != path[at - 1])
        best = max(best, float(total))
    return best


@given(
    arrays(np.float64, (5, 3), elements=st.floats(-1, 1)),
    arrays(np.float64, 5, elements=st.floats(0, 1)),
)
def test_the_path_is_the_best_there_is(scores: Samples, switch: Samples) -> None:
    path = likeliest(scores, switch)
    total = sum(scores[at, state] for at, state in enumerate(path))
    total -= sum(switch[at] for at in range(1, 5) if path[at] != path[at - 1])
    assert total == pytest.approx(brute(scores, switch))
