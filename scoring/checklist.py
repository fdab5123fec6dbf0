"""Checklists: YAML files with a version, validated on loading, known by the hash of their content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from ..lang import Text
from .call import ScoredCall
from .conditions import AnyCondition, Condition, Judgement
from .conditions.base import Tools, inside
from .conditions.logic import Named
from .conditions.meaning import Like
from .conditions.words import Patterns
from .item import Found, Item, Title
from .phrases import slot_names
from .scorecard import Scorecard, add_up
from .source import Place, Problem, Source, problems_of, read

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
SLOTS = ("company", "agent_name", "customer_name", "surname", "digit")


class Checklist(BaseModel):
    """A set of items with a pass mark, and the phrases and conditions that they share."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = Field(min_length=1)
    version: str
    language: Literal["zh", "en"]
    title: Title
    pass_mark: float = Field(default=80, ge=0, le=100)
    phrases: Mapping[Name, Patterns] = Field(default_factory=dict)
    conditions: Mapping[Name, AnyCondition] = Field(default_factory=dict)
    items: tuple[Item, ...] = Field(min_length=1)
    content_hash: str = ""

    def item(self, wanted: str) -> Item | None:
        """The item of this id."""
        return next((item for item in self.items if item.id == wanted), None)

    def judgement(
        self, call: ScoredCall, tools: Tools | None = None, *, thorough: bool = False
    ) -> Judgement:
        """A call to be judged by the items."""
        return Judgement(call, self.phrases, self.conditions, tools, thorough=thorough)

    def score(self, call: ScoredCall, tools: Tools | None = None) -> Scorecard:
        """Judge every item of a call and add up."""
        judgement = self.judgement(call, tools)
        items = [item.score(judgement) for item in self.items]
        return add_up(self.id, self.version, self.content_hash, items, self.pass_mark)

    def explain(self, item: Item, call: ScoredCall, tools: Tools | None = None) -> Found:
        """How one item was judged, what nearly matched included."""
        return item.judge(self.judgement(call, tools, thorough=True))

    @property
    def asks_meaning(self) -> bool:
        """Whether an item needs the embedding model."""
        return any(
            isinstance(one, Like)
            for place, condition in self.all_conditions()
            for _, one in inside(place, condition)
        )

    def all_conditions(self) -> Iterator[tuple[Place, Condition]]:
        """Every condition but those inside others, with its place in the file."""
        for name, condition in self.conditions.items():
            yield ("conditions", name), condition
        for number, item in enumerate(self.items):
            for key, condition in item.conditions():
                yield ("items", number, key), condition


def load_checklist(name: str, folder: Path | None = None) -> Checklist:
    """Load a checklist: a path to a YAML file, a name in the settings' folder, or one that callqa ships.

    Raises:
        ChecklistError: there is none of that name, or it is not a valid checklist; with line and column.
    """
    return parse(read(name, folder))


def parse(source: Source) -> Checklist:
    """The checklist of a text.

    Raises:
        ChecklistError: it is not a valid checklist; the first of its faults, with line and column.
    """
    checklist, problems = examine(source)
    if checklist is None or problems:
        raise source.error(problems[0])
    return checklist


def examine(source: Source) -> tuple[Checklist | None, list[Problem]]:
    """The checklist of a text with all its faults; None where it has no form at all."""
    try:
        checklist = Checklist.model_validate(source.data)
    except ValidationError as error:
        return None, problems_of(error)
    digest = hashlib.sha256(source.text.encode()).hexdigest()
    checklist = checklist.model_copy(update={"content_hash": digest})
    return checklist, [*_twins(checklist), *_wrong_names(checklist), *_circles(checklist)]


def _twins(checklist: Checklist) -> Iterator[Problem]:
    """Items whose id another one before them has."""
    ids = [item.id for item in checklist.items]
    for number, one in enumerate(ids):
        if one in ids[:number]:
            text = Text(f"the item id {one} occurs twice", f"项目 id {one} 重复")
            yield Problem(("items", number, "id"), text)


def _wrong_names(checklist: Checklist) -> Iterator[Problem]:
    """Phrase sets, conditions and slots that do not exist."""
    for name, patterns in checklist.phrases.items():
        yield from _wrong_patterns(("phrases", name), patterns, checklist)
    for place, condition in checklist.all_conditions():
        for _, one in inside(place, condition):
            yield from _wrong_patterns(place, one.patterns(), checklist)
            if isinstance(one, Named) and one.use not in checklist.conditions:
                known = ", ".join(checklist.conditions) or "-"
                yield Problem(place, Text(
                    f"there is no condition {one.use}; there are: {known}",
                    f"没有名为 {one.use} 的条件；现有：{known}",
                ))  # fmt: skip


def _wrong_patterns(
    place: Place, patterns: tuple[str, ...], checklist: Checklist
) -> Iterator[Problem]:
    for pattern in patterns:
        if pattern.startswith("@") and pattern[1:] not in checklist.phrases:
            known = ", ".join(checklist.phrases) or "-"
            yield Problem(place, Text(
                f"there is no phrase set {pattern[1:]}; there are: {known}",
                f"没有名为 {pattern[1:]} 的短语集；现有：{known}",
            ))  # fmt: skip
        for slot in slot_names(pattern):
            if slot not in SLOTS:
                known = " ".join(f"{{{name}}}" for name in SLOTS)
                yield Problem(place, Text(
                    f"unknown slot {{{slot}}} in {pattern}; there are: {known}",
                    f"{pattern} 中有未知的占位 {{{slot}}}；可用：{known}",
                ))  # fmt: skip


def _circles(checklist: Checklist) -> Iterator[Problem]:
    """Conditions and phrase sets that lead back to themselves."""
    uses = {
        name: [one.use for _, one in inside((), condition) if isinstance(one, Named)]
        for name, condition in checklist.conditions.items()
    }
    sets = {
        name: [p[1:] for p in patterns if p.startswith("@")]
        for name, patterns in checklist.phrases.items()
    }
    for key, graph in (("conditions", uses), ("phrases", sets)):
        for name in graph:
            if way := _way_back(graph, name):
                yield Problem((key, name), Text(
                    f"circular reference: {' -> '.join(way)}", f"循环引用：{' -> '.join(way)}",
                ))  # fmt: skip
                break


def _way_back(graph: Mapping[str, list[str]], start: str) -> list[str]:
    """The names from one back to itself; nothing where there is no way."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for other in graph.get(way[-1], ()):
            if other == start:
                return [*way, start]
            if other not in seen:
                seen.add(other)
                ways.append([*way, other])
    return []
