"""What is computed of a call's texts and worth keeping: their pinyin, and the vectors of their sentences."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..transcribe.transcript import Transcript
from .pinyin import learn, sounds_of
from .similarity import Embedder, Vectors


@dataclass
class Features:
    """What is known of one call; grows while the call is judged.

    Attributes:
        pinyin: the sounds of each utterance's text.
        vectors: of sentences, by embedder and text; in 16 bits, as they are kept.
    """

    pinyin: dict[str, str] = field(default_factory=dict)
    vectors: dict[str, dict[str, Vectors]] = field(default_factory=dict)
    grown: bool = False

    def prepare(self, transcript: Transcript) -> None:
        """Make the pinyin known to whoever asks for it, and take down what is not here yet."""
        for text, sounds in self.pinyin.items():
            learn(text, sounds)
        for utterance in transcript.utterances:
            if utterance.text not in self.pinyin:
                self.pinyin[utterance.text] = sounds_of(utterance.text)
                self.grown = True

    def embed(self, embedder: Embedder, texts: Sequence[str]) -> Vectors:
        """The texts' vectors, (n, d); only what is not known is computed."""
        known = self.vectors.setdefault(embedder.name, {})
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            self.grown = True
            fresh = embedder.embed(missing).astype(np.float16)
            known.update(zip(missing, fresh, strict=True))
        return np.array([known[text] for text in texts], np.float32)

    def to_bytes(self) -> bytes:
        """All of it, to be kept."""
        texts = {name: list(vectors) for name, vectors in self.vectors.items()}
        head = json.dumps({"pinyin": self.pinyin, "texts": texts}, ensure_ascii=False)
        arrays: dict[str, NDArray[Any]] = {
            f"v{n}": np.array(list(vectors.values()), np.float16)
            for n, vectors in enumerate(self.vectors.values())
        }
        out = io.BytesIO()
        arrays["head"] = np.frombuffer(head.encode(), np.uint8)
        np.savez(out, allow_pickle=False, **arrays)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Features:
        """What `to_bytes` made.

        Raises:
            ValueError: it is something else.
        """
        try:
            with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
                head = json.loads(bytes(arrays["head"]))
                vectors = {
                    name: dict(zip(texts, arrays[f"v{n}"], strict=True))
                    for n, (name, texts) in enumerate(head["texts"].items())
                }
        except (OSError, KeyError, EOFError) as error:
            raise ValueError(f"not features of a call: {error}") from error
        return cls(head["pinyin"], vectors)
