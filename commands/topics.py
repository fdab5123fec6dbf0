"""The command about what calls are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..lang import say
from .options import AgentOnly, Db, GroupOnly, OfCall, Offline, Since, Until
from .terminal import chosen_settings, existing_store, terminal_console

if TYPE_CHECKING:
    from ..qa.store.database import Database
    from ..scoring.topics import Kind, TopicExamples

topics_app = typer.Typer()

Reason = Annotated[
    str | None,
    typer.Option(
        "--reason",
        help=say("With --call: this is why they call.", "与 --call 合用：改为该来电原因。"),
    ),
]
Complaint = Annotated[
    str | None,
    typer.Option(
        "--complaint",
        help=say("With --call: they complain of this, or none.", "与 --call 合用：改为该投诉类别；无投诉写 none。"),
    ),
]  # fmt: skip


@topics_app.command(
    help=say(
        "Sort calls by the customers' reasons and complaints, count them by month, correct them.",
        "按来电原因和投诉类别归类通话，按月统计，并可人工更正。",
    )
)
def topics(
    call: OfCall = None,
    reason: Reason = None,
    complaint: Complaint = None,
    agent: AgentOnly = None,
    group: GroupOnly = None,
    since: Since = None,
    until: Until = None,
    offline: Offline = False,
    db: Db = None,
) -> None:
    from ..errors import UsageError
    from ..qa.period import Period
    from ..qa.session import Session
    from ..qa.store import CallFilter
    from ..qa.store.topics import counts
    from ..qa.topics import sort_calls
    from ..qa.topics_render import count_table
    from ..scoring.topics import TopicSorter, load_topics

    settings = chosen_settings().with_options("models", offline=offline or None)
    examples = load_topics(settings.topics.file)
    database = existing_store(settings, db).database
    if (reason or complaint) and call is None:
        raise UsageError(
            "--reason and --complaint need --call", "--reason 和 --complaint 需与 --call 合用"
        )
    if call is not None:
        _of_call(database, call, examples, reason, complaint)
        return
    period = Period.of(since, until)
    wanted = CallFilter(period.since, period.until, agent, group)
    console = terminal_console()
    sorter = TopicSorter(examples, Session(settings).needed_embedder())
    done = 0
    for done in sort_calls(database, sorter, wanted):
        console.print(say(f"{done} calls sorted", f"已归类 {done} 通"), style="bright_black")
    for kind in ("reason", "complaint"):
        console.print(count_table(kind, counts(database, kind, wanted)))


def _of_call(
    database: Database,
    name: str,
    examples: TopicExamples,
    reason: str | None,
    complaint: str | None,
) -> None:
    from ..qa.store.search import named
    from ..qa.store.topics import decide, topics_of
    from ..qa.topics_render import topic_lines

    row = named(database, name).row
    wanted: tuple[tuple[Kind, str | None], ...] = (("reason", reason), ("complaint", complaint))
    for kind, written in wanted:
        if written is not None:
            decide(database, row, kind, _class(examples, kind, written))
    terminal_console().print(topic_lines(topics_of(database, row)))


def _class(examples: TopicExamples, kind: Kind, written: str) -> str | None:
    from ..errors import UsageError
    from ..lang import Text
    from ..scoring.topics import NONE

    if written == NONE and kind == "complaint":
        return None
    known = examples.names(kind)
    if written in known:
        return written
    names = " ".join(known)
    raise UsageError(
        f"there is no class {written}",
        f"没有名为 {written} 的类别",
        then=Text(f"there are: {names}", f"可用：{names}"),
    )
