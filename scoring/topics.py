"""What a call is about: why the customer calls, and of what they complain, by likeness to examples.

The classes are those of the rule books (服务态度, 服务质量, 产品, 其他) and common reasons; a centre can have its own.
A sentence belongs to the class whose examples it is most like, when what all examples have in common is left out: the
vectors of any two things that customers say are alike. `none` has examples that belong to no class: praise is like a
complaint in its words, and would count as one without them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ..errors import SettingsError, os_reason
from ..lang import Text
from .similarity import Embedder, Vectors

Kind = Literal["reason", "complaint"]
NONE = "none"
OTHER = "其他"
# From which nearness on a call is of a class, and by how much a complaint must be nearer than none
# (docs/topics.md, "Measured").
REASON = 0.16
COMPLAINT = 0.20
CLEARER = 0.08
NEAREST = 3  # examples of a class whose mean counts
LEAST = 4  # characters: shorter utterances (嗯, 好的) say nothing of a topic
MOST = 12  # utterances of a call that are looked at, the longest

Example = Annotated[str, StringConstraints(min_length=2, strip_whitespace=True)]
Classes = Annotated[
    dict[str, Annotated[tuple[Example, ...], Field(min_length=1)]], Field(min_length=1)
]


class TopicExamples(BaseModel):
    """The classes of both kinds with their examples."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    reasons: Classes
    complaints: Classes

    def of(self, kind: Kind) -> Mapping[str, tuple[str, ...]]:
        return self.reasons if kind == "reason" else self.complaints

    def names(self, kind: Kind) -> tuple[str, ...]:
        """The classes of a kind; what fits none of the reasons is `其他`."""
        named = dict.fromkeys(name for name in self.of(kind) if name != NONE)
        return (*named, OTHER) if kind == "reason" and OTHER not in named else tuple(named)

    @property
    def key(self) -> str:
        """Changes with the examples."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:12]


def load_topics(file: Path | None = None) -> TopicExamples:
    """The examples of a file, or those that come with callqa.

    Raises:
        SettingsError: the file cannot be read, or is of another form.
    """
    source = file or resources.files(__package__).joinpath("topics.yaml")
    try:
        raw = yaml.safe_load(source.read_text("utf-8-sig" if file else "utf-8"))
        return TopicExamples.model_validate(raw)
    except OSError as error:
        reason = os_reason(error)
        raise SettingsError(
            f"cannot read the topics: {reason.en}", f"无法读取分类文件：{reason.zh}", where=file
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"the topics are no YAML in UTF-8: {error}",
            f"分类文件不是 UTF-8 编码的 YAML：{error}",
            where=file,
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"{place}: {first['msg']}", f"{place}：取值不对（{first['msg']}）", where=file,
            then=Text("see docs/topics.md", "参见 docs/topics.md"),
        ) from error  # fmt: skip


@dataclass(frozen=True)
class Topic:
    """A class and how near to it the call is.

    `name` is None where there is no complaint, `likeness` where a person decided.
    """

    name: str | None
    likeness: float | None


def telling(said: Sequence[str]) -> list[int]:
    """The numbers of the utterances that are looked at: the longest, in their order."""
    long = [n for n, text in enumerate(said) if len(text) >= LEAST]
    return sorted(sorted(long, key=lambda n: (-len(said[n]), n))[:MOST])


class TopicSorter:
    """Puts calls into classes."""

    def __init__(self, examples: TopicExamples, embedder: Embedder) -> None:
        self.examples = examples
        self._embedder = embedder

    @property
    def key(self) -> str:
        """Changes with the model and the examples."""
        return f"{self._embedder.name} {self.examples.key}"

    def vectors(self, said: Sequence[str]) -> Vectors:
        """A row of length 1 for each utterance: (utterances, dimensions)."""
        return self._embedder.embed(said)

    def reason(self, vectors: Vectors) -> Topic:
        """Why the customer calls."""
        name, likeness, _ = self._best("reason", vectors)
        return Topic(name if likeness >= REASON else OTHER, likeness)

    def complaint(self, vectors: Vectors) -> Topic:
        """Of what the customer complains; no name where they do not."""
        name, likeness, none = self._best("complaint", vectors)
        complains = likeness >= COMPLAINT and likeness - none >= CLEARER
        return Topic(name if complains else None, likeness)

    def _best(self, kind: Kind, vectors: Vectors) -> tuple[str, float, float]:
        """The nearest class, how near it is, and how near `none` is."""
        said = self._contrasted(vectors)
        near = {name: _nearness(said, rows) for name, rows in self._rows[kind].items()}
        none = near.pop(NONE, 0.0)
        name = max(near, key=lambda one: near[one])
        return name, near[name], none

    def _contrasted(self, vectors: Vectors) -> Vectors:
        """Vectors without what all examples have in common, of length 1."""
        own = vectors - self._common
        lengths = np.linalg.norm(own, axis=1, keepdims=True)
        return np.asarray(own / np.maximum(lengths, 1e-6), np.float32)

    @cached_property
    def _raw(self) -> Mapping[Kind, Mapping[str, Vectors]]:
        kinds: tuple[Kind, ...] = ("reason", "complaint")
        return {
            kind: {
                name: self._embedder.embed(texts) for name, texts in self.examples.of(kind).items()
            }
            for kind in kinds
        }

    @cached_property
    def _common(self) -> Vectors:
        every = [rows for classes in self._raw.values() for rows in classes.values()]
        return np.asarray(np.concatenate(every).mean(axis=0), np.float32)

    @cached_property
    def _rows(self) -> Mapping[Kind, Mapping[str, Vectors]]:
        return {
            kind: {name: self._contrasted(rows) for name, rows in classes.items()}
            for kind, classes in self._raw.items()
        }


def _nearness(said: Vectors, examples: Vectors) -> float:
    """How near what is said comes to the nearest examples: the mean of the best three, for the best utterance."""
    if not len(said):
        return 0.0
    alike = np.sort(said @ examples.T, axis=1)[:, -NEAREST:]
    return float(alike.mean(axis=1).max())
