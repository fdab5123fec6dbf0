"""The command that draws calls for monitoring."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..lang import say
from .options import AgentOnly, Db, GroupOnly
from .terminal import chosen_settings, existing_store, refuse_overwriting, terminal_console

if TYPE_CHECKING:
    from ..qa.period import Period

sample_app = typer.Typer()

Month = Annotated[
    str | None,
    typer.Option(
        "--month",
        metavar="2026-11",
        help=say("Of this month; else the current one.", "抽检月份，默认本月。"),
    ),
]
Each = Annotated[
    int | None,
    typer.Option("--each", min=0, help=say("Calls of each agent.", "每名坐席抽取多少通。")),
]
Risky = Annotated[
    int | None,
    typer.Option(
        "--risky",
        min=0,
        help=say(
            "Besides, at most so many with a risk: long silence, fatal items, complaint words.",
            "另外追加有风险的通话（长时间静默、致命项、投诉用语），每名坐席最多多少通。",
        ),
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed",
        help=say("The same seed draws the same calls.", "随机种子，相同种子抽取相同通话。"),
    ),
]
Anew = Annotated[
    bool,
    typer.Option(
        "--anew",
        help=say("Undo the month's draw first.", "先撤销本月已抽取的结果，再重新抽取。"),
    ),
]
AsCsv = Annotated[
    Path | None, typer.Option("--csv", help=say("Write the list as CSV.", "把名单写成 CSV。"))
]


@sample_app.command(
    help=say(
        "Draw calls of each agent for monitoring, evenly over days and hours, and remember them.",
        "为每名坐席抽取监听通话，均匀覆盖日期与时段，并记住抽取结果。",
    )
)
def sample(
    month: Month = None,
    each: Each = None,
    risky: Risky = None,
    seed: Seed = 1,
    agent: AgentOnly = None,
    group: GroupOnly = None,
    anew: Anew = False,
    csv: AsCsv = None,
    db: Db = None,
) -> None:
    from ..qa.sampling import Plan, draw
    from ..qa.sampling_render import picked, sample_sheet, sample_table
    from ..qa.spreadsheet import csv_text, write_text
    from ..qa.store import CallFilter
    from ..qa.store.samples import candidates, drawn, keep, undo

    settings = chosen_settings()
    refuse_overwriting([csv] if csv else [], [], db or settings.store_path())
    chosen = settings.sampling
    plan = Plan(chosen.each if each is None else each, chosen.risky if risky is None else risky)
    period = _month(month)
    name = str(period.since)[:7]
    database = existing_store(settings, db).database
    wanted = CallFilter(period.since, period.until, agent, group)
    calls = candidates(database, wanted, chosen.complaint_words, chosen.silence_seconds)
    console = terminal_console()
    if not calls:
        console.print(say("no scored call of that kind", "没有符合条件的已评分通话"))
        return
    if anew:
        undo(database, name, [call.row for call in calls])
    known = drawn(database, name)
    picks = draw(calls, known, plan, name, seed)
    keep(database, name, picks, {call.row: call.risks for call in calls})
    found = picked(calls, picks)
    console.print(sample_table(name, found, plan))
    before = sum(call.row in known for call, _ in found)
    if before:
        now = len(found) - before
        console.print(
            say(
                f"drawn before: {before}, now: {now}",
                f"此前已抽取 {before} 通，本次新抽取 {now} 通",
            )
        )
    if csv:
        write_text(csv, csv_text(sample_sheet(found)))


def _month(written: str | None) -> Period:
    from datetime import date

    from ..errors import UsageError
    from ..lang import Text
    from ..qa.period import Period

    text = written or f"{date.today():%Y-%m}"
    period = Period.of(text, text)
    since, until = (
        date.fromisoformat(str(period.since)[:10]),
        date.fromisoformat(str(period.until)[:10]),
    )
    if since.day != 1 or (until.year * 12 + until.month) - (since.year * 12 + since.month) != 1:
        raise UsageError(
            f"{text} is no month", f"{text} 不是月份", then=Text("write 2026-11", "请写成 2026-11")
        )
    return period
