"""Which of the stored calls a figure or a search is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ...scoring.scorecard import Verdict
from .marks import CollectedRow, ReviewRow, TopicRow
from .schema import CallRow, RecordRow, VerdictRow


@dataclass(frozen=True)
class CallFilter:
    """Calls of a period, an agent, a group; a copy of a recording is not another call.

    Attributes:
        since, until: ISO 8601 in local time, half-open; calls without a start are in no period.
        agent: an id or a name.
        reason, complaint: calls of these topics.
        collection: calls with a passage in it.
        item: of the checklist: calls in which it was judged; with `verdict`, judged so.
    """

    since: str | None = None
    until: str | None = None
    agent: str | None = None
    group: str | None = None
    item: str | None = None
    verdict: Verdict | None = None
    collection: str | None = None
    reason: str | None = None
    complaint: str | None = None


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
    if wanted.item is not None and table is CallRow:
        yield _judged(wanted.item, wanted.verdict)
    if table is CallRow:
        yield from _marked(wanted)


def _judged(item: str, verdict: Verdict | None) -> sa.ColumnElement[bool]:
    """Whether the item was judged, or judged so: by a person, else by the machine."""
    machine = sa.select(VerdictRow.item_id).where(
        VerdictRow.scorecard_id == CallRow.scorecard_id, VerdictRow.item_id == item
    )
    if verdict is None:
        return machine.exists()
    person = sa.select(ReviewRow.call_row).where(
        ReviewRow.in_force.is_(True), ReviewRow.item_id == item
    )
    so = person.where(ReviewRow.verdict == verdict)
    return CallRow.id.in_(so) | (
        machine.where(VerdictRow.verdict == verdict).exists() & CallRow.id.not_in(person)
    )


def _marked(wanted: CallFilter) -> Iterator[sa.ColumnElement[Any]]:
    """By what calls are marked with."""
    if wanted.collection is not None:
        kept = sa.select(CollectedRow.call_row).where(CollectedRow.collection == wanted.collection)
        yield CallRow.id.in_(kept)
    for kind, value in (("reason", wanted.reason), ("complaint", wanted.complaint)):
        if value is not None:
            about = (TopicRow.kind == kind) & (TopicRow.value == value)
            yield CallRow.id.in_(sa.select(TopicRow.call_row).where(about))
