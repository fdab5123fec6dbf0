"""The faster-whisper engine: CTranslate2 Whisper models on GPU or CPU."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..errors import ModelError, RecognitionError
from ..models.device import Device
from .engine import Capabilities, Hypothesis, Request
from .transcript import Word

# Simplified characters and punctuation follow the style of the prompt; it names no fact that could leak into a text.
PROMPTS = {"zh": "以下是普通话的客服通话，请用简体中文和标点。", "en": "A customer service call."}
VOCABULARY_LIMIT = 40  # names; a longer prompt pushes out the style and slows decoding


def prompt_for(request: Request) -> str | None:
    """The text the model is primed with: style, then the names to expect."""
    style = PROMPTS.get(request.language or "", "")
    names = "、".join(request.vocabulary[:VOCABULARY_LIMIT])
    return (style + names) or None


class FasterWhisperEngine:
    """Whisper through faster-whisper's transcriber, with its fallback to higher temperatures on loops."""

    def __init__(self, folder: Path, name: str, device: Device, workers: int) -> None:
        """Load the model; `workers` 0 means one per core, two at most, on a CPU, and one on a GPU.

        Raises:
            ModelError: the files do not make a model.
        """
        import faster_whisper

        cores = os.cpu_count() or 1
        parallel = workers or (min(2, cores) if device.kind == "cpu" else 1)
        self.capabilities = Capabilities(name, str(device), device.compute_type, parallel)
        try:
            self._model: Any = faster_whisper.WhisperModel(
                str(folder),
                device=device.kind,
                device_index=device.index,
                compute_type=device.compute_type,
                cpu_threads=max(1, cores // parallel),
                num_workers=parallel,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(
                f"the model cannot be loaded: {error}", f"无法加载模型：{error}", where=folder
            ) from error

    def recognise(self, request: Request) -> Hypothesis:
        try:
            segments, info = self._model.transcribe(
                request.audio,
                language=request.language,
                beam_size=1,
                initial_prompt=prompt_for(request),
                condition_on_previous_text=False,
                word_timestamps=True,
                hallucination_silence_threshold=None,
            )
            return _hypothesis(list(segments), info.language)
        except (RuntimeError, ValueError) as error:
            raise RecognitionError(
                f"recognition failed: {error}", f"语音识别失败：{error}"
            ) from error


def _hypothesis(segments: list[Any], language: str) -> Hypothesis:
    words: list[Word] = []
    breaks: set[int] = set()
    for segment in segments:
        breaks.add(len(words))
        words += [
            Word(word.word, word.start, word.end, word.probability) for word in segment.words or ()
        ]
    return Hypothesis(tuple(words), language, frozenset(breaks))
