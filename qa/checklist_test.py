"""Checklists held against what a listener found: in labelled calls, or in the items' own examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..errors import UsageError
from ..lang import Text
from ..models.catalogue import BGE_SMALL_ZH
from ..models.store import ModelStore
from ..scoring.agreement import Agreement, agreement
from ..scoring.checklist import Checklist
from ..scoring.conditions.base import Tools
from ..scoring.examples import Judging, judged_examples
from ..scoring.item import Item
from ..scoring.phrases import Slots
from ..scoring.scorecard import Verdict
from ..scoring.similarity import SentenceEmbedder
from ..settings import Settings
from .metadata import CallMetadata
from .turns_file import WrittenCall


@dataclass(frozen=True)
class Case:
    """One item of one call: what the listener found and what the checklist finds."""

    call: str
    item: str
    expected: Verdict
    got: Verdict
    reason: Text

    @property
    def agrees(self) -> bool:
        return self.expected == self.got


@dataclass(frozen=True)
class Report:
    """How well a checklist agrees; `calls` is 0 where its own examples were judged."""

    checklist: Checklist
    cases: tuple[Case, ...]
    calls: int = 0

    @cached_property
    def overall(self) -> Agreement:
        return agreement([(case.expected, case.got) for case in self.cases])

    @property
    def by_item(self) -> dict[str, Agreement]:
        """The figures of each item that is among the cases, in the checklist's order."""
        return {
            item.id: agreement([(c.expected, c.got) for c in self.cases if c.item == item.id])
            for item in self.checklist.items
            if any(c.item == item.id for c in self.cases)
        }

    @property
    def disagreements(self) -> list[Case]:
        return [case for case in self.cases if not case.agrees]


def judging(checklist: Checklist, settings: Settings) -> Judging:
    """How the checklist judges on this machine: with the embedding model where it is already here."""
    folder = ModelStore(settings.models).present(BGE_SMALL_ZH)
    embedder = SentenceEmbedder(folder) if folder else None
    return lambda call: checklist.judgement(call, Tools(embedder=embedder))


def chosen(checklist: Checklist, item: str | None) -> tuple[Item, ...]:
    """The item of this id, or all.

    Raises:
        UsageError: there is none.
    """
    if item is None:
        return checklist.items
    found = checklist.item(item)
    if found is None:
        known = ", ".join(i.id for i in checklist.items)
        raise UsageError(
            f"{checklist.id} has no item {item}", f"{checklist.id} 中没有项目 {item}",
            then=Text(f"there are: {known}", f"现有：{known}"),
        )  # fmt: skip
    return (found,)


def try_examples(checklist: Checklist, items: Iterable[Item], judge: Judging) -> Report:
    """The items' own examples.

    Raises:
        UsageError: one is no script.
    """
    cases = []
    for item in items:
        numbers = {"pass": 0, "fail": 0, "na": 0, "unsure": 0}
        for example in judged_examples(checklist, item, judge):
            numbers[example.expected] += 1
            name = f"{example.place[1]} {numbers[example.expected]}"
            if example.got is None:
                raise UsageError(
                    example.reason.en, example.reason.zh, where=f"{checklist.id}: {item.id}: {name}",
                    then=Text("run: callqa checklist lint", "请运行：callqa checklist lint"),
                )  # fmt: skip
            cases.append(Case(name, item.id, example.expected, example.got, example.reason))
    return Report(checklist, tuple(cases))


def try_calls(
    checklist: Checklist,
    items: Sequence[Item],
    calls: Sequence[WrittenCall],
    judge: Judging,
    slots: Callable[[CallMetadata], Slots],
) -> Report:
    """Calls in which a listener judged items.

    Raises:
        UsageError: in none of them is one of these items judged.
    """
    cases = []
    for call in calls:
        judgement = judge(call.scored(slots(call.metadata)))
        for item in items:
            expected = call.expected.get(item.id)
            if expected is not None:
                finding = item.judge(judgement).finding
                cases.append(Case(call.call_id, item.id, expected, finding.verdict, finding.reason))
    if not cases:
        raise UsageError(
            "no listener's verdict on these items is in the calls", "这些通话中没有相应项目的人工结论",
            then=Text(
                'give JSON calls "truth": {"item": true}, scripts a line expect: item=pass',
                'JSON 中写 "truth": {"项目": true}，文本中写一行 期望：项目=pass',
            ),
        )  # fmt: skip
    return Report(checklist, tuple(cases), len(calls))
