"""The command that brings in what other systems know of the calls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ..lang import say
from .options import Db, ImportFiles, ListTo
from .terminal import chosen_settings, open_store

if TYPE_CHECKING:
    from ..qa.imports import Imported, Unmatched
    from ..qa.session import Session
    from ..qa.store import Store

import_app = typer.Typer()

MOST_SHOWN = 10


@import_app.command(
    "import",
    help=say(
        "Bring in tables of calls (CSV, Excel, Asterisk's Master.csv), before or after scoring.",
        "导入通话信息表（CSV、Excel、Asterisk Master.csv），评分前后均可。",
    ),
)
def import_(files: ImportFiles, db: Db = None, list_to: ListTo = None) -> None:
    from ..qa.session import Session

    settings = chosen_settings()
    session = Session(settings)
    store = open_store(settings, db)
    odd = [file for file in files if import_one(store, file, session)]
    _tell_unmatched(store, list_to)
    raise typer.Exit(int(bool(odd)))


def import_one(store: Store, file: Path, session: Session) -> bool:
    """Import a table and say what came of it; gives whether rows could not be used."""
    from ..qa.imports import import_file

    done = import_file(store, file, session.settings, session.judge_for)
    typer.echo(f"{file}{say(': ', '：')}{_summary(done)}")
    for problem in done.problems[:MOST_SHOWN]:
        typer.echo(say(f"  line {problem.line}: ", f"  第 {problem.line} 行：") + str(problem.text))
    if len(done.problems) > MOST_SHOWN:
        more = len(done.problems) - MOST_SHOWN
        typer.echo(say(f"  … and {more} more", f"  ……另有 {more} 行"))
    return bool(done.problems)


def _summary(done: Imported) -> str:
    added = done.added
    parts = [
        say(
            f"{added.usable} records ({added.new} new, {added.changed} changed), {done.matched} with their recording",
            f"{added.usable} 条记录（新增 {added.new}，变更 {added.changed}），其中 {done.matched} 条已对应录音",
        )
    ]
    if done.moved:
        parts.append(
            say(
                f"{done.moved} calls changed, {done.rejudged} of them judged again",
                f"更新 {done.moved} 通通话，其中 {done.rejudged} 通重新评分",
            )
        )
    if done.problems:
        many = len(done.problems)
        parts.append(say(f"{many} rows with problems:", f"{many} 行有问题："))
    return say("; ", "；").join(parts)


def _tell_unmatched(store: Store, list_to: Path | None) -> None:
    """Say what has no counterpart on the other side, and write all of it to a file where one is named."""
    from ..qa.imports import unmatched, write_unmatched

    records: list[Unmatched] = []
    recordings: list[Unmatched] = []
    for one in unmatched(store):
        (recordings if one.line is None else records).append(one)
    for found, title in (
        (records, say("records without a recording (kept until it comes)", "没有录音的记录（保留，待录音到达后对应）")),
        (recordings, say("recordings without a record", "没有记录的录音")),
    ):  # fmt: skip
        if found:
            shown = ", ".join(one.what for one in found[:MOST_SHOWN])
            more = f" … +{len(found) - MOST_SHOWN}" if len(found) > MOST_SHOWN else ""
            typer.echo(f"{len(found)} {title}{say(': ', '：')}{shown}{more}")
    if list_to:
        write_unmatched(list_to, [*records, *recordings])
        typer.echo(say(f"all of them: {list_to}", f"完整清单：{list_to}"))
