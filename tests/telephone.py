"""What sounds on a telephone line besides people, made on the spot, at 16 kHz."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from recordings import measured, read

from callqa.audio.block import RATE, Block, Samples
from callqa.audio.interval import Interval
from callqa.audio.levels import Levels
from callqa.audio.resample import resampled
from callqa.audio.sounds import Sound, find_music, find_sounds, sounding
from helpers import noise, tone

DATA = Path(__file__).parent / "data"
KEYS = {
    key: (low, high)
    for low, row in zip((697, 770, 852, 941), ("123A", "456B", "789C", "*0#D"), strict=True)
    for high, key in zip((1209, 1336, 1477, 1633), row, strict=True)
}


def hiss(seconds: float, level: float = 0.0005, seed: int = 7) -> Samples:
    """The noise of a quiet line, -66 dB of full scale."""
    return noise(seconds, RATE, level, seed)


def chord(hertz: Sequence[float], seconds: float, level: float = 0.1) -> Samples:
    """Sines of the same amplitude together."""
    return np.asarray(np.sum([tone(h, seconds, RATE, level) for h in hertz], axis=0), np.float32)


def cadence(hertz: Sequence[float], *on_off: float, times: int) -> Samples:
    """A tone that goes on and off so many seconds in turn, over the noise of the line."""
    parts = [
        chord(hertz, seconds) if index % 2 == 0 else np.zeros(round(seconds * RATE), np.float32)
        for index, seconds in enumerate(on_off)
    ]
    sound = np.tile(np.concatenate(parts), times)
    return np.asarray(sound + hiss(len(sound) / RATE), np.float32)


def heard(audio: Samples, music: Sequence[float] | None = None) -> list[Sound]:
    """The sounds of one channel on which nobody speaks; `music` is what the model says of each second."""
    judged = np.zeros(len(audio) // RATE) if music is None else np.array(music)
    return sounds(0, measured(audio), judged.astype(np.float32), [])


def sounds(channel: int, levels: Levels, music: Samples, speech: Sequence[Interval]) -> list[Sound]:
    """All sounds of a channel, given what the model says of each second and when somebody speaks."""
    return find_sounds(channel, levels, find_music(sounding(levels), music, speech), speech)


def kinds(sounds: Sequence[Sound]) -> list[str]:
    return [sound.kind for sound in sounds]


def composed(seed: int, seconds: float) -> Samples:
    """Music as the simulated calls have it, root mean square 0.07 of full scale, at 16 kHz."""
    path = Path(__file__).parents[1] / "benchmarks" / "callsim" / "music.py"
    spec = importlib.util.spec_from_file_location("callsim_music", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return at_16_khz(module.compose(seed, seconds, 8000)[:, None], 8000)[:, 0]


def at_16_khz(audio: Samples, rate: int) -> Samples:
    """Audio (n, channels) of another rate."""
    parts = [Block(0, rate, audio)]
    return np.concatenate([block.samples for block in resampled(parts, audio.shape[1])])


def recording(name: str) -> Samples:
    """A golden recording, (n, channels) at 16 kHz."""
    source, audio = read(DATA / name)
    return at_16_khz(audio, source.rate)
