"""Deletes what is stored about calls, so that it cannot be read from the file either. Recordings are not touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from .audit import note
from .database import Database
from .reading import absolute
from .schema import AnalysisRow, CallRow, RecordRow, ScorecardRow
from .search import forget_said

AT_ONCE = 500  # calls deleted in one transaction


@dataclass(frozen=True)
class Erased:
    """What was deleted, or would be: calls, lines of call records, and the recordings that are still there."""

    calls: int
    records: int
    recordings: tuple[str, ...]


@dataclass(frozen=True)
class Selection:
    """What to delete.

    Attributes:
        what: a word for the audit trail: call, agent, customer or older.
        calls, records: which rows.
    """

    what: str
    calls: sa.ColumnElement[bool]
    records: sa.ColumnElement[bool]


def of_call(name: str) -> Selection:
    """The call of this id or path."""
    rows = (CallRow.call_id == name) | (CallRow.source == absolute(name))
    return Selection("call", rows, RecordRow.call_row.in_(sa.select(CallRow.id).where(rows)))


def of_agent(name: str) -> Selection:
    """Everything of an agent, by id or name."""
    return Selection(
        "agent", *((t.agent_id == name) | (t.agent == name) for t in (CallRow, RecordRow))
    )


def of_customer(name: str) -> Selection:
    """Everything of a customer, by name or number."""
    return Selection(
        "customer",
        *(
            (t.customer == name) | (t.caller == name) | (t.called == name)
            for t in (CallRow, RecordRow)
        ),
    )


def older_than(moment: str) -> Selection:
    """What began before a moment (ISO 8601); where no start is known, what was scored or imported before."""
    return Selection(
        "older",
        sa.func.coalesce(CallRow.started_at, CallRow.created_at) < moment,
        sa.func.coalesce(RecordRow.started_at, RecordRow.imported_at) < moment,
    )


def erase(database: Database, selection: Selection, *, keep: bool = False) -> Erased:
    """Delete calls with everything that was heard, judged, reviewed and imported about them.

    Args:
        database: from which.
        selection: what.
        keep: only tell what would be deleted.

    Raises:
        StoreError: the database cannot be read or written; what was deleted until then is deleted whole.
    """
    with database.reading() as session:
        rows = list(session.execute(sa.select(CallRow.id, CallRow.source).where(selection.calls)))
        linked = RecordRow.call_row.in_(sa.select(CallRow.id).where(selection.calls))
        lines = sa.select(RecordRow.id).where(selection.records | linked)
        records = list(session.scalars(lines))
    there = tuple(source for _, source in rows if Path(source).exists())
    if not keep and (rows or records):
        for some in _parts([row for row, _ in rows]):
            with database.writing() as session:
                _secure(session)
                _delete_calls(session, some)
        for some in _parts(records):
            with database.writing() as session:
                _secure(session)
                session.execute(sa.delete(RecordRow).where(RecordRow.id.in_(some)))
        _leave_nothing(database, f"{selection.what}: {len(rows)} calls, {len(records)} records")
    return Erased(len(rows), len(records), there)


def _delete_calls(session: orm.Session, rows: list[int]) -> None:
    these = CallRow.id.in_(rows)
    hashes = set(session.scalars(sa.select(CallRow.audio_hash).where(these))) - {""}
    forget_said(session, rows)
    session.execute(sa.update(RecordRow).where(RecordRow.call_row.in_(rows)).values(call_row=None))
    session.execute(
        sa.update(CallRow).where(CallRow.duplicate_of.in_(rows)).values(duplicate_of=None)
    )
    session.execute(sa.delete(CallRow).where(these))
    others = set(
        session.scalars(sa.select(CallRow.audio_hash).where(CallRow.audio_hash.in_(hashes)))
    )
    session.execute(sa.delete(AnalysisRow).where(AnalysisRow.audio_hash.in_(hashes - others)))
    latest = sa.select(CallRow.scorecard_id).where(CallRow.scorecard_id.is_not(None))
    heard = sa.select(AnalysisRow.id).where(AnalysisRow.audio_hash.in_(others))
    session.execute(  # a copy keeps its own scorecard, not those of the deleted call
        sa.delete(ScorecardRow).where(
            ScorecardRow.analysis_id.in_(heard), ScorecardRow.id.not_in(latest)
        )
    )


def _secure(session: orm.Session) -> None:
    session.execute(sa.text("PRAGMA secure_delete=ON"))


def _leave_nothing(database: Database, detail: str) -> None:
    """Overwrite what was deleted: in the index, whose old segments keep words, and in the log of changes."""
    with database.writing() as session:
        _secure(session)
        session.execute(sa.text("INSERT INTO said (said) VALUES ('optimize')"))
        note(session, "erase", detail)
    database.checkpoint()


def _parts(rows: list[Any]) -> Iterator[list[Any]]:
    for at in range(0, len(rows), AT_ONCE):
        yield rows[at : at + AT_ONCE]
