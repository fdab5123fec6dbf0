"""What every condition of a checklist is: a part of the rule language that tells whether something holds in a call."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

from pydantic import BaseModel, ConfigDict

from ...lang import Text
from ...transcribe.transcript import Utterance
from ..call import ScoredCall
from ..features import Features
from ..similarity import Embedder

# Confidence of a call's text below which nothing is concluded from it. Whisper base on 58 calls: below it at least 39 %
# of the characters were wrong (noise at 0 and 5 dB; English taken for Chinese), and none of the 34 clean ones was below
# 0.745 (docs/accuracy.md).
BELIEVABLE = 0.7


class Truth(IntEnum):
    """Whether a condition holds. Conditions combine like numbers: `all` is the least, `any` the greatest."""

    NO = 0
    MAYBE = 1
    YES = 2

    @property
    def opposite(self) -> Truth:
        return Truth(2 - self)


@dataclass(frozen=True)
class Hit:
    """One place in a call where a condition is met.

    Attributes:
        speaker: a role; `system` of holds, silences and the like.
        start, end: seconds.
        text: what is said there.
        by: the phrase, pattern or example that it was found by.
        confidence: 0 to 1.
        sure: whether it counts; what does not may count.
        utterance: where it is said.
        first: whether the utterance begins with it.
    """

    speaker: str
    start: float
    end: float
    text: str = ""
    by: str = ""
    confidence: float = 1.0
    sure: bool = True
    utterance: Utterance | None = None
    first: bool = False

    def doubted(self) -> Hit:
        return replace(self, sure=False)


@dataclass(frozen=True)
class Outcome:
    """What became of a condition in a call.

    Attributes:
        hits: where it is met, in time order; what counts against a `not` among them.
        looked: where it should have been.
        near: where it nearly was, told only in explanations.
        parts: the outcomes of the conditions it is made of.
        label: the condition in a few words, for explanations.
        certainty: of what it rests on, 0 to 1.
    """

    truth: Truth
    reason: Text
    hits: tuple[Hit, ...] = ()
    looked: tuple[Hit, ...] = ()
    near: tuple[Hit, ...] = ()
    parts: tuple[Outcome, ...] = ()
    label: Text = field(default=Text("", ""))
    certainty: float = 1.0


@dataclass(frozen=True)
class Tools:
    """What the texts of one call are prepared with.

    Attributes:
        features: what is known of them; grows while they are judged.
        embedder: for `like`; what needs it is unsure without.
    """

    features: Features = field(default_factory=Features)
    embedder: Embedder | None = None


class Judgement:
    """One call under judgement: every condition is looked into once.

    Args:
        call: what is judged.
        phrases: the checklist's phrase sets, by name.
        conditions: the checklist's named conditions.
        tools: what is computed of the call's texts, and by what.
        thorough: look for what was nearly said, too, as explanations need it.
    """

    def __init__(
        self,
        call: ScoredCall,
        phrases: Mapping[str, tuple[str, ...]],
        conditions: Mapping[str, Condition],
        tools: Tools | None = None,
        *,
        thorough: bool = False,
    ) -> None:
        self.call = call
        self.tools = tools or Tools()
        self.tools.features.prepare(call.transcript)
        self.thorough = thorough
        self.slots = tuple((name, tuple(values)) for name, values in call.slots.items())
        self._phrases = phrases
        self._conditions = conditions
        self._known: dict[int, Outcome] = {}

    def of(self, condition: Condition) -> Outcome:
        """The outcome of a condition."""
        known = self._known.get(id(condition))
        if known is None:
            found = condition.find(self)
            certainty = condition.certainty(found, self)
            known = replace(found, label=condition.label(), certainty=certainty)
            self._known[id(condition)] = known
        return known

    def named(self, name: str) -> Condition:
        """The checklist's condition of this name; the checklist made sure that there is one."""
        return self._conditions[name]

    def patterns(self, written: Sequence[str]) -> tuple[str, ...]:
        """The patterns with the phrase sets that are named among them as `@name`."""
        out: list[str] = []
        for pattern in written:
            if pattern.startswith("@"):
                out += self.patterns(self._phrases[pattern[1:]])
            else:
                out.append(pattern)
        return tuple(out)

    @property
    def unheard(self) -> Text | None:
        """Why nothing can be concluded from what is said, if so."""
        if self.call.confidence < BELIEVABLE:
            share = f"{self.call.confidence:.2f}"
            return Text(
                f"the recognised text is not to be relied on (confidence {share}): noise, or a dialect or "
                "language that the model does not know",
                f"识别文本不可靠（置信度 {share}）：可能是噪声，或模型不懂的方言、语言",
            )
        return None

    @property
    def unknown_roles(self) -> Text | None:
        """Why nothing can be said of one side, if so."""
        if self.call.roles_known:
            return None
        return Text("it is not known which speaker is the agent", "无法判断哪一方是坐席")


class Condition(BaseModel, ABC):
    """Something that holds in a call or not."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @abstractmethod
    def find(self, judgement: Judgement) -> Outcome:
        """Look into the call."""

    @abstractmethod
    def label(self) -> Text:
        """The condition in a few words."""

    def certainty(self, outcome: Outcome, judgement: Judgement) -> float:  # noqa: ARG002
        """How certain what the outcome rests on is, 0 to 1; clocks, figures and metadata are what they are."""
        return outcome.certainty

    def parts(self) -> Iterator[tuple[tuple[int | str, ...], Condition]]:
        """The conditions that it is made of, with the keys and numbers under which they stand."""
        for name, field_of in type(self).model_fields.items():
            key, value = field_of.alias or name, getattr(self, name)
            several = isinstance(value, tuple)
            for number, one in enumerate(value if several else (value,)):
                if isinstance(one, Condition):
                    yield ((key, number) if several else (key,)), one

    def inner(self) -> tuple[Condition, ...]:
        """The same without their places."""
        return tuple(condition for _, condition in self.parts())

    def patterns(self) -> tuple[str, ...]:
        """The phrases that it looks for."""
        return ()


def inside(
    place: tuple[int | str, ...], condition: Condition
) -> Iterator[tuple[tuple[int | str, ...], Condition]]:
    """A condition that stands at a place, and all that it is made of, with theirs."""
    yield place, condition
    for part, inner in condition.parts():
        yield from inside((*place, *part), inner)


def quoted(hits: Sequence[Hit], most: int = 2) -> str:
    """The words of some hits, as they stand in a reason."""
    texts = dict.fromkeys(hit.utterance.text if hit.utterance else hit.text for hit in hits)
    return "".join(f"「{text}」" for text in list(texts)[:most] if text)
