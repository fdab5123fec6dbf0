"""Voice activity detectors: the same whatever the blocks, deaf to tones and noise, alert to speech."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings import read

from callqa.audio.block import RATE, Block, Samples
from callqa.audio.resample import resampled
from callqa.audio.vad import SileroVad, VoiceActivity, WebrtcVad
from callqa.models.catalogue import SILERO_VAD
from callqa.models.store import ModelStore
from helpers import noise, silence, tone

# Comes with faster-whisper, so that it is always there.
SILERO = SileroVad(ModelStore().path(SILERO_VAD))
DETECTORS = {vad.name: vad for vad in (SILERO, WebrtcVad())}
DATA = Path(__file__).parent / "data"


def at_16_khz(path: Path) -> Samples:
    source, audio = read(path)
    parts = [Block(0, source.rate, audio)]
    return np.concatenate([block.samples for block in resampled(parts, source.channels)])


def probabilities(vad: VoiceActivity, audio: Samples, cuts: list[int]) -> Samples:
    stream = vad.stream()
    borders = [0, *sorted(cuts), len(audio)]
    return np.concatenate([stream.push(audio[a:b]) for a, b in pairwise(borders)])


SPEECH = at_16_khz(DATA / "golden_stereo.wav")


@pytest.mark.parametrize("name", DETECTORS)
@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, 4 * RATE), max_size=20))
def test_the_size_of_the_pieces_does_not_matter(name: str, cuts: list[int]) -> None:
    vad, audio = DETECTORS[name], SPEECH[6 * RATE : 10 * RATE, 1]
    whole = probabilities(vad, audio, [])
    assert len(whole) == len(audio) // vad.frame
    np.testing.assert_allclose(probabilities(vad, audio, cuts), whole, atol=1e-4)


@pytest.mark.parametrize("name", DETECTORS)
@pytest.mark.parametrize("size", [1, 37, 480, 512, 513])
def test_pieces_smaller_than_a_frame_are_kept_for_the_next(name: str, size: int) -> None:
    vad, audio = DETECTORS[name], SPEECH[7 * RATE : 7 * RATE + 4000, 1]
    cuts = list(range(size, len(audio), size))
    whole = probabilities(vad, audio, [])
    assert len(whole) == 4000 // vad.frame
    np.testing.assert_allclose(probabilities(vad, audio, cuts), whole, atol=1e-4)


@pytest.mark.parametrize("name", DETECTORS)
def test_streams_of_one_detector_do_not_share_memory(name: str) -> None:
    vad = DETECTORS[name]
    first, second = vad.stream(), vad.stream()
    audio = SPEECH[6 * RATE : 8 * RATE, 1]
    alone = probabilities(vad, audio, [])
    first.push(noise(1, RATE, 0.3))
    np.testing.assert_array_equal(second.push(audio), alone)


@pytest.mark.parametrize("name", DETECTORS)
def test_probabilities_lie_between_0_and_1(name: str) -> None:
    loud = np.concatenate([SPEECH[:, 1] * 50, noise(2, RATE, 5)])  # beyond full scale
    found = probabilities(DETECTORS[name], loud, [])
    assert ((found >= 0) & (found <= 1)).all()


@pytest.mark.parametrize(
    "audio",
    [
        pytest.param(silence(20, RATE), id="silence"),
        pytest.param(noise(20, RATE, 0.001), id="soft noise"),
        pytest.param(noise(20, RATE, 0.05), id="loud noise"),
        pytest.param(tone(450, 20, RATE), id="ring-back tone"),
    ],
)
def test_silero_takes_neither_silence_nor_noise_nor_a_tone_for_speech(audio: Samples) -> None:
    assert (probabilities(SILERO, audio, []) < 0.5).all()


def test_webrtc_takes_silence_for_silence() -> None:
    assert not probabilities(WebrtcVad(), silence(5, RATE), []).any()


@pytest.mark.parametrize("name", DETECTORS)
def test_speech_of_a_real_call_is_found(name: str) -> None:
    turns = json.loads((DATA / "labels" / "golden_stereo.json").read_text("utf-8"))["turns"]
    vad = DETECTORS[name]
    for channel, speaker in enumerate(["customer", "agent"]):  # this recorder swaps them
        found = probabilities(vad, SPEECH[:, channel], []) >= 0.5
        centres = (np.arange(len(found)) + 0.5) * vad.frame / RATE
        mine = [turn for turn in turns if turn["speaker"] == speaker]
        spoken = np.zeros(len(found), bool)
        for turn in mine:
            spoken |= (centres >= turn["start"]) & (centres <= turn["end"])
        assert found[spoken].mean() >= 0.8
