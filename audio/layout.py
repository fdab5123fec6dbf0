"""Which channels of a recording are worth hearing: two that are the same audio are one, a dead one is none.

Recorders write calls that they have in one channel as stereo, too. Heard as two parties such a call would have every
word twice, or all words on one side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..lang import Text
from .block import Block, Samples
from .decode import Source
from .origin import Origin
from .source import open_source

DEAD = -65.0  # dB of full scale: idle noise of codecs and 16-bit converters stays below, that of a telephone line above
SOUND = -50.0  # dB of full scale: below it, codec noise is a part of what is compared
CLICKS = 3  # frames of 0.1 s above DEAD that a dead channel may have, where the recorder switches
# Two codings of one audio differ by -45 dB in G.711 and -22 dB in ADPCM; two parties by 0 to 3 dB.
EQUAL = -20.0  # dB of the difference against the sound, over the recording
DIFFERENT = -10.0  # the same, in one block
PIPE_SECONDS = 30.0  # of a pipe that are held back to judge by
_FRAME = 0.1  # seconds

DIFFERS = Text(
    "the channels were equal at first and differ later; only the first was heard",
    "两个声道起初相同、后来不同，仅处理了第一个声道",
)

Kind = Literal["mono", "separate", "equal", "one dead", "silent"]


@dataclass(frozen=True)
class Layout:
    """What the channels of a recording are to each other.

    Attributes:
        kind: `separate` where every channel has sound of its own; recordings of three channels and more are that.
        heard: the indexes of the channels worth hearing.
    """

    kind: Kind
    heard: tuple[int, ...]


class LayoutJudge:
    """Tells the layout from the blocks of a recording, as they come."""

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._live = np.zeros(channels, int)  # frames of 0.1 s that are not dead
        self._sound = self._difference = 0.0  # energy of the frames with sound
        self._differ = False

    def push(self, block: Block) -> bool:
        """Take a block; True where no further one can change the layout."""
        if self._channels != 2:
            return True
        frames = _frames(block.samples, max(1, round(_FRAME * block.rate)))
        mean = frames.mean(axis=2)  # a constant offset is no sound
        level = _energy(frames) - mean**2  # of shape (2, frames)
        self._live += (level > _power(DEAD)).sum(axis=1)
        sounding = level.max(axis=0) > _power(SOUND)
        sound = float(_energy(frames)[:, sounding].mean(axis=0).sum())
        difference = float(_energy(frames[0] - frames[1])[sounding].sum())
        self._sound += sound
        self._difference += difference
        self._differ = self._differ or difference > _power(DIFFERENT) * sound
        return self._differ and bool((self._live > CLICKS).all())

    def layout(self) -> Layout:
        """What the blocks so far say."""
        every = tuple(range(self._channels))
        if self._channels != 2:
            return Layout("mono" if self._channels == 1 else "separate", every)
        live = tuple(channel for channel in every if self._live[channel] > CLICKS)
        if not live:
            return Layout("silent", every)
        if len(live) == 1:
            return Layout("one dead", live)
        equal = not self._differ and self._difference <= _power(EQUAL) * self._sound
        # noise without sound in it cannot be compared
        return Layout("equal", (0,)) if equal and self._sound else Layout("separate", every)


def _frames(samples: Samples, size: int) -> NDArray[np.float64]:
    """Shape (channels, frames, size); a last part of a frame is left out."""
    count = len(samples) // size
    # in doubles: the mean square of what is nearly constant is a small difference of large numbers
    whole = np.ascontiguousarray(samples[: count * size].T, np.float64)
    return whole.reshape(samples.shape[1], count, size)


def _energy(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean square of every frame."""
    energy: NDArray[np.float64] = np.einsum("...i,...i->...", frames, frames) / frames.shape[-1]
    return energy


def _power(decibel: float) -> float:
    return float(10 ** (decibel / 10))


def judged(blocks: Iterable[Block], channels: int) -> Layout:
    """The layout of a recording; reads no further than to the first clear evidence of two live channels."""
    judge = LayoutJudge(channels)
    for block in blocks:
        if judge.push(block):
            break
    return judge.layout()


class HeardSource(Source):
    """The channels of another source that are worth hearing."""

    def __init__(
        self, inner: Source, layout: Layout, blocks: Iterator[Block], *, watch: bool = False
    ) -> None:
        super().__init__(inner.path, inner.rate, len(layout.heard), inner.codec, inner.duration)
        self.file_channels = inner.file_channels
        self.layout = layout
        self._inner = inner
        self._blocks = blocks
        self._watch = watch  # for what contradicts the layout later

    def close(self) -> None:
        self._inner.close()

    def _frames(self) -> Iterator[Samples]:
        return (block.samples for block in self.blocks())

    def blocks(self) -> Iterator[Block]:
        """The blocks of the source, without the channels that are not worth hearing."""
        judge, heard = LayoutJudge(self.file_channels), list(self.layout.heard)
        watched = self._watch
        for block in self._blocks:
            if watched and judge.push(block):
                watched = False
                self.warn(DIFFERS)
            yield Block(block.start, block.rate, block.samples[:, heard])
        if self._inner.warning:
            self.warn(self._inner.warning)


def heard_source(origin: Origin) -> HeardSource:
    """Open a recording for hearing: without a channel that repeats the other, or is dead.

    A file is read up to the first clear evidence of two parties before it is opened again. Of a pipe 30 seconds are
    held back; a channel that is dead in them may only be waiting for its party, so that it is heard. So is the leg of
    a party that says nothing, since legs are known to be two.

    Raises:
        RecordingError: as `open_source`.
    """
    source = open_source(origin)
    blocks = source.blocks()
    if source.channels != 2:
        return HeardSource(source, judged((), source.channels), blocks)
    if origin.pipe:
        return _heard_pipe(source, blocks)
    found = judged(blocks, 2)
    source.close()
    source = open_source(origin)
    found = _both(found) if len(origin.paths) > 1 and found.kind == "one dead" else found
    return HeardSource(source, found, source.blocks())


def _heard_pipe(source: Source, blocks: Iterator[Block]) -> HeardSource:
    judge, held, decided = LayoutJudge(2), list[Block](), False
    while not decided and sum(block.seconds for block in held) < PIPE_SECONDS:
        if (block := next(blocks, None)) is None:
            break
        held.append(block)
        decided = judge.push(block)
    found = _both(judge.layout())
    return HeardSource(source, found, chain(held, blocks), watch=found.kind == "equal")


def _both(found: Layout) -> Layout:
    return Layout("separate", (0, 1)) if found.kind == "one dead" else found
