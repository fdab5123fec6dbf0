"""Which channels are worth hearing."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from formats import by_av, by_soundfile
from numpy.typing import NDArray

from callqa.audio.layout import DIFFERS, ONE_DEAD, HeardSource, Kind, heard_source
from callqa.audio.origin import Origin
from callqa.audio.pipe import Pipe
from helpers import noise, silence, tone, write_wav

Audio = NDArray[np.float32]


def talk(seconds: float, seed: int, level: float = 0.2) -> Audio:
    """Bursts of noise of half a second with pauses, over the noise of a line."""
    rng = np.random.default_rng(seed)
    speaking = np.repeat(rng.random(int(seconds * 2)) < 0.5, 4000)
    line = noise(seconds, level=0.002, seed=seed + 100)
    return line + np.where(speaking, noise(seconds, level=level, seed=seed), 0).astype(np.float32)


ONE, OTHER = talk(40, 1), talk(40, 2)
DITHER = [noise(40, level=1 / 65_536, seed=n) for n in (7, 8)]
LINE = noise(40, level=0.002, seed=9)
RING = np.concatenate([tone(450, 10, level=0.1), silence(30)])
LATE = np.concatenate([silence(35), OTHER[: 5 * 8000]])
IDLE = np.full(40 * 8000, 8 / 32_768, np.float32)  # what a silent line is in A-law


def heard(path: Path) -> tuple[HeardSource, Audio]:
    source = heard_source(Origin((path,)))
    blocks = list(source.blocks())
    assert [block.start for block in blocks] == list(
        np.cumsum([0, *(len(block.samples) for block in blocks)])[:-1]
    )
    return source, np.concatenate([block.samples for block in blocks])


def stereo(left: Audio, right: Audio) -> Audio:
    return np.stack([left, right], axis=1)


@pytest.mark.parametrize(
    ("left", "right", "kind", "channels"),
    [
        (ONE, OTHER, "separate", (0, 1)),
        (ONE, ONE, "equal", (0,)),
        (ONE + DITHER[0], ONE + DITHER[1], "equal", (0,)),
        (ONE, silence(40), "one dead", (0, 1)),
        (silence(40), ONE, "one dead", (0, 1)),
        (ONE, IDLE, "one dead", (0, 1)),
        (ONE, DITHER[0], "one dead", (0, 1)),
        (ONE, LINE, "separate", (0, 1)),  # the party on a live line may say nothing
        (RING, LATE, "separate", (0, 1)),
        (ONE, LATE, "separate", (0, 1)),
        (ONE + OTHER, OTHER, "separate", (0, 1)),
        (ONE, 0.3 * ONE + OTHER, "separate", (0, 1)),
        (ONE, -ONE, "separate", (0, 1)),
        (silence(40), silence(40), "silent", (0, 1)),
        (silence(40), IDLE, "silent", (0, 1)),
        (np.concatenate([ONE[:160_000], ONE[160_000:]]), np.concatenate([ONE[:160_000], OTHER[160_000:]]),
         "separate", (0, 1)),
    ],
)  # fmt: skip
def test_layouts(
    tmp_path: Path, left: Audio, right: Audio, kind: Kind, channels: tuple[int, ...]
) -> None:
    path = write_wav(tmp_path / "call.wav", left, right)
    source, audio = heard(path)
    assert (source.layout.kind, source.layout.heard) == (kind, channels)
    assert (source.channels, source.file_channels) == (len(channels), 2)
    wanted = stereo(left, right)[:, list(channels)]
    np.testing.assert_allclose(audio, np.clip(wanted, -1, 1), atol=1e-4)


@pytest.mark.parametrize("codec", ["ALAW", "ULAW", "IMA_ADPCM", "MS_ADPCM", "PCM_U8"])
def test_equal_channels_stay_equal_in_wav_codecs(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "call.wav"
    # both channels come from converters of their own, so that the codec does not get the same numbers
    path.write_bytes(by_soundfile(stereo(ONE + DITHER[0], ONE + DITHER[1]), "WAV", codec, 8000))
    assert heard(path)[0].layout.kind == "equal"
    path.write_bytes(by_soundfile(stereo(ONE, OTHER), "WAV", codec, 8000))
    assert heard(path)[0].layout.kind == "separate"


@pytest.mark.parametrize(
    ("container", "codec", "rate"), [("mp3", "libmp3lame", 16_000), ("adts", "aac", 24_000), ("ogg", "libopus", 24_000)]
)  # fmt: skip
def test_equal_channels_stay_equal_in_lossy_codecs(
    tmp_path: Path, golden: Path, container: str, codec: str, rate: int
) -> None:
    speech, _ = soundfile.read(golden / "golden_mono.wav", dtype="float32")
    parties, _ = soundfile.read(golden / "golden_stereo.wav", dtype="float32")
    dithered = stereo(speech, speech) + noise(2 * len(speech) / 8000, level=1 / 65_536).reshape(
        -1, 2
    )
    path = tmp_path / "call"
    for audio, kind in ((dithered, "equal"), (parties, "separate")):
        path.write_bytes(by_av(audio, container, codec, 8000, rate))
        assert heard(path)[0].layout.kind == kind


def test_mono_and_more_than_two_channels_are_heard_as_they_are(tmp_path: Path) -> None:
    mono, _ = heard(write_wav(tmp_path / "1.wav", ONE))
    assert (mono.layout.kind, mono.channels) == ("mono", 1)
    three, audio = heard(write_wav(tmp_path / "3.wav", ONE, ONE, OTHER))
    assert (three.layout.kind, three.layout.heard, three.channels) == ("separate", (0, 2), 3)
    assert list(np.abs(audio).max(axis=0) > 0) == [True, False, True]  # numbers stay
    same, _ = heard(write_wav(tmp_path / "s.wav", ONE, ONE, ONE))
    assert (same.layout.kind, same.channels) == ("equal", 1)
    none, _ = heard(write_wav(tmp_path / "n.wav", silence(40), silence(40), ONE))
    assert (none.layout.heard, none.channels) == ((0, 1, 2), 3)


@pytest.mark.parametrize("other", [silence(40), DITHER[0], OTHER, ONE])
def test_a_pipe_is_heard_as_the_file_is(tmp_path: Path, other: Audio) -> None:
    file, audio = heard(write_wav(tmp_path / "call.wav", ONE, other))
    pipe = Pipe(io.BytesIO((tmp_path / "call.wav").read_bytes()))
    source = heard_source(Origin((Path("stdin"),), pipe=pipe))
    passed = np.concatenate([block.samples for block in source.blocks()])
    np.testing.assert_array_equal(passed, audio)
    assert (source.layout, source.warning) == (file.layout, file.warning)
    assert (file.warning == ONE_DEAD) == (file.layout.kind == "one dead")


def test_a_recording_without_audio_is_silent(tmp_path: Path) -> None:
    source = heard_source(Origin((write_wav(tmp_path / "0.wav", silence(0), silence(0)),)))
    assert (source.layout.kind, list(source.blocks())) == ("silent", [])


def piped(tmp_path: Path, left: Audio, right: Audio) -> tuple[HeardSource, int]:
    content = write_wav(tmp_path / "call.wav", left, right).read_bytes()
    pipe = Pipe(io.BytesIO(content))
    source = heard_source(Origin((Path("stdin"),), pipe=pipe))
    taken = pipe.count
    assert sum(len(block.samples) for block in source.blocks()) == len(left)
    return source, taken


def test_of_a_pipe_the_beginning_decides(tmp_path: Path) -> None:
    both, taken = piped(tmp_path, ONE, OTHER)
    assert both.channels == 2
    assert taken < 10 * 8000 * 4
    equal, taken = piped(tmp_path, ONE, ONE)
    assert (equal.channels, equal.file_channels, equal.warning) == (1, 2, None)
    assert 30 * 8000 * 4 < taken < 36 * 8000 * 4
    later, _ = piped(tmp_path, ONE, np.concatenate([ONE[: 32 * 8000], OTHER[32 * 8000 :]]))
    assert (later.channels, later.warning) == (1, DIFFERS)
    waiting, _ = piped(tmp_path, ONE, LATE)  # nobody on it yet
    assert (waiting.channels, waiting.warning) == (2, None)


def test_a_silent_leg_is_heard_and_equal_legs_are_one(tmp_path: Path) -> None:
    one, none = write_wav(tmp_path / "a.wav", ONE), write_wav(tmp_path / "b.wav", silence(40))
    assert heard_source(Origin((one, none))).channels == 2
    assert heard_source(Origin((one, one))).channels == 1


def test_the_warning_of_a_damaged_recording_stays(tmp_path: Path) -> None:
    raw = write_wav(tmp_path / "whole.wav", ONE, ONE).read_bytes()
    (tmp_path / "cut.wav").write_bytes(raw[: len(raw) // 2])
    source, audio = heard(tmp_path / "cut.wav")
    assert "breaks off" in str(source.warning)
    assert (source.channels, len(audio)) == (1, (len(raw) // 2 - 44) // 4)
