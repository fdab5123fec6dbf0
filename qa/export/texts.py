"""Calls as CSV for Chinese Excel, and as JSON Lines."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from ..result import to_json
from ..spreadsheet import inert, replacing
from .columns import Cell, Column
from .content import Content


def write_csv(path: Path, content: Content) -> int:
    """A line for each call, with the columns of the spreadsheet's first sheet; how many there are.

    Raises:
        UsageError: the file cannot be written. StoreError: the database cannot be read.
    """
    columns, count = content.columns, 0
    with replacing(path) as place, place.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file, lineterminator="\r\n")
        lines.writerow([inert(column.title) for column in columns])
        for result in content.calls():
            lines.writerow([_written(column, column.value(result)) for column in columns])
            count += 1
    return count


def write_jsonl(path: Path, content: Content) -> int:
    """An object a line, in the form of docs/results.md; how many there are.

    Raises:
        UsageError: the file cannot be written. StoreError: the database cannot be read.
    """
    count = 0
    with replacing(path) as place, place.open("w", encoding="utf-8", newline="\n") as file:
        for result in content.calls(whole=True):
            file.write(json.dumps(to_json(result), ensure_ascii=False) + "\n")
            count += 1
    return count


def _written(column: Column, cell: Cell) -> Cell:
    if isinstance(cell, str):
        moment = cell.replace("T", " ") if column.kind == "moment" else cell
        return inert(moment.encode("utf-8", "replace").decode())
    return round(cell, 2) if isinstance(cell, float) else cell
