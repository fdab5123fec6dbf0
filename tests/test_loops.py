"""Announcements that are repeated to the hair; people who repeat themselves."""

from __future__ import annotations

import numpy as np
import pytest
from recordings import measured
from telephone import hiss, recording

from callqa.audio import loops as module
from callqa.audio.block import RATE, Samples
from callqa.audio.interval import Interval
from callqa.audio.loops import loops
from helpers import noise

SPEECH = recording("golden_stereo.wav")
MINE = [(5.7, 10.06), (17.25, 20.04), (27.09, 30.02), (23.28, 25.34)]  # the agent's turns
SAID = [SPEECH[round(a * RATE) : round(b * RATE), 1] for a, b in MINE]


def line(
    *said: Samples, under: float = 0.0005, late: float = 0.003
) -> tuple[Samples, list[Interval]]:
    """The levels of a channel on which this is said, from every second full second on and `late` more each time."""
    sound, spoken, now = np.zeros(RATE, np.float32), list[Interval](), 0.0
    for number, audio in enumerate(said):
        start = round((np.ceil(now) + 2 + late * number) * RATE)
        sound = np.concatenate([sound, np.zeros(start - len(sound), np.float32), audio])
        now = len(sound) / RATE
        spoken.append(Interval(start / RATE, now))
    sound = np.concatenate([sound, np.zeros(RATE, np.float32)])
    sound = sound + noise(len(sound) / RATE + 1, RATE, under, seed=9)[: len(sound)]
    return measured(sound.astype(np.float32)).level, spoken


@pytest.mark.parametrize("under", [0.0003, 0.001, 0.002])
@pytest.mark.parametrize("which", range(4))
def test_the_same_announcement_three_times_is_a_machine(which: int, under: float) -> None:
    level, spoken = line(*[SAID[which]] * 3, under=under)
    assert loops(level, spoken) == spoken


@pytest.mark.xfail(
    strict=True, reason="half a frame of 50 ms apart, the courses of loudness correlate by 0.8 only"
)
@pytest.mark.parametrize("late", [0.0125, 0.025, 0.0375])
def test_an_announcement_may_begin_at_any_time(late: float) -> None:
    for said in SAID:
        level, spoken = line(said, said, late=late)
        assert loops(level, spoken) == spoken


def test_what_is_said_between_the_announcements_is_not() -> None:
    level, spoken = line(SAID[1], SAID[0], SAID[1], SAID[2], SAID[1])
    assert loops(level, spoken) == [spoken[0], spoken[2], spoken[4]]


def test_two_announcements_in_turn_are_both_machines() -> None:
    level, spoken = line(SAID[0], SAID[1], SAID[0], SAID[1])
    assert loops(level, spoken[::-1]) == spoken


@pytest.mark.parametrize("cut", [-0.15, 0.15])
def test_regions_that_were_cut_a_little_differently_are_still_alike(cut: float) -> None:
    level, (first, second) = line(SAID[0], SAID[0])
    shifted = Interval(second.start + cut, second.end)
    assert loops(level, [first, shifted]) == [first, shifted]


def test_different_sentences_are_no_loop() -> None:
    level, spoken = line(*SAID)
    assert loops(level, spoken) == []
    same_length = [audio[: 2 * RATE] for audio in SAID]
    level, spoken = line(*same_length)
    assert loops(level, spoken) == []


def test_short_repetitions_are_no_loop() -> None:
    level, spoken = line(*[SAID[0][: round(1.4 * RATE)]] * 3)
    assert loops(level, spoken) == []


def test_the_same_words_at_another_pace_are_no_loop() -> None:
    """A person who says the sentence again is a tenth slower or faster."""
    audio = SAID[0]
    slower = np.interp(np.arange(0, len(audio), 0.9), np.arange(len(audio)), audio)
    level, spoken = line(audio, slower.astype(np.float32)[: len(audio)])
    assert loops(level, spoken) == []


def test_the_calls_of_people_have_no_loops() -> None:
    level = measured(SPEECH[:, 1]).level
    assert loops(level, [Interval(a, b) for a, b in MINE]) == []


def test_noise_and_silence_are_no_loop() -> None:
    spoken = [Interval(1, 4), Interval(5, 8)]
    assert loops(measured(hiss(10)).level, spoken) == []
    assert loops(measured(np.zeros(10 * RATE, np.float32)).level, spoken) == []
    assert loops(np.zeros(0, np.float32), []) == []


@pytest.mark.xfail(strict=True, reason="a call twice as long takes four times the comparisons")
def test_the_search_grows_with_the_length_of_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[Interval] = []
    monkeypatch.setattr(module, "_alike", lambda _level, one, _other: compared.append(one))
    rng, figures = np.random.default_rng(4), []
    for sentences in (450, 900):
        compared.clear()
        spoken = [Interval(4.0 * n, 4.0 * n + float(rng.uniform(2, 3.9))) for n in range(sentences)]
        loops(np.zeros(sentences * 80, np.float32), spoken)
        figures.append(len(compared))
    assert figures[1] <= 2.5 * figures[0]
