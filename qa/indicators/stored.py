"""Calls and records of the store, as the indicators need them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from ..store.database import Database
from ..store.filters import CallFilter, conditions
from ..store.schema import CallRow, MeasuresRow, RecordRow
from .figures import CallFigures, CallRecord, Contact

READABLE = ("scored", "empty")
INBOUND = ("inbound",)


class StoredCalls:
    """The source of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def call_figures(
        self, since: str | None, until: str | None, agent: str | None, group: str | None
    ) -> Iterator[CallFigures]:
        """The recorded calls that can be read, copies left out."""
        c, m = CallRow, MeasuresRow
        linked = sa.select(RecordRow.id).where(RecordRow.call_row == c.id).exists()
        query = (
            sa.select(
                c.call_id, c.source, c.agent_id, c.agent, c.agent_group, c.direction, c.queue, c.caller, c.started_at,
                c.duration, m.score, sa.func.coalesce(c.talk_seconds, c.duration - sa.func.coalesce(m.rung_seconds, 0)),
                m.hold_seconds, m.longest_hold_seconds, m.silence_seconds, m.rings, c.ring_seconds, c.queue_seconds,
                c.after_seconds, m.interruptions, m.response_seconds, m.agent_chars_per_minute,
                sa.func.coalesce(c.transferred, m.transfer_heard), c.outcome, linked,
            )
            .outerjoin(m, m.call_row == c.id)
            .where(c.status.in_(READABLE), *conditions(CallFilter(since, until, agent, group)))
        )  # fmt: skip
        with self._database.reading() as session:
            for row in session.execute(query):
                facts: list[Any] = list(row)
                facts[22], facts[24] = _flag(facts[22]), bool(facts[24])
                yield CallFigures(*facts)

    def call_records(
        self, since: str | None, until: str | None, agent: str | None, group: str | None
    ) -> Iterator[CallRecord]:
        """The call records; `recorded` where the call is among the figures."""
        r = RecordRow
        query = (
            sa.select(
                r.identity, r.agent_id, r.agent, r.agent_group, r.direction, r.queue, r.caller, r.started_at, r.outcome,
                r.ring_seconds, r.queue_seconds, r.talk_seconds, r.after_seconds, r.transferred, CallRow.status,
            )
            .outerjoin(CallRow, CallRow.id == r.call_row)
            .where(*conditions(CallFilter(since, until, agent, group), r))
        )  # fmt: skip
        with self._database.reading() as session:
            for row in session.execute(query):
                facts: list[Any] = list(row)
                facts[13], facts[14] = _flag(facts[13]), facts[14] in READABLE
                yield CallRecord(*facts)

    def contacts(self, since: str | None, until: str | None) -> Iterator[Contact]:
        """The inbound calls of all agents and groups, recorded or not; a call may be there twice."""
        with self._database.reading() as session:
            for table in (CallRow, RecordRow):
                inbound = table.direction.is_(None) | table.direction.in_(INBOUND)
                query = sa.select(table.caller, table.started_at).where(inbound)
                period = conditions(CallFilter(since, until), table)
                for caller, started_at in session.execute(query.where(*period)):
                    yield Contact(caller, started_at)


def _flag(value: object) -> bool | None:
    return None if value is None else bool(value)
