"""Which column of a table of people's verdicts holds what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ...errors import UsageError
from ...lang import Text
from ..metadata.headings import Headings, plain
from .known import Items

_HEADINGS = {
    "call": "call call_name 通话 通话名称 录音名",
    "item": "item item_id 项目 项目编号 项目名称 评分项 评分项目 质检项 质检项目",
    "verdict": "verdict human human_verdict result label 结论 复核结论 人工结论 质检结论 人工结果 判定 评定 结果",
    "reviewer": "reviewer rater listener annotator 复核人 质检员 评分人 标注人 复听人",
    "score": "score human_score total 得分 分数 总分 评分 人工得分 人工评分 监听得分 质检得分",
}
_FIELDS = {plain(alias): name for name, words in _HEADINGS.items() for alias in words.split()}
_CALLS = Headings()  # what recordings are called in tables of calls is understood here, too


@dataclass(frozen=True)
class Columns:
    """Which column of a table holds what; by `item` and `verdict` it is a row per item, else by `items`."""

    call: str
    reviewer: str | None
    score: str | None
    item: str | None
    verdict: str | None
    items: tuple[str, ...]

    @property
    def long(self) -> bool:
        return self.item is not None and self.verdict is not None

    @property
    def used(self) -> list[str]:
        single = [self.call, self.reviewer, self.score]
        return [
            h for h in (*single, *((self.item, self.verdict) if self.long else self.items)) if h
        ]


def field_of(heading: str) -> str | None:
    """What a column of this heading holds, if it is no item's."""
    return _FIELDS.get(plain(heading)) or (
        "call" if _CALLS.field_of(heading) == "call_id" else None
    )


def columns_of(headings: Iterable[str], items: Items, file: Path) -> Columns:
    """Which column holds what.

    Raises:
        UsageError: there is no column of calls, or none of verdicts or scores.
    """
    named: dict[str, str] = {}
    columns = []
    for heading in headings:
        name = field_of(heading)
        if name is not None:
            named.setdefault(name, heading)
        elif items.known(heading):
            columns.append(heading)
    found = Columns(
        named.get("call", ""), named.get("reviewer"), named.get("score"), named.get("item"), named.get("verdict"),
        tuple(columns),
    )  # fmt: skip
    if not found.call or not (found.long or found.items or found.score):
        raise UsageError(
            "no table of verdicts: it needs a column call, and item and verdict, or a column for each item",
            "不是人工结论表：需要“通话”列，以及“项目”和“结论”两列，或每个项目一列", where=file,
            then=Text("see docs/calibration.md", "见 docs/calibration.md"),
        )  # fmt: skip
    return found
