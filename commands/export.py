"""The command that writes stored results for spreadsheets and other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..lang import say
from .options import AgentOnly, Db, GroupOnly, NoRedact, Since, Until
from .terminal import chosen_settings, existing_store, refuse_overwriting, terminal_console

export_app = typer.Typer()

AsXlsx = Annotated[
    Path | None,
    typer.Option("--xlsx", help=say("Write an Excel workbook.", "写成 Excel 工作簿。")),
]
AsCsv = Annotated[
    Path | None,
    typer.Option("--csv", help=say("Write CSV that Excel opens.", "写成 Excel 可直接打开的 CSV。")),
]
AsJsonl = Annotated[
    Path | None, typer.Option("--jsonl", help=say("Write JSON Lines.", "写成 JSON Lines。"))
]


@export_app.command(
    help=say(
        "Write calls, agents, items and indicators as Excel, CSV or JSON Lines.",
        "把通话、坐席、项目和指标导出为 Excel、CSV 或 JSON Lines。",
    )
)
def export(
    xlsx: AsXlsx = None,
    csv: AsCsv = None,
    jsonl: AsJsonl = None,
    agent: AgentOnly = None,
    group: GroupOnly = None,
    since: Since = None,
    until: Until = None,
    no_redact: NoRedact = False,
    db: Db = None,
) -> None:
    from ..errors import UsageError
    from ..qa.export.content import Content
    from ..qa.export.texts import write_csv, write_jsonl
    from ..qa.export.xlsx import write_xlsx
    from ..qa.period import Period
    from ..qa.privacy.redact import Redaction
    from ..qa.store.audit import record

    wanted = [(xlsx, write_xlsx), (csv, write_csv), (jsonl, write_jsonl)]
    files = [file for file, _ in wanted if file]
    if not files:
        raise UsageError(
            "say what to write: --xlsx, --csv or --jsonl FILE",
            "请指定输出：--xlsx、--csv 或 --jsonl 文件",
        )
    settings = chosen_settings()
    refuse_overwriting(files, [], db or settings.store_path())
    redaction = None if no_redact else Redaction(settings)
    store = existing_store(settings, db)
    content = Content(store, Period.of(since, until), agent, group, redaction)
    console = terminal_console()
    if content.empty:
        console.print(say("no call of that kind", "没有符合条件的通话"))
        return
    remark = "redacted" if redaction else "not redacted"
    period = f"{content.period.since or ''}..{content.period.until or ''}"
    record(store.database, "export", f"export: calls of {period}; {remark}")
    for file, write in wanted:
        if file:
            count = write(file, content)
            console.print(f"{file}: {say(f'{count} calls', f'{count} 通通话')}", markup=False)
    if redaction:
        console.print(redaction.summary(), markup=False)
