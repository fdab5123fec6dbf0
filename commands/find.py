"""The command that finds calls by what was said."""

from __future__ import annotations

import typer

from ..lang import say
from .options import AgentOnly, Db, ExactOnly, GroupOnly, HowMany, Phrase, Since, SpokenBy, Until
from .terminal import chosen_settings, existing_store, terminal_console

find_app = typer.Typer()


@find_app.command(
    help=say(
        "Find calls in which a phrase is said, or something that sounds like it.",
        "查找说过某句话（或读音相近）的通话。",
    )
)
def find(
    phrase: Phrase,
    who: SpokenBy = "any",
    agent: AgentOnly = None,
    group: GroupOnly = None,
    since: Since = None,
    until: Until = None,
    exact: ExactOnly = False,
    limit: HowMany = 20,
    db: Db = None,
) -> None:
    from ..qa.passages import passages
    from ..qa.period import Period
    from ..qa.store import CallFilter
    from ..qa.store.search import search, side_of
    from ..qa.store_render import hit_lines

    period, side = Period.of(since, until), side_of(who)
    wanted = CallFilter(period.since, period.until, agent, group)
    store = existing_store(chosen_settings(), db)
    hits = search(store.database, phrase, wanted, who=side, alike=not exact, limit=limit)
    console = terminal_console()
    if not hits:
        console.print(say("nobody says that", "没有找到"))
    for hit in hits:
        console.print(hit_lines(hit, passages(hit.judged, hit.duration, phrase, side)))
