"""How loud turns are."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings import measured
from telephone import hiss, recording

from callqa.audio.block import RATE, Samples
from callqa.audio.levels import HOP, SILENT, Levels
from callqa.audio.loudness import active_level, with_loudness
from callqa.audio.turns import Turn
from helpers import silence, tone


def frames(*levels: float) -> Samples:
    return np.array(levels, np.float32)


def constant(*parts: tuple[float, float]) -> Levels:
    """A channel with so many dB for so many seconds, part by part."""
    level = np.concatenate([np.full(round(s / HOP), db, np.float32) for db, s in parts])
    nothing = np.zeros(len(level), np.uint16)
    return Levels(level, nothing, nothing)


def loudness(turns: list[Turn], *channels: Levels) -> list[float | None]:
    return [turn.loudness for turn in with_loudness(turns, channels)]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        pytest.param(frames(-20, -20), -20.0, id="steady"),
        pytest.param(frames(-20, -30), -22.6, id="power, not decibels"),
        pytest.param(frames(-20, -20, -60, -60, -60), -20.0, id="pauses do not count"),
        pytest.param(frames(-20, *[-80] * 1000), -20.0, id="many pauses"),
        pytest.param(frames(-70, -71), -70.5, id="soft is loudness, too"),
        pytest.param(frames(SILENT, SILENT), None, id="silence"),
        pytest.param(frames(SILENT, -30), -30.0, id="a gap in the recording"),
        pytest.param(frames(), None, id="nothing"),
    ],
)
def test_the_frames_that_sound_make_the_level(levels: Samples, expected: float | None) -> None:
    assert active_level(levels) == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(-89, 0, width=32), min_size=1), st.integers(-10, 0))
def test_the_level_lies_among_those_of_the_frames_and_moves_with_them(
    raw: list[float], softer: int
) -> None:
    levels = frames(*raw)
    level = active_level(levels)
    assert level is not None
    assert levels.max() - 16 - 10 * np.log10(len(levels)) <= level <= levels.max() + 0.06
    moved = active_level(levels[levels + softer > SILENT] + softer)
    if (levels + softer > SILENT).all():
        assert moved == pytest.approx(level + softer, abs=0.11)


def test_a_sine_of_a_tenth_of_full_scale_has_minus_23_db() -> None:
    channel = measured(np.concatenate([hiss(2), tone(1000, 2, RATE, 0.1), hiss(2)]))
    assert loudness([Turn(0, 2, 4)], channel)[0] == pytest.approx(-23, abs=0.2)
    assert loudness([Turn(0, 1.5, 4.5)], channel)[0] == pytest.approx(-23, abs=0.2)


def test_each_turn_is_measured_on_its_channel() -> None:
    one, other = constant((-20, 4), (-50, 4)), constant((-45, 4), (-30, 4))
    turns = [Turn(0, 0, 4, 0), Turn(1, 4, 8, 1), Turn(1, 0, 4, 1)]
    assert loudness(turns, one, other) == [-20.0, -30.0, -45.0]


def test_where_two_speak_at_once_on_a_channel_is_nobodys_loudness() -> None:
    channel = constant((-30, 4), (-12, 1), (-15, 3))
    assert loudness([Turn(0, 0, 5), Turn(1, 4, 8)], channel) == [-30.0, -15.0]
    apart = [Turn(0, 0, 5, 0), Turn(1, 4, 8, 1)]  # other channels do not matter
    assert loudness(apart, constant((-30, 5)), constant((-40, 8))) == [-30.0, -40.0]


def test_the_border_of_another_voice_does_not_count() -> None:
    channel = constant((-35, 1.1), (-12, 2.8), (-35, 1.1))  # each border 0.1 s into the soft one
    turns = [Turn(0, 0, 1.2), Turn(1, 1.2, 3.8), Turn(0, 3.8, 5)]
    assert loudness(turns, channel) == [-35.0, -12.0, -35.0]


def test_who_speaks_only_under_another_has_no_loudness() -> None:
    turns = [Turn(0, 0, 5), Turn(1, 2, 3)]
    assert loudness(turns, constant((-20, 5))) == [-20.0, None]


def test_any_number_may_speak_at_once() -> None:
    turns = [Turn(n, 0, 5) for n in range(257)]  # one, to a byte
    assert loudness([*turns, Turn(0, 6, 8)], constant((-20, 9))) == [*[None] * 257, -20.0]


@pytest.mark.parametrize("turn", [Turn(0, 9.98, 10.0), Turn(0, 12, 13), Turn(0, 1.0, 1.0)])
def test_a_turn_without_a_frame_has_no_loudness(turn: Turn) -> None:
    assert loudness([turn], constant((-20, 9.95))) == [None]


def test_all_else_of_a_turn_stays() -> None:
    turns = (Turn(3, 0.5, 2.25, 1), Turn(-1, 0, 1, 0))
    told = with_loudness(turns, [constant((-20, 3))] * 2)
    assert [(t.speaker, t.start, t.end, t.channel) for t in told] == [
        (3, 0.5, 2.25, 1), (-1, 0, 1, 0),
    ]  # fmt: skip
    assert with_loudness((), []) == ()


def test_a_call_that_is_played_softer_is_softer_by_as_much() -> None:
    agent = recording("golden_stereo.wav")[:, 1]
    turns = [Turn(1, 5.7, 10.06), Turn(1, 17.25, 20.04), Turn(1, 27.09, 30.02)]
    loud = loudness(turns, measured(agent))
    soft = loudness(turns, measured(agent * np.float32(0.5)))
    for before, after in zip(loud, soft, strict=True):
        assert before is not None
        assert after == pytest.approx(before - 6.0, abs=0.15)
    assert all(abs((a or 0) - (b or 0)) < 6 for a, b in pairwise(loud))


def test_digital_silence_has_no_loudness() -> None:
    assert loudness([Turn(0, 0, 2)], measured(silence(3, RATE))) == [None]
