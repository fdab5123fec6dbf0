"""Collections: passages that somebody kept under a name, as examples to play."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from ...errors import UsageError
from ...lang import Text
from .audit import note, user
from .database import Database
from .marks import CollectedRow
from .schema import CallRow
from .times import now

Spot = tuple[int, float, float]  # a call's row, and seconds in it


def collect(database: Database, name: str, spots: Iterable[Spot]) -> int:
    """Put passages into a collection; how many were not in it before.

    Raises:
        UsageError: the name is empty. StoreError: the database cannot be written.
    """
    name = name.strip()
    if not name:
        raise UsageError("a collection needs a name", "合集需要名称")
    with database.writing() as session:
        who, new = user(), 0
        for row, start, end in dict.fromkeys(spots):
            key = {"collection": name, "call_row": row, "start": start, "end": end}
            if session.scalar(sa.select(CollectedRow.id).filter_by(**key)) is None:
                session.add(CollectedRow(**key, at=now(), user=who))
                new += 1
        note(session, "collect", f"{new} passages")
    return new


def collected(database: Database, name: str) -> dict[int, tuple[tuple[float, float], ...]]:
    """The passages of a collection in the order in which they were added, by the call's row.

    Raises:
        UsageError: there is no such collection. StoreError: the database cannot be read.
    """
    found: dict[int, tuple[tuple[float, float], ...]] = {}
    with database.reading() as session:
        query = sa.select(CollectedRow).filter_by(collection=name).order_by(CollectedRow.id)
        for row in session.scalars(query):
            found[row.call_row] = (*found.get(row.call_row, ()), (row.start, row.end))
    if not found:
        known = " ".join(collections(database))
        raise UsageError(
            f"there is no collection {name!r}", f"没有名为 {name!r} 的合集",
            then=Text(f"there are: {known}" if known else "make one with callqa find … --collect NAME",
                      f"可用：{known}" if known else "可用 callqa find … --collect 名称 新建"),
        )  # fmt: skip
    return found


def collections(database: Database) -> dict[str, int]:
    """All collections with the number of their passages.

    Raises:
        StoreError: the database cannot be read.
    """
    name = CollectedRow.collection
    query = sa.select(name, sa.func.count()).group_by(name).order_by(name)
    with database.reading() as session:
        return dict(session.execute(query).tuples().all())


def leave_out(database: Database, name: str, call: str | None = None) -> int:
    """Take a call (by its id) out of a collection, or the whole collection away; how many passages that were.

    Raises:
        StoreError: the database cannot be written.
    """
    gone = sa.delete(CollectedRow).where(CollectedRow.collection == name)
    if call is not None:
        rows = sa.select(CallRow.id).where(CallRow.call_id == call)
        gone = gone.where(CollectedRow.call_row.in_(rows))
    with database.writing() as session:
        result = session.connection().execute(gone)
        note(session, "collect", f"{result.rowcount} passages taken out")
        return result.rowcount
