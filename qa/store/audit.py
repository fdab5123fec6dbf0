"""The trail of what was done with the stored data: who, when, what; never what the data said.

It is only added to: the database refuses changes (migrations), and every entry has a hash over itself and the one
before, so that an entry that was changed or taken out in spite of that is found.
"""

from __future__ import annotations

import getpass
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from ...lang import Text
from .database import Database
from .schema import AuditRow
from .times import now

MOST_NAMED = 500  # calls that an entry names one by one


@dataclass(frozen=True)
class Entry:
    """One act. `number` counts from 1 without gaps; `at` is ISO 8601 in UTC; `hash` ties it to the one before."""

    number: int
    at: str
    user: str
    action: str
    detail: str
    hash: str


@dataclass(frozen=True)
class Break:
    """Where a trail is not what was written: the number of the entry, and what is wrong there."""

    number: int
    text: Text


def chained(before: str, entry: Entry) -> str:
    """The hash of an entry: SHA-256 over the hash of the entry before (empty for the first) and its own fields."""
    fields = [before, entry.number, entry.at, entry.user, entry.action, entry.detail]
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


def note(session: orm.Session, action: str, detail: str) -> None:
    """Write an act down, in the transaction that does it; the session is one that writes."""
    last = session.execute(
        sa.select(AuditRow.id, AuditRow.hash).order_by(AuditRow.id.desc()).limit(1)
    ).first()
    number, before = (last.id + 1, last.hash) if last else (1, "")
    entry = Entry(number, now(), user(), action, detail, "")
    session.add(
        AuditRow(
            id=number, at=entry.at, user=entry.user, action=action, detail=detail, hash=chained(before, entry),
        )
    )  # fmt: skip
    session.flush()


def record(database: Database, action: str, detail: str) -> None:
    """Write an act down that changes nothing itself: a reading, an export.

    Raises:
        StoreError: the database cannot be written; then nothing is to be shown, either.
    """
    with database.writing() as session:
        note(session, action, detail)


def of_calls(what: str, rows: Iterable[int], remark: str = "") -> str:
    """The detail of an act on calls: what, the numbers of their rows, and a remark."""
    every = list(dict.fromkeys(rows))
    numbers = " ".join(map(str, every)) if len(every) <= MOST_NAMED else f"({len(every)} of them)"
    return f"{what}: calls {numbers or '-'}" + (f"; {remark}" if remark else "")


def entries(database: Database, at_once: int = 1000) -> Iterator[Entry]:
    """The whole trail, oldest first.

    Raises:
        StoreError: the database cannot be read.
    """
    last = 0
    while True:
        query = sa.select(AuditRow).where(AuditRow.id > last).order_by(AuditRow.id).limit(at_once)
        with database.reading() as session:
            rows = [_entry(row) for row in session.scalars(query)]
        if not rows:
            return
        last = rows[-1].number
        yield from rows


def ever(database: Database) -> int:
    """How many entries there have ever been; more than there are where the last ones were taken out.

    Raises:
        StoreError: the database cannot be read.
    """
    with database.reading() as session:
        query = sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")
        return int(session.scalar(query) or 0)


def breaks(trail: Iterable[Entry], ever: int | None = None) -> Iterator[Break]:
    """Where a trail is not whole.

    Args:
        trail: from its first entry on.
        ever: how many entries it must have; not looked at where it is None.
    """
    number, before = 0, ""
    for entry in trail:
        if entry.number != number + 1:
            yield Break(number + 1, _missing(number + 1, entry.number - 1))
        elif entry.hash != chained(before, entry):
            yield Break(
                entry.number,
                Text(
                    "it was changed, or does not follow the one before",
                    "内容被改动，或与上一条不相接",
                ),
            )
        number, before = entry.number, entry.hash
    if ever is not None and number < ever:
        yield Break(number + 1, _missing(number + 1, ever))


def _missing(first: int, last: int) -> Text:
    if first >= last:
        return Text("it is missing", "记录缺失")
    return Text(f"entries {first} to {last} are missing", f"第 {first} 至 {last} 条缺失")


def latest(
    database: Database,
    limit: int,
    *,
    who: str | None = None,
    action: str | None = None,
    call: int | None = None,
) -> Sequence[Entry]:
    """The last entries, latest first: of a user, of a kind of act, about the call of a row.

    Raises:
        StoreError: the database cannot be read.
    """
    query = sa.select(AuditRow).order_by(AuditRow.id.desc())
    if who is not None:
        query = query.where(AuditRow.user == who)
    if action is not None:
        query = query.where(AuditRow.action == action)
    if call is not None:  # the numbers of calls stand between blanks
        plain = sa.func.replace(AuditRow.detail, ";", " ") + sa.literal(" ")
        query = query.where(plain.like(f"%call% {call} %"))
    with database.reading() as session:
        return [_entry(row) for row in session.scalars(query.limit(limit))]


def _entry(row: AuditRow) -> Entry:
    return Entry(row.id, row.at, row.user, row.action, row.detail, row.hash)


def user() -> str:
    """Who runs this, as the machine knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without an entry, as in containers
        return "?"
