"""What calls are about, as the machine sorted them or a person decided, and the vectors by which likes are found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy import orm

from ...scoring.topics import Kind, Topic
from .audit import note, user
from .database import Database
from .filters import CallFilter, conditions
from .marks import TopicRow, VectorRow
from .schema import CallRow
from .search import Hit, hits
from .times import now

MACHINE = "machine"
_STEPS = 127  # of an 8-bit number, for -1 to 1
NO_TOPIC = ""  # stands where a call was looked at and is no complaint


@dataclass(frozen=True)
class Sorted:
    """A call, as it was sorted: the utterances that were looked at by their numbers, and their vectors."""

    row: int
    reason: Topic
    complaint: Topic
    utterances: tuple[int, ...]
    vectors: NDArray[np.float32]


@dataclass(frozen=True)
class Count:
    """How many calls of a month are of a class, and how many of these a person decided."""

    month: str
    name: str
    calls: int
    by_people: int


def unsorted(
    database: Database, key: str, wanted: CallFilter, at_once: int = 100
) -> Iterator[list[Hit]]:
    """The judged calls that were not sorted with this model, these examples and their latest scorecard.

    Raises:
        StoreError: the database cannot be read.
    """
    last = 0
    while True:
        known = sa.select(VectorRow.call_row).where(VectorRow.key == _key_of(key))
        query = sa.select(CallRow.id).where(
            CallRow.id > last, CallRow.status == "scored", CallRow.scorecard_id.is_not(None), CallRow.id.not_in(known),
            *conditions(wanted),
        )  # fmt: skip
        with database.reading() as session:
            rows = list(session.scalars(query.order_by(CallRow.id).limit(at_once)))
            found = hits(session, dict.fromkeys(rows, "none"))
        if not rows:
            return
        last = rows[-1]
        yield found


def _key_of(key: str) -> sa.ColumnElement[str]:
    return sa.literal(f"{key} ") + sa.cast(CallRow.scorecard_id, sa.String)


def keep(database: Database, key: str, calls: Sequence[Sorted]) -> None:
    """Write down what calls are about; what a person decided stays.

    Raises:
        StoreError: the database cannot be written.
    """
    with database.writing() as session:
        for one in calls:
            call = session.get(CallRow, one.row)
            if call is None:
                continue
            session.merge(
                VectorRow(
                    call_row=one.row, key=f"{key} {call.scorecard_id}", utterances=" ".join(map(str, one.utterances)),
                    vectors=np.round(one.vectors * _STEPS).astype(np.int8).tobytes(),
                )
            )  # fmt: skip
            _put(session, one.row, "reason", one.reason, MACHINE)
            _put(session, one.row, "complaint", one.complaint, MACHINE)


def decide(database: Database, row: int, kind: Kind, name: str | None) -> None:
    """Write down what a person says a call is about; None is no complaint.

    Raises:
        StoreError: the database cannot be written.
    """
    with database.writing() as session:
        _put(session, row, kind, Topic(name, None), user())
        note(session, "topic", f"call {row}: {kind} decided")


def _put(session: orm.Session, row: int, kind: Kind, topic: Topic, by: str) -> None:
    known = session.get(TopicRow, (row, kind))
    if known is not None and known.by != MACHINE and by == MACHINE:
        return
    value = topic.name or NO_TOPIC
    session.merge(
        TopicRow(call_row=row, kind=kind, value=value, likeness=topic.likeness, by=by, at=now())
    )


def counts(database: Database, kind: Kind, wanted: CallFilter) -> list[Count]:
    """Calls by month and class, latest month first; calls without a start are of the month `-`.

    Raises:
        StoreError: the database cannot be read.
    """
    month = sa.func.coalesce(sa.func.substr(CallRow.started_at, 1, 7), "-")
    people = sa.func.sum(sa.case((TopicRow.by != MACHINE, 1), else_=0))
    query = (
        sa.select(month, TopicRow.value, sa.func.count(), people)
        .join(CallRow, CallRow.id == TopicRow.call_row)
        .where(TopicRow.kind == kind, TopicRow.value != NO_TOPIC, *conditions(wanted))
        .group_by(month, TopicRow.value)
        .order_by(month.desc(), sa.func.count().desc(), TopicRow.value)
    )
    with database.reading() as session:
        return [Count(*row) for row in session.execute(query)]


def topics_of(database: Database, row: int) -> dict[str, tuple[str, float | None, str]]:
    """By kind: the class (empty: none), the likeness, and who decided.

    Raises:
        StoreError: the database cannot be read.
    """
    with database.reading() as session:
        found = session.scalars(sa.select(TopicRow).filter_by(call_row=row))
        return {one.kind: (one.value, one.likeness, one.by) for one in found}


@dataclass(frozen=True)
class Like:
    """A call in which something like a sentence is said: the utterance's number, and how like it is (cosine)."""

    hit: Hit
    utterance: int
    likeness: float


def most_like(
    database: Database, vector: NDArray[np.float32], wanted: CallFilter, limit: int, at_once: int = 2000
) -> list[Like]:  # fmt: skip
    """The sorted calls whose customers say what is most like a sentence, the likest first.

    Raises:
        StoreError: the database cannot be read.
    """
    best: list[tuple[float, int, int]] = []
    query = (
        sa.select(VectorRow.call_row, VectorRow.utterances, VectorRow.vectors)
        .join(CallRow, CallRow.id == VectorRow.call_row)
        .where(CallRow.status == "scored", *conditions(wanted))
        .execution_options(yield_per=at_once)
    )
    with database.reading() as session:
        for some in session.execute(query).partitions(at_once):
            told = [row for row in some if row.utterances]
            if not told:
                continue
            stored = np.frombuffer(b"".join(row.vectors for row in told), np.int8)
            likeness = stored.reshape(-1, len(vector)).astype(np.float32) @ vector / _STEPS
            at = 0
            for row in told:
                numbers = row.utterances.split()
                own = likeness[at : at + len(numbers)]
                at += len(numbers)
                best.append((float(own.max()), row.call_row, int(numbers[int(own.argmax())])))
            best = sorted(best, reverse=True)[:limit]
        found = {hit.row: hit for hit in hits(session, {row: "none" for _, row, _ in best})}
    return [Like(found[row], number, likeness) for likeness, row, number in best if row in found]
