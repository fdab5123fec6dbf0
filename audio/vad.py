"""Voice activity: how likely is speech, frame by frame. Three detectors behind one interface."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np

from .block import RATE, Samples
from .network import network

CHUNK = 24  # frames, 0.8 s, after which it is decided how closely to look at the next ones
SPEECH, NO_SPEECH = 0.5, 0.05  # mean from which on, and most up to which, a chunk is settled


class VoiceActivityStream(Protocol):
    """One channel's detector, with the memory it needs from block to block."""

    def push(self, samples: Samples) -> Samples:
        """Take samples (n,) at RATE; return one speech probability per frame that became complete."""

    def skip(self, samples: Samples) -> Samples:
        """The same for samples that are known to hold no speech: the probabilities are 0, and cost nothing."""

    def finish(self) -> Samples:
        """The probabilities of frames that waited for what comes after them."""


class VoiceActivity(Protocol):
    """A detector: its name, its frame length in samples at RATE, and a fresh stream per channel."""

    @property
    def name(self) -> str: ...
    @property
    def frame(self) -> int: ...
    def stream(self) -> VoiceActivityStream: ...


class SileroVad:
    """Silero VAD v6 through onnxruntime: 32 ms frames; each sees the 4 ms before it and the state of all before.

    Its convolutions are written as matrix products, a third of the time (benchmarks/rework_silero.py).

    While speech goes on, and while nothing is speech, it looks at every second frame: two thirds of the time, the same
    accuracy (docs/choices.md).
    """

    name = "silero-v6"
    frame = 512
    context = 64

    def __init__(self, folder: Path) -> None:
        self.session = network(folder / "silero_vad_v6_gemm.onnx")

    def stream(self) -> VoiceActivityStream:
        return _SileroStream(self)


class _SileroStream:
    def __init__(self, vad: SileroVad) -> None:
        self._vad = vad
        self._hidden = np.zeros((1, 1, 128), np.float32)
        self._cell = np.zeros((1, 1, 128), np.float32)
        self._step = 1  # of how many frames one is looked at
        # context of the next frame, then its samples
        self._waiting = np.zeros(vad.context, np.float32)

    def push(self, samples: Samples) -> Samples:
        """Judges whole chunks, so that the pieces in which samples come make no difference."""
        self._waiting = np.concatenate([self._waiting, samples])
        return self._take(self._ready // CHUNK * CHUNK)

    @property
    def _ready(self) -> int:
        """Frames that are complete."""
        return (len(self._waiting) - self._vad.context) // self._vad.frame

    def _take(self, count: int) -> Samples:
        frame, context = self._vad.frame, self._vad.context
        if not count:
            return np.zeros(0, np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(self._waiting, frame + context)[::frame]
        windows = windows[:count]
        self._waiting = self._waiting[count * frame :]
        return np.concatenate([self._judge(windows[n : n + CHUNK]) for n in range(0, count, CHUNK)])

    def _judge(self, windows: Samples) -> Samples:
        step = self._step
        feed = {
            "input": np.ascontiguousarray(windows[::step]),
            "h": self._hidden,
            "c": self._cell,
        }
        found, self._hidden, self._cell = self._vad.session.run(None, feed)
        probabilities = np.asarray(found, np.float32).ravel()
        going_on = min(probabilities.mean(), probabilities[-1]) >= SPEECH
        self._step = 2 if going_on or probabilities.max() <= NO_SPEECH else 1
        return np.repeat(probabilities, step)[: len(windows)]

    def skip(self, samples: Samples) -> Samples:
        judged = self._take(self._ready)
        self._waiting = np.concatenate([self._waiting, samples])
        count = self._ready
        self._step = 1
        # the state stays: a fresh one takes music for speech
        self._waiting = self._waiting[count * self._vad.frame :]
        return np.concatenate([judged, np.zeros(count, np.float32)])

    def finish(self) -> Samples:
        return self._take(self._ready)


class WebrtcVad:
    """The WebRTC detector: 30 ms frames, yes or no; `mode` 0 to 3, 3 lets the least through."""

    name = "webrtcvad"
    frame = RATE * 30 // 1000

    def __init__(self, mode: int = 3) -> None:
        self._mode = mode

    def stream(self) -> VoiceActivityStream:
        return _WebrtcStream(self.frame, self._mode)


class _WebrtcStream:
    def __init__(self, frame: int, mode: int) -> None:
        import webrtcvad

        self._vad = webrtcvad.Vad(mode)
        self._frame = frame
        self._waiting = np.zeros(0, np.float32)

    def push(self, samples: Samples) -> Samples:
        waiting = np.concatenate([self._waiting, samples])
        count = len(waiting) // self._frame
        whole, self._waiting = waiting[: count * self._frame], waiting[count * self._frame :]
        frames = (np.clip(whole, -1, 1) * 32767).astype("<i2").reshape(count, self._frame)
        return np.array(
            [self._vad.is_speech(frame.tobytes(), RATE) for frame in frames], np.float32
        )

    def skip(self, samples: Samples) -> Samples:
        count, rest = divmod(len(self._waiting) + len(samples), self._frame)
        self._waiting = np.concatenate([self._waiting, samples])[count * self._frame :][:rest]
        return np.zeros(count, np.float32)

    def finish(self) -> Samples:
        return np.zeros(0, np.float32)
