"""What was reviewed, by whom, and how often people see it otherwise."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa

from .database import Database
from .decisions import BLIND
from .filters import CallFilter, conditions
from .marks import AppealRow, ReviewRow
from .schema import CallRow
from .standing import VOID


@dataclass
class Counts:
    """Verdicts of a person, or about an item.

    Attributes:
        reviews: first ones. second: blind ones.
        decided: of the first those where the machine was not unsure; `agreed` of these with the machine.
    """

    reviews: int = 0
    second: int = 0
    decided: int = 0
    agreed: int = 0
    calls: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class ReviewStats:
    """Counts by reviewer and by item; how often two people agree; and appeals: open, answered, answered otherwise."""

    reviewers: dict[str, Counts]
    items: dict[str, Counts]
    pairs: int
    same: int
    open_appeals: int
    answered: int
    upheld: int


def review_stats(database: Database, wanted: CallFilter) -> ReviewStats:
    """Count.

    Raises:
        StoreError: the database cannot be read.
    """
    reviewers: dict[str, Counts] = defaultdict(Counts)
    items: dict[str, Counts] = defaultdict(Counts)
    first: dict[tuple[int, str], str] = {}
    pairs = same = 0
    with database.reading() as session:
        query = (
            sa.select(ReviewRow).join(CallRow, CallRow.id == ReviewRow.call_row)
            .where(ReviewRow.round != "appeal", *conditions(wanted)).order_by(ReviewRow.id)
        )  # fmt: skip
        for row in session.scalars(query):
            key = (row.call_row, row.item_id)
            for counts in (reviewers[row.reviewer], items[row.item_id]):
                _count(counts, row)
            if row.round != BLIND:
                first[key] = row.verdict
            elif key in first:
                pairs += 1
                same += first[key] == row.verdict
        appeals = session.execute(
            sa.select(AppealRow.answer, AppealRow.contested)
            .join(CallRow, CallRow.id == AppealRow.call_row)
            .where(sa.func.coalesce(AppealRow.answer, "") != VOID, *conditions(wanted))
        ).all()
    answered = [(answer, contested) for answer, contested in appeals if answer is not None]
    upheld = sum(answer != contested for answer, contested in answered)
    waiting = len(appeals) - len(answered)
    return ReviewStats(reviewers, items, pairs, same, waiting, len(answered), upheld)


def _count(counts: Counts, row: ReviewRow) -> None:
    counts.calls.add(row.call_row)
    if row.round == BLIND:
        counts.second += 1
        return
    counts.reviews += 1
    if row.machine not in (None, "unsure"):
        counts.decided += 1
        counts.agreed += row.machine == row.verdict
