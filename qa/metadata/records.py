"""Reads what exports say about calls: tables of distributors and recorders, and Asterisk's call records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ...errors import SettingsError
from ...lang import Text
from ...settings import Settings
from .cdr import is_cdr, read_cdr
from .facts import Problem, Record
from .headings import Headings, from_mapping
from .matching import MetadataTable
from .tables import Row, read_rows


def read_records(file: Path, settings: Settings) -> Iterator[Record | Problem]:
    """The rows of an export about calls, and what is wrong with those that cannot be used.

    Raises:
        SettingsError: the file cannot be read, or has no column that names recordings or calls.
    """
    if is_cdr(file, settings):
        yield from read_cdr(file, settings)
        return
    headings = Headings.of(settings)
    named = False
    for row in read_rows(file, headings.known, settings.metadata.encoding):
        if isinstance(row, Problem):
            yield row
            continue
        named = named or _names_calls(row, headings)
        yield _record(row, headings)
    if not named:
        raise SettingsError(
            "no column names the recordings", "没有标明录音文件名的列", where=file,
            then=Text(
                "give it a column call_id or filename, or say in [metadata] columns which one it is",
                "请添加“录音文件”或 call_id 列，或在 [metadata] columns 中指明",
            ),
        )  # fmt: skip


def _names_calls(row: Row, headings: Headings) -> bool:
    """Whether a table has what tells its calls apart: a recording, an id, or a number with a time."""
    fields = {headings.field_of(heading) for heading in row.cells}
    return bool(fields & {"call_id", "record_id"}) or (
        bool(fields & {"caller", "called"}) and bool(fields & {"started_at", "date"})
    )


def _record(row: Row, headings: Headings) -> Record | Problem:
    name, facts = from_mapping(row.cells, headings)
    if name or facts.record_id or ((facts.caller or facts.called) and facts.started_at):
        return Record(name or "", facts, row.line)
    return Problem(row.line, Text("the row names no call", "该行没有指明通话"))


def read_table(file: Path, settings: Settings | None = None) -> MetadataTable:
    """The same, held in memory, for a run that keeps nothing; rows that cannot be used are left out.

    Raises:
        SettingsError: as `read_records`.
    """
    rows = read_records(file, settings or Settings())
    return MetadataTable.of_rows(row for row in rows if isinstance(row, Record))
