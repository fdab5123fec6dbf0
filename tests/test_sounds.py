"""Call-progress tones, keys, fax, beeps and music are told apart; people are none of them."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings import measured
from telephone import KEYS, cadence, chord, composed, heard, hiss, kinds, recording, sounds

from callqa.audio.block import RATE, Samples
from callqa.audio.interval import Interval
from callqa.audio.levels import Levels
from callqa.audio.sounds import Sound
from helpers import noise, silence, tone

RINGS = {
    "CN": ((450,), 1.0, 4.0),
    "EU": ((425,), 1.0, 4.0),
    "US": ((440, 480), 2.0, 4.0),
}
BUSY = {
    "CN busy": ((450,), 0.35, 0.35),
    "CN congestion": ((450,), 0.7, 0.7),
    "EU busy": ((425,), 0.5, 0.5),
    "EU congestion": ((425,), 0.25, 0.25),
    "US busy": ((480, 620), 0.5, 0.5),
    "US reorder": ((480, 620), 0.25, 0.25),
    "UK busy": ((400,), 0.375, 0.375),
}
OFFSETS = (0.0, 0.7, 1.017, 1.031)


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("times", range(1, 6))
@pytest.mark.parametrize("country", RINGS)
def test_rings(country: str, times: int, offset: float) -> None:
    hertz, on, off = RINGS[country]
    found = heard(np.concatenate([hiss(offset), cadence(hertz, on, off, times=times)]))
    assert kinds(found) == ["ring"] * times
    for number, ring in enumerate(found):
        assert ring.start == pytest.approx(offset + number * (on + off), abs=0.051)
        assert ring.seconds == pytest.approx(on, abs=0.101)


@pytest.mark.parametrize(
    "offset",
    [
        0.012,
        0.0125,
        pytest.param(
            0.013,
        ),
    ],
)
def test_american_rings_beat_against_each_other(offset: float) -> None:
    hertz, on, off = RINGS["US"]
    rings = cadence(hertz, on, off, times=2)
    assert kinds(heard(np.concatenate([hiss(1 + offset), rings]))) == ["ring"] * 2


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("times", [1, 3])
def test_british_rings_come_in_pairs(times: int, offset: float) -> None:
    rings = cadence((400, 450), 0.4, 0.2, 0.4, 2.0, times=times)
    assert kinds(heard(np.concatenate([hiss(offset), rings]))) == ["ring"] * 2 * times


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("times", [3, 4, 10])
@pytest.mark.parametrize("name", BUSY)
def test_busy_tones(name: str, times: int, offset: float) -> None:
    hertz, on, off = BUSY[name]
    found = heard(np.concatenate([hiss(offset), cadence(hertz, on, off, times=times), hiss(1)]))
    assert kinds(found) == ["busy"] * times


def test_a_ring_before_a_busy_tone_stays_a_ring() -> None:
    rings = cadence((450,), 1.0, 4.0, times=2)
    busy = cadence((450,), 0.35, 0.35, times=6)
    assert kinds(heard(np.concatenate([rings, busy]))) == ["ring"] * 2 + ["busy"] * 6


def pressed(keys: str, on: float, off: float, offset: float, level: float) -> Samples:
    parts = [hiss(1.0 + offset, level)]
    for key in keys:
        parts += [chord(KEYS[key], on, 0.15), np.zeros(round(off * RATE), np.float32)]
    sound = np.concatenate([*parts, np.zeros(RATE, np.float32)])
    return np.asarray(sound + noise(len(sound) / RATE, RATE, level)[: len(sound)], np.float32)


@pytest.mark.parametrize("decibel", [-66, -45])
@pytest.mark.parametrize("offset", [0.0, 0.01, 0.02, 0.03, 0.04])
@pytest.mark.parametrize("on", [0.1, 0.12, 0.2])
@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_a_key(key: str, on: float, offset: float, decibel: int) -> None:
    level = 10 ** (decibel / 20)
    found = heard(pressed(key, on, 0.1, offset, level))
    assert kinds(found) == ["dtmf"]
    assert found[0].start == pytest.approx(1.0 + offset, abs=0.051)
    assert found[0].seconds <= on + 0.1


@pytest.mark.parametrize("decibel", [-66, -45])
@pytest.mark.parametrize("offset", [0.0, 0.01, 0.02])
@pytest.mark.parametrize("key", KEYS)
def test_keys_of_80_ms(key: str, offset: float, decibel: int) -> None:
    assert kinds(heard(pressed(key, 0.08, 0.1, offset, 10 ** (decibel / 20)))) == ["dtmf"]


@pytest.mark.parametrize("offset", [0.03, 0.035, 0.04])
@pytest.mark.parametrize("key", KEYS)
def test_keys_of_80_ms_between_the_frames(key: str, offset: float) -> None:
    assert kinds(heard(pressed(key, 0.08, 0.1, offset, 0.0005))) == ["dtmf"]


@pytest.mark.parametrize("off", [-0.015, 0.015])
@pytest.mark.parametrize("key", "15AD0#")
def test_keys_may_be_off_by_one_and_a_half_percent(key: str, off: float) -> None:
    low, high = KEYS[key]
    audio = np.concatenate([hiss(1), chord((low * (1 + off), high * (1 + off)), 0.1), hiss(1)])
    assert kinds(heard(audio)) == ["dtmf"]


@pytest.mark.parametrize("pair", [(620, 1336), (1020, 1336), (770, 1120), (770, 1800), (350, 440)])
def test_pairs_beside_the_keys_are_none(pair: tuple[int, int]) -> None:
    audio = np.concatenate([hiss(1), chord(pair, 0.3), hiss(1)])
    assert kinds(heard(audio)) == ["tone"]


def test_a_number_is_as_many_keys() -> None:
    number = "6222021234567890#"
    found = heard(pressed(number, 0.1, 0.1, 0.013, 0.001))
    assert kinds(found) == ["dtmf"] * len(number)


def test_which_key_it_was_is_not_kept() -> None:
    """It may be a card number: two keys at the same time leave the same trace."""
    traces = {tuple(heard(pressed(key, 0.2, 0.1, 0.0, 0.001))) for key in KEYS}
    assert len(traces) == 1
    assert {field.name for field in fields(Sound)} == {"start", "end", "kind", "channel"}


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize(
    ("sound", "expected"),
    [
        pytest.param((1100, 0.5, 3.0, 3), ["fax"] * 3, id="calling tone"),
        pytest.param((2100, 3.0, 1.0, 1), ["fax"], id="answer tone"),
        pytest.param((2100, 0.5, 1.0, 2), ["tone"] * 2, id="2100 Hz, but short"),
        pytest.param((1000, 0.3, 5.0, 3), ["tone"] * 3, id="beeps"),
        pytest.param((1400, 0.5, 15.0, 2), ["tone"] * 2, id="recording beeps"),
        pytest.param((440, 8.0, 1.0, 1), ["tone"], id="hold tone"),
        pytest.param((450, 6.0, 1.0, 1), ["tone"], id="dial tone"),
        pytest.param((1000, 0.1, 1.0, 3), [], id="too short for a tone"),
    ],
)
def test_single_tones(
    sound: tuple[int, float, float, int], expected: list[str], offset: float
) -> None:
    hertz, on, off, times = sound
    audio = np.concatenate([hiss(offset), cadence((hertz,), on, off, times=times)])
    assert kinds(heard(audio)) == expected


@pytest.mark.parametrize("channel", [0, 1])
def test_people_are_no_keys_rings_or_faxes(channel: int) -> None:
    """Vowels have a few strong harmonics: none may pass for a signal. The agent's channel begins with a ring."""
    audio = recording("golden_stereo.wav")[round(5.3 * RATE) :, channel]
    assert set(kinds(heard(audio))) <= {"tone"}


def test_people_on_one_line_are_no_keys_rings_or_faxes() -> None:
    assert set(kinds(heard(recording("golden_mono.wav")[:, 0]))) <= {"tone"}


@settings(max_examples=40, deadline=None)
@given(
    pitch=st.floats(85, 300),
    formants=st.tuples(st.floats(250, 900), st.floats(900, 2400)),
    vibrato=st.floats(0, 0.03),
)
def test_vowels_are_no_signals(pitch: float, formants: tuple[float, float], vibrato: float) -> None:
    time = np.arange(2 * RATE) / RATE
    phase = 2 * np.pi * pitch * (time + vibrato / 5 * np.sin(2 * np.pi * 5 * time) / (2 * np.pi))
    audio = np.zeros(len(time))
    for k in range(1, int(3400 / pitch)):
        gain = sum(1 / (1 + ((k * pitch - f) / 120) ** 2) for f in formants)
        audio += gain * np.sin(k * phase) / k**0.5
    audio *= 0.1 / np.abs(audio).max()
    assert not {"dtmf", "fax", "busy"} & set(kinds(heard(audio.astype(np.float32))))


@pytest.mark.parametrize("seed", range(8))
def test_music_is_music_and_nothing_else(seed: int) -> None:
    audio = np.concatenate([hiss(4), composed(seed, 20), hiss(4)])
    found = heard(audio, [0.0] * 4 + [0.6] * 20 + [0.0] * 4)
    assert kinds(found) == ["music"]
    assert found[0].start == pytest.approx(4.0, abs=0.5)
    assert found[0].end == pytest.approx(24.0, abs=0.5)


@pytest.mark.parametrize("seed", range(8))
def test_music_that_the_model_misses_gives_no_ring_busy_key_or_fax(seed: int) -> None:
    assert set(kinds(heard(np.concatenate([hiss(4), composed(seed, 20), hiss(4)])))) <= {"tone"}


MUSIC = np.concatenate([hiss(5), noise(20, RATE, 0.1), hiss(5)])


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        pytest.param([0.0] * 30, [], id="the model hears none"),
        pytest.param([0.0] * 10 + [0.6] * 3 + [0.0] * 17, ["music"], id="once for certain"),
        pytest.param([0.0] * 5 + [0.12] * 20 + [0.0] * 5, ["music"], id="faintly throughout"),
        pytest.param([0.0] * 5 + [0.08] * 20 + [0.0] * 5, [], id="too faintly"),
        pytest.param([0.9] * 3 + [0.0] * 27, [], id="elsewhere"),
    ],
)
def test_steady_sound_is_music_where_the_model_says_so(
    judged: list[float], expected: list[str]
) -> None:
    assert kinds(heard(MUSIC, judged)) == expected


@pytest.mark.parametrize(("seconds", "found"), [(2.5, 0), (3.5, 1)])
def test_a_jingle_is_no_music(seconds: float, found: int) -> None:
    audio = np.concatenate([hiss(5), noise(seconds, RATE, 0.1), hiss(5)])
    assert len(heard(audio, [0.9] * 14)) == found


def test_music_bears_a_pause_of_a_second_and_is_split_by_more() -> None:
    def with_pause(seconds: float) -> list[Sound]:
        parts = [hiss(5), MUSIC[5 * RATE : 10 * RATE], hiss(seconds)]
        audio = np.concatenate([*parts, MUSIC[5 * RATE : 10 * RATE], hiss(5)])
        return heard(audio, [0.9] * (len(audio) // RATE))

    assert kinds(with_pause(0.9)) == ["music"]
    assert kinds(with_pause(1.5)) == ["music", "music"]


def test_where_somebody_speaks_there_is_no_music() -> None:
    found = sounds(
        1, measured(MUSIC), np.full(30, 0.9, np.float32), [Interval(10.0, 14.0), Interval(20, 21)]
    )
    assert [(s.kind, s.channel) for s in found] == [("music", 1)] * 3
    assert [(s.start, s.end) for s in found] == [
        pytest.approx(pair, abs=0.11) for pair in ((5, 10), (14, 20), (21, 25))
    ]


def test_tones_in_music_belong_to_it() -> None:
    audio = np.concatenate([hiss(5), noise(5, RATE, 0.1), tone(450, 1, RATE), noise(5, RATE, 0.1)])
    assert kinds(heard(audio, [0.9] * 16)) == ["music"]
    assert kinds(heard(audio, [0.0] * 16)) == ["ring"]


def test_no_audio_has_no_sounds() -> None:
    empty = Levels(np.zeros(0, np.float32), np.zeros(0, np.uint16), np.zeros(0, np.uint16))
    assert sounds(0, empty, np.zeros(0, np.float32), []) == []
    assert heard(silence(0.2, RATE)) == []
    assert heard(silence(5, RATE)) == []
    assert heard(noise(60, RATE, 0.1)) == []


def test_sounds_are_in_order_with_times_to_the_millisecond() -> None:
    audio = np.concatenate(
        [
            cadence((450,), 1.0, 4.0, times=2),
            noise(8, RATE, 0.1),
            hiss(2),
            pressed("5", 0.2, 0.1, 0, 0),
        ]
    )
    found = heard(audio, [0.9 if 10 <= s < 18 else 0.0 for s in range(len(audio) // RATE)])
    assert kinds(found) == ["ring", "ring", "music", "dtmf"]
    assert [s.start for s in found] == sorted(s.start for s in found)
    assert all(round(t, 3) == t for s in found for t in (s.start, s.end))
