"""The command about agents: their scores and figures, and the calls behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..lang import say
from .options import AgentOnly, Db, GroupOnly, Since, Until
from .terminal import chosen_settings, existing_store, terminal_console

if TYPE_CHECKING:
    from ..qa.store.figures import Span

agents_app = typer.Typer()

MOST_LISTED = 200

BySpan = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="day|week|month",
        help=say("A row for each agent and day, week or month.", "按日、周或月分行统计。"),
    ),
]

WithCalls = Annotated[
    bool,
    typer.Option(
        "--calls", help=say("List the calls, the lowest scores first.", "列出通话，低分在前。")
    ),
]


@agents_app.command(
    help=say(
        "Mean scores, figures against targets and item pass rates per agent.",
        "各坐席的平均分、通话指标和各项目通过率。",
    )
)
def agents(
    agent: AgentOnly = None,
    group: GroupOnly = None,
    since: Since = None,
    until: Until = None,
    by: BySpan = None,
    calls: WithCalls = False,
    db: Db = None,
) -> None:
    from ..qa.agents import over_time, summarise
    from ..qa.agents_render import agent_table, call_table, time_table
    from ..qa.period import Period
    from ..qa.store import CallFilter
    from ..qa.store.figures import by_agent
    from ..qa.store.listing import Order, listed

    period, span = Period.of(since, until), _span(by)
    database = existing_store(chosen_settings(), db).database
    wanted = CallFilter(period.since, period.until, agent, group)
    earlier = period.before()
    before = (
        by_agent(database, CallFilter(earlier.since, earlier.until, agent, group))
        if earlier
        else None
    )
    figures = by_agent(database, wanted)
    console = terminal_console()
    if not figures.sums and (period.bounded or agent or group):
        console.print(say("no scored call of that kind", "没有符合条件的已评分通话"))
        return
    console.print(agent_table(summarise(figures, before)))
    if earlier:
        console.print(
            say(f"trend: against {earlier}", f"趋势对比：{earlier}"), style="bright_black"
        )
    if span:
        console.print(time_table(over_time(by_agent(database, wanted, span)), span))
    if calls:
        console.print(
            call_table(listed(database, wanted, Order.of("score", most=False), MOST_LISTED))
        )


def _span(written: str | None) -> Span | None:
    from ..errors import UsageError

    known: tuple[Span, ...] = ("day", "week", "month")
    for span in known:
        if written == span:
            return span
    if written is None:
        return None
    raise UsageError(
        f"unknown span {written}: day, week or month",
        f"未知的统计周期 {written}：可用 day、week、month",
    )
