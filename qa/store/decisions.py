"""Which of people's verdicts count: by item the answer to an appeal, else the latest review.

A review counts as long as the call's latest scorecard is of the checklist that it was made by, whatever its version:
a person judged the call, and a phrase added to the rules does not change what was heard. By another checklist the item
of the same name may ask for something else; the review stays written down, and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import orm

from ...scoring.scorecard import Decision, Scorecard, Verdict, decided
from .marks import ReviewRow
from .packing import adapter

BLIND = "second"  # the round that decides nothing
APPEAL = "appeal"


def settled(session: orm.Session, call: int, card: Scorecard) -> Scorecard:
    """Work out which reviews of a call count for a scorecard, write that down, and give what they make of it."""
    session.flush()
    rows = session.scalars(
        sa.select(ReviewRow).filter_by(call_row=call).where(ReviewRow.round != BLIND)
        .order_by(ReviewRow.id)
    )  # fmt: skip
    items = {item.id for item in card.items}
    counting: dict[str, ReviewRow] = {}
    for row in rows:
        row.in_force = False
        known = counting.get(row.item_id)
        if row.checklist_id != card.checklist or row.item_id not in items:
            continue
        if known is None or known.round != APPEAL:  # after an appeal nothing is decided anew
            counting[row.item_id] = row
    for row in counting.values():
        row.in_force = True
    session.flush()
    return decided(card, {item: decision_of(row) for item, row in counting.items()})


def decisions(session: orm.Session, calls: Iterable[int]) -> dict[int, dict[str, Decision]]:
    """The decisions that count, by call and item."""
    out: dict[int, dict[str, Decision]] = {}
    query = sa.select(ReviewRow).where(
        ReviewRow.call_row.in_(list(calls)), ReviewRow.in_force.is_(True)
    )
    for row in session.scalars(query):
        out.setdefault(row.call_row, {})[row.item_id] = decision_of(row)
    return out


def decision_of(row: ReviewRow) -> Decision:
    verdict: Verdict = adapter(Verdict).validate_python(row.verdict)
    return Decision(
        verdict, row.reviewer, row.created_at, row.reason or "", row.version, row.round == APPEAL
    )
