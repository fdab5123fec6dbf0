"""The Whisper engine: faster-whisper's model, features and word times around CTranslate2, decoded in batches.

faster-whisper's own transcriber works on 30 s of audio, whatever is in it, and on one window at a time. Here the
encoder hears at most five seconds of silence after a window, and windows of like length are decoded together.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..audio.block import RATE
from ..errors import ModelError, RecognitionError
from ..models.device import Device
from .engine import Capabilities, Hypothesis, Request
from .memory import give_back
from .transcript import Word

# Simplified characters and punctuation follow the style of the prompt; it names no fact that could leak into a text.
PROMPTS = {"zh": "以下是普通话的客服通话，请用简体中文和标点。", "en": "A customer service call."}
VOCABULARY_LIMIT = 40  # names; a longer prompt pushes out the style and slows decoding
TOGETHER = {"cpu": 4, "cuda": 16}  # windows decoded together (docs/choices.md)
BEAM = 2  # hypotheses kept; the second one costs little, since both read the same keys and values
FRAMES = 100  # feature frames a second
SLACK = FRAMES  # frames of silence that follow the audio (docs/choices.md)
# Lengths are rounded up to this, so that a text does not depend on what else is in the batch.
STEP = 4 * FRAMES
LONGEST = 30 * FRAMES
HOP = RATE // FRAMES  # samples of a frame
TOKENS = 10  # a second of speech: twice what people say
SPARE = 16  # tokens that any text may have

Frames = NDArray[np.float32]


def prompt_for(language: str, vocabulary: Sequence[str]) -> str:
    """The text the model is primed with: style, then the names to expect."""
    return PROMPTS.get(language, "") + "、".join(vocabulary[:VOCABULARY_LIMIT])


@dataclass(frozen=True)
class _Prompted:
    """A request on its way: its place, its encoded audio (frames, width), its tokenizer and prompt."""

    place: int
    request: Request
    encoded: Frames
    tokenizer: Any
    prompt: list[int]

    @property
    def kind(self) -> tuple[int, int]:
        """Requests of one kind are decoded together: CTranslate2 wants prompts of one length."""
        return len(self.encoded), len(self.prompt)

    @property
    def most(self) -> int:
        """Tokens, those of the prompt among them, from which on the text is longer than anyone speaks."""
        return len(self.prompt) + round(self.request.speech * TOKENS) + SPARE


class FasterWhisperEngine:
    """Beams without timestamp tokens; the second way is with them. Word times by alignment."""

    def __init__(self, folder: Path, name: str, device: Device, workers: int) -> None:
        """Load the model; `workers` 0 means one per core, two at most, on a CPU, and one on a GPU.

        Raises:
            ModelError: the files do not make a model.
        """
        import faster_whisper

        cores = os.cpu_count() or 1
        parallel = workers or (min(2, cores) if device.kind == "cpu" else 1)
        self.capabilities = Capabilities(
            name,
            str(device),
            device.compute_type,
            parallel,
            TOGETHER[device.kind],
            STEP / FRAMES,
            careful=True,
        )
        try:
            self._whisper: Any = faster_whisper.WhisperModel(
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
        # the encoder gains nothing from a batch on a CPU, and its attention takes 150 MB for each 30 s
        self._encode_at_once = self.capabilities.batch if device.kind == "cuda" else 1

    def recognise(self, requests: Sequence[Request]) -> list[Hypothesis]:
        try:
            return self._recognise(requests)
        except (RuntimeError, ValueError) as error:
            raise RecognitionError(
                f"recognition failed: {error}", f"语音识别失败：{error}"
            ) from error
        finally:
            give_back()

    def _recognise(self, requests: Sequence[Request]) -> list[Hypothesis]:
        encoded = self._encoded(requests)
        prompted = [
            self._prompted(place, request, audio)
            for place, (request, audio) in enumerate(zip(requests, encoded, strict=True))
        ]
        answers: dict[int, Hypothesis] = {}
        for kind in {item.kind for item in prompted}:
            group = sorted((p for p in prompted if p.kind == kind), key=lambda p: p.request.speech)
            for first in range(0, len(group), self.capabilities.batch):
                some = group[first : first + self.capabilities.batch]
                found = zip(some, self._decoded(some), strict=True)
                answers.update((item.place, hypothesis) for item, hypothesis in found)
        return [answers[place] for place in range(len(requests))]

    def _encoded(self, requests: Sequence[Request]) -> list[Frames]:
        """The encoder's output for each, (frames, width)."""
        features = [self._features(request) for request in requests]
        out: dict[int, Frames] = {}
        for length in sorted({f.shape[1] for f in features}):
            places = [n for n, f in enumerate(features) if f.shape[1] == length]
            for first in range(0, len(places), self._encode_at_once):
                some = places[first : first + self._encode_at_once]
                stacked = _storage(np.stack([features[n] for n in some]))
                encoded = np.asarray(self._whisper.model.encode(stacked, to_cpu=True))
                out.update(zip(some, encoded, strict=True))
        return [out[n] for n in range(len(features))]

    def _features(self, request: Request) -> Frames:
        """Mel features (bands, frames), filled up with silence as the model was trained."""
        frames = min(LONGEST, -(-len(request.audio) // (STEP * HOP)) * STEP + SLACK)
        silence = np.zeros(max(0, frames * HOP - len(request.audio)), np.float32)
        found = self._whisper.feature_extractor(np.concatenate([request.audio, silence]), padding=0)
        return np.asarray(found, np.float32)[:, :frames]

    def _prompted(self, place: int, request: Request, encoded: Frames) -> _Prompted:
        from faster_whisper.tokenizer import Tokenizer

        language = request.language or self._language(encoded)
        tokenizer = Tokenizer(
            self._whisper.hf_tokenizer,
            self._whisper.model.is_multilingual,
            task="transcribe",
            language=language,
        )
        text = prompt_for(language, request.vocabulary)
        before = tokenizer.encode(" " + text) if text else []
        prompt = self._whisper.get_prompt(tokenizer, before, without_timestamps=not request.careful)
        return _Prompted(place, request, encoded, tokenizer, prompt)

    def _language(self, encoded: Frames) -> str:
        if not self._whisper.model.is_multilingual:
            return "en"
        token, _probability = self._whisper.model.detect_language(_storage(encoded[None]))[0][0]
        return str(token[2:-2])

    def _decoded(self, group: Sequence[_Prompted]) -> list[Hypothesis]:
        found = self._whisper.model.generate(
            _storage(np.stack([item.encoded for item in group])),
            [item.prompt for item in group],
            beam_size=BEAM,
            max_length=min(self._whisper.max_length, max(item.most for item in group)),
        )
        return [
            self._aligned(item, result.sequences_ids[0])
            for item, result in zip(group, found, strict=True)
        ]

    def _aligned(self, item: _Prompted, tokens: list[int]) -> Hypothesis:
        """Words with their times and probabilities; a timestamp token that ends nothing begins a phrase."""
        from faster_whisper.transcribe import merge_punctuations

        first_time = item.tokenizer.timestamp_begin
        text: list[int] = []
        breaks: set[int] = set()
        for token in tokens:
            if token >= first_time:
                breaks.add(len(text))
            elif token < item.tokenizer.eot:
                text.append(token)
        language = item.tokenizer.language_code
        complete = len(item.prompt) + len(tokens) < min(item.most, self._whisper.max_length)
        if not text:
            return Hypothesis((), language, complete=complete)
        frames = min(2 * len(item.encoded), len(item.request.audio) // HOP)
        [found] = self._whisper.find_alignment(
            item.tokenizer, [text], _storage(item.encoded[None]), frames
        )
        merge_punctuations(found, "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、")
        starts = accumulate((len(word["tokens"]) for word in found), initial=0)
        spoken = [(word, start) for word, start in zip(found, starts, strict=False) if word["word"]]
        words = tuple(
            Word(word["word"], float(word["start"]), float(word["end"]), float(word["probability"]))
            for word, _ in spoken
        )
        phrases = frozenset(n for n, (_, start) in enumerate(spoken) if start in breaks)
        return Hypothesis(words, language, phrases, complete)


def _storage(array: NDArray[Any]) -> Any:
    import ctranslate2

    return ctranslate2.StorageView.from_array(np.ascontiguousarray(array))
