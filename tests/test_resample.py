"""Streaming resampling: as if the recording had been resampled in one piece."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings import pitch

from callqa.audio.block import RATE, Block, Samples
from callqa.audio.resample import resampled
from helpers import noise, tone

RATES = [8000, 11_025, 22_050, 32_000, 44_100, 48_000]


def blocks(audio: Samples, rate: int, cuts: list[int]) -> list[Block]:
    """`audio` (frames, channels), cut at these frames."""
    borders = [0, *sorted(cuts), len(audio)]
    return [Block(first, rate, audio[first:last]) for first, last in pairwise(borders)]


def joined(audio: Samples, rate: int, cuts: list[int]) -> Samples:
    """Resampled block by block, in one piece; the blocks must be contiguous."""
    channels = audio.shape[1]
    out = np.zeros((0, channels), np.float32)
    for block in resampled(blocks(audio, rate, cuts), channels):
        assert (block.start, block.rate) == (len(out), RATE)
        out = np.concatenate([out, block.samples])
    return out


def every(step: int, audio: Samples) -> list[int]:
    return list(range(step, len(audio), step))


@pytest.mark.parametrize("rate", RATES)
def test_length_and_pitch_are_kept(rate: int) -> None:
    audio = tone(1000, 5, rate, level=0.3)[:, None]
    out = joined(audio, rate, every(2 * rate, audio))
    assert len(out) == pytest.approx(5 * RATE, abs=4)
    assert pitch(out[:, 0], RATE) == pytest.approx(1000, abs=0.25)
    time = np.arange(len(out)) / RATE
    middle = slice(500, -500)  # a filter rings where the tone begins and ends
    wanted = 0.3 * np.sin(2 * np.pi * 1000 * time)
    np.testing.assert_allclose(out[middle, 0], wanted[middle], atol=2e-3)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("step", [160, 1000, 7919])
def test_block_borders_leave_no_seam(rate: int, step: int) -> None:
    audio = np.stack([noise(2, rate, 0.1), tone(440, 2, rate)], axis=1)
    wanted = soxr.resample(audio, rate, RATE)
    out = joined(audio, rate, every(step, audio))
    assert len(out) == len(wanted)
    np.testing.assert_allclose(out, wanted, atol=1e-4)


@settings(max_examples=50, deadline=None)
@given(
    rate=st.sampled_from(RATES),
    cuts=st.lists(st.integers(0, 8000), max_size=12),
    length=st.integers(1, 8000),
)
def test_no_split_into_blocks_changes_the_result(rate: int, cuts: list[int], length: int) -> None:
    audio = noise(1, 8000, 0.1)[:length, None]
    out = joined(audio, rate, [cut for cut in cuts if cut < length])
    assert len(out) == pytest.approx(length * RATE / rate, abs=4)
    np.testing.assert_allclose(out, joined(audio, rate, []), atol=1e-4)


def test_16_khz_passes_unchanged() -> None:
    before = blocks(noise(3, RATE)[:, None], RATE, [10_000, 30_000])
    assert list(resampled(before, 1)) == before


def test_stereo_channels_stay_apart() -> None:
    audio = np.stack([tone(440, 3), np.zeros(24_000, np.float32)], axis=1)
    out = joined(audio, 8000, every(5000, audio))
    assert pitch(out[:, 0], RATE) == pytest.approx(440, abs=0.5)
    assert not out[:, 1].any()


def test_nothing_becomes_nothing() -> None:
    assert list(resampled([], 2)) == []
