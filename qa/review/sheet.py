"""What waits for review as a workbook or CSV, to be filled in and taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...lang import Text, say
from ...scoring.scorecard import ScoredItem
from ..export.book import Book
from ..export.columns import Cell, Kind
from ..privacy.redact import Redaction, plain_name
from ..render import clock, verdict_word
from ..spreadsheet import csv_text, inert, replacing, write_text
from ..store.database import Database
from ..store.queue import Task
from ..store.standing import Standing, standing
from .words import choices, why_word

EVIDENCE = 300  # characters of what was said


@dataclass(frozen=True)
class Head:
    """A column: its heading in both languages, its width in characters, and whether people fill it in."""

    id: str
    title: Text
    width: int
    filled: bool = False


HEADS = (
    Head("ref", Text("ref (do not change)", "编号（勿改）"), 26),
    Head("call", Text("call", "通话"), 30),
    Head("agent", Text("agent", "坐席"), 14),
    Head("why", Text("why", "复核原因"), 10),
    Head("item", Text("item", "项目"), 18),
    Head("machine", Text("machine", "机器结论"), 10),
    Head("reason", Text("machine's reason", "机器理由"), 44),
    Head("at", Text("at", "位置"), 8),
    Head("said", Text("said", "通话内容"), 60),
    Head("verdict", Text("verdict", "复核结论"), 12, filled=True),
    Head("remark", Text("why so", "复核理由"), 30, filled=True),
    Head("reviewer", Text("reviewer", "复核人"), 12, filled=True),
)
BLIND = frozenset({"machine", "reason"})  # what a second reviewer is not shown


@dataclass(frozen=True)
class Ref:
    """What a row is about and what its reviewer saw; as text with a check, so that a changed one shows."""

    call: int
    item: str
    basis: str
    known: int
    blind: bool

    def text(self, call_id: str) -> str:
        return f"{self._plain}-{self._check(call_id)}"

    @property
    def _plain(self) -> str:
        return f"{self.call}:{self.item}:{self.basis}:{self.known}:{'b' if self.blind else 'o'}"

    def _check(self, call_id: str) -> str:
        return hashlib.sha256(f"{self._plain} {call_id}".encode()).hexdigest()[:6]

    @classmethod
    def of(cls, text: str) -> tuple[Ref, str]:
        """The reference in a cell, and its check.

        Raises:
            ValueError: it is none.
        """
        plain, _, check = text.strip().rpartition("-")
        call, item, basis, known, blind = plain.split(":")
        if blind not in ("b", "o"):
            raise ValueError(text)
        return cls(int(call), item, basis, int(known), blind == "b"), check

    def matches(self, check: str, call_id: str) -> bool:
        return check == self._check(call_id)


@dataclass(frozen=True)
class Line:
    """A row of the file, by the ids of its columns."""

    cells: dict[str, str]

    def row(self) -> list[tuple[Cell, Kind]]:
        return [(self.cells.get(head.id, ""), "text") for head in HEADS]


def lines(
    database: Database,
    tasks: Sequence[Task],
    *,
    blind: bool,
    redaction: Redaction | None = None,
) -> Iterator[Line]:
    """A row for each item that waits.

    Raises:
        StoreError: the database cannot be read.
    """
    for task in tasks:
        with database.reading() as session:
            here = standing(session, task.row)
        if here is None:
            continue
        shown = here
        if redaction:
            done = redaction.judged(here.judged, here.metadata)
            shown = replace(here, judged=done.judged)
        for item in task.items:
            found = shown.item(item)
            if found is not None:
                yield _line(here, found, task, blind=blind, hide=redaction is not None)


def _line(here: Standing, item: ScoredItem, task: Task, *, blind: bool, hide: bool) -> Line:
    ref = Ref(here.row, item.id, here.basis(item.id), here.last(item.id), blind)
    evidence = item.finding.evidence
    cells = {
        "ref": ref.text(here.call_id),
        "call": plain_name(here.call_id) if hide else here.call_id,
        "agent": here.agent,
        "why": why_word(task.why),
        "item": str(item.title),
        "machine": verdict_word(item.finding.verdict),
        "reason": str(item.finding.reason),
        "at": clock(evidence[0].start) if evidence else "",
        "said": " / ".join(e.text for e in evidence)[:EVIDENCE],
    }
    return Line({k: v for k, v in cells.items() if not (blind and k in BLIND)})


def write_sheet(path: Path, found: Sequence[Line]) -> None:
    """Write the rows, as Excel or, where the name ends in .csv, as CSV.

    Raises:
        UsageError: the file cannot be written.
    """
    titles = [str(head.title) for head in HEADS]
    if path.suffix.lower() == ".csv":
        rows = [[inert(str(cell or "")) for cell, _ in line.row()] for line in found]
        write_text(path, csv_text([titles, *rows]))
        return
    with replacing(path) as place:
        book = Book(place)
        try:
            heads = [(str(head.title), head.width) for head in HEADS]
            with book.sheet(say("review", "复核"), heads) as sheet:
                for line in found:
                    sheet.add(line.row())
                at = [head.id for head in HEADS].index("verdict")
                sheet.choice(at, choices())
                sheet.paper([n for n, head in enumerate(HEADS) if head.filled])
            with book.sheet(say("how to", "填写说明"), [(say("how to", "填写说明"), 90)]) as sheet:
                for text in _how_to():
                    sheet.add([(text, "text")])
        finally:
            book.close()


def _how_to() -> Iterator[str]:
    yield say(
        "Fill in the yellow columns; rows without a verdict are left as they are.",
        "请填写黄色列；未填结论的行不作处理。",
    )
    words = say(", ", "、").join(choices())
    yield say(f"Verdicts: {words}.", f"复核结论：{words}。")
    yield say(
        "Where you differ from the machine, write why.", "与机器结论不同时，必须填写复核理由。"
    )
    yield say(
        "Do not change the first column; rows may be sorted, filtered and deleted.",
        "请勿改动第一列；可以排序、筛选、删除行。",
    )
    yield say(
        "Take it back with: callqa review import FILE", "填写后导入：callqa review import 文件"
    )
