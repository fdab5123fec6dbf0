"""People's verdicts from a table: a row per call and item, or a row per call with a column per item."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...errors import UsageError
from ...lang import Text
from ...scoring.scorecard import Verdict
from ..metadata import Problem
from ..metadata.tables import Row, open_table
from ..review.words import written_verdict
from ..store.opinions import CallName, Opinion
from .columns import Columns, columns_of, field_of
from .known import Calls, Items, same, unused

_UNSURE = frozenset({"unsure", "?", "待复核", "待定", "不确定", "存疑"})
_MORE: dict[str, Verdict] = {"true": "pass", "false": "fail", "✘": "fail", "☑": "pass", "☒": "fail"}
BEST = 100.0


@dataclass(frozen=True)
class Score:
    """A person's score of a call."""

    call: int
    reviewer: str
    score: float


@dataclass(frozen=True)
class HumanFile:
    """What a table says.

    Attributes:
        problems: what is wrong, row by row; each cost a verdict or a score, and nothing else.
        unused: headings of columns that nothing is read from.
        undecided: verdicts that the person left open. empty: cells without a verdict.
        outside: rows about calls that were not asked for.
    """

    opinions: tuple[Opinion, ...]
    scores: tuple[Score, ...]
    problems: tuple[Problem, ...]
    unused: tuple[str, ...] = ()
    undecided: int = 0
    empty: int = 0
    outside: int = 0


def read_human(
    file: Path, calls: Calls, items: Items, wanted: frozenset[int], encoding: str = ""
) -> HumanFile:
    """Read a table.

    Args:
        file: CSV or Excel.
        calls: of the store.
        items: of its checklists.
        wanted: the rows of the calls that count.
        encoding: of a CSV; "" is told from the bytes.

    Raises:
        UsageError: it is no such table, or not one row of it can be used. SettingsError: it cannot be read.
    """
    table = open_table(
        file, lambda cells: sum(bool(field_of(c) or items.known(c)) for c in cells), encoding
    )
    columns = columns_of(table.headings, items, file)
    reading = _Reading(columns, calls, items, wanted, file.stem)
    for row in table.rows:
        if isinstance(row, Problem):
            reading.problems.append(row)
        else:
            reading.take(row)
    if not reading.opinions and not reading.scores and not reading.outside:
        why = reading.problems[0] if reading.problems else None
        raise UsageError(
            "no row of the table can be used" + (f"; row {why.line}: {why.text.en}" if why else ""),
            "表中没有可用的行" + (f"；第 {why.line} 行：{why.text.zh}" if why else ""), where=file,
            then=Text("see docs/calibration.md", "见 docs/calibration.md"),
        )  # fmt: skip
    return HumanFile(
        tuple(_last_counts(reading.opinions.values())), tuple(reading.scores.values()), tuple(reading.problems),
        unused(table.headings, columns.used), reading.undecided, reading.empty, reading.outside,
    )  # fmt: skip


@dataclass
class _Reading:
    """A table as far as it is read."""

    columns: Columns
    calls: Calls
    items: Items
    wanted: frozenset[int]
    nameless: str  # the reviewer where none is named
    opinions: dict[tuple[int, str, str], Opinion] = field(default_factory=dict)
    scores: dict[tuple[int, str], Score] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rows: dict[tuple[int, str, str], int] = field(default_factory=dict)
    undecided: int = 0
    empty: int = 0
    outside: int = 0

    def take(self, row: Row) -> None:
        """Read a row: the call first, and then what is said of it."""
        name = _cell(row.cells, self.columns.call)
        call = self.calls.named(name) if name else Text("no call is named", "没有写明通话")
        if isinstance(call, Text):
            self.problems.append(Problem(row.line, call))
            return
        if call.row not in self.wanted:
            self.outside += 1
            return
        reviewer = _cell(row.cells, self.columns.reviewer) or self.nameless
        for item, written in self._said(row.cells):
            self._verdict(row.line, call, reviewer, item, written)
        if written := _cell(row.cells, self.columns.score):
            self._score(row.line, call, reviewer, written)

    def _said(self, cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        if self.columns.long:
            yield _cell(cells, self.columns.item), _cell(cells, self.columns.verdict)
        else:
            yield from ((item, _cell(cells, item)) for item in self.columns.items)

    def _verdict(self, line: int, call: CallName, reviewer: str, name: str, written: str) -> None:
        if not written:
            self.empty += 1
            return
        item = self.items.named(name, call) if name else Text("no item is named", "没有写明项目")
        if isinstance(item, Text):
            self.problems.append(Problem(line, item))
            return
        key, verdict = (call.row, item, reviewer), verdict_of(written)
        if verdict is None:
            text = Text(f"{name}: no verdict: {written}", f"{name}：不是有效的结论：{written}")
            self.problems.append(Problem(line, text))
        elif key in self.rows:
            text = Text(
                f"{name}: {reviewer} judged it in row {self.rows[key]} already",
                f"{name}：{reviewer} 在第 {self.rows[key]} 行已给出结论",
            )
            self.problems.append(Problem(line, text))
        else:
            self.rows[key] = line
            self.undecided += verdict == "unsure"
            if verdict != "unsure":
                self.opinions[key] = Opinion(call.row, item, verdict, reviewer)

    def _score(self, line: int, call: CallName, reviewer: str, written: str) -> None:
        score = _score_of(written)
        if score is None:
            text = Text(f"no score from 0 to 100: {written}", f"不是 0 到 100 的得分：{written}")
            self.problems.append(Problem(line, text))
            return
        known = self.scores.setdefault((call.row, reviewer), Score(call.row, reviewer, score))
        if known.score != score:
            text = Text(
                f"{reviewer} gave the call {known.score:g} before, now {score:g}",
                f"{reviewer} 此前给该通话 {known.score:g} 分，此处为 {score:g} 分",
            )
            self.problems.append(Problem(line, text))


def verdict_of(written: str) -> Verdict | None:
    """The verdict that is written in a cell; `unsure` of one that the person left open, None of none."""
    text = same(written)
    if text in _UNSURE:
        return "unsure"
    return written_verdict(text) or _MORE.get(text)


def _score_of(written: str) -> float | None:
    text = unicodedata.normalize("NFKC", written).strip().removesuffix("分").strip()
    try:
        score = float(text)
    except ValueError:
        return None
    return score if math.isfinite(score) and 0.0 <= score <= BEST else None


def _cell(cells: Mapping[str, str], heading: str | None) -> str:
    """What stands under a heading; the mark that keeps spreadsheets from computing it is none of it."""
    return cells.get(heading, "").strip().removeprefix("'").strip() if heading else ""


def _last_counts(said: Iterable[Opinion]) -> list[Opinion]:
    """Of several people's verdicts on the same item the one in the last row counts."""
    found = list(said)
    last = {(one.call, one.item): one.reviewer for one in found}
    return [replace(one, counts=last[one.call, one.item] == one.reviewer) for one in found]
