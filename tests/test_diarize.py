"""Who speaks when in a mono recording: turns within a region, two at once, and the real thing on a labelled call."""

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
from hypothesis import example, given, settings
from hypothesis import strategies as st

from callqa.audio.block import RATE, Samples, samples
from callqa.audio.diarize import (
    HOP,
    MonoDiarizer,
    VoiceDiarizer,
    with_overlaps,
)
from callqa.audio.embedding import SpeakerEmbedder
from callqa.audio.interval import Interval
from callqa.audio.origin import Origin
from callqa.audio.path import CallAudio, Listener
from callqa.audio.regions import SpeechRegion
from callqa.audio.segmentation import Segmenter
from callqa.audio.turns import Turn, channel_turn
from callqa.models.catalogue import PYANNOTE_SEGMENTATION, WESPEAKER
from callqa.models.store import ModelStore
from callqa.observe import ignore
from callqa.qa.toolkit import load_hearing

EMBEDDER = SpeakerEmbedder(ModelStore().path(WESPEAKER))
SEGMENTER = Segmenter(ModelStore().path(PYANNOTE_SEGMENTATION))
PAD = samples(0.2)


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


class Scripted:
    """Hears two at once where it is told to, in seconds from the region's audio."""

    def __init__(self, *overlaps: Interval) -> None:
        self._overlaps = list(overlaps)

    def overlaps(self, _audio: Samples) -> list[Interval]:
        return self._overlaps


def opened(*overlaps: Interval) -> MonoDiarizer:
    return VoiceDiarizer(SignEmbedder(), Scripted(*overlaps)).open()  # type: ignore[arg-type]


def diarized(*regions: SpeechRegion) -> list[Turn]:
    diarizer = opened()
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


@example([[(0.39, 1)], [(0.25, 1)]])  # as long as two hops, and too short for two vectors
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
    ("seconds", "heard"), [(0.2, [0.6]), (0.7, [0.7] * 3), (1.2, [0.8] * 5), (24.0, [0.8] * 100)]
)
def test_what_the_embedder_hears(seconds: float, heard: list[float]) -> None:
    embedder = SignEmbedder()
    VoiceDiarizer(embedder, Scripted()).open().push(region(5, (seconds, 1)))  # type: ignore[arg-type]
    assert embedder.lengths == pytest.approx([samples(length) for length in heard], abs=2)


def test_where_two_speak_at_once_both_have_a_turn_and_one_has_the_floor() -> None:
    diarizer = opened(Interval(PAD / RATE + 5.0, PAD / RATE + 6.4))
    diarizer.push(region(10, (6, 1), (4, -1)))
    found = diarizer.finish()
    before, after = found.floor
    assert before.end == after.start == pytest.approx(16, abs=HOP)
    first, second = found.turns
    assert (first.start, second.end) == (10, 20)
    assert first.end == pytest.approx(16.4)
    assert second.start == pytest.approx(15.0)
    assert {first.speaker, second.speaker} == {before.speaker, after.speaker}


def test_an_overlap_under_a_long_turn_is_the_nearest_other_speakers() -> None:
    floor = [Turn(0, 0, 5), Turn(1, 6, 20), Turn(2, 21, 25)]
    turns = with_overlaps(floor, [Interval(8, 9), Interval(18, 19)])
    assert turns == [
        Turn(0, 0, 5), Turn(1, 6, 20), Turn(0, 8, 9), Turn(2, 18, 19), Turn(2, 21, 25),
    ]  # fmt: skip


def test_who_is_talked_over_goes_on_and_does_not_begin_anew() -> None:
    floor = [Turn(0, 0, 5), Turn(1, 5, 9), Turn(0, 9.5, 12)]
    assert with_overlaps(floor, [Interval(5.2, 6.4)]) == [
        Turn(0, 0, 6.4), Turn(1, 5, 9), Turn(0, 9.5, 12),
    ]  # fmt: skip


def test_who_speaks_alone_talks_over_nobody() -> None:
    assert with_overlaps([Turn(0, 0, 5)], [Interval(1, 2)]) == [Turn(0, 0, 5)]
    assert with_overlaps([], [Interval(1, 2)]) == []


@given(
    st.lists(st.tuples(st.floats(0.1, 5), st.floats(0, 1), st.integers(0, 2)), max_size=12),
    st.lists(st.tuples(st.floats(0, 40), st.floats(0.1, 3)), max_size=6),
)
def test_every_piece_of_the_floor_lies_in_a_turn_of_its_speaker(
    spoken: list[tuple[float, float, int]], overlaps: list[tuple[float, float]]
) -> None:
    floor, at = [], 0.0
    for length, pause, speaker in spoken:
        floor.append(Turn(speaker, at + pause, at + pause + length))
        at += pause + length
    turns = with_overlaps(floor, [Interval(s, s + d) for s, d in overlaps])
    assert turns == sorted(turns, key=lambda turn: turn.start)
    for piece in floor:
        assert any(
            t.speaker == piece.speaker and t.start <= piece.start and piece.end <= t.end
            for t in turns
        )
    for speaker in range(3):
        own = [turn for turn in turns if turn.speaker == speaker]
        assert all(before.end < after.start for before, after in pairwise(own))


def test_what_a_machine_says_forms_no_speaker() -> None:
    """A looped announcement in a voice of its own, known when the call has ended."""
    diarizer = opened()
    regions = [region(1, (4, 1)), region(10, (9, -1)), region(30, (3, 1))]
    for one in regions:
        diarizer.push(one)
    said = diarizer.finish([Interval(10, 19)]).turns
    assert said[0].speaker == said[-1].speaker == 0
    assert len({turn.speaker for turn in diarizer.finish().turns}) == 2


def test_only_words_over_music_are_one_speakers() -> None:
    diarizer = opened()
    diarizer.push(region(1, (4, 1)), counts=False)
    assert diarizer.finish().turns == (Turn(0, 1, 5),)


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
    listener = Listener(load_hearing("cascade", ModelStore()), VoiceDiarizer(EMBEDDER, SEGMENTER))
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
