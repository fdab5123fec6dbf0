"""Indicators as tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text as RichText

from ...lang import say
from .catalogue import BY_ID, INDICATORS
from .compute import Value
from .groups import DIMENSIONS
from .indicator import Indicator, Unit, quantity
from .table import IndicatorRow, IndicatorTable

ABREAST = (
    "monitoring_score", "talk_time", "hold_time", "rings", "speed_of_answer", "service_level", "abandon_rate",
    "first_call_resolution", "transfer_rate", "occupancy",
)  # fmt: skip
COLUMNS = 7  # of figures, that a terminal is wide enough for
ROWS = 500  # groups that anybody reads on a screen
_DECIMALS: dict[Unit, int] = {"cost": 2, "points": 1, "percent": 1, "times": 1, "per_hour": 1}
_MOST_DECIMALS = 6
_SOURCES = {
    "rec": ("recordings", "录音"),
    "cdr": ("call records", "话单"),
    "acd": ("distributor", "话务统计"),
}


def number_text(value: Value) -> str:
    """A figure with its unit; a dash where there is none.

    It has as many decimals as it takes to see on which side of the target it is: 269.98 s, not 270 s, misses 270 s.
    """
    number, one = value.value, value.indicator
    if number is None:
        return "-"
    places = 1 if one.unit == "calls" and number % 1 else _DECIMALS.get(one.unit, 0)
    while places < _MOST_DECIMALS and one.met(round(number, places)) != value.met:
        places += 1
    return str(quantity(f"{number:.{places}f}", one.unit))


def indicator_tables(
    table: IndicatorTable, only: Sequence[Indicator] | None = None
) -> RenderableType:
    """All indicators of all calls, or a row for each group; `only` says which, None what there is."""
    head = str(table.scope.period)
    narrowed = [part for part in (table.scope.agent, table.scope.group) if part]
    title = say("Indicators", "运营指标") + "  " + escape("  ".join([head, *narrowed]))
    body = (
        _grouped(table, only, title) if table.scope.grouping.by else _all(table.total, only, title)
    )
    parts: list[RenderableType] = [body]
    if len(table.rows) > ROWS:
        parts.append(RichText(say(
            f"… +{len(table.rows) - ROWS} rows; --csv writes all of them",
            f"… 另有 {len(table.rows) - ROWS} 行，可用 --csv 写出全部",
        )))  # fmt: skip
    remarks = [str(remark) for remark in table.remarks]
    parts += [RichText(line, style="yellow") for line in remarks]
    return Group(*parts)


def formula_table(only: Sequence[Indicator] | None = None) -> RenderableType:
    """The catalogue: how each is computed, what it is measured by, and what it needs."""
    table = Table(title=say("Indicators", "运营指标"), title_justify="left", show_lines=True)
    table.add_column(say("indicator", "指标"), overflow="fold")
    table.add_column(say("formula", "公式"), ratio=1, overflow="fold")
    table.add_column(say("average", "行业平均"), justify="right", no_wrap=True)
    table.add_column(say("target", "目标"), justify="right", no_wrap=True)
    table.add_column(say("from", "数据来源"), overflow="fold")
    for one in only or INDICATORS:
        sources = say(" + ", "＋").join(say(*_SOURCES[source]) for source in one.sources)
        table.add_row(
            f"{one.title}\n[bright_black]{one.id}[/]", escape(str(one.formula)),
            str(one.average_text or "-"), str(one.target_text or "-"), sources,
        )  # fmt: skip
    return table


def _all(row: IndicatorRow, only: Sequence[Indicator] | None, title: str) -> RenderableType:
    """A line for each indicator."""
    table = Table(title=title, title_justify="left")
    table.add_column(say("indicator", "指标"), overflow="fold")
    table.add_column(say("value", "数值"), justify="right", no_wrap=True)
    table.add_column(say("target", "目标"), justify="right", no_wrap=True)
    table.add_column(say("met", "达标"), no_wrap=True)
    table.add_column(say("average", "行业平均"), justify="right", no_wrap=True)
    table.add_column(say("calls", "通话数"), justify="right", no_wrap=True)
    shown = list(only or INDICATORS)
    for at, one in enumerate(shown):
        if one.extra and at and not shown[at - 1].extra:
            table.add_section()
        value = row.values[one.id]
        table.add_row(
            str(one.title), number_text(value), str(one.target_text or "-"), met_text(value),
            str(one.average_text or "-"), str(value.count) if value.count else "-",
        )  # fmt: skip
    line = say(
        f"{row.calls} calls; - is what the data do not give (docs/indicators.md)",
        f"共 {row.calls} 通；“-”表示现有数据无法得出（见 docs/indicators.md）",
    )
    return Group(table, RichText(line, style="bright_black"))


def met_text(value: Value) -> RichText:
    """Whether the target is met, in a word."""
    met = value.met
    if met is None:
        return RichText("-" if value.value is None or value.indicator.target is None else "")
    words = say("yes", "达标") if met else say("NO", "未达标")
    return RichText(words, style="green" if met else "red")


def _grouped(table: IndicatorTable, only: Sequence[Indicator] | None, title: str) -> RenderableType:
    """A line for each group, and one for all."""
    shown, by = only or _abreast(table), table.scope.grouping.by
    out = Table(title=title, title_justify="left")
    for dimension in by:
        out.add_column(str(DIMENSIONS[dimension]), overflow="fold", min_width=10)
    out.add_column(say("calls", "通话数"), justify="right")
    for one in shown:
        out.add_column(str(one.title), justify="right", overflow="fold")
    for row in table.rows[:ROWS]:
        out.add_row(*_labels(row), str(row.calls), *_cells(row, shown))
    if len(table.rows) != 1:
        out.add_section()
        blanks = [""] * (len(by) - 1)
        out.add_row(
            say("all", "合计"), *blanks, str(table.total.calls), *_cells(table.total, shown)
        )
    targets = [one for one in shown if one.target_text]
    if targets:
        blanks = [""] * (len(by) - 1)
        cells = [str(one.target_text or "") for one in shown]
        out.add_row(say("target", "目标"), *blanks, "", *cells, style="bright_black")
    return out


def _abreast(table: IndicatorTable) -> list[Indicator]:
    """The indicators that say most, of those of which there are figures."""
    some = (*table.rows[:ROWS], table.total)
    there = [name for name in ABREAST if any(row.values[name].value is not None for row in some)]
    return [BY_ID[name] for name in there[:COLUMNS]]


def _cells(row: IndicatorRow, shown: Sequence[Indicator]) -> list[RichText]:
    """Figures; those that miss their target are red."""
    cells = []
    for one in shown:
        value = row.values[one.id]
        style = "red" if value.met is False else ""
        cells.append(RichText(number_text(value), style=style))
    return cells


def _labels(row: IndicatorRow) -> list[str]:
    parts = [part or say("(unknown)", "（未知）") for part in row.key]
    if row.name:
        parts[0] += " " + row.name
    return [escape(part) for part in parts]
