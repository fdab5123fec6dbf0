"""Rings, holds and silences: of composed calls through the meters, and of sounds alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings import measured
from telephone import cadence, chord, composed, hiss
from telephone import sounds as sounds_of

from callqa.audio.block import RATE, Samples
from callqa.audio.events import CallEvents, Hold, Interval, Rings, find_events
from callqa.audio.interval import union
from callqa.audio.sounds import Sound
from helpers import noise, silence, tone


def talk(seconds: float) -> Samples:
    """Syllables of noise, five a second; where they are is told to `find_events` as a VAD would."""
    loud = np.abs(np.sin(2 * np.pi * 2.5 * np.arange(round(seconds * RATE)) / RATE))
    return np.asarray(noise(seconds, RATE, 0.1) * loud, np.float32)


def ringing(count: int, *pitches: float, on: float = 1.0) -> list[tuple[str, Samples]]:
    """Tones of `on` seconds with 4 s of quiet behind each."""
    return [("ring", cadence(pitches, on, 4.0, times=count))]


def events(
    *parts: tuple[str, Samples],
    mono: bool = False,
    announced: tuple[float, ...] = (),
) -> CallEvents:
    """The events of a call of these parts in order; those named 'talk' are speech, 'music' is heard as music.

    In mono, one channel has it all; in stereo, the odd parts sound on the other one.
    """
    speech: list[Interval] = []
    length = sum(len(audio) for _, audio in parts)
    channels = [hiss(length / RATE, seed=c)[:length].copy() for c in range(1 if mono else 2)]
    music = np.zeros(length // RATE, np.float32)
    at = 0
    for number, (what, audio) in enumerate(parts):
        place = Interval(at / RATE, (at + len(audio)) / RATE)
        if what == "talk":
            speech.append(place)
        if what == "music":
            music[int(place.start) : int(place.end)] = 0.9
        channels[number % len(channels)][at : at + len(audio)] += audio
        at += len(audio)
    sounds = [
        sound
        for c, audio in enumerate(channels)
        for sound in sounds_of(c, measured(audio), music, speech)
    ]
    return find_events(speech[::-1], sounds, announced)


TALK = ("talk", talk(4.0))
LINES = pytest.mark.parametrize("mono", [False, True], ids=["stereo", "mono"])


@LINES
@pytest.mark.parametrize("count", range(1, 7))
@pytest.mark.parametrize(
    ("pitches", "on"),
    [
        pytest.param((450,), 1.0, id="China"),
        pytest.param((425,), 1.0, id="Europe"),
        pytest.param((440, 480), 2.0, id="USA"),
    ],
)
def test_rings_are_counted(count: int, pitches: tuple[float, ...], on: float, mono: bool) -> None:
    found = events(("quiet", hiss(0.7)), *ringing(count, *pitches, on=on), TALK, mono=mono)
    assert found.rings is not None
    assert found.rings.count == count
    assert found.rings.seconds == pytest.approx(count * (on + 4.0), abs=0.25)
    assert (found.holds, found.silences) == ((), ())


def test_rings_of_a_british_pair_are_one() -> None:
    pairs = [
        Sound(start + at, start + at + 0.4, "ring", 0) for start in (0.0, 3.0) for at in (0.0, 0.6)
    ]
    assert find_events([Interval(6, 9)], pairs).rings == Rings(2, 6.0)


def test_rings_without_an_answer() -> None:
    unanswered = events(*ringing(5, 450)).rings
    assert unanswered is not None
    assert unanswered.count == 5
    assert unanswered.seconds == pytest.approx(21.0, abs=0.25)


def test_the_rings_are_those_of_the_channel_that_has_most() -> None:
    heard = [Sound(1.0 + 5 * n, 2.0 + 5 * n, "ring", 1) for n in range(3)]
    echo = [Sound(11.0, 12.0, "ring", 0)]
    assert find_events([Interval(16, 20)], [*echo, *heard]).rings == Rings(3, 15.0)


@LINES
@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([TALK], id="speech at once"),
        pytest.param([("quiet", hiss(6)), TALK], id="quiet"),
        pytest.param([("quiet", silence(6, RATE)), TALK], id="digital silence"),
        pytest.param([("dial", tone(450, 6, RATE)), TALK], id="a steady tone"),
        pytest.param([("beep", tone(1000, 1, RATE)), TALK], id="a beep of another pitch"),
        pytest.param([("busy", cadence((450,), 0.35, 0.35, times=8)), TALK], id="busy"),
        pytest.param([TALK, *ringing(3, 450), TALK], id="rings behind the first word"),
        pytest.param([("quiet", silence(0.05, RATE))], id="hardly any audio"),
    ],
)
def test_no_rings(parts: list[tuple[str, Samples]], mono: bool) -> None:
    assert events(*parts, mono=mono).rings is None


def about(hold: Hold, start: float, end: float, kind: str) -> bool:
    """Whether a hold is that, to a third of a second: music fades in and out."""
    return hold.kind == kind and abs(hold.start - start) < 0.35 and abs(hold.end - end) < 0.35


BEEPS = np.concatenate([cadence((1000,), 0.4, 9.6, times=2), tone(1000, 0.4, RATE)])


@LINES
@pytest.mark.parametrize(
    ("what", "sound", "kind"),
    [
        pytest.param("music", composed(1, 20), "music", id="music"),
        pytest.param("music", composed(2, 6), "music", id="short music"),
        pytest.param("tone", tone(440, 20, RATE), "tone", id="tone"),
        pytest.param("tone", tone(1000, 6, RATE, 0.05), "tone", id="short tone"),
        pytest.param("tone", chord((440, 620), 8), "tone", id="pair of tones"),
        pytest.param("tone", BEEPS, "tone", id="beeps every ten seconds"),
        pytest.param(
            "tone", cadence((450,), 1.0, 4.0, times=4), "tone", id="ring-back of a transfer"
        ),
        pytest.param("quiet", hiss(25), "silence", id="hiss"),
        pytest.param("quiet", silence(25, RATE), "silence", id="digital silence"),
    ],
)
def test_holds(what: str, sound: Samples, kind: str, mono: bool) -> None:
    found = events(TALK, (what, sound), TALK, mono=mono)
    (hold,) = found.holds
    assert about(hold, 4.0, 4.0 + len(sound) / RATE, kind)
    assert (found.silences, found.rings) == ((), None)


@LINES
@pytest.mark.parametrize(
    ("what", "sound"), [("music", composed(3, 5.5)), ("tone", tone(440, 5.2, RATE))]
)
def test_a_hold_of_hardly_more_than_five_seconds(what: str, sound: Samples, mono: bool) -> None:
    assert len(events(TALK, (what, sound), TALK, mono=mono).holds) == 1


@LINES
@pytest.mark.parametrize(
    ("what", "sound"), [("music", composed(3, 4.5)), ("tone", tone(440, 4.5, RATE))]
)
def test_shorter_music_or_a_shorter_tone_is_no_hold(what: str, sound: Samples, mono: bool) -> None:
    found = events(TALK, (what, sound), TALK, mono=mono)
    assert found.holds == ()
    assert len(found.silences) == 1


@LINES
@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(2.5, ()), (8.0, (Interval(4.0, 12.0),)), (19.0, (Interval(4.0, 23.0),))],
)
def test_a_shorter_silence_is_dead_air_from_3_s_on(
    seconds: float, expected: tuple[Interval, ...], mono: bool
) -> None:
    found = events(TALK, ("quiet", hiss(seconds)), TALK, mono=mono)
    assert found == CallEvents((), expected, None)


@LINES
def test_silence_before_the_first_and_after_the_last_word_counts_as_nothing(mono: bool) -> None:
    edge = ("quiet", hiss(30))
    assert events(edge, TALK, edge, mono=mono) == CallEvents((), (), None)
    assert events(edge, mono=mono) == CallEvents((), (), None)


@LINES
@pytest.mark.parametrize(
    "edge",
    [
        pytest.param(("music", composed(1, 20)), id="music"),
        pytest.param(("tone", tone(440, 20, RATE)), id="tone"),
        pytest.param(("busy", cadence((450,), 0.35, 0.35, times=20)), id="busy"),
    ],
)
def test_nothing_before_the_first_and_after_the_last_word_is_a_hold(
    edge: tuple[str, Samples], mono: bool
) -> None:
    assert events(edge, TALK, edge, mono=mono) == CallEvents((), (), None)


@LINES
def test_ring_back_before_the_answer_is_no_hold(mono: bool) -> None:
    found = events(*ringing(6, 450), TALK, ("quiet", hiss(5)), TALK, mono=mono)
    assert found.holds == ()
    assert len(found.silences) == 1


@LINES
def test_the_agent_who_comes_back_in_between_makes_two_holds(mono: bool) -> None:
    wait = ("music", composed(1, 15))
    found = events(TALK, wait, ("talk", talk(2.0)), wait, TALK, mono=mono)
    first, second = found.holds
    assert about(first, 4.0, 19.0, "music")
    assert about(second, 21.0, 36.0, "music")
    assert found.silences == ()


@LINES
def test_a_call_of_everything(mono: bool) -> None:
    found = events(
        *ringing(2, 450), TALK, ("music", composed(4, 15)), TALK, ("quiet", hiss(5)), TALK,
        ("tone", tone(440, 10, RATE)), TALK, mono=mono,
    )  # fmt: skip
    assert found.rings is not None
    assert found.rings.count == 2
    music, beep = found.holds
    assert about(music, 14.0, 29.0, "music")
    assert about(beep, 42.0, 52.0, "tone")
    assert found.silences == (Interval(33.0, 38.0),)


@LINES
@pytest.mark.parametrize("before", [0.3, 2.5])
def test_a_pause_before_the_music_sets_in_does_not_belong_to_the_hold(
    before: float, mono: bool
) -> None:
    parts = (TALK, ("quiet", hiss(before)), ("music", composed(1, 12)), ("quiet", hiss(1)), TALK)
    (hold,) = events(*parts, mono=mono).holds
    assert about(hold, 4.0 + before, 16.0 + before, "music")


# From here on, of sounds alone: no audio.


def between(
    start: float, end: float, *sounds: Sound, announced: tuple[float, ...] = ()
) -> CallEvents:
    """The events of a gap in the middle of a call."""
    return find_events([Interval(0, start), Interval(end, end + 5)], sounds, announced)


@pytest.mark.parametrize(
    ("seconds", "told", "hold"),
    [
        (9.95, True, False),
        (10.0, True, True),
        (15.0, True, True),
        (15.0, False, False),
        (19.9, False, False),
        (20.0, False, True),
        (20.0, True, True),
    ],
)
def test_an_announced_silence_is_a_hold_from_10_s_on_any_other_from_20_s(
    seconds: float, told: bool, hold: bool
) -> None:
    gap = Interval(10, 10 + seconds)
    found = between(gap.start, gap.end, announced=(9.5,) if told else ())
    assert found.holds == ((Hold(gap.start, gap.end, "silence"),) if hold else ())
    assert found.silences == (() if hold else (gap,))


@pytest.mark.parametrize(
    ("end", "told"), [(8.4, False), (8.6, True), (10.0, True), (11.4, True), (11.6, False)]
)
def test_the_announcement_ends_where_the_silence_begins(end: float, told: bool) -> None:
    assert len(between(10, 22, announced=(end,)).holds) == told


def test_of_several_silences_only_the_announced_is_a_hold() -> None:
    spoken = [
        Interval(0, 20),
        Interval(32, 40),
        Interval(60, 70),
        Interval(82, 90),
        Interval(98, 99),
    ]
    music = Sound(40, 60, "music", 0)
    found = find_events(spoken, [music], [19.2, 68.0, 90.0])
    assert found.holds == (Hold(20, 32, "silence"), Hold(40, 60, "music"))
    assert found.silences == (Interval(70, 82), Interval(90, 98))


@pytest.mark.parametrize("kind", ["dtmf", "fax"])
def test_keys_and_fax_are_no_hold_tones(kind: str) -> None:
    found = between(10, 18, Sound(10.5, 17.5, kind, 0))  # type: ignore[arg-type]
    assert found == CallEvents((), (Interval(10, 18),), None)


@pytest.mark.parametrize("channels", [(0, 0), (0, 1)])
def test_music_may_be_in_pieces_and_on_either_channel(channels: tuple[int, int]) -> None:
    first, second = Sound(10.5, 20, "music", channels[0]), Sound(21, 39, "music", channels[1])
    assert between(10, 40, first, second).holds == (Hold(10.5, 39, "music"),)


def test_music_that_sets_in_late_leaves_the_wait_before_it_in_the_hold() -> None:
    """The customer waits from the announcement on, in silence first."""
    assert between(10, 40, Sound(15, 39.5, "music", 0)).holds == (Hold(10, 39.5, "music"),)


def test_music_that_fills_little_of_a_long_wait_leaves_a_silent_hold() -> None:
    (hold,) = between(10, 60, Sound(30, 36, "music", 0)).holds
    assert (hold.start, hold.end) == (10, 60)


@pytest.mark.parametrize("gap", [12.0, 19.0])
def test_five_seconds_of_hold_music_are_a_hold_whatever_the_silence_around(gap: float) -> None:
    assert len(between(10, 10 + gap, Sound(12, 18, "music", 0)).holds) == 1


def test_music_beside_the_gap_is_none_of_it() -> None:
    found = between(10, 18, Sound(2, 10, "music", 0), Sound(18, 23, "music", 0))
    assert found == CallEvents((), (Interval(10, 18),), None)


TIMES = st.integers(0, 200).map(float)
SPEECH = st.lists(
    st.builds(lambda start, length: Interval(start, start + length), TIMES, st.integers(1, 30)),
    max_size=8,
)
SOUNDS = st.lists(
    st.builds(
        lambda start, length, kind, channel: Sound(start, start + length, kind, channel),
        TIMES,
        st.integers(1, 40),
        st.sampled_from(["ring", "busy", "dtmf", "fax", "tone", "music"]),
        st.integers(0, 1),
    ),
    max_size=8,
)


@settings(max_examples=400, deadline=None)
@given(SPEECH, SOUNDS, st.lists(TIMES, max_size=5))
def test_holds_and_silences_lie_in_the_gaps_of_speech(
    speech: list[Interval], sounds: list[Sound], announced: list[float]
) -> None:
    sounds = sorted(sounds, key=lambda sound: sound.start)
    found = find_events(speech, sounds, announced)
    assert find_events(speech[::-1], sounds, announced[::-1]) == found
    gaps = [*found.silences, *found.holds]
    for gap in gaps:
        assert all(gap.shared(spoken) == 0 for spoken in speech)
        assert gap.seconds >= 3
        assert min(s.start for s in speech) < gap.start
        assert gap.end < max(s.end for s in speech)
    assert sum(gap.seconds for gap in gaps) == sum(one.seconds for one in union(gaps))
    for hold in found.holds:
        assert hold.seconds >= {"music": 5, "tone": 5, "silence": 10}[hold.kind]
    for silent in found.silences:
        assert silent.seconds < 20
    if found.rings:
        assert found.rings.count <= sum(sound.kind == "ring" for sound in sounds)


def test_a_tone_shorter_than_five_seconds_is_no_hold() -> None:
    tone = Sound(1.0, 3.0, "ring", 0)
    events = find_events([Interval(0.0, 1.0), Interval(4.0, 5.0)], [tone, tone, tone])
    assert events.holds == ()
    assert events.silences == (Interval(1.0, 4.0),)
