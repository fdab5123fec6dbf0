"""Where two voices speak at once, by the real model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from callqa.audio.block import RATE, Samples, samples
from callqa.audio.interval import Interval
from callqa.audio.segmentation import Segmenter
from callqa.models.catalogue import PYANNOTE_SEGMENTATION
from callqa.models.store import ModelStore

SEGMENTER = Segmenter(ModelStore().path(PYANNOTE_SEGMENTATION))


@pytest.fixture
def sides(golden: Path) -> Samples:
    """A stereo call at RATE: (n, 2)."""
    audio, rate = soundfile.read(golden / "golden_stereo.wav", dtype="float32")
    return np.asarray(soxr.resample(audio, rate, RATE), np.float32)


def test_two_voices_at_once_are_heard_where_they_are(sides: Samples, golden: Path) -> None:
    """The customer's first words laid over the agent's, 1.5 s after these begin."""
    label = json.loads((golden / "labels/golden_stereo.json").read_text("utf-8"))
    one = next(t for t in label["turns"] if t["speaker"] == "agent")
    other = next(t for t in label["turns"] if t["speaker"] == "customer")
    channel = {"agent": 0, "customer": 1}
    if label["layout"] == "stereo_swapped":
        channel = {"agent": 1, "customer": 0}
    floor = sides[samples(one["start"]) : samples(one["end"]), channel["agent"]].copy()
    over = sides[samples(other["start"]) : samples(other["end"]), channel["customer"]]
    over = over[: len(floor) - samples(1.5)]
    floor[samples(1.5) : samples(1.5) + len(over)] += over
    truth = Interval(1.5, 1.5 + len(over) / RATE)
    found = SEGMENTER.overlaps(floor)
    shared = sum(interval.shared(truth) for interval in found)
    assert shared > 0.5 * truth.seconds
    assert sum(interval.seconds for interval in found) - shared < 0.3


def test_one_voice_overlaps_with_nobody(sides: Samples) -> None:
    for channel in (0, 1):
        assert sum(i.seconds for i in SEGMENTER.overlaps(sides[:, channel])) < 0.3


@pytest.mark.parametrize("length", [0, 100, RATE // 2 - 1, RATE // 2, RATE])
def test_short_or_silent_audio_is_no_overlap(length: int) -> None:
    assert SEGMENTER.overlaps(np.zeros(length, np.float32)) == []
