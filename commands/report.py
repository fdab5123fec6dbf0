"""The command that writes a page for supervisors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..lang import say
from .options import AgentOnly, Db, GroupOnly, NoRedact, Since, Until
from .terminal import chosen_settings, existing_store, refuse_overwriting, terminal_console

if TYPE_CHECKING:
    from ..qa.store import Store

report_app = typer.Typer()

PageFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help=say("The page to write, .html.", "要写入的网页文件，.html。")
    ),
]
ShownCalls = Annotated[
    int,
    typer.Option(
        "--calls",
        min=0,
        max=50,
        metavar="N",
        help=say("How many of the best and of the worst calls.", "高分和低分通话各列出多少通。"),
    ),
]
NoAudio = Annotated[
    bool,
    typer.Option(
        "--no-audio",
        help=say("Without recordings: smaller, nothing to listen to.", "不附录音，文件更小。"),
    ),
]
Title = Annotated[str | None, typer.Option("--title", help=say("The heading.", "页面标题。"))]


@report_app.command(
    help=say(
        "Write one page in HTML: scores, items, holds, indicators, and calls to listen to.",
        "生成单个网页报告：得分、项目、持线、指标，并可收听典型通话。",
    )
)
def report(
    file: PageFile,
    agent: AgentOnly = None,
    group: GroupOnly = None,
    since: Since = None,
    until: Until = None,
    calls: ShownCalls = 5,
    no_audio: NoAudio = False,
    title: Title = None,
    no_redact: NoRedact = False,
    db: Db = None,
) -> None:
    from ..qa.period import Period
    from ..qa.privacy.redact import Redaction
    from ..qa.report.content import Wanted, gather
    from ..qa.report.page import page
    from ..qa.spreadsheet import write_text
    from ..qa.store.audit import of_calls, record

    period = Period.of(since, until)
    settings = chosen_settings()
    refuse_overwriting([file], [], db or settings.store_path())
    store = existing_store(settings, db)
    _check(file, store)
    wanted = Wanted(period, agent, group, calls, audio=not no_audio)
    redaction = None if no_redact else Redaction(settings)
    content = gather(store.database, wanted, settings.files, redaction)
    console = terminal_console()
    if content is None:
        console.print(say("no scored call of that kind", "没有符合条件的已评分通话"))
        return
    shown = (*content.worst, *content.best)
    remark = "redacted" if redaction else "not redacted"
    record(store.database, "export", of_calls("report", (one.row for one in shown), remark))
    html = page(content, title)
    write_text(file, html)
    said = say(
        f"written: {file} ({len(html) / 1e6:.1f} MB)", f"已写入：{file}（{len(html) / 1e6:.1f} MB）"
    )
    console.print(said, markup=False)
    if redaction:
        console.print(redaction.summary(), markup=False)


def _check(file: Path, store: Store) -> None:
    """A page is never written over a recording, or over anything but another page.

    Raises:
        UsageError: the file is no page, or a recording.
    """
    from ..errors import UsageError
    from ..lang import Text

    if file.suffix.lower() not in (".html", ".htm"):
        raise UsageError(
            "a page's name ends in .html", "网页文件名应以 .html 结尾", where=file,
            then=Text("as in report.html", "例如 report.html"),
        )  # fmt: skip
    if any(store.place(str(path)) for path in (file, file.resolve())):
        raise UsageError(
            "this is a recording; the page would overwrite it", "这是录音文件，网页会将其覆盖", where=file,
        )  # fmt: skip
