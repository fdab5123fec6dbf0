"""Recordings that are cut, torn or damaged: read as far as possible with a warning, or refused, never a crash."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings import RATE, encoded, patched, pitch, read, read_origin

from callqa.audio.origin import Origin
from callqa.audio.pipe import Pipe
from callqa.audio.source import CUT_SHORT, DAMAGED, GOES_ON
from callqa.errors import RecordingError
from helpers import noise, tone, write_wav

SECONDS = 7.0
OPEN_ENDED = b"\xff\xff\xff\xff"  # the sizes in a WAV header that is written before the audio


@pytest.mark.parametrize(("subtype", "width"), [("PCM_16", 2), ("ALAW", 1)])
def test_a_wav_cut_in_the_middle_is_read_up_to_the_cut(
    tmp_path: Path, subtype: str, width: int
) -> None:
    whole = write_wav(tmp_path / "whole.wav", tone(440, SECONDS), subtype=subtype)
    raw, (_, wanted) = whole.read_bytes(), read(whole)
    header = len(raw) - len(wanted) * width
    (tmp_path / "cut.wav").write_bytes(raw[: len(raw) // 2])
    source, audio = read(tmp_path / "cut.wav")
    assert source.warning == CUT_SHORT
    assert len(audio) == (len(raw) // 2 - header) // width
    np.testing.assert_array_equal(audio, wanted[: len(audio)])


def test_a_streamed_wav_without_sizes_is_whole(tmp_path: Path) -> None:
    raw = encoded(tone(440, SECONDS), "WAV")
    (tmp_path / "stream.wav").write_bytes(patched(patched(raw, 4, OPEN_ENDED), 40, OPEN_ENDED))
    source, audio = read(tmp_path / "stream.wav")
    assert (source.warning, len(audio)) == (None, SECONDS * RATE)


def test_a_corrupted_mp3_is_read_as_far_as_possible(tmp_path: Path) -> None:
    raw = encoded(tone(440, SECONDS), "MP3")
    junk = np.random.default_rng(1).bytes(len(raw) // 10)
    (tmp_path / "torn.mp3").write_bytes(patched(raw, len(raw) // 2, junk))
    source, audio = read(tmp_path / "torn.mp3")
    assert source.warning == DAMAGED
    assert 0.7 * SECONDS * RATE < len(audio) < SECONDS * RATE
    assert pitch(audio[: 2 * RATE, 0], RATE) == pytest.approx(440, abs=1)
    assert pitch(audio[-RATE:, 0], RATE) == pytest.approx(440, abs=1)


def read_or_refused(path: Path) -> None:
    """Read the file; a RecordingError that names it is as good, any other exception fails the test."""
    try:
        read(path)
    except RecordingError as error:
        if path.name not in str(error):
            raise AssertionError(error) from error


WAVS = {
    kind: encoded(tone(440, 3), "WAV", kind)
    for kind in ("PCM_16", "PCM_24", "FLOAT", "ALAW", "ULAW", "IMA_ADPCM")
}
PLACES = st.one_of(st.integers(0, 63), st.integers(64, 20_000))  # the header, and the audio


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(sorted(WAVS)),
    damage=st.lists(st.tuples(PLACES, st.binary(min_size=1, max_size=1)), max_size=8),
    keep=st.one_of(st.just(1.0), st.floats(0.0001, 1.0)),
)
def test_a_damaged_wav_is_read_or_refused(
    kind: str, damage: list[tuple[int, bytes]], keep: float
) -> None:
    raw = WAVS[kind]
    for at, byte in damage:
        raw = patched(raw, at, byte)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "damaged.wav"
        path.write_bytes(raw[: max(1, int(keep * len(raw)))])
        read_or_refused(path)


def _bug(raw: bytes, reason: str) -> object:
    return pytest.param(raw, id=reason)


MP3 = encoded(tone(440, 3), "MP3")
STEREO = np.stack([tone(440, 3)] * 2, axis=1)
ODD = {
    "unknown codec": patched(WAVS["PCM_16"], 20, b"\x34\x12"),  # AttributeError: no codec, no rate
    "damaged Ogg": patched(encoded(tone(440, 3), "OGG"), 30, b"\0"),  # av.EOFError is no OSError
    "other byte order": patched(WAVS["ALAW"], 3, b"X"),  # av.PatchWelcomeError is none either
    "rate changes": MP3 + encoded(tone(440, 3, 16_000), "MP3", rate=16_000),  # ValueError
    "channels change": MP3 + encoded(STEREO, "MP3"),  # ValueError
}


@pytest.mark.parametrize("raw", [_bug(raw, what) for what, raw in ODD.items()])
def test_what_pyav_trips_over_is_read_or_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "odd.wav").write_bytes(raw)
    read_or_refused(tmp_path / "odd.wav")


CHILD = """
import pathlib, sys
from callqa.audio.origin import Origin
from callqa.audio.source import open_source
from callqa.errors import RecordingError
try:
    list(open_source(Origin((pathlib.Path(sys.argv[1]),))).blocks())
except RecordingError:
    pass
"""


# 16: the process dies of a segmentation fault in PyAV's AudioFrame.to_ndarray, which reads at most 8 planes;
# 200: ArgumentError from the resampler
@pytest.mark.parametrize("channels", [16, 200])
def test_a_damaged_channel_count_does_not_end_the_process(tmp_path: Path, channels: int) -> None:
    path = tmp_path / "wide.wav"
    path.write_bytes(patched(WAVS["FLOAT"], 22, bytes([channels])))
    command = [sys.executable, "-c", CHILD, str(path)]
    done = subprocess.run(command, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_a_damaged_sample_rate_takes_no_memory(tmp_path: Path) -> None:
    raw = patched(encoded(tone(440, 1), "WAV", "GSM610"), 24, struct.pack("<I", 20_000_000))
    (tmp_path / "fast.wav").write_bytes(raw)
    tracemalloc.start()
    try:
        read(tmp_path / "fast.wav")
    except RecordingError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 20_000_000


def test_a_wav_whose_sizes_were_never_filled_in_is_whole(tmp_path: Path) -> None:
    raw = patched(patched(WAVS["PCM_16"], 4, bytes(4)), 40, bytes(4))
    (tmp_path / "crashed.wav").write_bytes(raw)
    assert len(read(tmp_path / "crashed.wav")[1]) == 3 * RATE


@pytest.mark.parametrize("kind", ["MP3", "OGG", "AU", "AIFF"])
def test_a_recording_of_any_format_that_breaks_off_has_a_warning(tmp_path: Path, kind: str) -> None:
    raw = encoded(noise(SECONDS, level=0.1), kind)
    (tmp_path / "cut").write_bytes(raw[: len(raw) // 2])
    assert read(tmp_path / "cut")[0].warning is not None


def test_a_colon_in_a_relative_path_is_part_of_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("10:30.mp3").write_bytes(MP3)
    assert len(read(Path("10:30.mp3"))[1]) == 3 * RATE


def test_a_text_that_names_another_recording_is_no_recording(tmp_path: Path) -> None:
    write_wav(tmp_path / "other.wav", tone(440, 1))
    (tmp_path / "list.wav").write_text("ffconcat version 1.0\nfile other.wav\n")
    with pytest.raises(RecordingError):
        read(tmp_path / "list.wav")


def test_a_single_frame_with_other_channels_costs_nothing_else(tmp_path: Path) -> None:
    frame = MP3.index(b"\xff\xe3", len(MP3) // 3)
    (tmp_path / "torn.mp3").write_bytes(patched(MP3, frame + 3, b"\x44"))  # this one is stereo
    source, audio = read(tmp_path / "torn.mp3")
    assert source.channels == 1
    assert len(audio) == pytest.approx(3 * RATE, abs=2000)


def test_audio_behind_its_stated_end_is_told(tmp_path: Path) -> None:
    raw = encoded(tone(440, 40), "WAV")
    short = patched(raw, 40, struct.pack("<I", 10_000))
    notes = b"LIST" + struct.pack("<I", 9000) + bytes(9000)
    whole = patched(raw + notes, 4, struct.pack("<I", len(raw) + len(notes) - 8))
    padded = raw + bytes(300)
    for content, warning in ((short, GOES_ON), (whole, None), (padded, None)):
        (tmp_path / "a.wav").write_bytes(content)
        assert read(tmp_path / "a.wav")[0].warning == warning
        pipe = Pipe(io.BytesIO(content))
        assert read_origin(Origin((Path("stdin"),), pipe=pipe))[0].warning == warning


def test_the_stated_length_is_that_of_the_header(tmp_path: Path) -> None:
    raw = encoded(tone(440, 40), "WAV")
    (tmp_path / "cut.wav").write_bytes(raw[:160_044])
    source, audio = read(tmp_path / "cut.wav")
    assert (source.duration, len(audio), source.warning) == (40.0, 80_000, CUT_SHORT)
