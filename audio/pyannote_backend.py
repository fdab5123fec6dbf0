"""The mono diarizer `pyannote`: pyannote.audio hears a recording as a whole when it has ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from .block import RATE, Samples, seconds
from .interval import Cover, Interval
from .regions import SpeechRegion
from .spans import Span, fitted
from .turns import Diarization

Extent = tuple[int, int]  # first sample, and the one after the last
Pipeline = Callable[[Samples, Sequence[Extent]], tuple[list[Span], list[Span]]]
"""Takes a recording (n,) at RATE, silent but for the given extents; gives spans of all speakers, and exclusive ones."""

FULL_SCALE = 32767


class PyannoteDiarizer:
    """Tells speakers apart with a pipeline of pyannote.audio; one recording at a time, in whatever thread."""

    def __init__(self, pipeline: Pipeline, name: str) -> None:
        self.name = name
        self._pipeline = pipeline
        self._lock = Lock()  # a pipeline has state, and it takes all cores that torch gives it

    def open(self) -> PyannoteRecording:
        return PyannoteRecording(self._run)

    def _run(self, audio: Samples, extents: Sequence[Extent]) -> tuple[list[Span], list[Span]]:
        with self._lock:
            return self._pipeline(audio, extents)


class PyannoteRecording:
    """Gathers the speech of a mono recording: its audio stays, in 16 bits, 115 MB per hour of speech."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._channel = 0
        self._bounds: list[tuple[float, float]] = []
        self._audio: list[tuple[int, NDArray[np.int16]]] = []

    def push(self, region: SpeechRegion, *, counts: bool = True) -> None:
        """Take the next region. One that does not count is not heard: it goes to who speaks nearest to it in time."""
        self._channel = region.channel
        self._bounds.append((seconds(region.start), seconds(region.end)))
        if counts:
            quiet = np.clip(region.audio, -1.0, 1.0) * FULL_SCALE
            self._audio.append((region.audio_start, np.round(quiet).astype(np.int16)))

    def finish(self, machines: Sequence[Interval] = ()) -> Diarization:
        """All turns, told apart into at most three speakers."""
        if not self._bounds:
            return Diarization((), ())
        played = Cover(machines)
        self._audio = [
            (start, audio)
            for start, audio in self._audio
            if not played.mostly(Interval(seconds(start), seconds(start + len(audio))))
        ]
        spans, exclusive = self._pipeline(*self._composed()) if self._audio else ([], [])
        return fitted(spans, exclusive, self._bounds, self._channel)

    def _composed(self) -> tuple[Samples, list[Extent]]:
        """The recording with silence where nobody speaks, and where its regions lie; gives the kept audio away."""
        extents = [(start, start + len(audio)) for start, audio in self._audio]
        whole = np.zeros(max(RATE, *(end for _, end in extents)), np.float32)
        for (start, end), (_, audio) in zip(extents, self._audio, strict=True):
            whole[start:end] = audio / np.float32(FULL_SCALE)
        self._audio.clear()
        return whole, extents
