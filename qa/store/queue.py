"""What is to be reviewed: calls with unsure items, then where two people differ, then those drawn for monitoring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import orm

from .database import Database
from .decisions import BLIND
from .filters import CallFilter, conditions
from .marks import LeaseRow, ReviewRow, SampleRow
from .schema import CallRow, ChecklistRow, MeasuresRow

Why = Literal["unsure", "differ", "sample", "second"]
LEASE = timedelta(minutes=20)  # how long a call that somebody was given is given to nobody else


@dataclass(frozen=True)
class Task:
    """A call to look at, why, and at which of its items."""

    row: int
    why: Why
    items: tuple[str, ...]


def queue(
    database: Database, wanted: CallFilter, reviewer: str, limit: int, *, blind: bool = False
) -> list[Task]:
    """The next calls for a reviewer; those that somebody else was just given are left out.

    Args:
        database: where the calls are.
        wanted: which calls; with an item only that one.
        reviewer: for whom.
        limit: of calls.
        blind: only items that others reviewed once, for a second verdict beside theirs.

    Raises:
        StoreError: the database cannot be read.
    """
    makers = (_second,) if blind else (_unsure, _differing, _sampled)
    out: dict[int, Task] = {}
    with database.reading() as session:
        taken = set(session.scalars(_leased(reviewer)))
        for make in makers:
            for task in make(session, wanted, reviewer):
                if len(out) >= limit:
                    break
                if task.items and task.row not in out and task.row not in taken:
                    out[task.row] = task
    return list(out.values())


def waiting(database: Database, wanted: CallFilter) -> dict[Why, int]:
    """How many items wait, by why; an item that is unsure in a drawn call counts once.

    Raises:
        StoreError: the database cannot be read.
    """
    with database.reading() as session:
        seen: set[tuple[int, str]] = set()
        counts: dict[Why, int] = {"unsure": 0, "differ": 0, "sample": 0}
        for make in (_unsure, _differing, _sampled):
            for task in make(session, wanted, ""):
                new = {(task.row, item) for item in task.items} - seen
                counts[task.why] += len(new)
                seen |= new
        return counts


def lease(database: Database, row: int, reviewer: str) -> None:
    """Give a call to a reviewer for a while.

    Raises:
        StoreError: the database cannot be written.
    """
    with database.writing() as session:
        until = (datetime.now(UTC) + LEASE).isoformat(timespec="seconds")
        session.merge(LeaseRow(call_row=row, reviewer=reviewer, until=until))


def release(database: Database, reviewer: str) -> None:
    """Give back what a reviewer holds.

    Raises:
        StoreError: the database cannot be written.
    """
    with database.writing() as session:
        session.execute(sa.delete(LeaseRow).filter_by(reviewer=reviewer))


def _leased(reviewer: str) -> sa.Select[Any]:
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    return sa.select(LeaseRow.call_row).where(
        LeaseRow.reviewer != reviewer, LeaseRow.until > moment
    )


def _cards(wanted: CallFilter) -> sa.Select[int, str, str]:
    """Judged calls with the letters of their verdicts, people's decisions among them, and their items."""
    return (
        sa.select(CallRow.id, MeasuresRow.verdicts, ChecklistRow.items)
        .join(MeasuresRow, MeasuresRow.call_row == CallRow.id)
        .join(ChecklistRow, ChecklistRow.hash == MeasuresRow.checklist_hash)
        .where(CallRow.status == "scored", *conditions(wanted))
    )


def _unsure(session: orm.Session, wanted: CallFilter, _reviewer: str) -> Iterator[Task]:
    """Where most of the score hangs on it first."""
    spread = MeasuresRow.score_high - MeasuresRow.score_low
    query = _cards(wanted).where(MeasuresRow.verdicts.contains("u"))
    for row, letters, items in session.execute(query.order_by(spread.desc(), CallRow.started_at)):
        pairs = zip(letters, items.split(), strict=True)
        yield Task(row, "unsure", _of(wanted, (item for letter, item in pairs if letter == "u")))


def _sampled(session: orm.Session, wanted: CallFilter, _reviewer: str) -> Iterator[Task]:
    """Calls that were drawn, latest month first: the items that apply and that nobody has looked at."""
    done: dict[int, set[str]] = {}
    for call, item in session.execute(
        sa.select(ReviewRow.call_row, ReviewRow.item_id).where(ReviewRow.in_force.is_(True))
    ):
        done.setdefault(call, set()).add(item)
    query = _cards(wanted).join(SampleRow, SampleRow.call_row == CallRow.id)
    for row, letters, items in session.execute(
        query.order_by(SampleRow.month.desc(), CallRow.started_at)
    ):
        pairs = zip(letters, items.split(), strict=True)
        left = (i for letter, i in pairs if letter != "n" and i not in done.get(row, ()))
        yield Task(row, "sample", _of(wanted, left))


def _differing(session: orm.Session, wanted: CallFilter, _reviewer: str) -> Iterator[Task]:
    """Items whose blind second verdict is another than the one that counts, until somebody decides again."""
    first, second = orm.aliased(ReviewRow), orm.aliased(ReviewRow)
    same = (second.call_row == first.call_row) & (second.item_id == first.item_id)
    query = (
        sa.select(CallRow.id, first.item_id)
        .join(first, first.call_row == CallRow.id)
        .join(second, same)
        .where(
            first.in_force.is_(True), first.round == "first", second.round == BLIND,
            second.id > first.id, second.verdict != first.verdict, *conditions(wanted),
        )
        .distinct()
        .order_by(CallRow.id)
    )  # fmt: skip
    yield from _grouped(session, query, wanted, "differ")


def _second(session: orm.Session, wanted: CallFilter, reviewer: str) -> Iterator[Task]:
    """Items that somebody else has decided, and nobody a second time."""
    twice = sa.select(ReviewRow.id).where(
        ReviewRow.call_row == CallRow.id, ReviewRow.round == BLIND
    )
    first = orm.aliased(ReviewRow)
    mine = orm.aliased(ReviewRow)
    own = sa.select(mine.id).where(
        mine.call_row == first.call_row, mine.item_id == first.item_id, mine.reviewer == reviewer
    )
    query = (
        sa.select(CallRow.id, first.item_id)
        .join(first, first.call_row == CallRow.id)
        .where(
            first.in_force.is_(True), first.round == "first",
            ~twice.where(ReviewRow.item_id == first.item_id).exists(), ~own.exists(), *conditions(wanted),
        )
        .order_by(CallRow.started_at, CallRow.id)
    )  # fmt: skip
    yield from _grouped(session, query, wanted, "second")


def _grouped(
    session: orm.Session, query: sa.Select[int, str], wanted: CallFilter, why: Why
) -> Iterator[Task]:
    calls: dict[int, list[str]] = {}
    for row, item in session.execute(query):
        calls.setdefault(row, []).append(item)
    for row, items in calls.items():
        yield Task(row, why, _of(wanted, items))


def _of(wanted: CallFilter, items: Any) -> tuple[str, ...]:
    return tuple(item for item in items if wanted.item in (None, item))
