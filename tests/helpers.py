"""Small generated audio and utterances for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from callqa.transcribe.transcript import Role, Utterance


def tone(
    frequency: float, seconds: float, rate: int = 8000, level: float = 0.1
) -> NDArray[np.float32]:
    """A sine; `level` is its amplitude, full scale 1.0."""
    time = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * frequency * time)).astype(np.float32)


def silence(seconds: float, rate: int = 8000) -> NDArray[np.float32]:
    return np.zeros(round(seconds * rate), np.float32)


def noise(
    seconds: float, rate: int = 8000, level: float = 0.01, seed: int = 1
) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    return (level * rng.standard_normal(round(seconds * rate))).astype(np.float32)


def write_wav(
    path: Path, *channels: NDArray[np.float32], rate: int = 8000, subtype: str = "PCM_16"
) -> Path:
    """Write channels of equal length as a WAV file."""
    soundfile.write(path, np.stack(channels, axis=1), rate, subtype=subtype)
    return path


def says(role: Role, text: str, start: float = 0.0, end: float | None = None) -> Utterance:
    """An utterance, two seconds long unless `end` says otherwise; the agent is speaker 0."""
    return Utterance(0 if role == "agent" else 1, role, start, end or start + 2.0, text, 0.9)
