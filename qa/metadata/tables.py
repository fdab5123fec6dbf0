"""Rows of tables as people export them: CSV in several encodings, Excel. One bad row costs no other."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from ...errors import SettingsError, os_reason
from ...lang import Text
from .encodings import decoded
from .facts import Problem

HEADING_ROWS = 10  # of the first rows one has the headings; others are titles
TELLING = 4  # columns: a line of a remark seldom has as many separators
EXCEL_EXACT = 10**15  # numbers from here on lose their last digits in Excel
MOST_LINES = 20  # of one row whose cells have line breaks: with more a quote was lost
_LOST_DIGITS = re.compile(r"\d(?:\.\d+)?[eE]\+\d{2,}")  # 1.38E+10, as Excel writes a number to CSV
_EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # zip: xlsx, xlsb, ods; OLE: xls
_HTML = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head")


@dataclass(frozen=True)
class Line:
    """The cells of a row; `number` is that of its first line, counted from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A row by its headings; `line` of the file, counted from 1."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """The headings of a table, and what is below them, to be read once."""

    headings: tuple[str, ...]
    rows: Iterator[Row | Problem]


def read_rows(
    file: Path, known: Callable[[Iterable[str]], int], encoding: str = ""
) -> Iterator[Row | Problem]:
    """The rows below the heading row; as `open_table`."""
    yield from open_table(file, known, encoding).rows


def open_table(file: Path, known: Callable[[Iterable[str]], int], encoding: str = "") -> Table:
    """Find the heading row.

    Args:
        file: CSV or Excel.
        known: how much some headings mean; the heading row is that of the first ten which means most.
        encoding: of a CSV; "" is told from the bytes.

    Raises:
        SettingsError: it cannot be read at all.
    """
    lines = (line for line in read_lines(file, encoding, known) if not _blank(line))
    first = list(islice(lines, HEADING_ROWS))
    candidates = [line for line in first if isinstance(line, Line)]
    if not candidates:
        return Table((), (line for line in first if isinstance(line, Problem)))
    headings = max(candidates, key=lambda line: known(line.cells))
    return Table(headings.cells, _below(headings, chain(first, lines)))


def _below(headings: Line, lines: Iterable[Line | Problem]) -> Iterator[Row | Problem]:
    for line in lines:
        if isinstance(line, Problem):
            yield line
        elif line.number > headings.number:
            yield Row(line.number, _by_heading(headings.cells, line.cells))
            if cell := next(filter(digits_lost, line.cells), None):
                yield Problem(
                    line.number,
                    Text(
                        f"Excel has rounded a number to {cell}; its digits are lost",
                        f"Excel 已把号码显示成 {cell}，位数丢失",
                    ),
                )


def digits_lost(cell: str) -> bool:
    """Whether Excel has rounded a number: 1.38E+10 may be anybody's telephone."""
    return _LOST_DIGITS.fullmatch(cell) is not None


def read_lines(
    file: Path, encoding: str = "", known: Callable[[Iterable[str]], int] | None = None
) -> Iterator[Line | Problem]:
    """The rows of a table as they stand, blank ones among them.

    Args:
        file: CSV or Excel.
        encoding: of a CSV; "" is told from the bytes.
        known: tells the sheet of an Excel file: the one whose heading row means most, the first of several.

    Raises:
        SettingsError: it cannot be read at all.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        reason = os_reason(error)
        raise SettingsError(
            f"cannot read the table: {reason.en}", f"无法读取表格：{reason.zh}", where=file
        ) from error
    if data.startswith(_EXCEL):
        yield from _excel(file, data, known)
        return
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:20].lower().startswith(_HTML):
        raise SettingsError(
            "this is a web page under the name of a table", "文件内容是网页，不是表格", where=file,
            then=Text("open it in Excel and save it as .xlsx or CSV", "请用 Excel 打开，另存为 .xlsx 或 CSV"),
        )  # fmt: skip
    try:
        text = decoded(data, encoding)
    except ValueError as error:
        raise SettingsError(
            f"the text cannot be read: {error}", f"无法识别文字编码：{error}", where=file,
            then=Text(
                "name its encoding in [metadata] encoding, or save it as UTF-8",
                "请在 [metadata] encoding 中指定编码，或另存为 UTF-8",
            ),
        ) from error  # fmt: skip
    yield from _csv(text)


def _csv(text: str) -> Iterator[Line | Problem]:
    """Row by row: a quote that is never closed spoils its own line, not all that follow."""
    lines = re.split(r"\r\n|\n|\r", text.replace("\0", "").rstrip("\r\n"))
    at, delimiter = 0, _delimiter(lines[:HEADING_ROWS])
    if said := re.fullmatch(r"sep=(.)", lines[0]):
        at, delimiter = 1, said[1]
    width = 0
    while at < len(lines):
        cells, count = _row(lines[at : at + MOST_LINES], delimiter)
        if cells is None or (
            count > 1 and _swallowed(lines[at : at + count], cells, width, delimiter)
        ):
            problem = Text("quotes are broken; the row is left out", "引号不配对，该行未采用")
            yield Problem(at + 1, problem)
            count = 1
        else:
            width = max(width, len(cells))
            yield Line(at + 1, tuple(cell.strip() for cell in cells))
        at += count


def _swallowed(lines: list[str], cells: list[str], width: int, delimiter: str) -> bool:
    """Whether a row of several lines is several rows between two lost quotes, rather than a cell with line breaks."""
    if width and len(cells) != width:
        return True
    return width >= TELLING and any(line.count(delimiter) == width - 1 for line in lines[1:-1])


def _delimiter(lines: list[str]) -> str:
    """The mark that stands in the most lines, outside of quotes; of several the most frequent one."""
    bare = re.sub(r'"[^"]*("|$)', "", "\n".join(lines)).split("\n")

    def weight(mark: str) -> tuple[int, int]:
        return sum(mark in line for line in bare), sum(line.count(mark) for line in lines)

    return max(",;\t", key=weight)


def _row(lines: list[str], delimiter: str) -> tuple[list[str] | None, int]:
    """The first row of these lines, and how many of them it takes; None where it cannot be told."""
    for count in range(1, len(lines) + 1):
        some = [line + "\n" for line in lines[:count]]
        try:
            rows = list(csv.reader(some, delimiter=delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error):  # a cell with line breaks, perhaps
                continue
            return None, 1
        return (rows[0] if rows else []), count
    return None, 1


def _excel(file: Path, data: bytes, known: Callable[[Iterable[str]], int] | None) -> Iterator[Line]:
    """The rows of the sheet whose headings mean most, else of the first."""
    import io

    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            [tuple(map(_cell, row)) for row in book.get_sheet_by_index(number).iter_rows()]
            for number in range(len(book.sheet_names))
        ]
    except (CalamineError, OSError, ValueError) as error:
        raise SettingsError(
            f"Excel file that cannot be read: {error}", f"无法读取 Excel 文件：{error}", where=file,
            then=Text("take its password away, or save it anew", "请去掉密码，或重新另存"),
        ) from error  # fmt: skip

    def meaning(sheet: Iterable[tuple[str, ...]]) -> int:
        return max(map(known, islice(sheet, HEADING_ROWS)), default=0) if known else 0

    for number, cells in enumerate(max(sheets, key=meaning, default=()), 1):
        yield Line(number, cells)


def _cell(value: object) -> str:
    """What a cell shows: whole numbers without a point, times as ISO 8601, and what Excel has rounded as such."""
    import datetime

    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return str(int(value)) if abs(value) < EXCEL_EXACT else f"{value:.5E}"
    if isinstance(value, datetime.timedelta):
        return str(value.total_seconds())
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip()


def _blank(line: Line | Problem) -> bool:
    return isinstance(line, Line) and not any(line.cells)


def _by_heading(headings: Iterable[str], cells: Iterable[str]) -> dict[str, str]:
    """Cells by their headings; of two columns of one heading the first that says something."""
    out: dict[str, str] = {}
    for heading, cell in zip(headings, cells, strict=False):
        if not out.get(heading):
            out[heading] = cell
    return out
