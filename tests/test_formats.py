"""Every codec and container, from a file and from a pipe; and files without a header."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from formats import MAKERS, RAW_MAKERS, by_av, pitches
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings import pitch, read, read_origin

from callqa.audio.block import Samples
from callqa.audio.origin import MOST_CHANNELS, RATES, Origin, RawFormat
from callqa.audio.pipe import Pipe, sounds_like_audio
from callqa.audio.source import CHANGES, CUT_SHORT, open_source
from callqa.errors import RecordingError, UsageError
from callqa.qa.recordings import SUFFIXES

SECONDS = 5.0
CODEC_DELAY = 0.25  # seconds that codecs add before or after the audio
UNHEARD = {"wb.awb"}  # its content is arbitrary
NEEDS_SEEKING = {
    "alac.m4a",
    "caf.caf",
    "big-endian.wav",
}  # their index is at the end, or libsndfile is needed
SAYS_NOT_WHAT_IT_IS = {"gsm.gsm", "g722.g722", "ac3.ac3"}  # known by their suffix


def piped(content: bytes, raw: RawFormat | None = None) -> Origin:
    return Origin((Path("stdin"),), raw, pipe=Pipe(io.BytesIO(content)))


def check_tones(audio: Samples, rate: int, loss: float = 0.12) -> None:
    """A tone of its own on every channel, neither louder nor softer than it was."""
    assert len(audio) / rate == pytest.approx(SECONDS, abs=CODEC_DELAY)
    for channel, hertz in enumerate((440.0, 1000.0)[: audio.shape[1]]):
        middle = audio[rate:-rate, channel]
        assert pitch(middle, rate) == pytest.approx(hertz, abs=1.0)
        assert middle.std() == pytest.approx(0.3 / 2**0.5, rel=loss)


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_every_format_is_read_from_a_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(MAKERS[name](SECONDS))
    source, audio = read(path)
    assert source.warning is None
    assert source.duration == pytest.approx(SECONDS, abs=CODEC_DELAY)
    assert path.suffix in SUFFIXES
    if name not in UNHEARD:
        check_tones(audio, source.rate, 0.35 if name == "nb.amr" else 0.12)  # a codec of speech


@pytest.mark.parametrize("name", sorted(MAKERS.keys() - SAYS_NOT_WHAT_IT_IS))
def test_every_format_is_read_from_a_pipe(name: str) -> None:
    content = MAKERS[name](SECONDS)
    assert sounds_like_audio(content[:64])
    if name in NEEDS_SEEKING:
        with pytest.raises(RecordingError, match=r"stdin: not a recording.*name the file"):
            read_origin(piped(content))
        return
    source, audio = read_origin(piped(content))
    assert source.warning is None
    if name not in UNHEARD:
        check_tones(audio, source.rate, 0.35 if name == "nb.amr" else 0.12)  # a codec of speech


@pytest.mark.parametrize("form", sorted(RAW_MAKERS))
def test_every_raw_format_is_read_from_files_and_pipes(tmp_path: Path, form: str) -> None:
    content, raw = RAW_MAKERS[form](SECONDS), RawFormat.parse(form)
    path = tmp_path / "call.bin"
    path.write_bytes(content)
    for origin in (Origin((path,), raw), piped(content, raw)):
        source, audio = read_origin(origin)
        assert (source.rate, source.channels, source.warning) == (raw.rate, raw.channels, None)
        check_tones(audio, source.rate)


@pytest.mark.parametrize(
    ("container", "codec", "rate", "bit_rate"),
    [("mp3", "libmp3lame", 22_050, 32_000), ("mp3", "libmp3lame", 16_000, 24_000), ("mp2", "mp2", 16_000, 32_000),
     ("adts", "aac", 44_100, 64_000), ("ogg", "libopus", 16_000, 24_000), ("wav", "pcm_s16le", 11_025, 0),
     ("wv", "wavpack", 8000, 0), ("tta", "tta", 8000, 0), ("eac3", "eac3", 32_000, 128_000),
     ("amr", "libopencore_amrnb", 8000, 4_750), ("w64", "pcm_alaw", 8000, 0), ("caf", "pcm_mulaw", 8000, 0)],
)  # fmt: skip
def test_other_rates_and_codecs(
    tmp_path: Path, container: str, codec: str, rate: int, bit_rate: int
) -> None:
    path = tmp_path / f"call.{container}"
    path.write_bytes(by_av(pitches(SECONDS, rate, 1), container, codec, rate, bit_rate))
    source, audio = read(path)
    assert (source.channels, source.warning) == (1, None)
    check_tones(audio, source.rate, 0.35 if container == "amr" else 0.12)


@pytest.mark.parametrize("rate", [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2, 4, 8])
def test_rates_and_channels(tmp_path: Path, rate: int, channels: int) -> None:
    samples = np.arange(rate * channels, dtype="<i2") % 1000
    (tmp_path / "call.bin").write_bytes(samples.tobytes())
    origin = Origin((tmp_path / "call.bin",), RawFormat("s16le", rate, channels))
    source, audio = read_origin(origin)
    assert (source.rate, audio.shape) == (rate, (rate, channels))
    np.testing.assert_allclose(audio.reshape(-1) * 32768, samples, atol=0.01)


@pytest.mark.parametrize("suffix", [".ul", ".ULAW", ".g711u", ".al", ".alaw", ".g711a", ".sln"])
def test_suffixes_that_say_what_is_inside(tmp_path: Path, suffix: str) -> None:
    codec = "s16le" if suffix == ".sln" else ("ulaw" if "u" in suffix.lower() else "alaw")
    content = RAW_MAKERS[{"alaw": "alaw:8000:1", "s16le": "s16le:8000:1"}.get(codec, "ulaw:8000:2")]
    path = tmp_path / f"call{suffix}"
    path.write_bytes(content(SECONDS)[: 8000 * 5])
    source, audio = read(path)
    assert (source.rate, source.channels, source.codec) == (8000, 1, f"raw {codec}")
    assert len(audio) == 40_000 // (2 if codec == "s16le" else 1)


@pytest.mark.parametrize("suffix", [".raw", ".pcm"])
def test_a_raw_file_of_unknown_content_asks_for_the_option(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"call{suffix}"
    path.write_bytes(RAW_MAKERS["alaw:8000:1"](SECONDS))
    with pytest.raises(RecordingError, match=r"call\.(raw|pcm): .*--raw alaw:8000:1"):
        read(path)


def test_a_wav_that_is_named_raw_is_a_wav(tmp_path: Path) -> None:
    (tmp_path / "call.pcm").write_bytes(MAKERS["alaw.wav"](SECONDS))
    assert read(tmp_path / "call.pcm")[0].codec == "WAV ALAW"


@pytest.mark.parametrize(
    ("form", "frame"), [("s16le:8000:2", 4), ("s24le:48000:2", 6), ("f32le:8000:1", 4)]
)
@pytest.mark.parametrize("more", [1, 2, 3])
def test_a_part_of_a_frame_at_the_end_is_nothing(
    tmp_path: Path, form: str, frame: int, more: int
) -> None:
    (tmp_path / "call.bin").write_bytes(bytes(1000 * frame + more))
    source, audio = read_origin(Origin((tmp_path / "call.bin",), RawFormat.parse(form)))
    assert (len(audio), source.warning) == (1000, None)


@given(
    st.sampled_from(["alaw", "ulaw", "s8", "u8", "s16le", "s16be", "s24le", "s32be", "f32le"]),
    st.integers(*RATES),
    st.integers(1, MOST_CHANNELS),
)
def test_a_raw_format_is_read_as_it_is_written(codec: str, rate: int, channels: int) -> None:
    raw = RawFormat(codec, rate, channels)
    assert RawFormat.parse(str(raw)) == raw
    assert RawFormat.parse(f" {codec.upper()}:{rate}:{channels}\n") == raw


@settings(max_examples=200)
@given(st.one_of(st.text(), st.from_regex(r"[a-z0-9]{1,6}(:-?[0-9]{1,12}){0,3}", fullmatch=True)))
def test_what_is_no_raw_format_is_refused_with_what_there_is(text: str) -> None:
    problem = ""
    try:
        assert RawFormat.parse(str(RawFormat.parse(text))) == RawFormat.parse(text)
    except UsageError as error:
        problem = str(error)
    assert not problem or "alaw:8000:1" in problem
    assert "\n" not in problem


@pytest.mark.parametrize("text", ["", "alaw", "alaw:8000", "alaw:8000:1:1", "alaw:8k:1", "alaw:0:1", "alaw:8000:0",
                                  "alaw:8000:9", "mp3:8000:1", "gsm:16000:1", "g722:8000:1", "s16le:999999:1",
                                  "alaw:-8000:1", "alaw:８０００:1"])  # fmt: skip
def test_raw_formats_that_there_are_not(text: str) -> None:
    with pytest.raises(UsageError):
        RawFormat.parse(text)


@pytest.mark.parametrize("usual", ["mulaw", "PCMU", "g711u"])
def test_other_names_of_a_codec(usual: str) -> None:
    assert RawFormat.parse(f"{usual}:8000:1") == RawFormat("ulaw", 8000, 1)


@pytest.mark.parametrize("sizes", [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x24\xf0\xff\x7f"])
def test_a_streamed_wav_of_any_size_in_its_header_is_whole(sizes: bytes) -> None:
    raw = MAKERS["pcm16.wav"](SECONDS)
    content = raw[:4] + sizes + raw[8:40] + sizes + raw[44:]
    source, audio = read_origin(piped(content))
    assert (source.warning, len(audio)) == (None, SECONDS * 8000)


@pytest.mark.parametrize(
    "name", ["pcm16.wav", "gsm610.wav", "rf64.wav", "wave64.w64", "pcm.au", "aiff.aiff", "flac.flac", "opus.opus",
             "index-first.m4a"]
)  # fmt: skip
@pytest.mark.parametrize("way", ["file", "pipe"])
def test_what_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path, name: str, way: str) -> None:
    content = MAKERS[name](SECONDS)
    part = content[: len(content) * 6 // 10]
    (tmp_path / name).write_bytes(part)
    source, audio = read_origin(Origin((tmp_path / name,)) if way == "file" else piped(part))
    assert source.warning is not None
    assert 0.4 * SECONDS < len(audio) / source.rate < 0.8 * SECONDS


def test_a_pipe_that_closes_early_has_the_warning_of_a_cut_file() -> None:
    source, audio = read_origin(piped(MAKERS["pcm16.wav"](SECONDS)[:40_044]))
    assert (source.warning, len(audio)) == (CUT_SHORT, 10_000)


def test_a_pipe_with_nothing_in_it_is_no_recording() -> None:
    for raw in (None, RawFormat("alaw", 8000, 1)):
        with pytest.raises(RecordingError, match="nothing came through the pipe"):
            open_source(piped(b"", raw))


@pytest.mark.parametrize("name", ["pcm16.wav", "mp3.mp3", "opus.opus"])
def test_the_hash_of_a_pipe_is_that_of_the_file(name: str) -> None:
    import hashlib

    content = MAKERS[name](SECONDS) + (b"LIST\x04\0\0\0abcd" if name.endswith("wav") else b"")
    origin = piped(content)
    read_origin(origin)
    assert origin.pipe
    assert origin.pipe.hexdigest() == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("text", [b"", b"a.wav\nb.wav\n", "录音/a.wav\n".encode(), b"\xff\xfea\0.\0w\0a\0v\0\n\0",
                                  b"RIFF/a.wav\nb.wav", b"/data/x.wav\0/data/y.wav", b"\xef\xbb\xbfa.wav"])  # fmt: skip
def test_a_list_of_paths_does_not_sound_like_audio(text: bytes) -> None:
    assert not sounds_like_audio(text[:64])


def test_a_rate_that_changes_within_the_recording_is_told(tmp_path: Path) -> None:
    def encoded(rate: int) -> bytes:
        return by_av(pitches(3, rate, 1), "adts", "aac", rate, 48_000)

    (tmp_path / "call.aac").write_bytes(encoded(8000) + encoded(16_000))
    source, audio = read(tmp_path / "call.aac")
    assert CHANGES.en in str(source.warning)
    assert len(audio) / source.rate == pytest.approx(6, abs=0.5)
    for part in (audio[:16_000], audio[-16_000:-2000]):
        assert pitch(part[:, 0], source.rate) == pytest.approx(440, abs=2)


def test_a_data_chunk_without_length_and_without_audio_is_empty(tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(MAKERS["pcm16.wav"](0.0)[:44])
    assert len(read(tmp_path / "call.wav")[1]) == 0
