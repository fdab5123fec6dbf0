"""Calls, agents, items and indicators as an Excel workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ...errors import UsageError
from ...lang import Text, say
from ..agents import AgentSummary
from ..indicators.catalogue import BY_ID, INDICATORS
from ..render import verdict_word
from ..spreadsheet import replacing
from .book import MOST_ROWS, Bars, Book, Colour
from .columns import Cell, Kind
from .content import Content

_FIGURES = ("talk_time", "hold_time", "response_time", "interruptions")
_VERDICTS: dict[str, Colour] = {"pass": "good", "fail": "bad", "unsure": "doubt"}
Cells = Sequence[tuple[Cell, Kind]]


def write_xlsx(path: Path, content: Content) -> int:
    """Write the workbook; how many calls are in it.

    Raises:
        UsageError: the file cannot be written, or there are more calls than a sheet has rows.
        StoreError: the database cannot be read.
    """
    with replacing(path) as place:
        book = Book(place)
        try:
            count = _calls(book, content)
            _agents(book, content)
            _items(book, content)
            _indicators(book, content)
        finally:
            book.close()
    return count


def _calls(book: Book, content: Content) -> int:
    columns = content.columns
    with book.sheet(say("calls", "通话"), [(c.title, c.width) for c in columns]) as sheet:
        for result in content.calls():
            if sheet.rows == MOST_ROWS:
                raise UsageError(
                    f"a sheet has room for {MOST_ROWS} calls", f"一个工作表最多 {MOST_ROWS} 通通话",
                    then=Text("choose a shorter period with --since and --until", "请用 --since 和 --until 缩短时间段"),
                )  # fmt: skip
            sheet.add([(column.value(result), column.kind) for column in columns])
        for at, column in enumerate(columns):
            if column.kind == "score":
                sheet.scale(at, 0, 60, 100)
            if column.kind == "verdict":
                sheet.words(at, {verdict_word(v): colour for v, colour in _VERDICTS.items()})
        return sheet.rows


def _agents(book: Book, content: Content) -> None:
    items = tuple(content.items)
    titles = [content.title(item) for item in items]
    heads = [
        (say("agent id", "工号"), 10), (say("agent", "坐席"), 10), (say("group", "组别"), 10),
        (say("calls", "通话数"), 8), (say("mean score", "平均分"), 9), (say("95 % from", "95%区间下限"), 12),
        (say("95 % to", "95%区间上限"), 12), (say("fatal", "致命"), 7), (say("unsure", "待复核"), 8),
    ]  # fmt: skip
    first = len(heads)
    heads += [(f"{BY_ID[n].title}\n{BY_ID[n].target_text or ''}".strip(), 13) for n in _FIGURES]
    with book.sheet(
        say("agents", "坐席"), heads + [(t, max(8, 2 * len(t))) for t in titles]
    ) as sheet:
        for agent in content.report.agents:
            sheet.add(_agent_cells(agent, items))
        for at, name in enumerate(_FIGURES, first):
            target = BY_ID[name].target
            if target:  # as Target.met has it
                low = None if target.better == "lower" else target.low
                sheet.outside(at, low, None if target.better == "higher" else target.high)
        for at in range(first + len(_FIGURES), first + len(_FIGURES) + len(items)):
            sheet.scale(at, 0.5, 0.8, 1)
        sheet.bars(Bars(say("mean score per agent", "各坐席平均分"), 0, 4, 100))


def _agent_cells(agent: AgentSummary, items: Iterable[str]) -> Cells:
    low, high = agent.interval or (None, None)
    cells: list[tuple[Cell, Kind]] = [
        (agent.agent_id, "text"), (agent.name, "text"), (agent.group, "text"), (agent.calls, "number"),
        (agent.mean_score, "score"), (low, "number"), (high, "number"), (agent.fatal, "number"),
        (agent.unsure, "percent"),
    ]  # fmt: skip
    cells += [(agent.figures[name].value, "number") for name in _FIGURES]
    rates = [agent.items.get(item) for item in items]
    return [*cells, *((rate.rate if rate else None, "percent") for rate in rates)]


def _items(book: Book, content: Content) -> None:
    heads = [
        (say("id", "编号"), 22), (say("item", "项目"), 24), (say("passed", "通过"), 8), (say("failed", "不通过"), 8),
        (say("unsure", "待复核"), 8), (say("pass rate", "通过率"), 9),
    ]  # fmt: skip
    with book.sheet(say("items", "项目"), heads) as sheet:
        for item, rate in content.items.items():
            sheet.add([
                (item, "text"), (content.title(item), "text"), (rate.passed, "number"),
                (rate.decided - rate.passed, "number"), (rate.unsure, "number"), (rate.rate, "percent"),
            ])  # fmt: skip
        sheet.scale(5, 0.5, 0.8, 1)
        sheet.bars(Bars(say("pass rate per item", "各项目通过率"), 1, 5, 1))


def _indicators(book: Book, content: Content) -> None:
    heads = [
        (say("id", "编号"), 22), (say("indicator", "指标"), 20), (say("value", "数值"), 10),
        (say("target", "目标"), 18), (say("met", "达标"), 7), (say("industry average", "行业平均"), 14),
        (say("calls", "通话数"), 8), (say("formula", "公式"), 60),
    ]  # fmt: skip
    met = {True: say("yes", "是"), False: say("no", "否"), None: None}
    values = content.indicators().total.values
    with book.sheet(say("indicators", "指标"), heads) as sheet:
        for one in INDICATORS:
            value = values[one.id]
            sheet.add([
                (one.id, "text"), (str(one.title), "text"), (value.value, "number"),
                (str(one.target_text or ""), "text"), (met[value.met], "text"),
                (str(one.average_text or ""), "text"), (value.count or None, "number"), (str(one.formula), "text"),
            ])  # fmt: skip
        sheet.words(4, {str(met[True]): "good", str(met[False]): "bad"})
