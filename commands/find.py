"""The commands that find calls, and keep the passages that were found as collections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..lang import say
from .choosing import (
    About,
    Alike,
    ByMeasure,
    LeastFirst,
    MaybePhrase,
    OfCollection,
    OfComplaint,
    OfTopic,
    VerdictOnly,
    choice_of,
)
from .options import (
    AgentOnly,
    Db,
    ExactOnly,
    GroupOnly,
    HowMany,
    OfCall,
    OnlyItem,
    Since,
    SpokenBy,
    Until,
)
from .terminal import chosen_settings, existing_store, terminal_console

if TYPE_CHECKING:
    from ..qa.finding import Findings
    from ..qa.store.database import Database

find_app = typer.Typer()

Collect = Annotated[
    str | None,
    typer.Option(
        "--collect",
        metavar="NAME",
        help=say("Keep the passages in a collection.", "把找到的片段存入合集，例如 开场白范例。"),
    ),
]
MaybeCollection = Annotated[str | None, typer.Argument(metavar="[NAME]")]
Remove = Annotated[
    bool,
    typer.Option(
        "--remove",
        help=say("Take it away, or with --call that call out of it.", "删除合集；与 --call 合用时只移出该通话。"),
    ),
]  # fmt: skip


@find_app.command(
    help=say(
        "Find calls: in which a phrase is said (or something that sounds like it), by item, by measure.",
        "查找通话：按说过的话（或读音相近）、按项目结论、按指标。",
    )
)
def find(
    phrase: MaybePhrase = None,
    item: OnlyItem = None,
    verdict: VerdictOnly = None,
    by: ByMeasure = None,
    least: LeastFirst = False,
    who: SpokenBy = "any",
    agent: AgentOnly = None,
    group: GroupOnly = None,
    since: Since = None,
    until: Until = None,
    exact: ExactOnly = False,
    collection: OfCollection = None,
    topic: OfTopic = None,
    complaint: OfComplaint = None,
    like: Alike = None,
    collect: Collect = None,
    limit: HowMany = 20,
    db: Db = None,
) -> None:
    from ..qa.finding import find as look
    from ..qa.store.audit import of_calls, record
    from ..qa.store_render import hit_lines

    database = existing_store(chosen_settings(), db).database
    choice = choice_of(
        database, phrase, item, verdict, by, least=least, who=who, agent=agent, group=group, since=since,
        until=until, exact=exact, about=About(collection, topic, complaint, like), limit=limit,
    )  # fmt: skip
    found = look(database, choice)
    if found.calls:
        record(database, "read", of_calls("find", (one.hit.row for one in found.calls)))
    console = terminal_console()
    if not found.calls:
        nobody = say("nobody says that", "没有找到")
        console.print(nobody if phrase else say("no such call", "没有符合条件的通话"))
    for one in found.calls:
        console.print(hit_lines(one.hit, one.passages, one.remark))
    if found.more:
        console.print(say(f"there are more: --limit {4 * limit}", f"还有更多：--limit {4 * limit}"))
    if collect is not None:
        _keep(database, collect, found)


def _keep(database: Database, name: str, found: Findings) -> None:
    from ..qa.store.collections import collect

    spots = [
        (one.hit.row, round(p.start, 2), round(p.end, 2))
        for one in found.calls
        for p in one.passages
    ]
    new = collect(database, name, spots)
    terminal_console().print(
        say(f"{name}: {new} passages added", f"合集“{name}”新增 {new} 个片段"), markup=False
    )


@find_app.command(
    help=say("List collections, or take one away.", "列出合集，或删除合集、移出通话。")
)
def collections(
    name: MaybeCollection = None, remove: Remove = False, call: OfCall = None, db: Db = None
) -> None:
    from ..qa.finding import Choice
    from ..qa.finding import find as look
    from ..qa.store import CallFilter
    from ..qa.store.audit import of_calls, record
    from ..qa.store.collections import collected, leave_out
    from ..qa.store.collections import collections as known
    from ..qa.store.listing import Order
    from ..qa.store_render import hit_lines

    database = existing_store(chosen_settings(), db).database
    console = terminal_console()
    if name is None:
        for one, count in known(database).items():
            console.print(f"{one}  {say(f'{count} passages', f'{count} 个片段')}", markup=False)
        return
    kept = collected(database, name)
    if remove:
        gone = leave_out(database, name, call)
        console.print(say(f"{gone} passages taken out", f"已移出 {gone} 个片段"))
        return
    choice = Choice(CallFilter(collection=name), Order.of("score", most=True), len(kept))
    calls = look(database, choice).calls
    record(database, "read", of_calls("collections", (found.hit.row for found in calls)))
    for found in calls:
        console.print(hit_lines(found.hit, found.passages))
