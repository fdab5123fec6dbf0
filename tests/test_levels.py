"""Loudness and tonality, ten times a second."""

from __future__ import annotations

import numpy as np
import pytest
from recordings import measured

from callqa.audio.block import RATE, Samples
from callqa.audio.levels import SILENT, LevelMeter
from helpers import noise, silence, tone


def test_levels_do_not_depend_on_the_blocks() -> None:
    audio = np.concatenate([noise(2, RATE), tone(450, 2, RATE)])[:-700]
    whole = measured(audio, len(audio))
    for step in (100, 1600, 5001):
        parts = measured(audio, step)
        np.testing.assert_allclose(parts.level, whole.level, atol=1e-3)
        np.testing.assert_allclose(parts.ring, whole.ring, atol=1e-4)
        np.testing.assert_allclose(parts.peak, whole.peak, atol=1e-4)
    assert len(whole.level) == len(whole.ring) == len(whole.peak) == 39


@pytest.mark.parametrize(
    ("audio", "level", "ring", "peak"),
    [
        pytest.param(tone(450, 1, RATE), -23.0, (0.99, 1), (0.95, 1), id="ring tone"),
        pytest.param(tone(1000, 1, RATE), -23.0, (0, 0.01), (0.95, 1), id="other tone"),
        pytest.param(silence(1, RATE), SILENT, (0, 1), (0, 1), id="silence"),
        pytest.param(noise(1, RATE, 0.1), -24.1, (0, 0.2), (0, 0.2), id="noise"),
    ],
)
def test_levels(
    audio: Samples, level: float, ring: tuple[float, float], peak: tuple[float, float]
) -> None:
    found = measured(audio)
    np.testing.assert_allclose(found.level, level, atol=1.0)
    assert ring[0] <= found.ring.min() <= found.ring.max() <= ring[1] + 1e-6
    assert peak[0] <= found.peak.min() <= found.peak.max() <= peak[1] + 1e-6


def test_sound_outside_the_telephone_band_is_as_good_as_silent() -> None:
    assert measured(tone(100, 1, RATE)).level.max() < -60
    assert measured(tone(6000, 1, RATE)).level.max() < -60


def test_no_audio_has_no_levels() -> None:
    assert [len(column) for column in vars(LevelMeter().result()).values()] == [0, 0, 0]
