"""The gate before the careful models: what is louder than the background passes, whatever the pieces."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings import measured
from telephone import DATA, composed, hiss, recording

from callqa.audio.block import RATE, Samples
from callqa.audio.gate import Gate, Mask
from callqa.audio.levels import HOP, SILENT

AROUND = 3  # frames that stay open before and after a loud one


def frames(seconds: float, level: float) -> list[float]:
    return [level] * round(seconds / HOP)


def mask(levels: list[float] | Samples, cuts: list[int] | None = None) -> Mask:
    """Which frames are open, pushed in pieces that end at `cuts`."""
    gate, all_ = Gate(), np.asarray(levels, np.float32)
    borders = [0, *sorted(min(c, len(all_)) for c in cuts or []), len(all_)]
    parts = [gate.push(all_[a:b]) for a, b in pairwise(borders)]
    return np.concatenate([*parts, gate.finish()])


LEVELS = st.lists(
    st.tuples(st.integers(1, 120), st.sampled_from([SILENT, -70.0, -60.0, -50.0, -40.0, -20.0])),
    max_size=8,
).map(lambda runs: [level + n % 3 for count, level in runs for n in range(count)])


@settings(max_examples=200, deadline=None)
@given(LEVELS, st.lists(st.integers(0, 400), max_size=12))
def test_the_pieces_do_not_matter_and_every_frame_is_judged(
    levels: list[float], cuts: list[int]
) -> None:
    whole = mask(levels)
    assert len(whole) == len(levels)
    np.testing.assert_array_equal(mask(levels, cuts), whole)
    np.testing.assert_array_equal(mask(levels, list(range(len(levels)))), whole)


@settings(max_examples=200, deadline=None)
@given(LEVELS)
def test_what_is_louder_than_any_background_is_open_with_its_surroundings(
    levels: list[float],
) -> None:
    found = mask(levels)
    for index, level in enumerate(levels):
        if level > -32.0:  # the highest background and what a sound must be above it
            assert found[max(0, index - AROUND) : index + AROUND + 1].all()


@settings(max_examples=200, deadline=None)
@given(LEVELS)
def test_what_nobody_hears_is_shut(levels: list[float]) -> None:
    found = mask(levels)
    audible = np.array(levels) > -62.0
    for index in np.flatnonzero(found):
        assert audible[max(0, index - AROUND) : index + AROUND + 1].any()


@pytest.mark.parametrize("level", [SILENT, -70.0, -60.0, -55.0])
def test_a_steady_background_is_shut(level: float) -> None:
    assert not mask(frames(60, level)).any()


def test_one_quiet_frame_is_no_background() -> None:
    assert not mask([*frames(5, -58), -68.0, *frames(5, -58)]).any()


def test_steady_noise_of_a_line_is_shut() -> None:
    assert not mask(measured(hiss(60, 0.001)).level).any()


def test_a_loud_frame_opens_three_before_and_three_after() -> None:
    found = mask([*frames(2, -70), -30.0, *frames(2, -70)])
    assert np.flatnonzero(found).tolist() == list(range(40 - AROUND, 40 + AROUND + 1))


def test_soft_speech_over_a_quiet_line_passes() -> None:
    found = mask([*frames(5, -70), *frames(1, -58), *frames(5, -70)])
    assert found[100:120].all()
    assert found.sum() == 20 + 2 * AROUND


@pytest.mark.parametrize("after", [-45.0, -40.0, -30.0])
def test_speech_after_loud_music_passes_at_once(after: float) -> None:
    found = mask([*frames(5, -60), *frames(30, -20), *frames(1, after), *frames(5, -70)])
    assert found[700:720].all()


def test_speech_that_is_softer_than_the_music_before_it_passes() -> None:
    """Half a minute of music at its full level, then at once a caller 20 dB under it."""
    speech = recording("golden_stereo.wav")[round(5.8 * RATE) : 10 * RATE, 1]
    music = composed(1, 30)
    quieter = 10 ** (-20 / 20) * float(np.sqrt((music**2).mean() / (speech**2).mean()))
    level = measured(np.concatenate([music, (speech * quieter).astype(np.float32)])).level
    found = mask(level)[round(30 / HOP) :]
    spoken = level[round(30 / HOP) :] > -50
    assert spoken.sum() > 20
    assert found[spoken].all()


def test_music_stays_open_however_long() -> None:
    assert mask(measured(composed(1, 60)).level).mean() > 0.99


def test_speech_of_a_call_passes_and_the_rest_does_not() -> None:
    labels = json.loads((DATA / "labels" / "golden_stereo.json").read_text("utf-8"))["turns"]
    found = mask(measured(recording("golden_stereo.wav")[:, 0]).level)
    times = (np.arange(len(found)) + 0.5) * HOP
    spoken, near = np.zeros(len(found), bool), np.zeros(len(found), bool)
    for turn in labels:
        if turn["speaker"] == "customer":
            spoken |= (times >= turn["start"]) & (times <= turn["end"])
            near |= (times >= turn["start"] - 0.3) & (times <= turn["end"] + 0.3)
    assert found[spoken].mean() >= 0.9
    assert found[~near].mean() <= 0.05


def test_nothing_gives_nothing() -> None:
    assert len(mask([])) == 0
    assert mask([-20.0]).tolist() == [True]
    assert mask([-90.0]).tolist() == [False]


def bytes_of(gate: Gate) -> int:
    return sum(value.nbytes for value in vars(gate).values() if isinstance(value, np.ndarray))


def test_memory_does_not_grow() -> None:
    gate = Gate()
    gate.push(np.full(400, -60, np.float32))
    first = bytes_of(gate)
    for _ in range(200):
        gate.push(np.full(400, -60, np.float32))
    assert bytes_of(gate) == first <= 1000
    gate.push(np.full(7, -60, np.float32))
    assert bytes_of(gate) <= first + 80 * 4
