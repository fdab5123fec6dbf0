"""What a telephone network puts on the line: ring-back, busy tone, keys, the beep of a voicemail."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 8000
# Frequencies in Hz, seconds on, seconds off: GB/T 3380, ETSI TR 101 041, the North American precise tone plan.
RINGBACK = {
    "cn": ((450,), 1.0, 4.0),
    "eu": ((425,), 1.0, 4.0),
    "us": ((440, 480), 2.0, 4.0),
}
_KEYS = ("123A", "456B", "789C", "*0#D")
_ROWS = (697, 770, 852, 941)
_COLUMNS = (1209, 1336, 1477, 1633)


def _sines(frequencies: tuple[int, ...], seconds: float, level: float) -> NDArray[np.float32]:
    time = np.arange(round(seconds * RATE)) / RATE
    wave = np.zeros(len(time), np.float32)
    for frequency in frequencies:
        wave += level * np.sin(2 * np.pi * frequency * time)
    return wave


def _cadence(
    tone: NDArray[np.float32], pause: float, count: int, *, last_pause: bool = True
) -> NDArray[np.float32]:
    quiet = np.zeros(round(pause * RATE), np.float32)
    wave = np.tile(np.concatenate([tone, quiet]), count)
    return wave if last_pause else wave[: len(wave) - len(quiet)]


def ringback(count: int, country: str = "cn") -> NDArray[np.float32]:
    """Return `count` whole cycles, the last pause included: the call is answered after it."""
    frequencies, on, off = RINGBACK[country]
    return _cadence(_sines(frequencies, on, 0.08 / len(frequencies)), off, count)


def busy(count: int) -> NDArray[np.float32]:
    """Return the Chinese busy tone: 450 Hz, 0.35 s on, 0.35 s off."""
    return _cadence(_sines((450,), 0.35, 0.08), 0.35, count, last_pause=False)


def dtmf(key: str) -> NDArray[np.float32]:
    """Return one key press of 100 ms: the tone of its row and that of its column."""
    row = next(number for number, keys in enumerate(_KEYS) if key in keys)
    column = _KEYS[row].index(key)
    return _sines((_ROWS[row], _COLUMNS[column]), 0.1, 0.12)


def beep(seconds: float) -> NDArray[np.float32]:
    """Return the 1 kHz tone after which a voicemail records."""
    return _sines((1000,), seconds, 0.15)
