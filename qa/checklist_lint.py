"""The problems of a checklist as lines: file:line:column: what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..lang import say
from ..models.catalogue import BGE_SMALL_ZH
from ..models.store import ModelStore
from ..scoring.checklist import examine
from ..scoring.lint import lint
from ..scoring.source import Problem, Source
from ..settings import Settings
from .checklist_test import judging


@dataclass(frozen=True)
class Linted:
    """What was found in a checklist, each with its place."""

    source: Source
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    @property
    def lines(self) -> Iterator[str]:
        for problem in (*self.problems, *self.warnings):
            line, column = self.source.at(problem.place)
            kind = say("error: ", "错误：") if problem.serious else say("warning: ", "警告：")
            text = " ".join(str(problem.text).split())
            yield f"{self.source.where}:{line}:{column}: {kind}{text}"

    @property
    def summary(self) -> str:
        errors, warnings = len(self.problems), len(self.warnings)
        return say(f"{errors} errors, {warnings} warnings", f"{errors} 个错误，{warnings} 个警告")


def linted(source: Source, settings: Settings) -> Linted:
    """Examine a checklist; examples that need the embedding model are tried where it is here."""
    judge = None
    if ModelStore(settings.models).present(BGE_SMALL_ZH):
        checklist, problems = examine(source)
        judge = judging(checklist, settings) if checklist and not problems else None
    found = lint(source, judge)
    return Linted(
        source, tuple(p for p in found if p.serious), tuple(p for p in found if not p.serious)
    )
