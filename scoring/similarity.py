"""How alike two sentences are in meaning: text as vectors (BGE small for Chinese), and what of an utterance to compare.

A sentence and its opposite can be alike, and so can a question and its answer: docs/accuracy.md says for which items
of a checklist it is good enough.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
DIMENSIONS = 512
LATELY = 4096  # texts whose vectors are remembered: the examples of checklists among them
LONGEST = 512  # tokens that the model reads, mostly one a character; what is beyond is left out


class Embedder(Protocol):
    """Maps texts to vectors of length 1, so that the product of two is how alike they are."""

    name: str

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A row for each text: (texts, dimensions)."""
        ...


class SentenceEmbedder:
    """BGE small for Chinese through onnxruntime, on one core; loaded when it is first asked.

    A sentence's vector is what the last layer makes of the first token, as the model was trained. The model's
    activations are scaled to 8 bits by the largest of a batch, so that in a batch the others change a sentence's vector
    by about a hundredth, and batches gain a fifth of the time at most: sentences go one by one, and a
    verdict does not depend on what else is said in the call.
    """

    name = "bge-small-zh-v1.5"

    def __init__(self, folder: Path) -> None:
        """`folder` holds model.onnx and tokenizer.json."""
        self.folder = folder
        self._vector = lru_cache(maxsize=LATELY)(self._computed)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A row of length 1 for each text: (texts, 512). What was asked for lately is not computed again."""
        return np.array([self._vector(text) for text in texts], np.float32).reshape(-1, DIMENSIONS)

    def _computed(self, text: str) -> Vectors:
        encoded = self._tokenizer.encode(text)
        inputs = {
            "input_ids": np.array([encoded.ids], np.int64),
            "attention_mask": np.array([encoded.attention_mask], np.int64),
            "token_type_ids": np.array([encoded.type_ids], np.int64),
        }
        [states] = self._session.run(["last_hidden_state"], inputs)
        first = states[0, 0]
        return np.asarray(first / np.linalg.norm(first), np.float32)

    @cached_property
    def _session(self) -> Any:
        from ..audio.network import network

        return network(self.folder / "model.onnx")

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.enable_truncation(LONGEST)
        return tokenizer


@dataclass(frozen=True)
class Sentence:
    """A piece of a text: `text[start:end]`, without the marks around it."""

    text: str
    start: int
    end: int


# Marks that part clauses; not those inside numbers (3.5, 10:30), nor those of an enumeration.
_BREAK = re.compile(r"[，。！？；：…,.!?;:\s]+")


def sentences(text: str) -> tuple[Sentence, ...]:
    """What of an utterance is to be compared with an example: its clauses, and neighbouring clauses in pairs.

    An example is mostly one clause or two, and a recogniser's marks part what belongs together, so that pairs go across
    sentences. Longer pieces find nothing more. In the order in which they begin, the shorter first.
    """
    clauses = _clauses(text)
    pairs = [(first, last) for (first, _), (_, last) in pairwise(clauses)]
    return tuple(Sentence(text[start:end], start, end) for start, end in sorted(clauses + pairs))


def _clauses(text: str) -> list[tuple[int, int]]:
    """Start and end of every clause that has a letter, character or digit."""
    out: list[tuple[int, int]] = []
    start = 0
    for mark in _BREAK.finditer(text):
        if _inside(text, mark):
            continue
        out.append((start, mark.start()))
        start = mark.end()
    out.append((start, len(text)))
    return [(first, last) for first, last in out if re.search(r"[^\W_]", text[first:last])]


def _inside(text: str, mark: re.Match[str]) -> bool:
    """Whether a mark belongs to a number, or a space stands between foreign words."""
    before, after = text[: mark.start()][-1:], text[mark.end() :][:1]
    if mark.group() in {".", ",", ":"}:
        return before.isdigit() and after.isdigit()
    return mark.group().isspace() and (before + after).isascii() and bool(before and after)
