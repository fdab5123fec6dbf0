"""How a judged call stands: what the machine found, what people decided, what is contested."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import sqlalchemy as sa
from sqlalchemy import orm

from ...scoring.scorecard import ScoredItem, Verdict, decided
from ..metadata import CallMetadata
from ..result import Judged
from .decisions import decisions
from .facts import facts_of
from .marks import AppealRow, ReviewRow
from .packing import adapter
from .reading import judged_of
from .schema import CallRow
from .writing import put_latest

Round = Literal["first", "second", "appeal"]
VOID = "void"  # the answer to an appeal that was overtaken by another scorecard


@dataclass(frozen=True)
class Review:
    """A person's verdict as it was written down; `machine` is what the machine had found then."""

    number: int
    item: str
    verdict: Verdict
    reviewer: str
    at: str
    reason: str
    round: Round
    machine: Verdict | None
    version: str
    in_force: bool


@dataclass(frozen=True)
class Appeal:
    """An appeal; times are ISO 8601 in UTC. `answer` is None while it is open.

    `card` is what it contests: the checklist's content and the machine's verdict by it (Standing.basis).
    """

    number: int
    row: int
    item: str
    by: str
    at: str
    reason: str
    contested: Verdict
    card: str
    answer: Verdict | None
    answered_by: str | None
    answered_at: str | None
    answer_reason: str | None


def appeals_of(session: orm.Session, row: int) -> tuple[Appeal, ...]:
    """The appeals about a call, oldest first; those that were overtaken left out."""
    query = sa.select(AppealRow).filter_by(call_row=row).order_by(AppealRow.id)
    return tuple(appeal_of(one) for one in session.scalars(query) if one.answer != VOID)


def appeal_of(row: AppealRow) -> Appeal:
    """The appeal of a row."""
    return Appeal(
        row.id, row.call_row, row.item_id, row.opened_by, row.opened_at, row.reason,
        adapter(Verdict).validate_python(row.contested), row.card,
        adapter(Verdict | None).validate_python(row.answer), row.answered_by, row.answered_at, row.answer_reason,
    )  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """A judged call with all that people said about it; the scorecard has their decisions."""

    row: int
    call_id: str
    source: str
    agent: str
    metadata: CallMetadata
    judged: Judged
    reviews: tuple[Review, ...]
    appeals: tuple[Appeal, ...]

    def item(self, wanted: str) -> ScoredItem | None:
        return next((i for i in self.judged.scorecard.items if i.id == wanted), None)

    def of(self, item: str) -> tuple[Review, ...]:
        """The reviews of an item, oldest first."""
        return tuple(one for one in self.reviews if one.item == item)

    def last(self, item: str) -> int:
        """The number of its last review; 0 where there is none."""
        return max((one.number for one in self.of(item)), default=0)

    def basis(self, item: str) -> str:
        """What a review of the item rests on: the checklist's content, and what the machine found by it."""
        found = self.item(item)
        return f"{self.judged.scorecard.content_hash[:8]}.{found.finding.verdict if found else '-'}"


def standing(session: orm.Session, row: int) -> Standing | None:
    """How a call stands; None where there is none that was judged."""
    call = session.get(CallRow, row)
    judged = judged_of(call.scorecard) if call else None
    if call is None or judged is None:
        return None
    made = decisions(session, [row]).get(row, {})
    judged = replace(judged, scorecard=decided(judged.scorecard, made))
    found = session.scalars(sa.select(ReviewRow).filter_by(call_row=row).order_by(ReviewRow.id))
    reviews = tuple(_review(one) for one in found)
    agent = " ".join(part for part in (call.agent_id, call.agent) if part)
    appeals = appeals_of(session, row)
    return Standing(row, call.call_id, call.source, agent, facts_of(call), judged, reviews, appeals)


def _review(row: ReviewRow) -> Review:
    return Review(
        row.id, row.item_id, adapter(Verdict).validate_python(row.verdict), row.reviewer, row.created_at,
        row.reason or "", adapter(Round).validate_python(row.round),
        adapter(Verdict | None).validate_python(row.machine), row.version, row.in_force,
    )  # fmt: skip


def judge_again(session: orm.Session, row: int) -> None:
    """Bring the figures of a call up to what people decided."""
    session.flush()
    call = session.get(CallRow, row)
    judged = judged_of(call.scorecard) if call else None
    if call is not None and judged is not None:
        put_latest(session, call, judged, said=False)
