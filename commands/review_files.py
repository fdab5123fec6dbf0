"""Commands by which reviews go through a workbook: written, filled in, taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..lang import say
from .options import AgentOnly, Db, GroupOnly, NoRedact, OnlyItem, Since, Until
from .review import Blind, MostCalls, Reviewer, wanted_calls
from .terminal import chosen_settings, existing_store, refuse_overwriting

files_app = typer.Typer()

SheetTo = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help=say("Where to, .xlsx or .csv.", "写到哪里，.xlsx 或 .csv。")
    ),
]
SheetBack = Annotated[
    Path, typer.Argument(metavar="FILE", help=say("The filled-in file.", "填写好的文件。"))
]
OnlyCheck = Annotated[
    bool,
    typer.Option("--dry-run", help=say("Only check, keep nothing.", "只检查，不写入。")),
]


@files_app.command(
    help=say(
        "Write what waits as a workbook to be filled in.",
        "把待复核内容导出为 Excel，填写后再导入。",
    )
)
def export(
    file: SheetTo,
    reviewer: Reviewer = None,
    second: Blind = False,
    item: OnlyItem = None,
    agent: AgentOnly = None,
    group: GroupOnly = None,
    since: Since = None,
    until: Until = None,
    limit: MostCalls = 10_000,
    no_redact: NoRedact = False,
    db: Db = None,
) -> None:
    from ..qa.privacy.redact import Redaction
    from ..qa.review.sheet import lines, write_sheet
    from ..qa.review.words import reviewer_name
    from ..qa.store.audit import of_calls, record
    from ..qa.store.queue import queue

    settings = chosen_settings()
    refuse_overwriting([file], [], db or settings.store_path())
    database = existing_store(settings, db).database
    wanted = wanted_calls(database, item, agent, group, since, until)
    tasks = queue(database, wanted, reviewer_name(reviewer), limit, blind=second)
    if not tasks:
        typer.echo(say("nothing waits for review", "没有待复核的内容"))
        return
    redaction = None if no_redact else Redaction(settings)
    found = list(lines(database, tasks, blind=second, redaction=redaction))
    remark = "redacted" if redaction else "not redacted"
    record(database, "export", of_calls("review", [task.row for task in tasks], remark))
    write_sheet(file, found)
    count = len(found)
    typer.echo(
        f"{file}: {say(f'{count} items of {len(tasks)} calls', f'{len(tasks)} 通通话，{count} 个项目')}"
    )
    if redaction:
        typer.echo(redaction.summary())


@files_app.command(
    "import",
    help=say(
        "Take a filled-in workbook back; wrong rows are named, the others kept.",
        "导入填写好的复核表；有误的行会列出，其余生效。",
    ),
)
def import_(
    file: SheetBack, reviewer: Reviewer = None, dry_run: OnlyCheck = False, db: Db = None
) -> None:
    from ..qa.review.returned import take_back
    from ..qa.review.words import reviewer_name

    settings = chosen_settings()
    database = existing_store(settings, db).database
    done = take_back(
        database, file, reviewer_name(reviewer), settings.metadata.encoding, keep=not dry_run
    )
    would = say("would be ", "可") if dry_run else ""
    typer.echo(
        say(
            f"{file}: {done.applied} {would}applied, {len(done.problems)} not, {done.empty} without a verdict",
            f"{file}：{would}生效 {done.applied} 行，有误 {len(done.problems)} 行，未填 {done.empty} 行",
        )
    )
    for problem in done.problems:
        typer.echo(say(f"  row {problem.line}: ", f"  第 {problem.line} 行：") + str(problem.text))
    raise typer.Exit(int(bool(done.problems)))
