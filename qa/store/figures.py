"""Sums of calls by agent, made by the database without reading a payload."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import orm

from ...lang import Text
from ..statistics import Mean
from .database import Database
from .filters import CallFilter, conditions
from .schema import CallRow, ChecklistRow, MeasuresRow

MOST_NAMED = 20  # calls without an agent that are named

_SCORE, _HOLD = MeasuresRow.score, MeasuresRow.hold_seconds
_CONNECTED = sa.func.coalesce(
    CallRow.talk_seconds, CallRow.duration - sa.func.coalesce(MeasuresRow.rung_seconds, 0)
)
# What is averaged over the calls where it is not NULL; the definitions are those of qa/indicators.
_FIGURES: Mapping[str, sa.ColumnElement[float | None]] = {
    "hold_time": sa.func.nullif(_HOLD, 0.0),
    "talk_time": sa.func.max(_CONNECTED - _HOLD, 0.0),
    "response_time": sa.type_coerce(MeasuresRow.response_seconds, sa.Float),
    "interruptions": sa.type_coerce(MeasuresRow.interruptions, sa.Float),
}
_AGENT = sa.func.coalesce(CallRow.agent_id, CallRow.agent)
Span = Literal["day", "week", "month"]
_DAY = sa.func.substr(CallRow.started_at, 1, 10)
_SPANS: Mapping[Span, sa.ColumnElement[str | None]] = {
    "day": sa.func.date(_DAY),
    "week": sa.func.date(_DAY, "weekday 0", "-6 days"),  # the Monday
    "month": sa.func.substr(sa.func.date(_DAY), 1, 7),
}


@dataclass(frozen=True)
class AgentSums:
    """An agent's scored calls, added up.

    Attributes:
        agent: the id, or the name where there is none; None of calls of which nobody knows the agent.
        seconds: of the recordings.
        score: of the calls that have one.
        fatal: calls that failed a fatal item.
        figures: by the indicator's id (hold_time, talk_time, response_time, interruptions), as qa/indicators has them.
        verdicts: by the items of a checklist, one letter (p f u n) per item and call, call after call.
        span: the day, the Monday of the week, or the month, where calls are added up by such.
    """

    agent: str | None
    calls: int
    seconds: float
    score: Mean
    fatal: int
    figures: Mapping[str, Mean]
    verdicts: Mapping[tuple[str, ...], str]
    span: str | None = None


@dataclass(frozen=True)
class AgentFigures:
    """What a store holds about agents; `names` and `groups` are the latest that were said of them."""

    sums: tuple[AgentSums, ...]
    names: Mapping[str, str]
    groups: Mapping[str, str]
    titles: Mapping[str, Text]
    without_agent: tuple[str, ...]
    failed: int


def by_agent(
    database: Database, wanted: CallFilter | None = None, by: Span | None = None
) -> AgentFigures:
    """Add the calls up per agent, and (`by`) per day, week or month; then calls without a start are left out.

    Raises:
        StoreError: the database cannot be read.
    """
    which = list(conditions(wanted or CallFilter()))
    with database.reading() as session:
        failed = (
            sa.select(sa.func.count())
            .select_from(CallRow)
            .where(CallRow.status == "failed", *which)
        )
        nobody = sa.select(CallRow.call_id).where(
            CallRow.status == "scored", _AGENT.is_(None), *which
        )
        return AgentFigures(
            tuple(_sums(session, which, by)),
            _latest(session, CallRow.agent),
            _latest(session, CallRow.agent_group),
            titles(session),
            tuple(session.scalars(nobody.order_by(CallRow.id).limit(MOST_NAMED))),
            session.scalar(failed) or 0,
        )


def titles(session: orm.Session) -> dict[str, Text]:
    """The titles of all items by which calls were judged, by id."""
    found: dict[str, Text] = {}
    for row in session.scalars(sa.select(ChecklistRow)):
        found |= {item: Text(*both) for item, both in json.loads(row.titles).items()}
    return found


def _sums(
    session: orm.Session, which: list[sa.ColumnElement[bool]], by: Span | None
) -> list[AgentSums]:
    span = _SPANS[by] if by else sa.null()
    if by:
        which = [*which, span.is_not(None)]
    query = (
        sa.select(
            _AGENT, span, MeasuresRow.checklist_hash, sa.func.count(), sa.func.total(CallRow.duration),
            sa.func.group_concat(MeasuresRow.verdicts, ""), sa.func.total(MeasuresRow.fatal),
            *_summed(_SCORE), *(sum_ for figure in _FIGURES.values() for sum_ in _summed(figure)),
        )
        .join(MeasuresRow, MeasuresRow.call_row == CallRow.id)
        .where(CallRow.status == "scored", *which)
        .group_by(_AGENT, span, MeasuresRow.checklist_hash)
    )  # fmt: skip
    items = {row.hash: tuple(row.items.split()) for row in session.scalars(sa.select(ChecklistRow))}
    found: dict[tuple[str | None, str | None], AgentSums] = {}
    for agent, when, checklist, calls, seconds, verdicts, fatal, *rest in session.execute(query):
        score, *means = (Mean(*rest[at : at + 3]) for at in range(0, len(rest), 3))
        figures = dict(zip(_FIGURES, means, strict=True))
        one = AgentSums(
            agent, calls, seconds, score, int(fatal), figures, {items[checklist]: verdicts}, when
        )
        key = (agent, when)
        found[key] = _added(found[key], one) if key in found else one
    return list(found.values())


def _summed(column: sa.SQLColumnExpression[float | None]) -> tuple[sa.ColumnElement[Any], ...]:
    """The three sums of a Mean."""
    return sa.func.count(column), sa.func.total(column), sa.func.total(column * column)


def together(figures: AgentFigures) -> AgentSums | None:
    """The sums of all agents, and of the calls without one; None where there are no calls."""
    return reduce(_added, figures.sums) if figures.sums else None


def _added(one: AgentSums, other: AgentSums) -> AgentSums:
    """The sums of both; two versions of a checklist with the same items are counted together."""
    verdicts = dict(one.verdicts)
    for items, letters in other.verdicts.items():
        verdicts[items] = verdicts.get(items, "") + letters
    figures = {name: mean + other.figures[name] for name, mean in one.figures.items()}
    return AgentSums(
        one.agent, one.calls + other.calls, one.seconds + other.seconds, one.score + other.score,
        one.fatal + other.fatal, figures, verdicts, one.span,
    )  # fmt: skip


def _latest(session: orm.Session, column: orm.InstrumentedAttribute[str | None]) -> dict[str, str]:
    """What was said last of each agent; SQLite gives a bare column from the row of the maximum."""
    query = sa.select(_AGENT, column, sa.func.max(sa.func.coalesce(CallRow.started_at, "")))
    query = query.where(column.is_not(None), _AGENT.is_not(None)).group_by(_AGENT)
    return {agent: value for agent, value, _ in session.execute(query) if value is not None}
