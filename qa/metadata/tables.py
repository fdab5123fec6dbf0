"""Rows of tables as people export them: CSV in several encodings, Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...errors import SettingsError, os_reason
from .encodings import decoded
from .facts import Problem


@dataclass(frozen=True)
class Row:
    """A row by its headings; `line` of the file, counted from 1."""

    line: int
    cells: Mapping[str, str]


def read_rows(
    file: Path, known: Callable[[Iterable[str]], int], encoding: str = ""
) -> Iterator[Row | Problem]:
    """The rows below the heading row.

    Args:
        file: CSV or Excel.
        known: how many of some headings mean something; the heading row is the first in which any do.
        encoding: of a CSV; "" is told from the bytes.

    Raises:
        SettingsError: it cannot be read, or nothing in it can be told.
    """
    for line, (headings, cells) in enumerate(_numbered(file, known), 2):
        yield Row(line, dict(zip(headings, cells, strict=False)))


def read_lines(file: Path, encoding: str = "") -> Iterator[list[str] | Problem]:
    """The rows of a table without headings, cell by cell.

    Raises:
        SettingsError: it cannot be read.
    """
    try:
        text = decoded(file.read_bytes())
    except OSError as error:
        reason = os_reason(error)
        raise SettingsError(
            f"cannot read the metadata: {reason.en}", f"无法读取元数据：{reason.zh}", where=file
        ) from error
    yield from csv.reader(io.StringIO(text, newline=""))


def _numbered(
    file: Path, known: Callable[[Iterable[str]], int]
) -> Iterator[tuple[list[str], list[str]]]:
    lines = read_lines(file)
    headings = next(lines, [])
    for cells in lines:
        yield headings, cells  # type: ignore[misc]
