"""Hold music composed on the spot: chords, bass and a plucked melody, free of anyone's rights.

Every piece follows from its seed, so that recordings made with it can be made again and may be shipped.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_PROGRESSIONS = (
    ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14)),  # C  Am F  G
    ((0, 3, 7), (8, 12, 15), (3, 7, 10), (10, 14, 17)),  # Cm Ab Eb Bb
    ((0, 4, 7), (7, 11, 14), (9, 12, 16), (5, 9, 12)),  # C  G  Am F
)
_SCALES = ((0, 2, 4, 7, 9, 12), (0, 3, 5, 7, 10, 12), (0, 2, 4, 7, 9, 12))


def _tone(
    frequency: float, seconds: float, rate: int, decay: float, harmonics: int
) -> NDArray[np.float64]:
    time = np.arange(int(seconds * rate)) / rate
    wave = np.zeros_like(time)
    for k in range(1, harmonics + 1):
        if k * frequency < rate / 2 - 200:
            wave += np.sin(2 * np.pi * k * frequency * time) / k**1.5 * np.exp(-decay * k * time)
    attack = min(len(wave), int(0.01 * rate))
    wave[:attack] *= np.linspace(0, 1, attack)
    return wave


def compose(seed: int, seconds: float, rate: int = 8000) -> NDArray[np.float32]:
    """Return `seconds` of music at `rate` Hz as one channel, root mean square 0.07 of full scale."""
    rng = np.random.default_rng(seed)
    style = int(rng.integers(len(_PROGRESSIONS)))
    root = 220.0 * 2 ** (int(rng.integers(-3, 5)) / 12)
    beat = 60 / float(rng.uniform(76, 116))
    out = np.zeros(int(seconds * rate) + 8 * rate)

    def add(at: float, wave: NDArray[np.float64], gain: float) -> None:
        start = int(at * rate)
        wave = wave[: max(0, len(out) - start)]
        out[start : start + len(wave)] += gain * wave

    bar = 0
    while bar * 4 * beat < seconds:
        chord = _PROGRESSIONS[style][bar % 4]
        at = bar * 4 * beat
        add(at, _tone(root / 2 * 2 ** (chord[0] / 12), 3 * beat, rate, 1.2, 6), 0.8)
        for note in chord:
            add(at, _tone(root * 2 ** (note / 12), 4 * beat, rate, 0.5, 5), 0.35)
        for step in range(8):
            if rng.random() < 0.7:
                note = int(rng.choice(_SCALES[style])) + 12
                add(at + step * beat / 2, _tone(root * 2 ** (note / 12), beat, rate, 3.0, 4), 0.5)
        bar += 1
    music = out[: int(seconds * rate)]
    return (music * 0.07 / (np.sqrt((music**2).mean()) + 1e-9)).astype(np.float32)
