"""From the rows of a call to what callers work with."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ...scoring.scorecard import decided
from ..result import Analysis, CallResult, Failure, Judged, Status
from .decisions import decisions
from .facts import facts_of
from .kept import Scored
from .packing import adapter, restored, unpack
from .schema import AnalysisRow, CallRow, ScorecardRow


def absolute(source: str) -> str:
    """The path by which the store knows a recording; links are not followed."""
    return os.path.abspath(source)  # noqa: PTH100


def with_card(*, heard: bool) -> list[Any]:
    """What is loaded of a call that is to be judged again."""
    analysis = orm.joinedload(CallRow.analysis).options(
        orm.undefer(AnalysisRow.features),
        orm.undefer(AnalysisRow.payload) if heard else orm.defer(AnalysisRow.payload),
    )
    return [orm.joinedload(CallRow.scorecard), analysis]


def of_name(query: sa.Select[Any], wanted: str | None) -> sa.Select[Any]:
    """The calls of this id or path only."""
    if wanted is None:
        return query
    return query.where((CallRow.call_id == wanted) | (CallRow.source == absolute(wanted)))


def judged_of(card: ScorecardRow | None) -> Judged | None:
    """None, too, of what an earlier version wrote in another form: it is judged again."""
    if card is None:
        return None
    try:
        return unpack(Judged, card.payload)
    except ValueError:
        return None


def scored_of(row: CallRow, *, heard: bool) -> Scored | None:
    judged = judged_of(row.scorecard)
    if judged is None or row.analysis is None:
        return None
    features = restored(row.analysis.features)
    analysis = unpack(Analysis, row.analysis.payload) if heard else None
    return Scored(
        row.id, row.call_id, row.source, facts_of(row), row.duration, judged, features, analysis
    )


def result_of(session: orm.Session, row: CallRow) -> CallResult:
    """A call with people's decisions in its scorecard."""
    judged = judged_of(row.scorecard)
    if judged is not None:
        made = decisions(session, [row.id]).get(row.id, {})
        judged = replace(judged, scorecard=decided(judged.scorecard, made))
    analysis = unpack(Analysis, row.analysis.payload) if row.analysis else None
    status = adapter(Status).validate_python(row.status)
    failure = adapter(Failure | None).validate_python(row.failure)
    return CallResult(
        row.call_id, row.source, status, facts_of(row), row.error, analysis, judged,
        recognised=False, fresh=False, failure=failure,
    )  # fmt: skip
