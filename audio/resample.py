"""Streaming resampling to RATE, all channels together, without a seam between blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from .block import RATE, Block


def resampled(blocks: Iterable[Block], channels: int) -> Iterator[Block]:
    """The same recording at RATE; blocks keep their order, and their times to within one frame."""
    stream, start = None, 0
    for block in blocks:
        if block.rate == RATE:
            yield block
            continue
        if stream is None:
            import soxr

            stream = soxr.ResampleStream(block.rate, RATE, channels, dtype="float32")
        out = stream.resample_chunk(block.samples).reshape(-1, channels)
        if len(out):
            yield Block(start, RATE, out)
            start += len(out)
    if stream is not None:
        out = stream.resample_chunk(np.zeros((0, channels), np.float32), last=True)
        if len(out := out.reshape(-1, channels)):
            yield Block(start, RATE, out)
