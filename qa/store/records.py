"""Imported records of calls: kept whether a recording is there yet or not, and found by its name, id, or number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import orm

from ...errors import readable
from ...lang import Text
from ..metadata import CallMetadata, Problem, Record
from ..metadata.matching import common_end, ids_in, last_part
from .database import Database
from .facts import facts_of, put_facts
from .schema import CallRow, RecordRow
from .times import now

AT_ONCE = 500  # records in one transaction
NEAR = timedelta(seconds=5)  # between the start in a recording's name and in its record


@dataclass(frozen=True)
class Added:
    """What an import brought: counts of records, and rows that cannot be used, or say otherwise than another one.

    `touched` are the rows of the records that are new or changed.
    """

    new: int
    changed: int
    same: int
    problems: tuple[Problem, ...]
    touched: tuple[int, ...]

    @property
    def usable(self) -> int:
        return self.new + self.changed + self.same


class Records:
    """The records of a store; a Book for those who gather what is known of a recording."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, file: Path, rows: Iterable[Record | Problem]) -> Added:
        """Keep records; what an earlier import said of the same call is replaced.

        Raises:
            StoreError: they cannot be kept; those before are.
        """
        problems: list[Problem] = []
        lines: dict[str, int] = {}  # what this import has said so far
        counts, touched = {"new": 0, "changed": 0, "same": 0}, dict[int, None]()
        for some in _parts(rows):
            with self._database.writing() as session:
                kept, changed = _kept(session, some), list[RecordRow]()
                for row in some:
                    if isinstance(row, Problem):
                        problems.append(row)
                        continue
                    what, record, problem = _put(kept, file, row, lines)
                    counts[what] += 1
                    if what != "same":
                        changed.append(record)
                    if problem:
                        problems.append(problem)
                session.add_all(kept.values())
                session.flush()
                touched |= dict.fromkeys(record.id for record in changed)
        return Added(**counts, problems=tuple(problems), touched=tuple(touched))

    def of(self, recording: Path, known: CallMetadata | None = None) -> CallMetadata:
        """What the records of a recording say, the latest import first; nothing where it is not certain."""
        with self._database.reading() as session:
            found = _matching(session, recording, known or CallMetadata())
        facts = CallMetadata(records=tuple(row.id for row in found) or None)
        for row in sorted(found, key=lambda r: (r.imported_at, r.id), reverse=True):
            facts = facts.over(facts_of(row))
        return facts

    def __bool__(self) -> bool:
        with self._database.reading() as session:
            return session.scalar(sa.select(RecordRow.id).limit(1)) is not None


def _kept(session: orm.Session, some: Iterable[Record | Problem]) -> dict[str, RecordRow]:
    """What earlier imports have of the same calls, by identity."""
    wanted = {_identity(row) for row in some if isinstance(row, Record)}
    rows = session.scalars(sa.select(RecordRow).where(RecordRow.identity.in_(wanted)))
    return {row.identity: row for row in rows}


def _put(
    kept: dict[str, RecordRow], file: Path, record: Record, lines: dict[str, int]
) -> tuple[str, RecordRow, Problem | None]:
    """Take a record up; gives whether it is new, changed or the same, its row, and what an earlier line says else."""
    identity = _identity(record)
    row = kept.get(identity)
    before = facts_of(row) if row else None
    facts, problem = record.facts, None
    if before is not None and identity in lines and before != facts:
        facts = _agreed(before, facts)
        line = lines[identity]
        en = f"says otherwise of the call of line {line}; only what both say is used"
        problem = Problem(
            record.line, Text(en, f"与第 {line} 行的同一通话不一致，只采用两行相同的内容")
        )
    lines.setdefault(identity, record.line)
    what = "new" if row is None else "same" if before == facts else "changed"
    if row is None:
        row = kept[identity] = RecordRow(identity=identity)
    row.name, row.stem = record.name, readable(last_part(record.name))
    row.file, row.line, row.imported_at = readable(str(file)), record.line, now()
    put_facts(row, facts)
    return what, row, problem


def _identity(record: Record) -> str:
    """What makes two rows say something of the same call."""
    facts = record.facts
    if record.name:
        return f"name {record.name}"
    if facts.record_id:
        return f"id {facts.record_id}"
    return f"call {facts.caller} {facts.called} {facts.started_at}"


def _agreed(one: CallMetadata, other: CallMetadata) -> CallMetadata:
    """What both say, or only one of them does."""
    both = {f.name: (getattr(one, f.name), getattr(other, f.name)) for f in fields(one)}
    return replace(
        one,
        **{
            name: (a if b is None else b) if a is None or b is None or a == b else None
            for name, (a, b) in both.items()
        },
    )


def _matching(session: orm.Session, recording: Path, known: CallMetadata) -> Sequence[RecordRow]:
    """The records of a recording: by its name, else by an id in it, else by a number and the time."""
    stem = readable(recording.stem)
    named = session.scalars(
        sa.select(RecordRow).where(RecordRow.stem == stem, RecordRow.name != "")
    ).all()
    if named:
        path = readable(recording.absolute().as_posix())
        likeness = {row.id: common_end(row.name, path) for row in named}
        best = max(likeness.values())
        return _one_call([row for row in named if likeness[row.id] == best])
    by_id = RecordRow.record_id.in_(ids_in(stem))
    found = session.scalars(sa.select(RecordRow).where(by_id, RecordRow.name == "")).all()
    return _one_call(found) if found else _by_number(session, known)


def _by_number(session: orm.Session, known: CallMetadata) -> Sequence[RecordRow]:
    try:
        at = datetime.fromisoformat(known.started_at or "")
    except ValueError:
        return []
    numbers = [number for number in (known.caller, known.called) if number]
    query = sa.select(RecordRow).where(
        RecordRow.caller.in_(numbers) | RecordRow.called.in_(numbers),
        RecordRow.started_at.between((at - NEAR).isoformat(), (at + NEAR).isoformat()),
        RecordRow.name == "",
    )
    return _one_call(session.scalars(query).all())


def _one_call(rows: Sequence[RecordRow]) -> Sequence[RecordRow]:
    """The rows if they are about one call; none where they are about several."""
    return rows if len({(row.name.replace("\\", "/"), row.record_id) for row in rows}) < 2 else []


def link(session: orm.Session, call: CallRow, facts: CallMetadata) -> None:
    """Tie a call to the records that its facts are from."""
    mine = set(facts.records or ())
    for row in session.scalars(sa.select(RecordRow).filter_by(call_row=call.id)):
        if row.id not in mine:
            row.call_row = None
    if mine:
        session.execute(sa.update(RecordRow).where(RecordRow.id.in_(mine)).values(call_row=call.id))


def _parts(rows: Iterable[Record | Problem]) -> Iterator[list[Record | Problem]]:
    some: list[Record | Problem] = []
    for row in rows:
        some.append(row)
        if len(some) == AT_ONCE:
            yield some
            some = []
    yield some
