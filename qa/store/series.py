"""Scores by day, and holds by length: added up by the database without reading a payload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from ..statistics import Mean
from .database import Database
from .filters import CallFilter, conditions
from .schema import CallRow, EventRow, MeasuresRow

BIN_SECONDS = 5  # of holds; wider bins are made of several


@dataclass(frozen=True)
class HoldLengths:
    """How long single holds are.

    Attributes:
        bins: how many last longer than n x BIN_SECONDS, but no longer than (n + 1) x BIN_SECONDS.
        seconds: of all of them.
        longest: seconds of the longest, to 10 ms as in the results.
        calls: how many calls have one.
    """

    bins: Mapping[int, int]
    seconds: float
    longest: float
    calls: int

    @property
    def count(self) -> int:
        return sum(self.bins.values())

    def longer_than(self, seconds: int) -> int:
        """How many last longer than so many seconds, a multiple of BIN_SECONDS."""
        return sum(count for at, count in self.bins.items() if at * BIN_SECONDS >= seconds)


def score_by_day(database: Database, wanted: CallFilter | None = None) -> dict[str, Mean]:
    """The scores of each day (ISO 8601) that has some, in order; calls without a start are in none.

    Raises:
        StoreError: the database cannot be read.
    """
    score, day = MeasuresRow.score, sa.func.substr(CallRow.started_at, 1, 10)
    query = (
        sa.select(day, sa.func.count(score), sa.func.total(score), sa.func.total(score * score))
        .join(MeasuresRow, MeasuresRow.call_row == CallRow.id)
        .where(CallRow.status == "scored", score.is_not(None), CallRow.started_at.is_not(None))
        .where(*conditions(wanted or CallFilter()))
        .group_by(day)
        .order_by(day)
    )
    with database.reading() as session:
        return {str(when): Mean(*sums) for when, *sums in session.execute(query)}


def hold_lengths(database: Database, wanted: CallFilter | None = None) -> HoldLengths:
    """The single holds of the scored calls.

    Raises:
        StoreError: the database cannot be read.
    """
    # Whole hundredths: a hold of a minute is no longer than a minute, whatever its ends leave as a difference.
    hundredths = sa.cast(sa.func.round((EventRow.end - EventRow.start) * 100), sa.Integer)
    each = (
        sa.select(EventRow.call_row, hundredths.label("length"))
        .join(CallRow, CallRow.id == EventRow.call_row)
        .where(EventRow.kind.startswith("hold "), CallRow.status == "scored")
        .where(*conditions(wanted or CallFilter()))
        .subquery()
    )
    place = (each.c.length - 1) // (100 * BIN_SECONDS)
    with database.reading() as session:
        bins = session.execute(sa.select(place, sa.func.count()).group_by(place).order_by(place))
        found = {int(at): int(count) for at, count in bins}
        total, longest, calls = session.execute(
            sa.select(
                sa.func.total(each.c.length), sa.func.coalesce(sa.func.max(each.c.length), 0),
                sa.func.count(sa.distinct(each.c.call_row)),
            )
        ).one()  # fmt: skip
    return HoldLengths(found, total / 100, longest / 100, calls)
