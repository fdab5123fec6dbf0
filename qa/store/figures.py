"""Calls as figures need them: no payload is read, so that a hundred thousand take less than a second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from .database import Database
from .filters import CallFilter, conditions
from .schema import CallRow, ChecklistRow, MeasuresRow


@dataclass(frozen=True, slots=True)
class ScoredCallRow:
    """A call as the agents' figures need it. `verdicts` has one letter (p f u n) per item of `items`."""

    call_id: str
    source: str
    status: str
    agent_id: str | None
    agent: str | None
    group: str | None
    duration: float
    score: float | None
    items: tuple[str, ...]
    verdicts: str


def scores(database: Database, wanted: CallFilter | None = None) -> Iterator[ScoredCallRow]:
    """The latest score and verdicts of every call, by agent and start."""
    query = (
        sa.select(
            CallRow.call_id, CallRow.source, CallRow.status, CallRow.agent_id, CallRow.agent,
            CallRow.agent_group, CallRow.duration, MeasuresRow.score, MeasuresRow.checklist_hash,
            MeasuresRow.verdicts,
        )
        .outerjoin(MeasuresRow, MeasuresRow.call_row == CallRow.id)
        .where(*conditions(wanted or CallFilter()))
        .order_by(CallRow.agent_id, CallRow.started_at)
    )  # fmt: skip
    with database.reading() as session:
        items = {
            row.hash: tuple(row.items.split()) for row in session.scalars(sa.select(ChecklistRow))
        }
        for row in session.execute(query):
            yield ScoredCallRow(*row[:8], items.get(row[8] or "", ()), row[9] or "")
