"""Opening and reading recordings: every format, as it should be, and what is no recording at all."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from recordings import RATE, encoded, pitch, read

from callqa.audio.origin import Origin
from callqa.audio.source import open_source
from callqa.errors import RecordingError
from helpers import noise, silence, tone, write_wav

SECONDS = 7.0


@pytest.mark.parametrize(
    ("kind", "subtype", "channels", "exact"),
    [
        ("WAV", "PCM_U8", 2, 0.01),
        ("WAV", "PCM_16", 2, 1e-4),
        ("WAV", "PCM_24", 2, 1e-6),
        ("WAV", "FLOAT", 2, 1e-7),
        ("WAV", "ALAW", 2, 0.01),
        ("WAV", "ULAW", 2, 0.01),
        ("WAV", "GSM610", 1, None),
        ("WAV", "IMA_ADPCM", 2, None),
        ("FLAC", "PCM_16", 2, 1e-4),
        ("OGG", "VORBIS", 2, None),
        ("OGG", "OPUS", 2, None),
        ("MP3", "MPEG_LAYER_III", 2, None),
        ("AU", "PCM_16", 2, 1e-4),
        ("AIFF", "PCM_16", 2, 1e-4),
    ],
)
def test_every_format_is_read_whole_with_its_channels_apart(
    tmp_path: Path, kind: str, subtype: str, channels: int, exact: float | None
) -> None:
    pitches = (440.0, 1000.0)[:channels]
    wanted = np.stack([tone(hertz, SECONDS, level=0.3) for hertz in pitches], axis=1)
    path = tmp_path / f"call.{kind.lower()}"
    path.write_bytes(encoded(wanted, kind, subtype))
    source, audio = read(path)
    assert (source.rate, source.channels, source.warning) == (RATE, channels, None)
    assert source.duration == pytest.approx(SECONDS, abs=0.05)
    assert len(wanted) <= len(audio) < len(wanted) + 400  # GSM and ADPCM fill their last frame
    if exact:
        np.testing.assert_allclose(audio, wanted, atol=exact)
    for channel, hertz in enumerate(pitches):
        middle = audio[RATE:-RATE, channel]  # ADPCM has to find the level first
        assert pitch(middle, RATE) == pytest.approx(hertz, abs=0.5)
        assert middle.std() == pytest.approx(0.3 / 2**0.5, rel=0.1)


@pytest.mark.parametrize("kind", ["WAV", "MP3"])
def test_blocks_are_about_five_seconds(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "call"
    path.write_bytes(encoded(tone(440, SECONDS), kind))
    lengths = [block.seconds for block in open_source(Origin((path,))).blocks()]
    assert len(lengths) == 2
    assert 4.8 <= lengths[0] <= 5.2


def test_memory_does_not_grow_with_the_recording(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "long.wav", noise(600))  # 19 MB once decoded
    tracemalloc.start()
    try:
        for _ in open_source(Origin((path,))).blocks():
            pass
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_samples_that_are_no_number_become_finite(tmp_path: Path) -> None:
    odd = np.array([0.5, np.nan, np.inf, -np.inf, -0.5], np.float32)
    source, audio = read(write_wav(tmp_path / "nan.wav", odd, subtype="FLOAT"))
    assert audio[:, 0].tolist() == [0.5, 0.0, 1.0, -1.0, -0.5]
    assert "could not be decoded" in str(source.warning)


def test_a_header_without_audio_has_no_blocks(tmp_path: Path) -> None:
    source = open_source(Origin((write_wav(tmp_path / "header.wav", silence(0)),)))
    assert list(source.blocks()) == []
    assert source.warning is None


def _dangling(path: Path) -> None:
    path.symlink_to(path.parent / "gone.wav")


def _random(seed: int) -> Callable[[Path], None]:
    return lambda path: _put(path, np.random.default_rng(seed).bytes(50_000))


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "make", "problem"),
    [
        ("empty.wav", lambda path: path.touch(), "empty"),
        (
            "text.wav",
            lambda path: path.write_text("您好 this is no audio\n" * 30, "utf-8"),
            "not a",
        ),
        ("short.wav", lambda path: path.write_bytes(b"RIFF"), "not a"),
        ("folder.wav", lambda path: path.mkdir(), "it is a folder"),
        ("missing.wav", lambda _path: None, "no such file"),
        pytest.param("link.wav", _dangling, "no such file"),
        *(pytest.param(f"noise{n}.mp3", _random(n), "not a", id=f"random{n}") for n in range(5)),
    ],
)
def test_what_is_no_recording_is_named_in_the_error(
    tmp_path: Path, name: str, make: Callable[[Path], None], problem: str
) -> None:
    make(tmp_path / name)
    with pytest.raises(RecordingError, match=f"{re.escape(name)}: .*{problem}"):
        read(tmp_path / name)


def test_an_unreadable_recording_is_named_in_the_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_wav(tmp_path / "locked.wav", tone(440, 1))

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read anything, so that chmod is no test
    with pytest.raises(RecordingError, match=r"locked\.wav: .*permission denied"):
        open_source(Origin((path,)))


@pytest.mark.parametrize("kind", ["WAV", "MP3"])
@pytest.mark.parametrize("name", ["客服录音 张三（一）.wav", "０１－錄音.mp3"])
def test_chinese_file_names_are_read(tmp_path: Path, kind: str, name: str) -> None:
    (tmp_path / name).write_bytes(encoded(tone(440, 1), kind))
    assert len(read(tmp_path / name)[1]) == pytest.approx(RATE, abs=1200)


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "MP3"])
@pytest.mark.parametrize("share", [1.0, 0.6])
def test_a_recording_is_never_modified(tmp_path: Path, kind: str, share: float) -> None:
    path, raw = tmp_path / "call", encoded(noise(3), kind)
    path.write_bytes(raw[: int(share * len(raw))])
    before = path.read_bytes(), path.stat().st_mtime_ns
    read(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["call"]


@pytest.mark.parametrize(("kind", "pieces"), [("WAV", 2), ("FLAC", 40)])
def test_only_what_may_fail_in_parts_is_read_in_small_pieces(
    tmp_path: Path, kind: str, pieces: int
) -> None:
    path = tmp_path / "a"
    path.write_bytes(encoded(noise(10), kind))
    assert len(list(open_source(Origin((path,)))._frames())) == pieces
