"""The least time that recognition could take: the operations of the model over what the cores can do.

Operations are multiplications and additions of matrix products; all else (softmax, norms, the spectrogram, voice
activity) is not counted, nor are prompts, padding and words that nobody said: every second of labelled speech is
encoded once, in windows of 30 s that hold nothing else, and every token of the labelled text is decoded once.
"""

from __future__ import annotations

import math
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

WINDOW = 30.0  # seconds that the encoder takes in
FRAMES = 1500  # what it makes of them
TAPS = 3  # of its two convolutions; the first sees twice as many frames
EXPANSION = 4  # of the layers between attentions
DEPTH = 2048  # of the matrices that the peak is measured with
ROWS = 1536
FLOAT, UINT8, INT8, INT32 = 1, 2, 3, 6  # ONNX's numbers of types


@dataclass(frozen=True)
class Shape:
    """What the operations of a Whisper model depend on."""

    encoder_layers: int
    decoder_layers: int
    width: int
    vocabulary: int
    mels: int

    @classmethod
    def of(cls, folder: Path) -> Shape:
        """Read from a CTranslate2 model: the names and shapes of its variables stand before each one's data."""
        with (folder / "model.bin").open("rb") as file:
            shapes = _variables(file)
        layers = {
            name.rsplit("/self_attention", 1)[0] for name in shapes if "/self_attention" in name
        }
        width, mels, _ = shapes["encoder/conv1/weight"]
        return cls(
            sum(layer.startswith("encoder/") for layer in layers),
            sum(layer.startswith("decoder/") for layer in layers),
            width,
            shapes["decoder/embeddings/weight"][0],
            mels,
        )

    @property
    def window_operations(self) -> float:
        """Encoding one window, with the keys and values that the decoder attends to."""
        d = self.width
        convolutions = TAPS * d * (2 * FRAMES * self.mels + FRAMES * d)
        layer = FRAMES * (4 + 2 * EXPANSION) * d * d + 2 * FRAMES * FRAMES * d
        attended = self.decoder_layers * FRAMES * 2 * d * d
        return 2.0 * (convolutions + self.encoder_layers * layer + attended)

    @property
    def token_operations(self) -> float:
        """Decoding one token; attention to the tokens before it is little and left out."""
        d = self.width
        layer = (4 + 2 + 2 * EXPANSION) * d * d + 2 * FRAMES * d
        return 2.0 * (self.decoder_layers * layer + self.vocabulary * d)

    def operations(self, speech: float, tokens: int) -> float:
        """Of so many seconds of speech with so many tokens."""
        return speech / WINDOW * self.window_operations + tokens * self.token_operations


def _variables(file: BinaryIO) -> dict[str, tuple[int, ...]]:
    def number(kind: str) -> int:
        return int(struct.unpack(f"<{kind}", file.read(struct.calcsize(kind)))[0])

    def name() -> str:
        return file.read(number("H")).rstrip(b"\0").decode()

    number("I"), name(), number("I")  # versions, and the kind of model between them
    out: dict[str, tuple[int, ...]] = {}
    for _ in range(number("I")):
        key = name()
        out[key] = tuple(number("I") for _ in range(number("B")))
        number("B")  # the type of its numbers
        file.seek(number("I"), 1)
    return out


@dataclass(frozen=True)
class Peak:
    """Operations per second that the cores reach together in large matrix products."""

    float32: float
    int8: float

    @property
    def best(self) -> float:
        return max(self.float32, self.int8)

    @classmethod
    def measured(cls, threads: int) -> Peak:
        """Measure numpy's product of 32-bit floats, and onnxruntime's of 8-bit integers."""
        left = np.ones((ROWS, DEPTH), np.float32)
        right = np.ones((DEPTH, DEPTH), np.float32)
        return cls(_rate(lambda: left @ right), _rate(_integer_product(threads)))


def _rate(product: Callable[[], object], seconds: float = 1.5) -> float:
    """Of the fastest of as many products as fit in some seconds."""
    end, best = time.perf_counter() + seconds, math.inf
    while (started := time.perf_counter()) < end:
        product()
        best = min(best, time.perf_counter() - started)
    return 2.0 * ROWS * DEPTH * DEPTH / best


def _integer_product(threads: int) -> Callable[[], object]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(_product_model(), options, ["CPUExecutionProvider"])
    left = np.ones((ROWS, DEPTH), np.uint8)
    return lambda: session.run(None, {"left": left})


def _product_model() -> bytes:
    """An ONNX model of one MatMulInteger, written by hand: the package onnx is not needed to run one."""
    weight = np.ones((DEPTH, DEPTH), np.int8)
    tensor = _message((1, DEPTH), (1, DEPTH), (2, INT8), (8, b"right"), (9, weight.tobytes()))
    node = _message((1, b"left"), (1, b"right"), (2, b"product"), (4, b"MatMulInteger"))
    graph = _message(
        (1, node),
        (2, b"product"),
        (5, tensor),
        (11, _value(b"left", UINT8)),
        (12, _value(b"product", INT32)),
    )
    return _message((1, 8), (7, graph), (8, _message((2, 13))))


def _value(name: bytes, kind: int) -> bytes:
    sizes = _message(*((1, _message((1, size))) for size in (ROWS, DEPTH)))
    return _message((1, name), (2, _message((1, _message((1, kind), (2, sizes))))))


def _message(*fields: tuple[int, int | bytes]) -> bytes:
    """Fields of a protocol buffer: numbers, and bytes with their length."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += _varint(number << 3) + _varint(value)
        else:
            out += _varint(number << 3 | 2) + _varint(len(value)) + value
    return out


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))
