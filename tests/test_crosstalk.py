"""What leaks from one channel into another goes; what a party says stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from callqa.audio.block import RATE, Samples
from callqa.audio.crosstalk import FRAME, CrossTalk


@pytest.fixture
def sides(golden: Path) -> Samples:
    """A stereo call at RATE, (n, 2)."""
    audio, rate = soundfile.read(golden / "golden_stereo.wav", dtype="float32")
    return np.asarray(soxr.resample(audio, rate, RATE), np.float32)


def heard(audio: Samples, block: int = RATE) -> Samples:
    crosstalk = CrossTalk(audio.shape[1])
    parts = [crosstalk.push(audio[at : at + block]) for at in range(0, len(audio), block)]
    return np.concatenate([*parts, crosstalk.finish()])


def leaking(audio: Samples, decibel: float, delay: float) -> Samples:
    """Each channel with the other's sound of a moment ago."""
    late = round(delay * RATE)
    leak = np.roll(audio[:, ::-1], late, axis=0) * 10 ** (decibel / 20)
    leak[:late] = 0
    return np.asarray(audio + leak, np.float32)


def loudness(audio: Samples) -> Samples:
    """Mean square of every frame: (frames, channels)."""
    frames = audio[: len(audio) // FRAME * FRAME].reshape(-1, FRAME, audio.shape[1])
    return np.asarray((frames**2).mean(axis=1), np.float32)


@pytest.mark.parametrize("delay", [0.0, 0.008, 0.12])
@pytest.mark.parametrize("decibel", [-20, -30])
def test_a_leak_is_replaced_by_noise_and_the_parties_stay(
    sides: Samples, decibel: float, delay: float
) -> None:
    before, after = loudness(sides), loudness(heard(leaking(sides, decibel, delay)))
    own = before > 10**-3.5
    other = own[:, ::-1] & ~own & (before < 10**-5)
    kept = own & (after > 0.5 * before)
    assert kept.sum() >= 0.99 * own.sum()
    leaked = before[:, ::-1] * 10 ** (decibel / 10)
    audible = other & (leaked > 4 * before)
    gone = audible & (after < 0.25 * leaked)
    assert gone.sum() >= 0.85 * audible.sum()


def test_channels_that_do_not_leak_are_left_alone(sides: Samples) -> None:
    np.testing.assert_array_equal(heard(sides), sides)


def test_one_who_speaks_softly_under_the_other_stays(sides: Samples) -> None:
    """Both at once, one 15 dB below the other: no copy, so no leak."""
    floor = sides[:, 0]
    under = np.roll(sides[:, 0], 7 * RATE) * 10 ** (-15 / 20)
    audio = np.stack([floor, under], axis=1).astype(np.float32)
    changed = (heard(audio)[:, 1] != audio[:, 1]).mean()
    assert changed < 0.02


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 5 * FRAME), st.integers(0, 3 * RATE), st.integers(2, 4))
def test_blocks_of_any_length_give_the_same(block: int, length: int, channels: int) -> None:
    audio = np.random.default_rng(length).normal(0, 0.05, (length, channels)).astype(np.float32)
    audio[:, 1:] *= 0.05
    out = heard(audio, block)
    assert out.shape == audio.shape
    np.testing.assert_array_equal(out, heard(audio, length or 1))


def test_silence_leaks_nothing() -> None:
    silence = np.zeros((RATE, 2), np.float32)
    np.testing.assert_array_equal(heard(silence), silence)
