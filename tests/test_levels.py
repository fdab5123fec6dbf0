"""Loudness and pure tones, twenty times a second."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from recordings import measured
from telephone import cadence, chord, composed, hiss, recording

from callqa.audio.block import RATE, Samples
from callqa.audio.levels import FRAME, SILENT, LevelMeter, is_tone
from helpers import noise, silence, tone


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.integers(1, 40_000), min_size=1, max_size=5))
@example(steps=[100])
@example(steps=[FRAME - 1, FRAME + 1])
def test_levels_do_not_depend_on_the_blocks(steps: list[int]) -> None:
    audio = np.concatenate([noise(1, RATE), tone(450, 1, RATE), chord((697, 1336), 1)])[:-700]
    whole, meter, done, pushed = measured(audio, len(audio)), LevelMeter(), 0, []
    while done < len(audio):
        step = steps[len(pushed) % len(steps)]
        pushed.append(meter.push(audio[done : done + step]))
        done += step
    parts = meter.result()
    np.testing.assert_allclose(parts.level, whole.level, atol=1e-3)
    np.testing.assert_allclose(parts.low.astype(int), whole.low.astype(int), atol=1)
    np.testing.assert_allclose(parts.high.astype(int), whole.high.astype(int), atol=1)
    np.testing.assert_array_equal(np.concatenate(pushed), parts.level)
    assert len(whole.level) == len(whole.low) == len(whole.high) == len(audio) // FRAME == 59


@pytest.mark.parametrize(
    ("audio", "level"),
    [
        pytest.param(tone(450, 1, RATE), -23.0, id="ring tone"),
        pytest.param(chord((697, 1336), 1), -20.0, id="pair"),
        pytest.param(silence(1, RATE), SILENT, id="silence"),
        pytest.param(noise(1, RATE, 0.1), -24.1, id="noise"),
    ],
)
def test_loudness(audio: Samples, level: float) -> None:
    energy = 10 ** (measured(audio).level / 10)
    assert 10 * np.log10(energy.mean()) == pytest.approx(level, abs=0.5)


@settings(max_examples=150, deadline=None)
@given(hertz=st.floats(300, 3400), level=st.floats(0.01, 0.9), phase=st.integers(0, 800))
def test_the_frequency_of_a_single_tone_is_known(hertz: float, level: float, phase: int) -> None:
    found = measured(tone(hertz, 1, RATE, level)[phase:])
    np.testing.assert_allclose(found.low.astype(int), hertz, atol=4)  # a bin is 20 Hz wide
    assert not found.high.any()


@settings(max_examples=150, deadline=None)
@given(
    low=st.floats(300, 3200),
    apart=st.floats(200, 2500),
    twist=st.floats(-6, 6),  # dB; ITU-T Q.24 allows key tones 6 dB
    phase=st.integers(0, 800),
)
def test_the_frequencies_of_a_pair_are_known(
    low: float, apart: float, twist: float, phase: int
) -> None:
    high = min(3400.0, low + apart)
    pair = tone(low, 1, RATE) + 10 ** (twist / 20) * tone(high, 1, RATE)
    found = measured(pair.astype(np.float32)[phase:])
    np.testing.assert_allclose(found.low.astype(int), low, atol=10)
    np.testing.assert_allclose(found.high.astype(int), high, atol=10)


@pytest.mark.parametrize("pair", [(440, 480), (400, 450), (350, 440), (480, 620)])
def test_the_beating_pairs_of_call_progress_are_tones(pair: tuple[int, int]) -> None:
    found = measured(chord(pair, 2))
    assert (found.low > 0).mean() >= 0.95
    assert (np.abs(found.low[found.low > 0].astype(int) - np.mean(pair)) <= 80).all()


@pytest.mark.parametrize(
    "audio",
    [
        pytest.param(silence(5, RATE), id="silence"),
        pytest.param(hiss(5), id="hiss"),
        pytest.param(noise(20, RATE, 0.1), id="loud noise"),
        pytest.param(tone(1000, 5, RATE, 0.002), id="a tone that nobody hears"),
        pytest.param(chord((450, 900, 1350), 5), id="three harmonics"),
        pytest.param(tone(1000, 5, RATE) + noise(5, RATE, 0.1), id="a tone under noise"),
    ],
)
def test_no_tones(audio: Samples) -> None:
    found = measured(audio)
    assert not found.low.any()
    assert not found.high.any()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), level=st.floats(0.005, 0.5))
def test_noise_is_never_a_tone(seed: int, level: float) -> None:
    assert not measured(noise(5, RATE, level, seed)).low.any()


def test_sound_outside_the_telephone_band_is_as_good_as_silent() -> None:
    assert measured(tone(100, 1, RATE)).level.max() < -60
    assert measured(tone(6000, 1, RATE)).level.max() < -60


def test_no_audio_has_no_levels() -> None:
    assert [len(column) for column in vars(LevelMeter().result()).values()] == [0, 0, 0]
    assert len(LevelMeter().push(np.zeros(FRAME - 1, np.float32))) == 0


def test_a_second_of_recording_costs_160_bytes() -> None:
    found = measured(hiss(10))
    assert sum(column.nbytes for column in vars(found).values()) == 1600


@pytest.mark.parametrize(
    "audio",
    [
        pytest.param(tone(450, 1, RATE), id="ring-back"),
        pytest.param(cadence((425,), 1, 0.5, times=1), id="ring-back and a pause"),
        pytest.param(cadence((450,), 0.35, 0.35, times=3), id="busy"),
        pytest.param(cadence((440, 480), 1, 0.2, times=1), id="American ring"),
        pytest.param(chord((697, 1336), 0.15, 0.2), id="key"),
        pytest.param(tone(1000, 0.5, RATE, 0.3), id="beep"),
        pytest.param(tone(2100, 1, RATE, 0.01), id="soft fax"),
    ],
)
def test_tones_are_tones_whatever_silence_is_beside_them(audio: Samples) -> None:
    assert is_tone(audio)
    assert is_tone(np.concatenate([hiss(0.2), audio, hiss(5)]))


@pytest.mark.parametrize(
    "audio",
    [
        pytest.param(silence(1, RATE), id="silence"),
        pytest.param(np.zeros(0, np.float32), id="nothing"),
        pytest.param(np.full(FRAME - 1, 0.1, np.float32), id="less than a frame"),
        pytest.param(hiss(2), id="hiss"),
        pytest.param(noise(2, RATE, 0.1), id="noise"),
        pytest.param(tone(1000, 1, RATE, 0.001), id="a tone that nobody hears"),
        pytest.param(composed(3, 4), id="music"),
        pytest.param(
            np.concatenate([tone(450, 1, RATE), noise(1.2, RATE, 0.1)]), id="more noise than tone"
        ),
    ],
)
def test_what_is_no_tone(audio: Samples) -> None:
    assert not is_tone(audio)


@pytest.mark.parametrize(
    ("channel", "start", "end"),
    [(1, 5.7, 10.06), (1, 17.25, 20.04), (1, 27.09, 30.02), (0, 10.74, 13.5), (0, 20.83, 22.43)],
)
def test_a_sentence_is_no_tone(channel: int, start: float, end: float) -> None:
    speech = recording("golden_stereo.wav")[:, channel]
    assert not is_tone(speech[round((start - 0.2) * RATE) : round((end + 0.2) * RATE)])


def test_no_second_and_a_half_of_a_sentence_is_a_tone() -> None:
    agent = recording("golden_stereo.wav")[:, 1]
    pieces = [agent[round(a * RATE) : round((a + 1.5) * RATE)] for a in np.arange(5.5, 9, 0.25)]
    assert not any(is_tone(piece) for piece in pieces)


@pytest.mark.parametrize(
    ("name", "channel", "start", "end"),
    [
        pytest.param("backchannel.wav", 0, 16.16, 16.59, id="嗯"),
        pytest.param("backchannel.wav", 0, 24.92, 25.39, id="好的"),
        pytest.param("late_answer.wav", 0, 59.48, 60.05, id="再见"),
    ],
)
def test_a_short_word_is_no_tone(name: str, channel: int, start: float, end: float) -> None:
    word = recording(f"further/{name}")[:, channel]
    assert not is_tone(word[round((start - 0.2) * RATE) : round((end + 0.2) * RATE)])


@pytest.mark.parametrize(
    ("name", "channel", "start", "end"),
    [
        pytest.param("backchannel.wav", 0, 18.61, 18.87, id="对"),
        pytest.param("backchannel.wav", 0, 21.11, 21.65, id="嗯嗯"),
        pytest.param("two_holds.wav", 0, 27.13, 27.64, id="可以"),
        pytest.param("two_holds.wav", 0, 92.93, 93.48, id="没有了"),
    ],
)
def test_a_short_word_of_vowels_is_no_tone(
    name: str, channel: int, start: float, end: float
) -> None:
    test_a_short_word_is_no_tone(name, channel, start, end)
