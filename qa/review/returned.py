"""Takes a filled-in review file back: every row is checked, those that are right are kept, the others named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...errors import UsageError
from ...lang import Text
from ..metadata import Problem
from ..metadata.tables import open_table
from ..privacy.redact import plain_name
from ..store.database import Database
from ..store.reviews import NewReview, add, refusal
from ..store.standing import Standing, standing
from .sheet import HEADS, Ref
from .words import written_verdict

_HEADINGS = {title: head.id for head in HEADS for title in (head.title.en, head.title.zh)}
_NEEDED = ("ref", "call", "verdict")


@dataclass(frozen=True)
class Returned:
    """What came of a file: verdicts kept, rows without one, and the rows that cannot be taken."""

    applied: int
    empty: int
    problems: tuple[Problem, ...]


def take_back(
    database: Database, file: Path, reviewer: str | None, encoding: str = "", *, keep: bool = True
) -> Returned:
    """Check a review file and keep its verdicts, in one transaction.

    Args:
        database: where they go.
        file: Excel or CSV, as it was exported.
        reviewer: of the rows that name none.
        encoding: of a CSV; "" is told from the bytes.
        keep: else only check.

    Raises:
        UsageError: it is no review file. SettingsError: it cannot be read. StoreError: nothing can be kept.
    """
    table = open_table(file, _meaning, encoding)
    missing = [h.title for h in HEADS if h.id in _NEEDED and not _has(table.headings, h.id)]
    if missing:
        names = ", ".join(f"{title.en} ({title.zh})" for title in missing)
        raise UsageError(
            f"no review file: no column {names}", f"不是复核文件：缺少列 {names}", where=file,
            then=Text("export one with callqa review export", "请用 callqa review export 导出"),
        )  # fmt: skip
    problems: list[Problem] = []
    new: list[tuple[int, NewReview]] = []
    seen: dict[tuple[int, str, str], int] = {}
    empty = 0
    calls = _Calls(database)
    for row in table.rows:
        if isinstance(row, Problem):
            problems.append(row)
            continue
        cells = {_HEADINGS[h.strip()]: c for h, c in row.cells.items() if h.strip() in _HEADINGS}
        if not cells.get("verdict", "").strip():
            empty += 1
            continue
        read = _read(calls, cells, reviewer)
        if isinstance(read, NewReview):
            key = (read.call, read.item, read.reviewer)
            if key in seen:
                read = Text(f"the same as row {seen[key]}", f"与第 {seen[key]} 行重复")
            else:
                seen[key] = row.line
        if isinstance(read, Text):
            problems.append(Problem(row.line, read))
        else:
            new.append((row.line, read))
    applied = len(new)
    if keep:
        answers = add(database, [one for _, one in new])
        late = [Problem(n, a) for (n, _), a in zip(new, answers, strict=True) if a is not None]
        applied, problems = applied - len(late), problems + late
    return Returned(applied, empty, tuple(sorted(problems, key=lambda p: p.line)))


class _Calls:
    """The calls of a file, each read once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[int, Standing | None] = {}

    def of(self, row: int) -> Standing | None:
        if row not in self._known:
            with self._database.reading() as session:
                self._known[row] = standing(session, row)
        return self._known[row]


def _read(calls: _Calls, cells: Mapping[str, str], reviewer: str | None) -> NewReview | Text:
    """The verdict of a row, or what is wrong with it."""
    try:
        ref, check = Ref.of(cells.get("ref", ""))
        here = calls.of(ref.call)
    except (ValueError, OverflowError):
        return Text("the ref was changed", "编号被改动")
    if here is None:
        return Text("the call is not in the database", "数据库中没有该通话")
    if not ref.matches(check, here.call_id):
        return Text(
            "the ref was changed, or is of another database", "编号被改动，或来自其他数据库"
        )
    if (shown := cells.get("call", "").lstrip("'")) and shown not in (
        here.call_id,
        plain_name(here.call_id),
    ):
        return Text(f"the ref is of call {here.call_id}, not {shown}", "编号与通话不一致，可能错行")
    written = cells["verdict"]
    verdict = written_verdict(written)
    if verdict is None:
        return Text(f"no verdict: {written}", f"不是有效的结论：{written}")
    new = NewReview(
        ref.call, ref.item, verdict, (cells.get("reviewer") or reviewer or "").strip(),
        cells.get("remark", "").strip().removeprefix("'"), ref.blind, ref.basis, ref.known,
    )  # fmt: skip
    return refusal(here, new) or new


def _meaning(cells: Iterable[str]) -> int:
    return sum(cell.strip() in _HEADINGS for cell in cells)


def _has(headings: Iterable[str], wanted: str) -> bool:
    return any(_HEADINGS.get(heading.strip()) == wanted for heading in headings)
