"""The legs of a call, each in a file of its own, read in step as the channels of one recording."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..errors import RecordingError
from ..lang import Text
from .block import RATE, Samples
from .decode import BLOCK_SECONDS, Source
from .origin import Origin
from .resample import resampled

APART = 2.0  # seconds by which the ends of two legs may differ without being told
LATEST = 3600.0  # seconds after the first leg at which another can begin; more is a wrong clock

SHORTER = Text("one leg is shorter than the other", "两路录音时长不一致")


class LegsSource(Source):
    """One channel per leg, at the legs' rate, or at RATE where theirs differ; what a leg lacks is silence.

    Raises:
        RecordingError: a leg has more than one channel, or the legs begin too far apart.
    """

    def __init__(self, origin: Origin, legs: Sequence[Source]) -> None:
        self._legs = legs
        wide = next((leg for leg in legs if leg.channels != 1), None)
        given = origin.offsets or (0.0,) * len(legs)
        offsets = [offset - min(given) for offset in given]
        if wide or max(offsets) > LATEST:
            self.close()
            raise _too_wide(wide) if wide else _too_late(origin, max(offsets))
        rates = {leg.rate for leg in legs}
        rate = rates.pop() if len(rates) == 1 else RATE
        self._late = [round(offset * rate) for offset in offsets]
        ends = [
            late / rate + leg.duration
            for late, leg in zip(self._late, legs, strict=True)
            if leg.duration is not None
        ]
        codec = " + ".join(dict.fromkeys(leg.codec for leg in legs))
        duration = max(ends) if len(ends) == len(legs) else None
        super().__init__(origin.path, rate, len(legs), codec, duration)

    def close(self) -> None:
        for leg in self._legs:
            leg.close()

    def _frames(self) -> Iterator[Samples]:
        size = int(BLOCK_SECONDS * self.rate)
        streams = [
            _Stream(self._mono(leg, late, size))
            for leg, late in zip(self._legs, self._late, strict=True)
        ]
        while True:
            parts = [stream.take(size) for stream in streams]
            length = max(len(part) for part in parts)
            if length == 0:
                break
            yield np.stack([np.pad(part, (0, length - len(part))) for part in parts], axis=1)
        ends = [stream.taken / self.rate for stream in streams]
        for leg in self._legs:
            if leg.warning:
                self.warn(leg.warning)
        if max(ends) - min(ends) > APART:
            self.warn(SHORTER)

    def _mono(self, leg: Source, late: int, size: int) -> Iterator[Samples]:
        """The samples of one leg, after the silence before it begins."""
        for at in range(0, late, size):
            yield np.zeros(min(size, late - at), np.float32)
        blocks = leg.blocks()
        for block in blocks if leg.rate == self.rate else resampled(blocks, 1):
            yield block.samples[:, 0]


class _Stream:
    """Hands out pieces of any length as pieces of the length that is asked for."""

    def __init__(self, pieces: Iterator[Samples]) -> None:
        self._pieces = pieces
        self._waiting = np.zeros(0, np.float32)
        self.taken = 0

    def take(self, size: int) -> Samples:
        """The next `size` samples, fewer only at the end."""
        parts, held = [self._waiting], len(self._waiting)
        while held < size and (piece := next(self._pieces, None)) is not None:
            parts.append(piece)
            held += len(piece)
        whole = np.concatenate(parts)
        self._waiting = whole[size:]
        out = whole[:size]
        self.taken += len(out)
        return out


def _too_wide(leg: Source) -> RecordingError:
    return RecordingError(
        f"it is named as one leg of a call, but has {leg.channels} channels",
        f"文件名表明它是通话的一路录音，却有 {leg.channels} 个声道", where=leg.path,
        then=Text(
            "rename it, or set legs = [] in [files]", "请改名，或在 [files] 中设置 legs = []"
        ),
    )  # fmt: skip


def _too_late(origin: Origin, seconds: float) -> RecordingError:
    return RecordingError(
        f"its legs begin {seconds:.0f} s apart", f"两路录音的开始时间相差 {seconds:.0f} 秒",
        where=origin.path,
        then=Text(
            "mend started_at or offset in their .meta.json",
            "请修正 .meta.json 中的 started_at 或 offset",
        ),
    )  # fmt: skip
