"""Recordings in every format that can be made here, in memory: for tests, and for damaging them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

Audio = NDArray[np.float32]
_Maker = Callable[[float], bytes]


def by_soundfile(audio: Audio, kind: str, subtype: str | None, rate: int) -> bytes:
    """Encode audio of shape (frames,) or (frames, channels) with libsndfile."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "audio"
        soundfile.write(path, audio, rate, format=kind, subtype=subtype)
        return path.read_bytes()


def by_av(
    audio: Audio,
    container: str,
    codec: str,
    rate: int,
    bit_rate: int = 0,
    options: dict[str, str] | None = None,
) -> bytes:
    """Encode audio of shape (frames,) or (frames, 2) with FFmpeg."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "audio"
        _write(path, audio, container, codec, rate, bit_rate, options or {})
        return path.read_bytes()


def _write(
    path: Path, audio: Audio, container: str, codec: str, rate: int, bit_rate: int, options: dict[str, str]
) -> None:  # fmt: skip
    import av

    layout = "mono" if audio.ndim == 1 or audio.shape[1] == 1 else "stereo"
    with av.open(str(path), "w", format=container, options=options) as file:
        stream: Any = file.add_stream(codec, rate=rate, layout=layout)
        if bit_rate:
            stream.bit_rate = bit_rate
        stream.codec_context.open()
        samples = np.ascontiguousarray((np.clip(audio, -1, 1) * 32767).astype("<i2").reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
        frame.sample_rate, frame.pts = rate, 0
        size = stream.codec_context.frame_size or None
        shaped = av.AudioResampler(stream.codec_context.format.name, layout, rate, size)
        for piece in [*shaped.resample(frame), *shaped.resample(None)]:
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))


def pitches(seconds: float, rate: int, channels: int) -> Audio:
    """A tone of its own on every channel, 440 Hz and 1000 Hz, amplitude 0.3."""
    time = np.arange(round(seconds * rate)) / rate
    tones = [0.3 * np.sin(2 * np.pi * hertz * time) for hertz in (440.0, 1000.0)[:channels]]
    return np.stack(tones, axis=1).astype(np.float32)


def amr_wideband(seconds: float) -> bytes:
    """Frames of AMR-WB at 6.6 kbit/s with arbitrary content: there is no encoder of it here."""
    content = np.random.default_rng(1)
    frames = (b"\x04" + content.bytes(17) for _ in range(round(seconds * 50)))
    return b"#!AMR-WB\n" + b"".join(frames)


def _rifx(seconds: float) -> bytes:
    audio = pitches(seconds, 8000, 2)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "audio"
        soundfile.write(path, audio, 8000, format="WAV", subtype="PCM_16", endian="BIG")
        return path.read_bytes()


def _sf(kind: str, subtype: str | None, rate: int = 8000, channels: int = 2) -> _Maker:
    return lambda seconds: by_soundfile(pitches(seconds, rate, channels), kind, subtype, rate)


def _av(
    container: str, codec: str, rate: int = 8000, channels: int = 2, bit_rate: int = 0, **options: str
) -> _Maker:  # fmt: skip
    return lambda seconds: by_av(
        pitches(seconds, rate, channels), container, codec, rate, bit_rate, options
    )


# By a name whose end is the usual suffix of such files. Every maker takes the length in seconds.
MAKERS: dict[str, _Maker] = {
    "pcm8.wav": _sf("WAV", "PCM_U8"),
    "pcm16.wav": _sf("WAV", "PCM_16"),
    "pcm24.wav": _sf("WAV", "PCM_24"),
    "pcm32.wav": _sf("WAV", "PCM_32"),
    "float.wav": _sf("WAV", "FLOAT"),
    "double.wav": _sf("WAV", "DOUBLE"),
    "extensible.wav": _sf("WAVEX", "PCM_16"),
    "alaw.wav": _sf("WAV", "ALAW"),
    "ulaw.wav": _sf("WAV", "ULAW"),
    "gsm610.wav": _sf("WAV", "GSM610", channels=1),
    "ima.wav": _sf("WAV", "IMA_ADPCM"),
    "ms.wav": _sf("WAV", "MS_ADPCM"),
    "g726.wav": _av("wav", "g726", channels=1, bit_rate=32_000),
    "g722.wav": _av("wav", "g722", rate=16_000, channels=1),
    "big-endian.wav": _rifx,
    "rf64.wav": _sf("RF64", "PCM_16"),
    "wave64.w64": _sf("W64", "PCM_16"),
    "mp3.mp3": _av("mp3", "libmp3lame", bit_rate=32_000),
    "mp3-48k.mp3": _av("mp3", "libmp3lame", rate=48_000, bit_rate=64_000),
    "adts.aac": _av("adts", "aac", rate=16_000, bit_rate=48_000),
    "index-last.m4a": _av("ipod", "aac", bit_rate=48_000),
    "index-first.m4a": _av("mp4", "aac", bit_rate=48_000, movflags="faststart"),
    "fragments.mp4": _av("mp4", "aac", bit_rate=48_000, movflags="frag_keyframe+empty_moov"),
    "alac.m4a": _av("ipod", "alac"),
    "vorbis.ogg": _sf("OGG", "VORBIS"),
    "opus.opus": _av("ogg", "libopus", rate=48_000, bit_rate=32_000),
    "opus.webm": _av("webm", "libopus", rate=48_000, bit_rate=32_000),
    "flac.flac": _sf("FLAC", "PCM_16"),
    "nb.amr": _av("amr", "libopencore_amrnb", channels=1, bit_rate=12_200),
    "wb.awb": amr_wideband,
    "pcm.au": _sf("AU", "PCM_16"),
    "ulaw.au": _sf("AU", "ULAW"),
    "aiff.aiff": _sf("AIFF", "PCM_16"),
    "caf.caf": _sf("CAF", "ALAW"),
    "gsm.gsm": _sf("RAW", "GSM610", channels=1),
    "g722.g722": _av("g722", "g722", rate=16_000, channels=1),
    "wma.wma": _av("asf", "wmav2", rate=16_000, bit_rate=64_000),
    "ac3.ac3": _av("ac3", "ac3", rate=32_000, bit_rate=128_000),
    "pcm.mka": _av("matroska", "pcm_s16le"),
}

RAW_MAKERS: dict[str, _Maker] = {
    "alaw:8000:1": _sf("RAW", "ALAW", channels=1),
    "alaw:8000:2": _sf("RAW", "ALAW"),
    "ulaw:8000:2": _sf("RAW", "ULAW"),
    "s8:8000:1": _sf("RAW", "PCM_S8", channels=1),
    "u8:8000:2": _sf("RAW", "PCM_U8"),
    "s16le:8000:1": _sf("RAW", "PCM_16", channels=1),
    "s16be:16000:2": _av("s16be", "pcm_s16be", rate=16_000),
    "s24le:48000:2": _av("s24le", "pcm_s24le", rate=48_000),
    "s24be:8000:1": _av("s24be", "pcm_s24be", channels=1),
    "s32le:8000:2": _sf("RAW", "PCM_32"),
    "s32be:8000:2": _av("s32be", "pcm_s32be"),
    "f32le:8000:1": _sf("RAW", "FLOAT", channels=1),
    "f32be:8000:2": _av("f32be", "pcm_f32be"),
    "gsm:8000:1": _sf("RAW", "GSM610", channels=1),
    "g722:16000:1": _av("g722", "g722", rate=16_000, channels=1),
}
