"""Brings tables of calls into the store, before or after the recordings are scored, and tells what does not match."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from ..errors import RecordingError, UsageError, os_reason, readable
from ..lang import Text
from ..settings import Settings, private_file
from .judge import Judge
from .metadata import CallMetadata, Headings, Problem, completed, read_records, read_sidecar
from .metadata.matching import ids_in
from .rescore import rescore
from .store import Store
from .store.audit import note
from .store.facts import facts_of, put_facts
from .store.records import Added, Records, link
from .store.schema import CallRow, RecordRow
from .store.writing import original_of

AT_ONCE = 200  # calls updated in one transaction


@dataclass(frozen=True)
class Unmatched:
    """Something that has no counterpart: a record without a recording (with its line), or a recording without one."""

    what: str
    file: str
    line: int | None
    started_at: str | None


@dataclass(frozen=True)
class Imported:
    """What an import came to.

    Attributes:
        added: what the file brought.
        matched: of its records, how many have a recording.
        moved: calls whose facts are others now; `rejudged` of them were judged again.
        problems: rows that cannot be used, or are at odds.
    """

    added: Added
    matched: int
    moved: int
    rejudged: int
    problems: tuple[Problem, ...]


def import_file(
    store: Store, file: Path, settings: Settings, judge_for: Callable[[CallMetadata], Judge]
) -> Imported:
    """Keep the records of a table, and bring the calls that are there already up to date.

    Raises:
        SettingsError: the table cannot be read. StoreError: nothing more can be kept.
    """
    added = Records(store.database).add(file, read_records(file, settings))
    moved = _update(store, added.touched, settings)
    stale = [
        row
        for row, before, now in moved
        if judge_for(before).key(before) != judge_for(now).key(now)
    ]
    rejudged = sum(1 for _ in rescore(store, judge_for, rows=stale)) if stale else 0
    with store.database.writing() as session:
        counts = f"{added.usable} records, {len(moved)} calls changed"
        note(session, "import", f"{readable(file.name)}: {counts}")
        linked = sa.select(sa.func.count()).select_from(RecordRow)
        linked = linked.where(
            RecordRow.file == readable(str(file)), RecordRow.call_row.is_not(None)
        )
        matched = session.scalar(linked) or 0
    return Imported(added, matched, len(moved), rejudged, added.problems)


def _update(
    store: Store, records: Iterable[int], settings: Settings
) -> list[tuple[int, CallMetadata, CallMetadata]]:
    """Write what the records say into the calls that they are about; gives the calls that changed, before and now."""
    book, moved = Records(store.database), list[tuple[int, CallMetadata, CallMetadata]]()
    rows = _concerned(store, set(records))
    for at in range(0, len(rows), AT_ONCE):
        with store.database.reading() as session:
            calls = list(
                session.scalars(sa.select(CallRow).where(CallRow.id.in_(rows[at : at + AT_ONCE])))
            )
        found = [(call, _facts_now(call, book, settings)) for call in calls]
        with store.database.writing() as session:
            for call, facts in found:
                row = session.get(CallRow, call.id)
                if row is None:
                    continue
                link(session, row, facts)
                before, now = (
                    facts_of(call),
                    replace(facts, agent_channel=None, usual_channel=None, records=None),
                )
                if now != before:
                    put_facts(row, facts)
                    row.duplicate_of = original_of(session, row)
                    moved.append((row.id, before, now))
    return moved


def _facts_now(call: CallRow, book: Records, settings: Settings) -> CallMetadata:
    """What is known of a stored call with the records as they are: the sidecar wins, then they do."""
    named, kept = Path(call.named or call.source), facts_of(call)
    said = book.of(named, kept)
    with suppress(RecordingError):  # told when the recording is scored again
        said = read_sidecar(named, Headings.of(settings)).over(said)
    if said.agent_id and said.agent_id != kept.agent_id:  # another agent has another name and group
        kept = replace(kept, agent=None, group=None)
    return completed(said.over(kept), settings)


def _concerned(store: Store, records: set[int]) -> list[int]:
    """The calls that any of these records may be about."""
    with store.database.reading() as session:
        stems, ids, numbers = set[str](), set[str](), set[str]()
        columns = (
            RecordRow.id,
            RecordRow.stem,
            RecordRow.record_id,
            RecordRow.caller,
            RecordRow.called,
        )
        for record, stem, record_id, caller, called in session.execute(sa.select(*columns)):
            if record in records:
                stems.add(stem)
                ids.add(record_id or "")
                numbers |= {caller or "", called or ""}
        ids, numbers = ids - {""}, numbers - {""}
        query = sa.select(CallRow.id, CallRow.source, CallRow.named, CallRow.caller, CallRow.called)
        return [
            row
            for row, source, named, caller, called in session.execute(query)
            if (stem := readable(Path(named or source).stem)) in stems
            or not ids.isdisjoint(ids_in(stem))
            or caller in numbers
            or called in numbers
        ]


def unmatched(store: Store) -> Iterator[Unmatched]:
    """The records that have no recording, then the recordings that have no record."""
    with store.database.reading() as session:
        waiting = (
            sa.select(RecordRow)
            .where(RecordRow.call_row.is_(None))
            .order_by(RecordRow.file, RecordRow.line)
        )
        for row in session.scalars(waiting):
            what = row.name or row.record_id or f"{row.caller or row.called}"
            yield Unmatched(what, row.file, row.line, row.started_at)
        known = sa.select(RecordRow.call_row).where(RecordRow.call_row.is_not(None))
        alone = sa.select(CallRow).where(CallRow.id.not_in(known)).order_by(CallRow.id)
        for call in session.scalars(alone):
            yield Unmatched(call.call_id, call.source, None, call.started_at)


_COLUMNS = (
    Text("side", "类别"), Text("call", "通话"), Text("started", "开始时间"), Text("file", "文件"), Text("line", "行号"),
)  # fmt: skip


def write_unmatched(file: Path, found: Iterable[Unmatched]) -> None:
    """Write them as a CSV that Excel opens.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        private_file(file)
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(map(str, _COLUMNS))
            for one in found:
                side = Text("recording", "录音") if one.line is None else Text("record", "记录")
                writer.writerow(
                    [str(side), one.what, one.started_at or "", one.file, one.line or ""]
                )
    except OSError as error:
        reason = os_reason(error)
        raise UsageError(
            f"cannot write the list: {reason.en}", f"无法写入清单：{reason.zh}", where=file
        ) from error
