"""Which channels of a recording are worth hearing: two that are the same audio are one.

Recorders write calls that they have in one channel as stereo, too. Heard as two parties such a call would have every
word twice, or all words on one side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations
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

ONE_DEAD = Text("one of the two channels is silent", "两个声道中有一个无声")

Kind = Literal["mono", "separate", "equal", "one dead", "silent"]


@dataclass(frozen=True)
class Layout:
    """What the channels of a recording are to each other.

    Attributes:
        kind: `separate` where every channel has sound of its own; recordings of three channels and more are that.
        heard: the indexes of the channels worth hearing: those that repeat no earlier one.
        dead: the index of the dead channel of two. It is heard, too, for that costs nearly nothing, and tells a lone
            party from two in one channel.
    """

    kind: Kind
    heard: tuple[int, ...]
    dead: int | None = None


class LayoutJudge:
    """Tells the layout from the blocks of a recording, as they come."""

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._live = np.zeros(channels, int)  # frames of 0.1 s that are not dead
        pairs = list(combinations(range(channels), 2))
        self._sound = dict.fromkeys(pairs, 0.0)  # energy of the frames with sound
        self._difference = dict.fromkeys(pairs, 0.0)
        self._alike = set(pairs)  # those that differ in no block so far

    def push(self, block: Block) -> bool:
        """Take a block; True where no further one can change the layout."""
        if self._channels == 1:
            return True
        frames = _frames(block.samples, max(1, round(_FRAME * block.rate)))
        mean = frames.mean(axis=2)  # a constant offset is no sound
        energy = _energy(frames)
        level = energy - mean**2  # of shape (channels, frames)
        self._live += (level > _power(DEAD)).sum(axis=1)
        for one, other in sorted(self._alike):
            sounding = np.maximum(level[one], level[other]) > _power(SOUND)
            sound = float((energy[one] + energy[other])[sounding].sum()) / 2
            difference = float(_energy(frames[one] - frames[other])[sounding].sum())
            self._sound[one, other] += sound
            self._difference[one, other] += difference
            if difference > _power(DIFFERENT) * sound:
                self._alike.remove((one, other))
        return not self._alike and (self._channels > 2 or bool((self._live > CLICKS).all()))

    def layout(self) -> Layout:
        """What the blocks so far say."""
        every = tuple(range(self._channels))
        if self._channels == 1:
            return Layout("mono", every)
        live = tuple(channel for channel in every if self._live[channel] > CLICKS)
        if self._channels == 2 and len(live) < 2:
            return Layout("one dead", every, 1 - live[0]) if live else Layout("silent", every)
        heard = list[int]()
        for channel in every:
            if not any(self._equal(before, channel) for before in heard):
                heard.append(channel)
        return Layout("equal" if len(heard) == 1 else "separate", tuple(heard))

    def _equal(self, one: int, other: int) -> bool:
        sound = self._sound[one, other]  # noise without sound in it cannot be compared
        quiet = self._difference[one, other] <= _power(EQUAL) * sound
        return (one, other) in self._alike and quiet and bool(sound)


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
    """The layout of a recording; reads no further than to the first clear evidence of parties apart."""
    judge = LayoutJudge(channels)
    for block in blocks:
        if judge.push(block):
            break
    return judge.layout()


class HeardSource(Source):
    """The channels of another source that are worth hearing.

    Of three and more, those that are not are silent, so that the others keep their numbers.
    """

    def __init__(
        self, inner: Source, layout: Layout, blocks: Iterator[Block], *, known: bool = True
    ) -> None:
        self._left_out = [c for c in range(inner.channels) if c not in layout.heard]
        channels = 1 if len(layout.heard) == 1 else inner.channels
        super().__init__(inner.path, inner.rate, channels, inner.codec, inner.duration)
        self.file_channels = inner.file_channels
        self.layout = layout
        self._inner = inner
        self._blocks = blocks
        self._known = known  # else what comes may be other than the layout says

    def close(self) -> None:
        self._inner.close()

    def _frames(self) -> Iterator[Samples]:
        return (block.samples for block in self.blocks())

    def blocks(self) -> Iterator[Block]:
        """The blocks of the source, without the channels that are not worth hearing."""
        judge, decided = LayoutJudge(self.file_channels), self._known
        for block in self._blocks:
            if not decided:
                decided = judge.push(block)
            yield Block(block.start, block.rate, self._picked(block.samples))
        found = self.layout if self._known else judge.layout()
        if not set(found.heard) <= set(self.layout.heard):
            self.warn(DIFFERS)
        if found.kind == "one dead":
            self.warn(ONE_DEAD)
        if self._inner.warning:
            self.warn(self._inner.warning)

    def _picked(self, samples: Samples) -> Samples:
        if self.channels < self.file_channels:
            return samples[:, list(self.layout.heard)]
        if self._left_out:
            samples = samples.copy()
            samples[:, self._left_out] = 0.0
        return samples


def heard_source(origin: Origin) -> HeardSource:
    """Open a recording for hearing: without channels that repeat others.

    A file is read up to the first clear evidence that all differ before it is opened again. Of a pipe 30 seconds are
    held back.

    Raises:
        RecordingError: as `open_source`.
    """
    source = open_source(origin)
    blocks = source.blocks()
    if source.channels == 1:
        return HeardSource(source, judged((), 1), blocks)
    if origin.pipe:
        return _heard_pipe(source, blocks)
    with source:
        found = judged(blocks, source.channels)
    if len(origin.paths) > 1 and found.kind == "one dead":
        # a party that says nothing, which is known to be one
        found = Layout("separate", found.heard)
    source = open_source(origin)
    return HeardSource(source, found, source.blocks())


def _heard_pipe(source: Source, blocks: Iterator[Block]) -> HeardSource:
    judge, held, decided = LayoutJudge(source.channels), list[Block](), False
    while not decided and sum(block.seconds for block in held) < PIPE_SECONDS:
        if (block := next(blocks, None)) is None:
            break
        held.append(block)
        decided = judge.push(block)
    return HeardSource(source, judge.layout(), chain(held, blocks), known=decided)
