"""Who speaks when: clustering of voices, turns within a region, and the real thing on a labelled call."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.audio.block import RATE, Samples, samples
from callqa.audio.diarize import (
    HOP,
    WINDOW,
    MonoDiarizer,
    VoiceDiarizer,
    _windows,
    two_clusters,
)
from callqa.audio.embedding import SpeakerEmbedder
from callqa.audio.origin import Origin
from callqa.audio.path import CallAudio, Listener
from callqa.audio.regions import SpeechRegion
from callqa.audio.turns import Turn, channel_turn
from callqa.models.catalogue import WESPEAKER
from callqa.models.store import ModelStore
from callqa.observe import ignore
from callqa.qa.toolkit import load_hearing

EMBEDDER = SpeakerEmbedder(ModelStore().path(WESPEAKER))
PAD = samples(0.2)


def voices(*groups: int, spread: float = 0.3, seed: int = 3) -> Samples:
    """So many unit vectors around one direction, so many around the next, and so on."""
    rng = np.random.default_rng(seed)
    rows = [
        np.eye(64)[group] + rng.normal(0, spread / 8, 64)
        for group, count in enumerate(groups)
        for _ in range(count)
    ]
    out = np.array(rows, np.float32).reshape(-1, 64)
    return np.asarray(out / np.linalg.norm(out, axis=1, keepdims=True), np.float32)


def ones(count: int) -> Samples:
    return np.ones(count, np.float32)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("first", "second"), [(20, 20), (1, 1), (40, 3), (3, 40), (200, 150)])
def test_two_voices_are_told_apart(first: int, second: int, seed: int) -> None:
    labels = two_clusters(voices(first, second, seed=seed), ones(first + second))
    assert {tuple(labels[:first]), tuple(labels[first:])} in (
        {(0,) * first, (1,) * second},
        {(1,) * first, (0,) * second},
    )


def test_a_voice_that_speaks_seldom_and_shortly_is_told_apart() -> None:
    weights = np.concatenate([ones(30), 0.4 * ones(3)])
    labels = two_clusters(voices(30, 3), weights)
    assert len(set(labels[:30])) == len(set(labels[30:])) == 1
    assert labels[0] != labels[-1]


def test_voices_that_take_turns_are_told_apart() -> None:
    vectors = voices(12, 12).reshape(2, 12, 64).swapaxes(0, 1).reshape(24, 64)
    labels = two_clusters(vectors, ones(24))
    assert labels in ([0, 1] * 12, [1, 0] * 12)


@pytest.mark.parametrize("count", [0, 1, 2, 5, 60])
def test_one_voice_is_speaker_0(count: int) -> None:
    assert two_clusters(voices(count, spread=0.2), ones(count)) == [0] * count


@given(st.floats(0.15, 120))
def test_windows_cover_the_length(length: float) -> None:
    windows = _windows(length)
    assert windows[0][0] == 0.0
    assert windows[-1][1] == pytest.approx(length)
    for before, after in pairwise(windows):
        assert after[1] - after[0] == pytest.approx(WINDOW)
        assert 0.5 * HOP <= after[0] - before[0] <= 1.5 * HOP


class SignEmbedder:
    """Positive samples are one voice, negative ones another; a mix points in between."""

    name = "sign"

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def embed(self, audio: Samples, stretches: Sequence[tuple[float, float]]) -> Samples:
        pieces = [audio[samples(first) : samples(last)] for first, last in stretches]
        self.lengths += map(len, pieces)
        shares = [float((piece > 0).mean()) for piece in pieces]
        vectors = np.array([(share, 1 - share) for share in shares], np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def region(start: float, *parts: tuple[float, int]) -> SpeechRegion:
    """A region of so many seconds of that sign, and so on, with padding on either side."""
    speech = np.concatenate([np.full(samples(length), sign, np.float32) for length, sign in parts])
    first, audio = samples(start), np.pad(speech, PAD, mode="edge")
    return SpeechRegion(0, first, first + len(speech), first - PAD, audio)


def diarized(*regions: SpeechRegion) -> list[Turn]:
    diarizer = MonoDiarizer(SignEmbedder())  # type: ignore[arg-type]
    for one in regions:
        diarizer.push(one)
    return list(diarizer.finish().turns)


def test_a_region_with_two_voices_is_split() -> None:
    before, after = diarized(region(10, (6, 1), (4, -1)))
    assert (before.start, after.end, before.end) == (10, 20, after.start)
    assert before.end == pytest.approx(16, abs=HOP)
    assert {before.speaker, after.speaker} == {0, 1}


def test_speakers_are_the_same_across_regions() -> None:
    turns = diarized(region(1, (2, 1)), region(4, (3, -1)), region(8, (1, 1)), region(10, (9, -1)))
    a, b = turns[0].speaker, turns[1].speaker
    assert turns == [Turn(a, 1, 3), Turn(b, 4, 7), Turn(a, 8, 9), Turn(b, 10, 19)]
    assert a != b


def test_one_voice_has_one_turn_per_region() -> None:
    assert diarized(region(1, (9, 1)), region(12, (3, 1))) == [Turn(0, 1, 10), Turn(0, 12, 15)]
    assert diarized() == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.floats(0.2, 6), st.sampled_from([1, -1])), min_size=1, max_size=4),
        max_size=5,
    )
)
def test_the_turns_of_a_region_cover_it_without_gaps(calls: list[list[tuple[float, int]]]) -> None:
    regions = [region(1 + 30 * number, *parts) for number, parts in enumerate(calls)]
    turns = diarized(*regions)
    for one in regions:
        mine = [turn for turn in turns if one.start <= samples(turn.start) < one.end]
        assert mine[0].start == one.start / RATE
        assert mine[-1].end == one.end / RATE
        for before, after in pairwise(mine):
            assert before.end == after.start > before.start
            assert before.speaker != after.speaker


@pytest.mark.parametrize(
    ("seconds", "heard"), [(0.2, [0.6]), (1.0, [1.0]), (1.4, [1.4]), (2.0, [1.0] * 3)]
)
def test_what_the_embedder_hears(seconds: float, heard: list[float]) -> None:
    embedder = SignEmbedder()
    MonoDiarizer(embedder).push(region(5, (seconds, 1)))  # type: ignore[arg-type]
    assert embedder.lengths == [samples(length) for length in heard]


def test_where_every_party_has_a_channel_the_channel_is_the_speaker() -> None:
    audio = np.zeros(48_000, np.float32)
    assert channel_turn(SpeechRegion(1, 16_000, 48_000, 12_800, audio)) == Turn(1, 1.0, 3.0, 1)


def test_voices_are_those_of_the_published_model(golden: Path) -> None:
    """Vectors of the model before its quantisation, for the whole, and for stretches of two voices."""
    told = np.load(golden / "wespeaker_vectors.npz")
    audio, rate = soundfile.read(golden / "golden_mono.wav", dtype="float32")
    found = EMBEDDER.embed(soxr.resample(audio, rate, RATE), told["stretches"].tolist())
    assert np.linalg.norm(found, axis=1) == pytest.approx(1)
    alike = (found * told["vectors"]).sum(axis=1)
    assert (alike > 0.97).all(), alike
    assert found[1] @ found[2] < 0.6


def test_the_speakers_of_a_labelled_mono_call_are_told_apart(golden: Path) -> None:
    listener = Listener(load_hearing("cascade", ModelStore()), VoiceDiarizer(EMBEDDER))
    heard = listener.listen(Origin((golden / "golden_mono.wav",)), "call", ignore)
    call: CallAudio | None = None
    while call is None:
        try:
            next(heard)
        except StopIteration as end:
            call = end.value
    assert {turn.speaker for turn in call.turns} == {0, 1}
    labels = json.loads((golden / "labels" / "golden_mono.json").read_text("utf-8"))["turns"]
    said = sum(label["end"] - label["start"] for label in labels)

    def agreed(agent: int, customer: int) -> float:
        number = {"agent": agent, "customer": customer}
        return math.fsum(
            max(0.0, min(turn.end, label["end"]) - max(turn.start, label["start"]))
            for label in labels
            for turn in call.turns
            if turn.speaker == number[label["speaker"]]
        )

    assert max(agreed(*pair) for pair in permutations((0, 1))) >= 0.85 * said
