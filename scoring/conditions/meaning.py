"""Conditions about what is meant: sentences that are like examples, told by embeddings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StringConstraints

from ...lang import Text
from ..similarity import sentences
from ..speech import moment
from .base import Hit, Judgement
from .placed import SIDES, Graded

if TYPE_CHECKING:  # at run time the union of all kinds, which __init__.py puts here
    from .base import Condition as AnyCondition  # noqa: F401

# Likeness from which on a sentence counts, and from which on a person should look (docs/accuracy.md, "Similarity").
ALIKE = 0.75
PERHAPS_ALIKE = 0.70
NEARLY_ALIKE = 0.55
Sentence = Annotated[str, StringConstraints(min_length=2, strip_whitespace=True)]


class Like(Graded):
    """A sentence means about the same as one of the examples; its confidence is the likeness (cosine).

    Attributes:
        unlike: examples of what is meant otherwise: a sentence that is nearer to one of these does not count.
    """

    like: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    unlike: tuple[Sentence, ...] = ()
    sure: float = Field(default=ALIKE, gt=0, le=1)
    maybe: float = Field(default=PERHAPS_ALIKE, gt=0, le=1)

    def cannot(self, judgement: Judgement) -> Text | None:
        if judgement.tools.embedder is None:
            return Text(
                "likeness of meaning needs the model bge-small-zh-v1.5: callqa models pull bge-small-zh-v1.5",
                "语义相似需要模型 bge-small-zh-v1.5：callqa models pull bge-small-zh-v1.5",
            )
        return super().cannot(judgement)

    def hits(self, judgement: Judgement) -> list[Hit]:
        return self._alike(judgement, self.maybe)

    def nearly(self, judgement: Judgement) -> list[Hit]:
        return [hit.doubted() for hit in self._alike(judgement, NEARLY_ALIKE)]

    def _alike(self, judgement: Judgement, least: float) -> list[Hit]:
        """The best piece of each utterance, if it is alike enough."""
        embedder, features = judgement.tools.embedder, judgement.tools.features
        if embedder is None:
            return []
        examples = embedder.embed([*self.like, *self.unlike])
        out = []
        for utterance in judgement.call.speech(self.who).utterances:
            pieces = sentences(utterance.text)
            if not pieces:
                continue
            alike = features.embed(embedder, [piece.text for piece in pieces]) @ examples.T
            row, column = divmod(int(alike[:, : len(self.like)].argmax()), len(self.like))
            best = float(alike[row, column])
            if best < least or best < alike[row].max():
                continue
            piece = pieces[row]
            start, end = moment(utterance, piece.start), moment(utterance, piece.end)
            out.append(Hit(
                utterance.role, start, end, piece.text, self.like[column], round(best, 3),
                best >= self.sure, utterance, piece.start == 0,
            ))  # fmt: skip
        return out

    def label(self) -> Text:
        who, shown = SIDES[self.who], " / ".join(self.like[:2])
        return Text(f"{who.en} says something like {shown}", f"{who.zh}说了类似的话：{shown}")
