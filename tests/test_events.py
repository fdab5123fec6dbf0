"""Rings, holds and silences of composed calls."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from recordings import measured

from callqa.audio.block import RATE, Samples
from callqa.audio.events import (
    CallEvents,
    Hold,
    Interval,
    Rings,
    find_events,
    union,
    with_announced,
)
from helpers import noise, silence, tone

CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))  # C Am F G


def talk(seconds: float) -> Samples:
    """Syllables of noise, five a second; where they are is told to `find_events` as a VAD would."""
    loud = np.abs(np.sin(2 * np.pi * 2.5 * np.arange(round(seconds * RATE)) / RATE))
    return np.asarray(noise(seconds, RATE, 0.1) * loud, np.float32)


def music(seconds: float) -> Samples:
    """A chord every second under a plucked melody, four notes a second."""
    time = np.arange(round(seconds * RATE)) / RATE
    rng = np.random.default_rng(5)
    out = np.zeros(len(time))
    for second in range(int(seconds) + 1):
        for note in CHORDS[second % 4]:
            since = np.clip(time - second, 0, None)
            sounds = (time >= second) & (time < second + 1)
            out += sounds * np.sin(2 * np.pi * 262 * 2 ** (note / 12) * since) * np.exp(-since)
        for quarter in np.arange(second, second + 1, 0.25):
            pluck = np.clip(time - quarter, 0, None)
            pitch = 524 * 2 ** (float(rng.choice([0, 2, 4, 7, 9])) / 12)
            sounds = (time >= quarter) & (time < quarter + 0.25)
            out += sounds * np.sin(2 * np.pi * pitch * pluck) * np.exp(-3 * pluck)
    return np.asarray(0.05 * out, np.float32)


def hiss(seconds: float) -> Samples:
    return noise(seconds, RATE, 0.0005, seed=7)


def ringing(count: int, *pitches: float, on: float = 1.0) -> list[tuple[str, Samples]]:
    """Tones of `on` seconds with 4 s of quiet behind each."""
    sound = np.asarray(np.sum([tone(hertz, on, RATE) for hertz in pitches], axis=0), np.float32)
    return [("ring", sound), ("quiet", hiss(4.0))] * count


def events(*parts: tuple[str, Samples], other_channel: bool = False) -> CallEvents:
    """The events of a call of these parts in order; those named 'talk' are speech."""
    speech: list[Interval] = []
    now = 0.0
    for what, audio in parts:
        if what == "talk":
            speech.append(Interval(now, now + len(audio) / RATE))
        now += len(audio) / RATE
    levels = [measured(np.concatenate([audio for _, audio in parts]))]
    if other_channel:
        levels.insert(0, measured(hiss(now)))
    return find_events(speech[::-1], levels)


TALK = ("talk", talk(4.0))


@pytest.mark.parametrize("count", range(1, 7))
@pytest.mark.parametrize(
    ("pitches", "on"),
    [
        pytest.param((450,), 1.0, id="China"),
        pytest.param((425,), 1.0, id="Europe"),
        pytest.param((440, 480), 2.0, id="USA"),
    ],
)
def test_rings_are_counted(count: int, pitches: tuple[float, ...], on: float) -> None:
    found = events(("quiet", hiss(0.7)), *ringing(count, *pitches, on=on), TALK)
    assert found.rings is not None
    assert found.rings.count == count
    assert found.rings.seconds == pytest.approx(count * (on + 4.0), abs=0.25)
    assert (found.holds, found.silences) == ((), ())


def test_rings_are_heard_on_either_channel_and_without_an_answer() -> None:
    assert events(*ringing(3, 450), TALK, other_channel=True).rings == Rings(3, 15.0)
    unanswered = events(*ringing(5, 450)).rings
    assert unanswered is not None
    assert unanswered.count == 5
    assert unanswered.seconds == pytest.approx(21.0, abs=0.25)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([TALK], id="speech at once"),
        pytest.param([("quiet", hiss(6)), TALK], id="quiet"),
        pytest.param([("quiet", silence(6, RATE)), TALK], id="digital silence"),
        pytest.param([("dial", tone(450, 6, RATE)), TALK], id="a steady tone"),
        pytest.param([("beep", tone(1000, 1, RATE)), TALK], id="a beep of another pitch"),
        pytest.param([TALK, *ringing(3, 450), TALK], id="rings behind the first word"),
        pytest.param([("quiet", silence(0.05, RATE))], id="hardly any audio"),
    ],
)
def test_no_rings(parts: list[tuple[str, Samples]]) -> None:
    assert events(*parts).rings is None


@pytest.mark.parametrize("other_channel", [False, True])
@pytest.mark.parametrize(
    ("sound", "kind"),
    [
        pytest.param(music(20), "music", id="music"),
        pytest.param(music(6), "music", id="short music"),
        pytest.param(tone(440, 20, RATE), "tone", id="tone"),
        pytest.param(tone(1000, 6, RATE, 0.05), "tone", id="short tone"),
        pytest.param(hiss(25), "silence", id="hiss"),
        pytest.param(silence(25, RATE), "silence", id="digital silence"),
    ],
)
def test_holds(sound: Samples, kind: str, other_channel: bool) -> None:
    found = events(TALK, ("hold", sound), TALK, other_channel=other_channel)
    assert found == CallEvents((Hold(4.0, 4.0 + len(sound) / RATE, kind),), (), None)  # type: ignore[arg-type]


@pytest.mark.parametrize("sound", [music(5.2), tone(440, 5.2, RATE)], ids=["music", "tone"])
def test_a_hold_of_hardly_more_than_five_seconds(sound: Samples) -> None:
    assert len(events(TALK, ("hold", sound), TALK).holds) == 1


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(2.5, ()), (8.0, (Interval(4.0, 12.0),)), (19.0, (Interval(4.0, 23.0),))],
)
def test_a_shorter_silence_is_dead_air_from_3_s_on(
    seconds: float, expected: tuple[Interval, ...]
) -> None:
    assert events(TALK, ("quiet", hiss(seconds)), TALK) == CallEvents((), expected, None)


def test_silence_before_the_first_and_after_the_last_word_counts_as_nothing() -> None:
    edge = ("quiet", hiss(30))
    assert events(edge, TALK, edge) == CallEvents((), (), None)
    assert events(edge) == CallEvents((), (), None)


def test_a_call_of_everything() -> None:
    found = events(
        *ringing(2, 450), TALK, ("hold", music(15)), TALK, ("quiet", hiss(5)), TALK,
        ("hold", tone(440, 10, RATE)), TALK, other_channel=True,
    )  # fmt: skip
    assert found.rings == Rings(2, 10.0)
    assert found.holds == (Hold(14.0, 29.0, "music"), Hold(42.0, 52.0, "tone"))
    assert found.silences == (Interval(33.0, 38.0),)


def test_an_announced_silence_becomes_a_hold() -> None:
    music_hold = Hold(40.0, 60.0, "music")
    announced, unannounced, short = Interval(20, 32), Interval(70, 82), Interval(90, 98)
    before = CallEvents((music_hold,), (announced, unannounced, short), Rings(1, 5.0))
    after = with_announced(before, [19.2, 68.0, 90.0])
    assert after.holds == (Hold(20, 32, "silence"), music_hold)
    assert after.silences == (unannounced, short)
    assert after.rings == before.rings
    assert with_announced(before, []) == before


INTERVALS = st.lists(
    st.builds(lambda start, length: Interval(start, start + length), *[st.integers(0, 40)] * 2)
)


@given(INTERVALS)
def test_a_union_covers_the_same_time_in_disjoint_intervals_in_order(all_: list[Interval]) -> None:
    joined = union(all_)
    assert all(before.end < after.start for before, after in pairwise(joined))
    cells = {cell for i in all_ for cell in range(int(i.start), int(i.end))}
    assert {cell for i in joined for cell in range(int(i.start), int(i.end))} == cells
    assert union(all_[::-1]) == union(joined) == joined
