"""What people and the machine think of the same items: the reviews, and the findings to hold them against."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ...lang import Text
from ...scoring.scorecard import Scorecard, Verdict
from .database import Database
from .filters import CallFilter, conditions
from .marks import ReviewRow
from .packing import adapter, unpack
from .schema import CallRow, ChecklistRow, ScorecardRow

_SOME = 500  # rows asked for at once


@dataclass(frozen=True)
class Opinion:
    """A person's verdict on an item of a call; `counts` is the one among several people's that decides."""

    call: int
    item: str
    verdict: Verdict
    reviewer: str
    counts: bool = True


@dataclass(frozen=True)
class Judged:
    """A call's latest scorecard as the machine made it, without people's decisions."""

    scorecard: Scorecard


@dataclass(frozen=True)
class Certain:
    """The part of a Finding that calibration needs of every call; no certainty of what an earlier version found."""

    verdict: Verdict
    certainty: float | None = None
    doubted: Verdict | None = None


@dataclass(frozen=True)
class Held:
    """An item of a stored scorecard."""

    id: str
    finding: Certain


@dataclass(frozen=True)
class HeldCard:
    """A stored scorecard, as far as calibration needs it of every call."""

    checklist: str
    items: tuple[Held, ...]


@dataclass(frozen=True)
class _Payload:
    scorecard: HeldCard


@dataclass(frozen=True)
class CallName:
    """By what a table may name a call: its id, or its recording's path; `checklist` is the content it was judged by."""

    row: int
    call_id: str
    source: str
    checklist: str


def opinions(database: Database, wanted: CallFilter) -> list[Opinion]:
    """The latest review of each person on each item, by the checklist of the call's latest scorecard.

    Raises:
        StoreError: the database cannot be read.
    """
    query = (
        sa.select(ReviewRow)
        .join(CallRow, CallRow.id == ReviewRow.call_row)
        .join(ScorecardRow, ScorecardRow.id == CallRow.scorecard_id)
        .where(ReviewRow.checklist_id == ScorecardRow.checklist_id, *conditions(wanted))
        .order_by(ReviewRow.id)
    )
    if wanted.item is not None:
        query = query.where(ReviewRow.item_id == wanted.item)
    latest: dict[tuple[int, str, str], Opinion] = {}
    with database.reading() as session:
        for row in session.scalars(query):
            verdict: Verdict = adapter(Verdict).validate_python(row.verdict)
            latest[row.call_row, row.item_id, row.reviewer] = Opinion(
                row.call_row, row.item_id, verdict, row.reviewer, row.in_force
            )
    return list(latest.values())


def scorecards(database: Database, rows: Iterable[int]) -> dict[int, Scorecard]:
    """The latest scorecards of these calls, as the machine made them.

    Raises:
        StoreError: the database cannot be read.
    """
    wanted, out = sorted(set(rows)), {}
    with database.reading() as session:
        for start in range(0, len(wanted), _SOME):
            some = wanted[start : start + _SOME]
            for row, payload in _payloads(session, CallRow.id.in_(some)):
                try:
                    out[row] = unpack(Judged, payload).scorecard
                except ValueError:  # of another form: judged again when it is scored again
                    continue
    return out


def held_cards(database: Database, wanted: CallFilter) -> Iterator[HeldCard]:
    """What the machine found in every stored call that is wanted.

    Raises:
        StoreError: the database cannot be read.
    """
    with database.reading() as session:
        for _, payload in _payloads(session, CallRow.status == "scored", *conditions(wanted)):
            try:
                yield unpack(_Payload, payload).scorecard
            except ValueError:
                continue


def _payloads(session: orm.Session, *which: sa.ColumnElement[Any]) -> Iterator[tuple[int, bytes]]:
    """The rows of calls with the payloads of their latest scorecards, not all at once."""
    query = (
        sa.select(CallRow.id, ScorecardRow.payload)
        .join(ScorecardRow, ScorecardRow.id == CallRow.scorecard_id)
        .where(*which)
        .execution_options(yield_per=_SOME)
    )
    yield from ((row, payload) for row, payload in session.execute(query))


def call_names(database: Database, wanted: CallFilter) -> list[CallName]:
    """The scored calls that are wanted, by what tables call them.

    Raises:
        StoreError: the database cannot be read.
    """
    query = (
        sa.select(CallRow.id, CallRow.call_id, CallRow.source, ScorecardRow.checklist_hash)
        .join(ScorecardRow, ScorecardRow.id == CallRow.scorecard_id)
        .where(*conditions(wanted))
    )
    with database.reading() as session:
        return [CallName(*row) for row in session.execute(query)]


def item_titles(database: Database) -> dict[str, dict[str, Text]]:
    """By a checklist's content the titles of its items by their ids.

    Raises:
        StoreError: the database cannot be read.
    """
    with database.reading() as session:
        return {
            row.hash: {item: Text(*both) for item, both in json.loads(row.titles).items()}
            for row in session.scalars(sa.select(ChecklistRow))
        }
