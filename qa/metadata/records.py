"""Reads what exports say about calls: tables of distributors and recorders, and Asterisk's call records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ...errors import SettingsError
from ...lang import Text
from ...settings import Settings
from .cdr import is_cdr, read_cdr
from .facts import Problem, Record
from .headings import DURATIONS, Headings, cells_of, facts_in
from .matching import MetadataTable
from .tables import Row, digits_lost, open_table

_CALLS = 100  # a heading row that names calls goes before any other, of a summary, say
_SHOWN = 8  # headings that an error names


def read_records(file: Path, settings: Settings) -> Iterator[Record | Problem]:
    """The rows of an export about calls, and what is wrong with those that cannot be used in whole or part.

    Raises:
        SettingsError: the file cannot be read, or has no column that names recordings or calls.
    """
    if is_cdr(file, settings):
        yield from read_cdr(file, settings)
        return
    headings = Headings.of(settings)

    def known(cells: Iterable[str]) -> int:
        cells = tuple(cells)
        return headings.known(cells) + _CALLS * _names_calls(cells, headings)

    table = open_table(file, known, settings.metadata.encoding)
    if not _names_calls(table.headings, headings):
        raise _nameless(file, table.headings)
    for row in table.rows:
        if isinstance(row, Problem):
            yield row
        else:
            yield from _of_row(row, headings)


def _names_calls(cells: Iterable[str], headings: Headings) -> bool:
    """Whether a table has what tells its calls apart: a recording, an id, or a number with a time."""
    fields = {headings.field_of(heading) for heading in cells}
    return bool(fields & {"call_id", "record_id"}) or (
        bool(fields & {"caller", "called"}) and bool(fields & {"started_at", "date"})
    )


def _nameless(file: Path, headings: Iterable[str]) -> SettingsError:
    shown = [heading for heading in headings if heading][:_SHOWN]
    en = f"; its headings: {', '.join(shown)}" if shown else ""
    zh = f"；表头为：{'、'.join(shown)}" if shown else ""
    return SettingsError(
        f"no column names the recordings{en}", f"没有标明录音文件名的列{zh}", where=file,
        then=Text(
            "give it a column call_id or filename, or say in [metadata] columns which one it is; "
            "if the headings cannot be read, name the encoding in [metadata] encoding",
            "请添加“录音文件”或 call_id 列，或在 [metadata] columns 中指明；"
            "如表头为乱码，请在 [metadata] encoding 中指定编码",
        ),
    )  # fmt: skip


def _of_row(row: Row, headings: Headings) -> Iterator[Record | Problem]:
    """A row's record without what cannot be understood, and what that is."""
    usable = {heading: cell for heading, cell in row.cells.items() if not digits_lost(cell)}
    cells = cells_of(usable, headings)
    name, facts = facts_in(cells, headings)
    wrong = [
        cells[field] for field in DURATIONS if field in cells and getattr(facts, field) is None
    ]
    if facts.started_at and not _is_moment(facts.started_at):
        wrong.append(facts.started_at)
        facts = replace(facts, started_at=None)
    if name or facts.record_id or ((facts.caller or facts.called) and facts.started_at):
        yield Record(_path(name or ""), facts, row.line)
    else:
        yield Problem(row.line, Text("the row names no call", "该行没有指明通话"))
    for text in wrong:
        en = f"neither a time nor a duration that is understood: {text}"
        yield Problem(row.line, Text(en, f"无法识别的时间或时长：{text}"))


def _is_moment(written: str) -> bool:
    try:
        datetime.fromisoformat(written)
    except ValueError:
        return False
    return True


def _path(name: str) -> str:
    """The path of a recording that is named by its address in the network."""
    if not name.lower().startswith(("http://", "https://", "ftp://", "file://")):
        return name
    try:
        return unquote(urlsplit(name).path) or name
    except ValueError:
        return name


def read_table(file: Path, settings: Settings | None = None) -> MetadataTable:
    """The same, held in memory, for a run that keeps nothing; rows that cannot be used are left out.

    Raises:
        SettingsError: as `read_records`; or there are rows, and none can be used.
    """
    found = list(read_records(file, settings or Settings()))
    records = [row for row in found if isinstance(row, Record)]
    problem = next((row for row in found if isinstance(row, Problem)), None)
    if problem and not records:
        line, text = problem.line, problem.text
        raise SettingsError(
            f"no row can be used; line {line}: {text.en}",
            f"没有可用的行；第 {line} 行：{text.zh}",
            where=file,
        )
    return MetadataTable.of_rows(records)
