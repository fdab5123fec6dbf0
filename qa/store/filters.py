"""Which of the stored calls a figure or a search is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .schema import CallRow, RecordRow


@dataclass(frozen=True)
class CallFilter:
    """Calls of a period, an agent, a group; a copy of a recording is not another call.

    Attributes:
        since, until: ISO 8601 in local time, half-open; calls without a start are in no period.
        agent: an id or a name.
    """

    since: str | None = None
    until: str | None = None
    agent: str | None = None
    group: str | None = None


def conditions(
    wanted: CallFilter, table: type[CallRow] | type[RecordRow] = CallRow
) -> Iterator[sa.ColumnElement[Any]]:
    """The same for a query of calls, or of records."""
    if table is CallRow:
        yield CallRow.duplicate_of.is_(None)
    if wanted.since is not None:
        yield table.started_at >= wanted.since
    if wanted.until is not None:
        yield table.started_at < wanted.until
    if wanted.agent is not None:
        yield (table.agent_id == wanted.agent) | (table.agent == wanted.agent)
    if wanted.group is not None:
        yield table.agent_group == wanted.group
