"""Calls by the verdict of an item, or by a measure; no payload is read but of those that are shown."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from ...errors import UsageError
from ...lang import Text
from .database import Database
from .filters import CallFilter, conditions
from .schema import CallRow, ChecklistRow, MeasuresRow
from .search import Hit, hits


@dataclass(frozen=True)
class Measure:
    """A figure of a call by which calls can be put in order; `event` is the kind of passage it is made of."""

    id: str
    title: Text
    column: orm.InstrumentedAttribute[float | None] | orm.InstrumentedAttribute[float]
    event: str | None = None


MEASURES = {
    measure.id: measure
    for measure in (
        Measure("score", Text("score", "得分"), MeasuresRow.score),
        Measure("duration", Text("length", "时长"), CallRow.duration),
        Measure("hold", Text("hold", "持线"), MeasuresRow.hold_seconds, "hold"),
        Measure("longest_hold", Text("longest hold", "最长持线"), MeasuresRow.longest_hold_seconds, "hold"),
        Measure("silence", Text("dead air", "静默"), MeasuresRow.silence_seconds, "silence"),
        Measure("overlap", Text("talk-over", "重叠"), MeasuresRow.overlap_seconds),
        Measure("interruptions", Text("interruptions", "抢话"), MeasuresRow.interruptions),
        Measure("response", Text("response time", "应答间隔"), MeasuresRow.response_seconds),
        Measure("speech_rate", Text("speech rate", "语速"), MeasuresRow.agent_chars_per_minute),
        Measure("rings", Text("rings", "振铃次数"), MeasuresRow.rings),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Order:
    """By which measure, and whether the most come first."""

    measure: Measure
    most: bool = True

    @classmethod
    def of(cls, name: str, *, most: bool) -> Order:
        """By the measure of this name.

        Raises:
            UsageError: there is none.
        """
        return cls(measure_named(name), most)


def measure_named(name: str) -> Measure:
    """The measure of this id or title.

    Raises:
        UsageError: there is none.
    """
    titles = {str(title): m for m in MEASURES.values() for title in (m.title.en, m.title.zh)}
    measure = MEASURES.get(name.strip().lower().replace("-", "_")) or titles.get(name.strip())
    if measure is None:
        known = " ".join(MEASURES)
        raise UsageError(
            f"there is no measure {name!r}", f"没有名为 {name!r} 的指标",
            then=Text(f"there are: {known}", f"可用：{known}"),
        )  # fmt: skip
    return measure


@dataclass(frozen=True)
class Found:
    """A call, and its figure where calls are in the order of one."""

    hit: Hit
    value: float | None


def listed(database: Database, wanted: CallFilter, order: Order, limit: int) -> list[Found]:
    """The judged calls that are wanted, in an order; those without the figure are left out.

    Raises:
        StoreError: the database cannot be read.
    """
    column = order.measure.column
    query = (
        sa.select(CallRow.id, column)
        .join(MeasuresRow, MeasuresRow.call_row == CallRow.id)
        .where(CallRow.status == "scored", column.is_not(None), *conditions(wanted))
        .order_by(column.desc() if order.most else column.asc(), CallRow.started_at, CallRow.id)
        .limit(limit)
    )
    with database.reading() as session:
        values = {row.id: row[1] for row in session.execute(query)}
        return [Found(hit, values[hit.row]) for hit in hits(session, dict.fromkeys(values, "none"))]


def pairs(
    database: Database, wanted: CallFilter, one: Measure, other: Measure
) -> list[tuple[float, float]]:
    """Two measures of the judged calls that have both."""
    query = (
        sa.select(one.column, other.column)
        .select_from(CallRow)
        .join(MeasuresRow, MeasuresRow.call_row == CallRow.id)
        .where(CallRow.status == "scored", *conditions(wanted))
    )
    with database.reading() as session:
        return [
            (float(x), float(y))
            for x, y in session.execute(query)
            if x is not None and y is not None
        ]


def item_named(database: Database, name: str) -> str:
    """The id of an item by its id or its title.

    Raises:
        UsageError: no call was judged by an item of that name.
    """
    known: dict[str, str] = {}
    with database.reading() as session:
        for row in session.scalars(sa.select(ChecklistRow)):
            for item, titles in json.loads(row.titles).items():
                known |= {item: item} | dict.fromkeys(titles, item)
    found = known.get(name.strip())
    if found is None:
        ids = " ".join(dict.fromkeys(known.values()))
        raise UsageError(
            f"there is no item {name!r}", f"没有名为 {name!r} 的项目",
            then=Text(f"there are: {ids}" if ids else "score calls first", f"可用：{ids}" if ids else "请先评分"),
        )  # fmt: skip
    return found
