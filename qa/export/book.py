"""A workbook and its sheets: cells by kind, colours by condition, charts that Excel draws itself.

Text is written as text: what looks like a formula or an address stays what somebody said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from .columns import Cell, Kind

MOST_ROWS = 1_048_575  # of Excel's sheets, without the headings
LONGEST = 32_767  # characters of a cell
CHARTED = 30  # rows that a chart has room for
Colour = Literal["good", "bad", "doubt"]
_COLOURS: Mapping[Colour, tuple[str, str]] = {
    "good": ("#DDF3E4", "#14532D"),
    "bad": ("#FBDFE3", "#8B1A2B"),
    "doubt": ("#FFF3C4", "#6B4E00"),
}
_NUMBERS: Mapping[Kind, str] = {
    "moment": "yyyy-mm-dd hh:mm:ss",
    "length": "[h]:mm:ss",
    "number": "0.##",
    "score": "0.##",
    "percent": "0%",
}
_HEADING = {"bold": True, "bg_color": "#EEF1F6", "bottom": 1, "text_wrap": True, "valign": "top"}
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DAY = 86_400  # seconds; Excel counts days


@dataclass(frozen=True)
class Bars:
    """A bar chart of a sheet's first rows: its title, the columns of names and of values, and the largest value."""

    title: str
    names: int
    values: int
    most: float


class Book:
    """A workbook that is written row by row, so that its size does not matter."""

    def __init__(self, path: Path) -> None:
        from xlsxwriter import Workbook

        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": str(path.parent),
        }
        self.file: Any = Workbook(str(path), options)
        self.heading: Any = self.file.add_format(_HEADING)
        self.plain: Any = self.file.add_format({})
        self.numbers = {
            kind: self.file.add_format({"num_format": f}) for kind, f in _NUMBERS.items()
        }
        self.colours = {
            name: self.file.add_format({"bg_color": paper, "font_color": ink})
            for name, (paper, ink) in _COLOURS.items()
        }

    @contextmanager
    def sheet(self, name: str, heads: Sequence[tuple[str, int]]) -> Iterator[Sheet]:
        """A sheet with its headings, each with a width in characters; it is finished when the block is left."""
        sheet = Sheet(self, name, heads)
        yield sheet
        sheet.finish()

    def close(self) -> None:
        self.file.close()


class Sheet:
    """Rows below a heading that stays; `rows` is how many were added."""

    def __init__(self, book: Book, name: str, heads: Sequence[tuple[str, int]]) -> None:
        self.rows = 0
        self._book, self._name, self._columns = book, name, len(heads)
        self._sheet: Any = book.file.add_worksheet(name)
        self._sheet.freeze_panes(1, 1)
        for at, (title, width) in enumerate(heads):
            self._sheet.set_column(at, at, width + 2)
            self._sheet.write_string(0, at, _text(title), book.heading)

    def add(self, cells: Sequence[tuple[Cell, Kind]]) -> None:
        """Write the next row."""
        self.rows += 1
        for at, (cell, kind) in enumerate(cells):
            self._put(at, cell, kind)

    def _put(self, at: int, cell: Cell, kind: Kind) -> None:
        if cell is None or cell == "":
            return
        if not isinstance(cell, str):
            form = self._book.numbers.get(kind, self._book.plain)
            self._sheet.write_number(self.rows, at, cell / _DAY if kind == "length" else cell, form)
        elif kind == "moment" and (moment := _moment(cell)):
            self._sheet.write_datetime(self.rows, at, moment, self._book.numbers["moment"])
        else:
            self._sheet.write_string(self.rows, at, _text(cell))

    def words(self, at: int, colours: Mapping[str, Colour]) -> None:
        """Colour the cells of a column that hold these words."""
        for word, colour in colours.items():
            self._rule(
                at, type="cell", criteria="==", value=f'"{word}"', format=self._book.colours[colour]
            )

    def choice(self, at: int, words: Sequence[str]) -> None:
        """Offer a list for the cells of a column."""
        if self.rows:
            rule = {"validate": "list", "source": list(words), "ignore_blank": True}
            self._sheet.data_validation(1, at, self.rows, at, rule)

    def paper(self, columns: Sequence[int]) -> None:
        """Mark columns that people fill in."""
        rule = {"type": "no_errors", "format": self._book.colours["doubt"]}
        for at in columns:
            self._rule(at, **rule)

    def outside(self, at: int, low: float | None, high: float | None) -> None:
        """Colour the numbers of a column below or above a bound; empty cells are neither."""
        bad = self._book.colours["bad"]
        if high is not None:
            self._rule(at, type="cell", criteria=">", value=high, format=bad)
        if low is not None:
            from xlsxwriter.utility import xl_rowcol_to_cell

            cell = xl_rowcol_to_cell(1, at)
            below = f'=AND({cell}<>"",{cell}<{low:g})'
            self._rule(at, type="formula", criteria=below, format=bad)

    def scale(self, at: int, low: float, middle: float, high: float) -> None:
        """Colour the numbers of a column from red over yellow to green."""
        ends = {f"{end}_type": "num" for end in ("min", "mid", "max")}
        colours = {"min_color": "#F4A6B0", "mid_color": "#FFF3C4", "max_color": "#A8DDB5"}
        values = {"min_value": low, "mid_value": middle, "max_value": high}
        self._rule(at, type="3_color_scale", **ends, **values, **colours)

    def bars(self, bars: Bars) -> None:
        """A chart of the first rows, below the table."""
        if not self.rows:
            return
        shown = min(self.rows, CHARTED)
        chart: Any = self._book.file.add_chart({"type": "bar"})
        chart.add_series({
            "name": bars.title,
            "categories": [self._name, 1, bars.names, shown, bars.names],
            "values": [self._name, 1, bars.values, shown, bars.values],
            "fill": {"color": "#1F6FEB"}, "gap": 40, "data_labels": {"value": True},
        })  # fmt: skip
        chart.set_title({"name": bars.title, "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        chart.set_x_axis(
            {
                "min": 0,
                "max": bars.most,
                "major_gridlines": {"visible": True, "line": {"color": "#D9DDE5"}},
            }
        )
        chart.set_y_axis({"reverse": True})
        chart.set_size({"width": 640, "height": 120 + 24 * shown})
        self._sheet.insert_chart(self.rows + 2, 0, chart)

    def finish(self) -> None:
        """Let the columns be filtered."""
        self._sheet.autofilter(0, 0, max(self.rows, 1), self._columns - 1)

    def _rule(self, at: int, **rule: object) -> None:
        if self.rows:
            self._sheet.conditional_format(1, at, self.rows, at, rule)


def _moment(written: str) -> datetime | None:
    """The moment in local time; None where Excel could not show it."""
    try:
        moment = datetime.fromisoformat(written).replace(tzinfo=None)
    except ValueError:
        return None
    return moment if moment.year > 1900 else None


def _text(written: str) -> str:
    """What XML and a cell can hold."""
    return _NO_XML.sub("�", written)[:LONGEST]
