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

    Args:
        origin: the files.
        found: each leg, or why it cannot be read: then it is silent, with a warning.

    Raises:
        RecordingError: no leg can be read, one has more than one channel, or the legs begin too far apart.
    """

    def __init__(self, origin: Origin, found: Sequence[Source | RecordingError]) -> None:
        self._found = list(found)
        self._legs = legs = [leg for leg in found if isinstance(leg, Source)]
        if not legs:
            raise next(leg for leg in found if isinstance(leg, RecordingError))
        wide = next((leg for leg in legs if leg.channels != 1), None)
        given = origin.offsets or (0.0,) * len(found)
        offsets = [offset - min(given) for offset in given]
        if wide or max(offsets) > LATEST:
            self.close()
            raise _too_wide(wide) if wide else _too_late(origin, max(offsets))
        rates = {leg.rate for leg in legs}
        rate = rates.pop() if len(rates) == 1 else RATE
        self._late = [round(offset * rate) for offset in offsets]
        ends = [
            late / rate + leg.duration
            for late, leg in zip(self._late, found, strict=True)
            if isinstance(leg, Source) and leg.duration is not None
        ]
        codec = " + ".join(dict.fromkeys(leg.codec for leg in legs))
        duration = max(ends) if len(ends) == len(legs) else None
        super().__init__(origin.path, rate, len(found), codec, duration)

    def close(self) -> None:
        for leg in self._legs:
            leg.close()

    def _frames(self) -> Iterator[Samples]:
        size = int(BLOCK_SECONDS * self.rate)
        streams = [_Stream(self._mono(number, size)) for number in range(len(self._found))]
        while True:
            parts = [stream.take(size) for stream in streams]
            length = max(len(part) for part in parts)
            if length == 0:
                break
            yield np.stack([np.pad(part, (0, length - len(part))) for part in parts], axis=1)
        unread = [leg for leg in self._found if isinstance(leg, RecordingError)]
        if len(unread) == len(streams):
            raise unread[0]
        ends = [stream.taken / self.rate for stream in streams]
        for leg in self._legs:
            if leg.warning:
                self.warn(leg.warning)
        if max(ends) - min(ends) > APART and not unread:
            self.warn(SHORTER)
        for error in unread:
            self.warn(_lost(error))

    def _mono(self, number: int, size: int) -> Iterator[Samples]:
        """The samples of one leg, after the silence before it begins."""
        leg, late = self._found[number], self._late[number]
        if isinstance(leg, RecordingError):
            return
        for at in range(0, late, size):
            yield np.zeros(min(size, late - at), np.float32)
        blocks = leg.blocks()
        try:
            for block in blocks if leg.rate == self.rate else resampled(blocks, 1):
                yield block.samples[:, 0]
        except RecordingError as error:  # no audio after all
            self._found[number] = error


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


def _lost(error: RecordingError) -> Text:
    """The warning for a leg that is there and cannot be read."""
    why, name = error.problem, error.where or ""
    return Text(
        f"one leg cannot be read and is taken for silent: {name}: {why.en}",
        f"一路录音无法读取，按静音处理：{name}：{why.zh}",
    )


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
