"""Which calls can be drawn for monitoring, and which were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from ..sampling import Candidate, Kind, Pick, Risk
from .audit import note, user
from .database import Database
from .filters import CallFilter, conditions
from .marks import SampleRow
from .schema import CallRow, EventRow, MeasuresRow
from .search import rows_saying
from .times import now


def candidates(
    database: Database, wanted: CallFilter, words: Sequence[str], silence_seconds: float
) -> list[Candidate]:
    """The judged calls of known agents, with what is a risk in each.

    Args:
        database: where the calls are.
        wanted: of which period, agent or group.
        words: of a complaint, said by the customer.
        silence_seconds: from which on a single silence is a long one.

    Raises:
        StoreError: the database cannot be read.
    """
    agent = sa.func.coalesce(CallRow.agent_id, CallRow.agent)
    silence = (
        sa.select(sa.func.max(EventRow.end - EventRow.start))
        .where(EventRow.call_row == CallRow.id, EventRow.kind == "silence")
        .correlate(CallRow)
        .scalar_subquery()
    )
    query = (
        sa.select(
            CallRow.id, CallRow.call_id, agent, CallRow.agent, CallRow.started_at,
            MeasuresRow.score, MeasuresRow.fatal, silence,
        )
        .join(MeasuresRow, MeasuresRow.call_row == CallRow.id)
        .where(CallRow.status == "scored", agent.is_not(None), *conditions(wanted))
        .order_by(CallRow.started_at, CallRow.id)
    )  # fmt: skip
    with database.reading() as session:
        complaints = set[int]().union(*(rows_saying(session, w, "customer") for w in words))
        return [
            Candidate(
                row, call, who, name, start, score,
                tuple(_risks(bool(fatal), (longest or 0.0) >= silence_seconds, row in complaints)),
            )
            for row, call, who, name, start, score, fatal, longest in session.execute(query)
        ]  # fmt: skip


def _risks(fatal: bool, silence: bool, complaint: bool) -> Iterable[Risk]:
    if fatal:
        yield "fatal"
    if silence:
        yield "silence"
    if complaint:
        yield "complaint"


def drawn(database: Database, month: str) -> dict[int, Pick]:
    """What was drawn for a month, by the call's row.

    Raises:
        StoreError: the database cannot be read.
    """
    with database.reading() as session:
        rows = session.scalars(sa.select(SampleRow).filter_by(month=month))
        return {row.call_row: Pick(_kind(row.kind), row.seed) for row in rows}


def _kind(word: str) -> Kind:
    return "risk" if word == "risk" else "even"


def keep(
    database: Database, month: str, picks: Mapping[int, Pick], risks: Mapping[int, Sequence[Risk]]
) -> None:
    """Remember what was drawn; what is remembered already stays as it is.

    Raises:
        StoreError: the database cannot be written.
    """
    with database.writing() as session:
        known = set(session.scalars(sa.select(SampleRow.call_row).filter_by(month=month)))
        new = {row: pick for row, pick in picks.items() if row not in known}
        who = user()
        for row, pick in new.items():
            reasons = " ".join(risks.get(row, ()))
            session.add(
                SampleRow(
                    month=month, call_row=row, kind=pick.kind, reasons=reasons, seed=pick.seed,
                    at=now(), user=who,
                )
            )  # fmt: skip
        if new:
            note(session, "sample", f"{month}: {len(new)} calls drawn")


def undo(database: Database, month: str, rows: Iterable[int]) -> None:
    """Forget that these calls were drawn for a month.

    Raises:
        StoreError: the database cannot be written.
    """
    with database.writing() as session:
        gone = sum(_undone(session, month, row) for row in rows)
        note(session, "sample", f"{month}: {gone} draws undone")


def _undone(session: orm.Session, month: str, row: int) -> int:
    found = session.get(SampleRow, (month, row))
    if found is None:
        return 0
    session.delete(found)
    return 1
