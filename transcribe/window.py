"""Packs the speech regions of one channel into recognition windows, and maps window time back to the call's time.

Short utterances alone lack context, and Whisper loops on them; long windows cost more than they hear, since attention
grows with the square of the length.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ..audio.block import RATE, Samples, samples, seconds
from ..audio.regions import SpeechRegion

# Seconds of audio: a window ends at the first pause after ENOUGH, and is LONGEST at most (docs/choices.md). A region
# may be longer, 24 s with its padding.
ENOUGH = 14.0
LONGEST = 20.0
PAUSE = 0.8  # seconds between two regions in which a window may end before it is full


@dataclass(frozen=True)
class Piece:
    """One region inside a window: where its audio lies in the window and in the call, in samples at RATE."""

    offset: int
    audio_start: int
    length: int
    start: int
    end: int


@dataclass(frozen=True)
class Window:
    """Speech of one channel of one call, to be recognised at once.

    Attributes:
        call: the call's id.
        audio: shape (n,) at RATE, at most LONGEST seconds, or one region.
        pieces: in order of time; at least one.
    """

    call: str
    channel: int
    audio: Samples
    pieces: tuple[Piece, ...]

    @property
    def seconds(self) -> float:
        """Seconds of audio."""
        return seconds(len(self.audio))

    @property
    def speech(self) -> float:
        """Seconds of speech."""
        return seconds(sum(piece.end - piece.start for piece in self.pieces))

    def halves(self) -> tuple[Window, Window]:
        """Two windows of about equal length, parted between two pieces, or at the quietest place of the only one."""
        if len(self.pieces) == 1:
            return self._cut(_quietest(self.audio))
        middle = len(self.audio) / 2
        cut = min((piece.offset for piece in self.pieces[1:]), key=lambda at: abs(at - middle))
        first = tuple(piece for piece in self.pieces if piece.offset < cut)
        rest = (replace(p, offset=p.offset - cut) for p in self.pieces if p.offset >= cut)
        return (
            replace(self, audio=self.audio[:cut], pieces=first),
            replace(self, audio=self.audio[cut:], pieces=tuple(rest)),
        )

    def _cut(self, at: int) -> tuple[Window, Window]:
        """Two windows of a window with one piece."""
        [piece] = self.pieces
        border = piece.audio_start + at
        first = replace(piece, length=at, end=min(piece.end, border))
        rest = replace(
            piece, audio_start=border, length=piece.length - at, start=max(piece.start, border)
        )
        return (
            replace(self, audio=self.audio[:at], pieces=(first,)),
            replace(self, audio=self.audio[at:], pieces=(rest,)),
        )

    def without_audio(self) -> Window:
        """The same window when it has been recognised: a call of an hour would else hold all its speech."""
        return replace(self, audio=np.zeros(0, np.float32))

    def piece_at(self, window_seconds: float) -> Piece:
        """The region that a moment of the window belongs to."""
        borders = [piece.offset for piece in self.pieces]
        return self.pieces[max(0, bisect_right(borders, samples(window_seconds)) - 1)]

    def call_time(self, window_seconds: float, piece: Piece) -> float:
        """A moment of the window in seconds from the start of the call, kept inside the piece's speech."""
        at = samples(window_seconds) - piece.offset + piece.audio_start
        return seconds(min(max(at, piece.start), piece.end))


def _quietest(audio: Samples) -> int:
    """The middle of the quietest tenth of a second in the middle third of some audio, in samples."""
    frame = RATE // 10
    third = len(audio) // 3
    frames = audio[third : third + third // frame * frame].reshape(-1, frame)
    return third + int((frames**2).sum(axis=1).argmin()) * frame + frame // 2


class Packer:
    """Gathers the regions of one channel until a window is full."""

    def __init__(self, call: str, channel: int) -> None:
        self._call = call
        self._channel = channel
        self._regions: list[SpeechRegion] = []
        self._length = 0

    def push(self, region: SpeechRegion) -> Iterator[Window]:
        """Add a region; yield the window that it no longer fits into."""
        length = len(region.audio)
        if self._regions:
            paused = region.start - self._regions[-1].end > samples(PAUSE)
            most = samples(ENOUGH if paused else LONGEST)
            if self._length > most or self._length + length > samples(LONGEST):
                yield from self.flush()
        self._regions.append(region)
        self._length += length

    def flush(self) -> Iterator[Window]:
        """The window that is still filling, if any."""
        if not self._regions:
            return
        pieces: list[Piece] = []
        offset = 0
        for region in self._regions:
            length = len(region.audio)
            pieces.append(Piece(offset, region.audio_start, length, region.start, region.end))
            offset += length
        audio = np.concatenate([region.audio for region in self._regions])
        self._regions, self._length = [], 0
        yield Window(self._call, self._channel, audio, tuple(pieces))
