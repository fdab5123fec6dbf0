"""Recordings in memory and on disk, for the tests of the audio path."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import soundfile

from callqa.audio.block import Block, Samples
from callqa.audio.levels import LevelMeter, Levels
from callqa.audio.origin import Origin
from callqa.audio.source import Source, open_source

RATE = 8000


def read(path: Path) -> tuple[Source, Samples]:
    """The recording in one piece; its blocks must be contiguous and in order."""
    return read_origin(Origin((path,)))


def read_origin(origin: Origin) -> tuple[Source, Samples]:
    source = open_source(origin)
    blocks: list[Block] = []
    for block in source.blocks():
        assert block.rate == source.rate
        assert block.start == sum(len(before.samples) for before in blocks)
        assert block.samples.shape[1] == source.channels
        assert np.isfinite(block.samples).all()
        blocks.append(block)
    empty = np.zeros((0, source.channels), np.float32)
    return source, np.concatenate([empty, *(block.samples for block in blocks)])


def pitch(audio: Samples, rate: int) -> float:
    """The strongest frequency in Hz."""
    return float(np.argmax(np.abs(np.fft.rfft(audio * np.hanning(len(audio))))) * rate / len(audio))


def patched(raw: bytes, at: int, new: bytes) -> bytes:
    return raw[:at] + new + raw[at + len(new) :]


def encoded(audio: Samples, kind: str, subtype: str | None = None, rate: int = RATE) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "audio"
        soundfile.write(path, audio, rate, format=kind, subtype=subtype)
        return path.read_bytes()


def measured(audio: Samples, step: int = 32_000) -> Levels:
    """The levels of one channel at 16 kHz, pushed in blocks of `step` samples."""
    meter = LevelMeter()
    for first in range(0, len(audio), step):
        meter.push(audio[first : first + step])
    return meter.result()
