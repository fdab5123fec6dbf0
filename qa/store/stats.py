"""How much a database holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from .database import Database
from .marks import ReviewRow
from .migrations import HEAD
from .schema import AnalysisRow, AuditRow, Base, CallRow, RecordRow, ScorecardRow


@dataclass(frozen=True)
class Stats:
    """Counts. `hours` is of the recordings; `first` and `last` are starts of calls; `copies` are calls that are the
    same recording as another one; `waiting` are call records without a recording.
    """

    schema: str
    size: int
    calls: Mapping[str, int]
    failures: Mapping[str, int]
    hours: float
    agents: int
    first: str | None
    last: str | None
    copies: int
    without_agent: int
    analyses: int
    scorecards: int
    records: int
    waiting: int
    reviews: int
    audit: int


def stats(database: Database) -> Stats:
    """Count what there is.

    Raises:
        StoreError: the database cannot be read.
    """
    with database.reading() as session:
        seconds, first, last, agents = session.execute(
            sa.select(
                sa.func.sum(CallRow.duration), sa.func.min(CallRow.started_at), sa.func.max(CallRow.started_at),
                sa.func.count(sa.distinct(sa.func.coalesce(CallRow.agent_id, CallRow.agent))),
            )
        ).one()  # fmt: skip
        nobody = (CallRow.status == "scored") & CallRow.agent_id.is_(None) & CallRow.agent.is_(None)
        return Stats(
            schema=HEAD,
            size=database.path.stat().st_size,
            calls=_by(session, CallRow.status),
            failures=_by(session, CallRow.failure),
            hours=(seconds or 0.0) / 3600,
            agents=agents,
            first=first,
            last=last,
            copies=_count(session, CallRow, CallRow.duplicate_of.is_not(None)),
            without_agent=_count(session, CallRow, nobody),
            analyses=_count(session, AnalysisRow),
            scorecards=_count(session, ScorecardRow),
            records=_count(session, RecordRow),
            waiting=_count(session, RecordRow, RecordRow.call_row.is_(None)),
            reviews=_count(session, ReviewRow),
            audit=_count(session, AuditRow),
        )


def _count(session: orm.Session, table: type[Base], *where: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0


def _by(session: orm.Session, column: Any) -> dict[str, int]:
    """Calls by what stands in a column."""
    query = sa.select(column, sa.func.count()).where(column.is_not(None)).group_by(column)
    return {str(key): many for key, many in session.execute(query)}
