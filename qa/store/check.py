"""Whether a database is whole: the file, the ties between its rows, and what is made of scorecards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import orm

from ...errors import StoreError
from ...lang import Text
from ..result import Analysis, Judged
from .claims import stale
from .database import Database
from .packing import unpack
from .schema import SAID, AnalysisRow, CallRow, EventRow, MeasuresRow, ScorecardRow, VerdictRow

MOST_LISTED = 5  # examples of one problem


@dataclass(frozen=True)
class Flaw:
    """Something that is not as it should be; a `note` harms nothing."""

    level: Literal["problem", "note"]
    text: Text


def check(database: Database, *, deep: bool = False) -> Iterator[Flaw]:
    """Look for what is wrong.

    Args:
        database: to be looked into.
        deep: read all that was heard and judged, and look whether the recordings are there.

    Raises:
        StoreError: it cannot be read at all.
    """
    with database.reading() as session:
        for found in session.execute(sa.text("PRAGMA integrity_check")).scalars():
            if found != "ok":
                yield Flaw("problem", Text(f"damaged: {found}", f"文件损坏：{found}"))
        for row in session.execute(sa.text("PRAGMA foreign_key_check")):
            yield Flaw("problem", Text(f"a loose end in {row[0]}", f"{row[0]} 表中有失效的引用"))
        yield from _ties(session)
        if deep:
            yield from _payloads(session)
            yield from _recordings(session)
    yield from _index(database)
    left = stale(database)
    if left:
        en, zh = f"{left} claims of runs that ended early", f"{left} 个占用来自中断的任务"
        yield Flaw("note", Text(f"{en}; the next run takes them over", f"{zh}，下次运行会接管"))


def _ties(session: orm.Session) -> Iterator[Flaw]:
    """Every scored call has a scorecard, its figures, and its words in the index; nobody else has."""
    scored = CallRow.status == "scored"
    queries: list[tuple[Text, sa.Select[Any]]] = [
        (
            Text("scored calls without what was heard", "已评分通话缺少识别结果"),
            sa.select(CallRow.call_id).where(scored, CallRow.analysis_id.is_(None)),
        ),
        (
            Text("calls with a scorecard but no figures", "有评分表但缺少统计数据的通话"),
            sa.select(CallRow.call_id)
            .outerjoin(MeasuresRow, MeasuresRow.call_row == CallRow.id)
            .where(CallRow.scorecard_id.is_not(None), MeasuresRow.call_row.is_(None)),
        ),
        (
            Text("calls with figures but no scorecard", "有统计数据但缺少评分表的通话"),
            sa.select(CallRow.call_id)
            .join(MeasuresRow, MeasuresRow.call_row == CallRow.id)
            .where(CallRow.scorecard_id.is_(None)),
        ),
        (
            Text("calls that cannot be searched", "无法检索的通话"),
            sa.select(CallRow.call_id).where(
                CallRow.scorecard_id.is_not(None),
                sa.text("calls.id NOT IN (SELECT rowid FROM said)"),
            ),
        ),
        (
            Text("texts in the index of no call", "索引中没有对应通话的文本"),
            sa.select(sa.text("rowid FROM said WHERE rowid NOT IN (SELECT id FROM calls)")),
        ),
        (
            Text("scorecards without verdicts", "没有项目结果的评分表"),
            sa.select(ScorecardRow.id)
            .outerjoin(VerdictRow, VerdictRow.scorecard_id == ScorecardRow.id)
            .where(VerdictRow.scorecard_id.is_(None)),
        ),
    ]
    for text, query in queries:
        yield from _listed(text, [str(one) for one in session.execute(query).scalars()])


def _payloads(session: orm.Session) -> Iterator[Flaw]:
    """What was heard and judged can be read."""
    kinds: tuple[tuple[Any, Any, Text], ...] = (
        (AnalysisRow, Analysis, Text("unreadable results of recognition", "无法读取的识别结果")),
        (ScorecardRow, Judged, Text("unreadable scorecards", "无法读取的评分表")),
    )
    for table, kind, text in kinds:
        rows = session.execute(sa.select(table.id, table.payload)).yield_per(100)
        yield from _listed(text, [str(row) for row, raw in rows if not _reads(kind, raw)])


def _reads(kind: Any, raw: bytes) -> bool:
    try:
        unpack(kind, raw)
    except ValueError:
        return False
    return True


def _recordings(session: orm.Session) -> Iterator[Flaw]:
    """Recordings that are not at their place are no fault of the database."""
    sources = session.scalars(sa.select(CallRow.source).where(CallRow.status == "scored"))
    gone = [source for source in sources if not Path(source).exists()]
    text = Text(
        "recordings that are not at their place (scoring them where they are now finds them again)",
        "不在原位置的录音（在新位置再次评分即可找回）",
    )
    yield from _listed(text, gone, level="note")


def _index(database: Database) -> Iterator[Flaw]:
    """The full-text index checks itself."""
    try:
        with database.writing() as session:
            session.execute(sa.text("INSERT INTO said (said) VALUES ('integrity-check')"))
    except StoreError as error:
        if "damaged" not in error.problem.en:
            raise
        yield Flaw("problem", Text("the search index is damaged", "检索索引已损坏"))


def _listed(
    text: Text, found: list[str], level: Literal["problem", "note"] = "problem"
) -> Iterator[Flaw]:
    if found:
        some = ", ".join(found[:MOST_LISTED]) + (" …" if len(found) > MOST_LISTED else "")
        yield Flaw(
            level, Text(f"{len(found)} {text.en}: {some}", f"{len(found)} 个{text.zh}：{some}")
        )


def rebuild(database: Database) -> None:
    """Take away all that is made of scorecards, so that it can be made anew (Store.refresh)."""
    with database.writing() as session:
        session.execute(sa.delete(MeasuresRow))
        session.execute(sa.delete(EventRow))
        session.execute(sa.text("DROP TABLE IF EXISTS said"))
        session.execute(sa.text(SAID))
