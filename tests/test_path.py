"""One recording from its file to turns and sounds."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from telephone import cadence, hiss, recording

from callqa.audio import path as module
from callqa.audio.block import RATE, Block, Samples
from callqa.audio.diarize import VoiceDiarizer
from callqa.audio.ear import Hearing
from callqa.audio.interval import Interval
from callqa.audio.origin import Origin
from callqa.audio.path import CallAudio, Listener, _with_system
from callqa.audio.regions import SpeechRegion
from callqa.audio.sounds import Sound
from callqa.audio.turns import SYSTEM, Turn
from callqa.models.store import ModelStore
from callqa.observe import AudioRead, Event, StageTimed, ignore
from callqa.qa.toolkit import load_hearing
from helpers import LoudnessVad, NoSegmenter, SilentEmbedder, noise, tone, write_wav

REAL = load_hearing("cascade", ModelStore())
SPEECH = recording("golden_stereo.wav")
LOUD = Hearing(LoudnessVad())  # type: ignore[arg-type]


def listened(
    file: Path, hearing: Hearing = LOUD, observer: object = ignore
) -> tuple[list[SpeechRegion], CallAudio]:
    listener = Listener(hearing, VoiceDiarizer(SilentEmbedder(), NoSegmenter()))  # type: ignore[arg-type]
    listening = listener.listen(Origin((file,)), "call", observer)  # type: ignore[arg-type]
    regions: list[SpeechRegion] = []
    while True:
        try:
            regions += next(listening)
        except StopIteration as end:
            return regions, end.value


def test_machines_are_the_system_and_the_rest_keep_their_number() -> None:
    turns = [Turn(0, 5, 8), Turn(1, 1, 4, 1), Turn(0, 10, 14), Turn(1, 10, 14, 1), Turn(0, 20, 24)]
    machines = [[Interval(9, 13), Interval(20, 21.9)], [Interval(0, 4)]]
    told = _with_system(turns, machines, [])
    assert told == (
        Turn(SYSTEM, 1, 4, 1), Turn(0, 5, 8), Turn(SYSTEM, 10, 14), Turn(1, 10, 14, 1), Turn(0, 20, 24),
    )  # fmt: skip


def test_a_turn_of_several_machines_together_is_the_systems() -> None:
    turn = [Turn(0, 0, 10)]
    assert _with_system(turn, [[Interval(0, 3), Interval(5, 8)]], [])[0].speaker == SYSTEM
    assert _with_system(turn, [[Interval(0, 3), Interval(8, 10)]], [])[0].speaker == 0


def rung(start: float, channel: int = 0) -> Sound:
    return Sound(start, start + 1, "ring", channel)


def speakers(
    turns: list[Turn], rings: list[Sound], machines: list[Interval] | None = None
) -> list[int]:
    told = _with_system(turns, [machines or [], []], rings)
    assert [t.start for t in told] == sorted(t.start for t in turns)
    return [turn.speaker for turn in told]


MENU, MORE = Turn(0, 1, 6), Turn(0, 7, 11)
AGENT, CUSTOMER = Turn(0, 24, 27), Turn(1, 28, 30, 1)


def test_what_one_voice_says_before_the_ring_back_is_a_menu() -> None:
    turns, rings = [MENU, MORE, AGENT, CUSTOMER], [rung(13), rung(18)]
    assert speakers(turns, rings) == [SYSTEM, SYSTEM, 0, 1]
    assert speakers(turns, [rung(13, channel=1)]) == [SYSTEM, SYSTEM, 0, 1]
    other_side = [Turn(1, 1, 6, 1), AGENT, CUSTOMER]
    assert speakers(other_side, rings) == [SYSTEM, 0, 1]


def test_without_a_ring_nobody_is_a_menu() -> None:
    assert speakers([MENU, MORE, AGENT, CUSTOMER], []) == [0, 0, 0, 1]


def test_two_voices_before_a_ring_are_people() -> None:
    """A transfer rings in the middle of a call."""
    turns = [MENU, Turn(1, 7, 11, 1), AGENT, CUSTOMER]
    assert speakers(turns, [rung(13), rung(18)]) == [0, 1, 0, 1]


def test_who_speaks_while_it_rings_or_after_it_is_a_party() -> None:
    assert speakers([AGENT, CUSTOMER], [rung(13), rung(18)]) == [0, 1]
    assert speakers([Turn(0, 11, 13.5), CUSTOMER], [rung(13), rung(18)]) == [0, 1]
    assert speakers([MENU, Turn(0, 14.5, 17), CUSTOMER], [rung(13), rung(18)]) == [SYSTEM, 0, 1]


def test_a_machine_told_otherwise_does_not_make_a_second_voice_before_the_ring() -> None:
    turns = [MENU, Turn(0, 7, 11), AGENT, CUSTOMER]
    assert speakers(turns, [rung(13)], [MENU.interval]) == [SYSTEM, SYSTEM, 0, 1]


def announcements(tail: Samples) -> Samples:
    """An announcement three times, and what a person says then."""
    said, pause = SPEECH[round(5.7 * RATE) : 10 * RATE, 1], hiss(4.7)
    return np.concatenate([hiss(3), said, pause, said, pause, said, pause, tail, hiss(1)])


PERSON = SPEECH[27 * RATE : 30 * RATE, 1]


def test_an_announcement_in_a_loop_is_the_systems_in_a_mono_recording(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "call.wav", announcements(PERSON), rate=RATE)
    _, call = listened(file, REAL)
    speakers = [(turn.speaker, turn.start < 27) for turn in call.turns]
    assert set(speakers) == {(SYSTEM, True), (0, False)}


def test_the_same_in_stereo_leaves_the_other_channel_alone(tmp_path: Path) -> None:
    agent = announcements(np.zeros_like(PERSON))
    customer = np.zeros_like(agent)
    customer[4 * RATE : 7 * RATE] = PERSON  # at the same time as the announcement
    file = write_wav(
        tmp_path / "call.wav", agent, customer + hiss(len(agent) / RATE)[: len(agent)], rate=RATE
    )
    _, call = listened(file, REAL)
    assert {(turn.speaker, turn.channel) for turn in call.turns} == {(SYSTEM, 0), (1, 1)}


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_every_channel_is_heard_on_its_own(channels: int, tmp_path: Path) -> None:
    sides = []
    for channel in range(channels):
        quiet = hiss(20, seed=channel)
        quiet[(3 + 5 * channel) * RATE : (5 + 5 * channel) * RATE] = noise(2, RATE, 0.1)
        quiet[RATE : 2 * RATE] += cadence((450,), 1.0, times=1) * (channel == 0)
        sides.append(quiet)
    regions, call = listened(write_wav(tmp_path / "call.wav", *sides, rate=RATE))
    spoken = [r for r in regions if r.start > 2.5 * RATE]
    assert [(r.channel, round(r.start / RATE)) for r in spoken] == [
        (channel, 3 + 5 * channel) for channel in range(channels)
    ]
    assert [(s.kind, s.channel) for s in call.sounds] == [("ring", 0)]
    assert (call.channels, call.duration) == (channels, 20.0)
    assert [t.channel for t in call.turns if t.start > 2.5] == list(range(channels))


def test_turns_and_sounds_are_in_the_order_of_time(tmp_path: Path) -> None:
    faint = np.float32(0.15)  # no speech to a detector of loudness
    one = np.concatenate(
        [faint * cadence((1000,), 0.3, 0.7, times=5), hiss(1), noise(2, RATE, 0.1), hiss(3)]
    )
    other = np.concatenate([hiss(0.5), faint * cadence((1400,), 0.3, 0.7, times=5), hiss(5.5)])
    _, call = listened(write_wav(tmp_path / "call.wav", one, other, rate=RATE))
    assert [t.start for t in call.turns] == sorted(t.start for t in call.turns)
    assert [s.start for s in call.sounds] == sorted(s.start for s in call.sounds)
    assert [s.channel for s in call.sounds] == [0, 1] * 5


def test_the_observer_is_told_of_every_second_and_stage(tmp_path: Path) -> None:
    events: list[Event] = []
    file = write_wav(tmp_path / "call.wav", noise(9, RATE, 0.1), rate=RATE)
    listened(file, LOUD, events.append)
    assert sum(e.seconds for e in events if isinstance(e, AudioRead)) == pytest.approx(9, abs=0.01)
    stages = {e.stage for e in events if isinstance(e, StageTimed)}
    assert stages == {
        "open",
        "decode",
        "levels",
        "voice activity",
        "music",
        "diarize",
        "events",
    }


@pytest.mark.parametrize("channels", [1, 2])
def test_turns_know_how_loud_they_are(channels: int, tmp_path: Path) -> None:
    one, other = hiss(14), hiss(14, seed=8)
    one[2 * RATE : 4 * RATE] = tone(1000, 2, RATE, 0.3)
    (other if channels == 2 else one)[8 * RATE : 10 * RATE] = tone(700, 2, RATE, 0.06)
    file = write_wav(tmp_path / "call.wav", *(one, other)[:channels], rate=RATE)
    _, call = listened(file)
    levels = [turn.loudness for turn in call.turns]
    assert levels == [pytest.approx(-13.5, abs=0.3), pytest.approx(-27.4, abs=0.3)]
    assert [turn.loudness for turn in call.floor] == [None, None]


def test_a_recording_without_a_sound_has_nothing(tmp_path: Path) -> None:
    regions, call = listened(write_wav(tmp_path / "call.wav", hiss(5), hiss(5), rate=RATE), REAL)
    assert (regions, call.turns, call.sounds) == ([], (), ())


class Endless:
    """A recording in memory of so many minutes: a sentence and a pause in turn."""

    codec, rate, warning = "none", RATE, None

    def __init__(self, minutes: int, channels: int) -> None:
        self.channels = channels
        self._minutes = minutes

    def __enter__(self) -> Endless:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def blocks(self) -> Iterator[Block]:
        one = np.concatenate([hiss(6), noise(4, RATE, 0.1), hiss(10)])
        block = np.stack([one] * self.channels, axis=1)
        for number in range(3 * self._minutes):
            yield Block(number * len(block), RATE, block)


@pytest.mark.parametrize("channels", [1, 2])
def test_memory_is_that_of_the_figures_however_long_the_call(
    channels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    peaks = []
    for minutes in (3, 15):
        source = Endless(minutes, channels)
        monkeypatch.setattr(module, "heard_source", lambda _origin, source=source: source)
        tracemalloc.start()
        listening = Listener(LOUD, VoiceDiarizer(SilentEmbedder(), NoSegmenter())).listen(
            Origin((Path("x"),)), "call", ignore
        )  # type: ignore[arg-type]
        for _ in listening:
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    more = 12 * 60 * channels  # seconds
    assert peaks[1] - peaks[0] < 1200 * more  # 16 kHz audio would be 64,000 bytes a second
