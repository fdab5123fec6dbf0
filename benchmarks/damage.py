"""Damages recordings reproducibly, and reads what comes out as a run would."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from formats import MAKERS, RAW_MAKERS

from callqa.audio.decode import LOUDEST
from callqa.audio.gauge import Gauge
from callqa.audio.layout import heard_source
from callqa.audio.origin import Origin, RawFormat
from callqa.audio.pipe import Pipe
from callqa.errors import RecordingError

SECONDS = 3.0
HEADER = 128  # bytes of a recording in which its fields are
_TELLING = (0, 1, 2, 7, 8, 16, 255, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


@dataclass(frozen=True)
class Damaged:
    """One damaged recording: what it was, what was done to it, and how it is read."""

    name: str
    done: tuple[str, ...]
    way: str  # file, pipe, raw or legs
    content: bytes
    second: bytes = b""


@cache
def whole(name: str) -> bytes:
    """The recording as it was."""
    return {**MAKERS, **RAW_MAKERS}[name](SECONDS)


def damaged(seed: int) -> Damaged:
    """The recording of this number; the same on every machine with the same encoders."""
    chance = random.Random(seed)
    way = chance.choice(("file",) * 5 + ("pipe", "raw", "legs"))
    name = chance.choice(sorted(RAW_MAKERS if way == "raw" else MAKERS))
    content, done = whole(name), list[str]()
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        change = chance.choice(_CHANGES)
        content = change(content, chance)
        done.append(change.__name__)
    second = whole(chance.choice(("pcm16.wav", "gsm610.wav", "nb.amr"))) if way == "legs" else b""
    return Damaged(name, tuple(done), way, content, second)


def read(recording: Damaged, folder: Path) -> str:
    """Read it to its end as a run and `inspect` would: what became of it; AssertionError where blocks are wrong."""
    path = folder / f"x-in.{recording.name.rpartition('.')[2].replace(':', '_')}"
    path.write_bytes(recording.content)
    origin = Origin((path,))
    if recording.way == "pipe":
        origin = Origin((path,), pipe=Pipe(io.BytesIO(recording.content)))
    elif recording.way == "raw":
        origin = Origin((path,), RawFormat.parse(recording.name))
    elif recording.way == "legs":
        (folder / "x-out").write_bytes(recording.second)
        origin = Origin((path, folder / "x-out"), offsets=(0.25, 0.0))
    try:
        return _checked(origin)
    except RecordingError as error:
        return "refused" if "\n" not in str(error) else "refused in several lines"


def _checked(origin: Origin) -> str:
    source = heard_source(origin)
    gauge, at = Gauge(source.channels), 0
    for block in source.blocks():
        assert (block.start, block.rate) == (at, source.rate)
        assert block.samples.shape[1] == source.channels <= source.file_channels
        assert block.samples.dtype == np.float32
        assert np.isfinite(block.samples).all()
        assert np.abs(block.samples).max(initial=0.0) <= LOUDEST
        at += len(block.samples)
        gauge.push(block)
    gauge.figures()
    return "read with a warning" if source.warning else "read"


def flip_bits(content: bytes, chance: random.Random) -> bytes:
    out = bytearray(content)
    for _ in range(chance.choice((1, 3, 10, 100))):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def flip_header_bits(content: bytes, chance: random.Random) -> bytes:
    out = bytearray(content)
    for _ in range(chance.choice((1, 2, 5))):
        out[chance.randrange(min(HEADER, len(out)))] ^= 1 << chance.randrange(8)
    return bytes(out)


def set_field(content: bytes, chance: random.Random) -> bytes:
    """A number of a header becomes another, little- or big-endian."""
    form = chance.choice(("<B", "<H", ">H", "<I", ">I"))
    value = chance.choice((*_TELLING, chance.getrandbits(32))) % (1 << 8 * struct.calcsize(form))
    at = chance.randrange(min(HEADER, len(content)))
    return content[:at] + struct.pack(form, value) + content[at + struct.calcsize(form) :]


def cut_end(content: bytes, chance: random.Random) -> bytes:
    return content[: max(1, int(len(content) * chance.random()))]


def cut_beginning(content: bytes, chance: random.Random) -> bytes:
    return content[min(len(content) - 1, chance.randrange(1, 2 * HEADER)) :]


def cut_middle(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return (content[:at] + content[at + chance.randrange(1, 5000) :]) or b"\0"


def overwrite(content: bytes, chance: random.Random) -> bytes:
    """A stretch becomes noise, or zeros, or ones."""
    at, length = chance.randrange(len(content)), chance.choice((4, 100, 3000))
    junk = chance.choice((chance.randbytes(length), bytes(length), b"\xff" * length))
    return content[:at] + junk + content[at + length :]


def splice(content: bytes, chance: random.Random) -> bytes:
    """The beginning of one recording, and the end of another or of itself."""
    other = whole(chance.choice(sorted(MAKERS)))
    cut = int(len(content) * chance.random()) or 1
    return content[:cut] + other[int(len(other) * chance.choice((0.0, chance.random()))) :]


def insert(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + chance.randbytes(chance.choice((1, 2, 50, 4000))) + content[at:]


_CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flip_bits, flip_header_bits, flip_header_bits, set_field, set_field, set_field, cut_end, cut_beginning, cut_middle,
    overwrite, splice, insert,
)  # fmt: skip
