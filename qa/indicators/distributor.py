"""The export of the call distributor: what neither recordings nor call records tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ...errors import UsageError
from ...lang import Text
from ..metadata import Problem
from ..metadata.tables import Row, read_rows
from ..period import Period, span
from .columns import KEYS, column_of, number_of

_TOTAL = re.compile(
    r"(合计|总计|小计|汇总|平均|平均值|均值|total|totals|sum|subtotal|average|mean)", re.IGNORECASE
)
_MONTH = 7  # letters of 2026-11
_OLDEST = 1970  # years before are none of a call centre's
_LISTED = 5  # rows named in a remark


@dataclass(frozen=True)
class DistributorRow:
    """One row: whose and when, as far as it says, and its numbers (times in seconds) by column.

    `time` is a day (2026-11-03) or a month (2026-11).
    """

    figures: Mapping[str, float]
    agent_id: str | None = None
    agent: str | None = None
    group: str | None = None
    time: str | None = None

    def within(self, period: Period) -> bool:
        """Whether the row is about a part of the period; without a date it is taken to be about all of it."""
        if self.time is None:
            return True
        return period.covers(*span(self.time, date.min))


@dataclass(frozen=True)
class Distributor:
    """The rows of an export, and what a person should know about them."""

    rows: tuple[DistributorRow, ...]
    remarks: tuple[Text, ...] = ()


def read_distributor_file(file: Path) -> Distributor:
    """Read a CSV or an Excel file.

    Raises:
        UsageError: it cannot be read, or has none of the columns.
    """
    found = list(read_rows(file, lambda cells: sum(column_of(cell) is not None for cell in cells)))
    broken = [row for row in found if isinstance(row, Problem)]
    try:
        made = read_distributor(row.cells for row in found if isinstance(row, Row))
    except UsageError as error:
        raise UsageError(error.problem.en, error.problem.zh, where=file, then=error.then) from error
    told = (
        Text(f"line {p.line}: {p.text.en}", f"第 {p.line} 行：{p.text.zh}")
        for p in broken[:_LISTED]
    )
    return Distributor(made.rows, (*made.remarks, *told))


def read_distributor(rows: Iterable[Mapping[str, str]]) -> Distributor:
    """Understand the rows of a table by their headings (docs/indicators.md).

    Raises:
        UsageError: no heading is known.
    """
    reader = _Reader()
    found = [row for number, raw in enumerate(rows, 2) if (row := reader.row(raw, number))]
    if not reader.known - set(KEYS):
        raise UsageError(
            "none of its columns is known", "没有可识别的列",
            then=Text("docs/indicators.md has their headings", "列名见 docs/indicators.md"),
        )  # fmt: skip
    return Distributor(tuple(found), tuple(reader.remarks(found)))


class _Reader:
    """Reads rows and gathers what is odd about them."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[str, float] | None] = {}
        self.known: set[str] = set()
        self._unreadable: list[str] = []
        self._contrary: list[str] = []
        self._totals = 0

    def row(self, raw: Mapping[str, str], number: int) -> DistributorRow | None:
        """One row of the table; None for rows of totals, and for empty ones."""
        keys: dict[str, str] = {}
        figures: dict[str, float] = {}
        for heading, cell in raw.items():
            named = self._column(heading)
            if named is None or not isinstance(cell, str) or not cell.strip():
                continue
            column, unit = named
            if column in KEYS:
                keys.setdefault(column, cell.strip())
                continue
            try:
                value = number_of(cell, column, unit)
            except ValueError:
                self._unreadable.append(f"{number}: {heading} {cell.strip()!r}")
                continue
            if value is not None:
                figures.setdefault(column, value)
        if any(_TOTAL.fullmatch(key) for key in keys.values()):
            self._totals += 1
            return None
        time = self._time(keys.get("date"), number)
        if not figures or ("date" in keys and time is None):
            return None
        self._check(figures, number)
        _multiply(figures)
        return DistributorRow(
            figures, keys.get("agent_id"), keys.get("agent"), keys.get("group"), time
        )

    def remarks(self, rows: list[DistributorRow]) -> Iterator[Text]:
        """What a person should know."""
        unknown = [heading for heading, column in self._columns.items() if column is None]
        if unknown:
            names = ", ".join(unknown)
            yield Text(f"columns that are not known: {names}", f"未识别的列：{names}")
        for many, what in (
            (
                self._unreadable,
                Text("cells that are no number or date: ", "无法识别的数值或日期："),
            ),
            (self._contrary, Text("more than all calls, left out: ", "超过总数，未采用：")),
        ):
            if many:
                more = f" … +{len(many) - _LISTED}" if len(many) > _LISTED else ""
                yield what + ", ".join(many[:_LISTED]) + more
        if self._totals:
            n = self._totals
            yield Text(f"rows of totals, left out: {n}", f"合计行未计入：{n} 行")
        places = [(r.agent_id, r.agent, r.group, r.time) for r in rows]
        if twice := len(places) - len(set(places)):
            yield Text(
                f"rows of an agent and a time that stand there before; added up: {twice}",
                f"同一坐席、同一时间重复出现的行（已累加）：{twice} 行",
            )
        for mean, by in (("mean_after", "calls"), ("mean_queue", "queued")):
            if mean in self.known and by not in self.known:
                yield Text(
                    f"a mean without the number of calls ({by}) cannot be used: {mean}",
                    f"只有平均值而没有通话数（{by}），无法使用：{mean}",
                )
        if "queue" in self.known and "queued" not in self.known:
            yield Text(
                "queue seconds are of no use without the number of queued calls",
                "有排队时长但没有排队数，无法计算平均排队时间",
            )

    def _column(self, heading: str | None) -> tuple[str, float] | None:
        if not heading or not heading.strip():
            return None
        if heading not in self._columns:
            self._columns[heading] = found = column_of(heading)
            if found:
                self.known.add(found[0])
        return self._columns[heading]

    def _time(self, written: str | None, number: int) -> str | None:
        """A day, or a month."""
        if written is None:
            return None
        text = re.sub(r"[ T]0?0:00(:00)?$", "", written)  # a date as spreadsheets write it
        try:
            first, end = (date.fromisoformat(day) for day in span(text, date.min))
        except (UsageError, ValueError):  # nothing that is known, or a moment
            first = end = date.min
        if first.year > _OLDEST and (end - first).days == 1:
            return str(first)
        if first.year > _OLDEST and first.day == end.day == 1 and (end - first).days <= 31:
            return str(first)[:_MONTH]
        self._unreadable.append(f"{number}: {written!r}")
        return None

    def _check(self, figures: dict[str, float], number: int) -> None:
        """A part cannot be more than the whole; which of the two is wrong nobody knows, so neither is used."""
        offered = figures.get("offered")
        for part in ("blocked", "queued"):
            if offered is not None and figures.get(part, 0.0) > offered:
                self._contrary.append(f"{number}: {part} {figures[part]:g} > {offered:g}")
                del figures[part]


def _multiply(figures: dict[str, float]) -> None:
    """Totals from means, where the number of calls is known."""
    for mean, by, total in (("mean_after", "calls", "after"), ("mean_queue", "queued", "queue")):
        if mean in figures and by in figures:
            figures.setdefault(total, figures[mean] * figures[by])
        figures.pop(mean, None)
