"""The command about agents: their scores and figures, and the calls behind them."""

from __future__ import annotations

from typing import Annotated

import typer

from ..lang import say
from .options import AgentOnly, Db, GroupOnly, Since, Until
from .terminal import chosen_settings, existing_store, terminal_console

agents_app = typer.Typer()

MOST_LISTED = 200

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
    calls: WithCalls = False,
    db: Db = None,
) -> None:
    from ..qa.agents import summarise
    from ..qa.agents_render import agent_table, call_table
    from ..qa.period import Period
    from ..qa.store import CallFilter
    from ..qa.store.figures import by_agent
    from ..qa.store.listing import Order, listed

    period = Period.of(since, until)
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
    if calls:
        console.print(
            call_table(listed(database, wanted, Order.of("score", most=False), MOST_LISTED))
        )
