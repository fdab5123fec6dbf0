"""Indicators as JSON and as CSV (docs/indicators.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from ...lang import say
from .. import spreadsheet
from ..spreadsheet import inert
from .catalogue import INDICATORS
from .compute import Value
from .groups import DIMENSIONS
from .indicator import Indicator
from .table import IndicatorRow, IndicatorTable


def to_json(table: IndicatorTable, only: Sequence[Indicator] | None = None) -> dict[str, Any]:
    """All figures; what the data do not give is null."""
    shown, scope = only or INDICATORS, table.scope
    return {
        "since": scope.period.since,
        "until": scope.period.until,
        "agent": scope.agent,
        "group": scope.group,
        "by": list(scope.grouping.by),
        "indicators": [_described(one) for one in shown],
        "total": _figures(table.total, shown),
        "groups": [
            dict(zip(scope.grouping.by, row.key, strict=True))
            | {"name": row.name}
            | _figures(row, shown)
            for row in table.rows
        ],
        "remarks": [str(remark) for remark in table.remarks],
    }


def json_text(table: IndicatorTable, only: Sequence[Indicator] | None = None) -> str:
    return json.dumps(to_json(table, only), ensure_ascii=False, indent=1) + "\n"


def csv_text(table: IndicatorTable, only: Sequence[Indicator] | None = None) -> str:
    """A line for each indicator or, grouped, for each group with the indicators as columns.

    It begins with the mark by which Excel knows UTF-8; names that a spreadsheet would take for formulas are inert.
    """
    shown = only or INDICATORS
    rows = _wide(table, shown) if table.scope.grouping.by else _long(table.total, shown)
    return spreadsheet.csv_text(rows)


def _described(one: Indicator) -> dict[str, Any]:
    target = one.target
    return {
        "id": one.id,
        "title": str(one.title),
        "formula": str(one.formula),
        "unit": one.unit,
        "average": list(one.average.numbers) if one.average else None,
        "target": {"low": target.low, "high": target.high} if target else None,
        "better": one.better,
        "from": list(one.sources),
    }


def _figures(row: IndicatorRow, shown: Sequence[Indicator]) -> dict[str, Any]:
    return {"calls": row.calls, "values": {one.id: _figure(row.values[one.id]) for one in shown}}


def _figure(value: Value) -> dict[str, Any]:
    return {
        "value": _rounded(value.value),
        "calls": value.count,
        "numerator": _rounded(value.numerator),
        "denominator": _rounded(value.denominator),
        "met": value.met,
    }


def _rounded(number: float | None, places: int = 4) -> float | None:
    return None if number is None else round(number, places)


def _long(row: IndicatorRow, shown: Sequence[Indicator]) -> Iterator[list[object]]:
    yield [
        say("id", "编号"), say("indicator", "指标"), say("value", "数值"), say("unit", "单位"), say("target", "目标"),
        say("met", "达标"), say("industry average", "行业平均"), say("calls", "通话数"), say("formula", "公式"),
    ]  # fmt: skip
    for one in shown:
        value = row.values[one.id]
        met = {True: say("yes", "是"), False: say("no", "否"), None: ""}[value.met]
        yield [
            one.id, str(one.title), _rounded(value.value, 2), one.unit, str(one.target_text or ""), met,
            str(one.average_text or ""), value.count or "", str(one.formula),
        ]  # fmt: skip


def _wide(table: IndicatorTable, shown: Sequence[Indicator]) -> Iterator[list[object]]:
    by = table.scope.grouping.by
    named = "agent" in by
    yield [
        *(str(DIMENSIONS[dimension]) for dimension in by), *([say("name", "姓名")] if named else []),
        say("calls", "通话数"), *(str(one.title) for one in shown),
    ]  # fmt: skip
    for row in table.rows:
        yield [
            *(inert(part or "") for part in row.key),
            *([inert(row.name or "")] if named else []),
            row.calls,
            *(_rounded(row.values[one.id].value, 2) for one in shown),
        ]
