"""The command that holds two things side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..lang import say
from .options import AgentOnly, Db, GroupOnly, Since, Until
from .terminal import chosen_settings, existing_store, terminal_console

if TYPE_CHECKING:
    from ..qa.store import CallFilter
    from ..qa.store.database import Database

compare_app = typer.Typer()

What = Annotated[
    str,
    typer.Argument(
        metavar="WHAT",
        help=say(
            "agents, groups, periods or measures.",
            "agents（坐席）、groups（班组）、periods（时间段）或 measures（指标）。",
        ),
    ),
]  # fmt: skip
First = Annotated[str, typer.Argument(metavar="FIRST")]
Second = Annotated[str, typer.Argument(metavar="SECOND")]


@compare_app.command(
    help=say(
        "Compare two agents, groups or periods, or say how strongly two measures go together.",
        "对比两个坐席、班组或时间段，或说明两项指标的关联程度。",
    )
)
def compare(
    what: What,
    first: First,
    second: Second,
    agent: AgentOnly = None,
    group: GroupOnly = None,
    since: Since = None,
    until: Until = None,
    db: Db = None,
) -> None:
    from ..errors import UsageError
    from ..qa.period import Period
    from ..qa.store import CallFilter

    period = Period.of(since, until)
    wanted = CallFilter(period.since, period.until, agent, group)
    if what not in ("agents", "groups", "periods", "measures"):
        raise UsageError(
            f"cannot compare {what}: agents, groups, periods or measures",
            f"无法对比 {what}：可用 agents、groups、periods、measures",
        )
    database = existing_store(chosen_settings(), db).database
    if what == "measures":
        _measures(database, wanted, first, second)
    else:
        _sides(database, wanted, first, second, what)


def _side(wanted: CallFilter, what: str, name: str) -> CallFilter:
    """The calls of one side."""
    from dataclasses import replace

    from ..qa.period import Period

    if what == "agents":
        return replace(wanted, agent=name)
    if what == "groups":
        return replace(wanted, group=name)
    period = Period.of(name, name)
    return replace(wanted, since=period.since, until=period.until)


def _sides(database: Database, wanted: CallFilter, first: str, second: str, what: str) -> None:
    from rich.markup import escape
    from rich.table import Table

    from ..qa.compare import compare as side_by_side
    from ..qa.store.figures import by_agent

    one, other = (by_agent(database, _side(wanted, what, name)) for name in (first, second))
    table = Table(title=say("Comparison", "对比"), title_justify="left")
    table.add_column(say("figure", "指标"))
    for name in (first, second):
        table.add_column(escape(name), justify="right")
    table.add_column(say("calls", "通话数"), justify="right", no_wrap=True)
    table.add_column(say("what may be said", "结论"), ratio=1)
    for row in side_by_side(one, other):
        values = ("-" if value is None else f"{value:.1f}" for value in row.values)
        table.add_row(str(row.title), *values, "{} / {}".format(*row.calls), str(row.words))
    terminal_console().print(table)


def _measures(database: Database, wanted: CallFilter, first: str, second: str) -> None:
    from ..qa.compare import correlation_words
    from ..qa.statistics import spearman
    from ..qa.store.listing import measure_named, pairs

    one, other = measure_named(first), measure_named(second)
    found = pairs(database, wanted, one, other)
    terminal_console().print(
        str(correlation_words(one, other, spearman(found), len(found))), highlight=False
    )
