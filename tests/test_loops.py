"""Announcements that are repeated to the hair; people who repeat themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telephone import composed, hiss, recording

from callqa.audio import loops as module
from callqa.audio.block import RATE, Samples
from callqa.audio.interval import Interval
from callqa.audio.loops import SHORTEST, WITHIN, LoopFinder
from helpers import noise

SPEECH = recording("golden_stereo.wav")
MINE = [(5.7, 10.06), (17.25, 20.04), (27.09, 30.02), (23.28, 25.34)]  # the agent's turns
SAID = [SPEECH[round(a * RATE) : round(b * RATE), 1] for a, b in MINE]
LOUDNESS = float(np.sqrt((SAID[0] ** 2).mean()))


def line(
    *said: Samples, under: float = 0.0005, late: float = 0.003, bed: Samples | None = None
) -> tuple[Samples, list[Interval]]:
    """A channel on which this is said, from every second full second on and `late` more each time."""
    sound, spoken, now = np.zeros(RATE, np.float32), list[Interval](), 0.0
    for number, audio in enumerate(said):
        start = round((np.ceil(now) + 2 + late * number) * RATE)
        sound = np.concatenate([sound, np.zeros(start - len(sound), np.float32), audio])
        now = len(sound) / RATE
        spoken.append(Interval(start / RATE, now))
    sound = np.concatenate([sound, np.zeros(RATE, np.float32)])
    sound = sound + noise(len(sound) / RATE + 1, RATE, under, seed=9)[: len(sound)]
    if bed is not None:
        sound = sound + bed[: len(sound)]
    return sound.astype(np.float32), spoken


def cut(sound: Samples, interval: Interval) -> Samples:
    """What regions give: the stretch and 0.2 s around it."""
    first, last = round((interval.start - 0.2) * RATE), round((interval.end + 0.2) * RATE)
    return sound[max(0, first) : last]


def loops(sound: Samples, spoken: list[Interval]) -> list[Interval]:
    finder = LoopFinder()
    for interval in spoken:
        finder.push(interval, cut(sound, interval))
    return finder.result()


@pytest.mark.parametrize("under", [0.0003, 0.001, 0.003])  # the last one is -50 dB of full scale
@pytest.mark.parametrize("which", range(4))
def test_the_same_announcement_three_times_is_a_machine(which: int, under: float) -> None:
    sound, spoken = line(*[SAID[which]] * 3, under=under)
    assert loops(sound, spoken) == spoken


@settings(max_examples=40, deadline=None)
@given(late=st.integers(0, 1600), which=st.integers(0, 3))
def test_an_announcement_may_begin_at_any_sample(late: int, which: int) -> None:
    sound, spoken = line(SAID[which], SAID[which], late=late / RATE, under=0.003)
    assert loops(sound, spoken) == spoken


@pytest.mark.parametrize(
    "quieter",
    [
        20,
        15,
        pytest.param(
            6,
            marks=pytest.mark.xfail(
                strict=True, reason="loud music fills the pauses that the course lives on"
            ),
        ),
    ],
)  # dB
def test_an_announcement_over_hold_music_is_a_machine(quieter: int) -> None:
    bed = composed(2, 30)
    bed = bed * (LOUDNESS / 0.07 * 10 ** (-quieter / 20))
    for said in SAID:
        sound, spoken = line(said, said, said, bed=bed)
        assert loops(sound, spoken) == spoken, f"{len(said) / RATE:.1f} s"


def test_what_is_said_between_the_announcements_is_not() -> None:
    sound, spoken = line(SAID[1], SAID[0], SAID[1], SAID[2], SAID[1])
    assert loops(sound, spoken) == [spoken[0], spoken[2], spoken[4]]


def test_two_announcements_in_turn_are_both_machines() -> None:
    sound, spoken = line(SAID[0], SAID[1], SAID[0], SAID[1])
    assert loops(sound, spoken) == spoken


@pytest.mark.parametrize("cut_by", [-0.15, 0.15])
def test_regions_that_were_cut_a_little_differently_are_still_alike(cut_by: float) -> None:
    sound, (first, second) = line(SAID[0], SAID[0])
    for shifted in (
        Interval(second.start + cut_by, second.end),
        Interval(second.start, second.end + cut_by),
    ):
        assert loops(sound, [first, shifted]) == [first, shifted]


def test_different_sentences_are_no_loop() -> None:
    sound, spoken = line(*SAID)
    assert loops(sound, spoken) == []
    same_length = [audio[: 2 * RATE] for audio in SAID]
    sound, spoken = line(*same_length)
    assert loops(sound, spoken) == []


def test_short_repetitions_are_no_loop() -> None:
    sound, spoken = line(*[SAID[0][: round((SHORTEST - 0.1) * RATE)]] * 3)
    assert loops(sound, spoken) == []


@pytest.mark.parametrize("pace", [0.93, 0.96, 1.04, 1.07])
def test_the_same_words_at_another_pace_are_no_loop(pace: float) -> None:
    """A person who says the sentence again is a little slower or faster, and within the length allowed."""
    for audio in SAID:
        places = np.arange(0, len(audio) - 1, pace)
        again = np.interp(places, np.arange(len(audio)), audio).astype(np.float32)
        sound, spoken = line(audio, again[: len(audio)])
        assert loops(sound, spoken) == []


def test_the_calls_of_people_have_no_loops() -> None:
    assert loops(SPEECH[:, 1], [Interval(a, b) for a, b in MINE]) == []


def test_noise_and_silence_are_no_loop() -> None:
    spoken = [Interval(1, 4), Interval(5, 8)]
    assert loops(hiss(10), spoken) == []
    assert loops(np.zeros(10 * RATE, np.float32), spoken) == []
    assert LoopFinder().result() == []


@pytest.mark.parametrize(("apart", "found"), [(WITHIN - 1, True), (WITHIN + 1, False)])
def test_nothing_older_than_two_minutes_is_compared(apart: float, found: bool) -> None:
    finder, audio = LoopFinder(), SAID[0]
    seconds = len(audio) / RATE
    both = [Interval(10, 10 + seconds), Interval(10 + apart, 10 + apart + seconds)]
    for interval in both:
        finder.push(interval, audio)
    assert finder.result() == (both if found else [])


def test_a_chain_of_repetitions_may_be_longer_than_two_minutes() -> None:
    finder, audio = LoopFinder(), SAID[0]
    spoken = [Interval(60.0 * n, 60.0 * n + len(audio) / RATE) for n in range(10)]
    for interval in spoken:
        finder.push(interval, audio)
    assert finder.result() == spoken


def test_a_sentence_costs_the_same_however_long_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    monkeypatch.setattr(module, "_alike", lambda _old, _new: compared.append(1) or False)
    finder, rng, figures = LoopFinder(), np.random.default_rng(4), []
    audio = hiss(4)
    for number in range(900):
        seconds = float(rng.uniform(2, 3.9))
        finder.push(Interval(4.0 * number, 4.0 * number + seconds), audio[: round(seconds * RATE)])
        figures.append(len(compared))
        assert len(finder._lately) <= WITHIN / 4 + 1
    assert figures[899] <= 2.2 * figures[449]
