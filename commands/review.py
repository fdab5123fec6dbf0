"""Commands by which people look at what the machine found, correct it, and answer appeals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..lang import say
from .options import AgentOnly, CallName, Db, GroupOnly, ItemName, OnlyItem, Since, Until
from .terminal import chosen_settings, existing_store, terminal_console

if TYPE_CHECKING:
    from ..qa.store.database import Database
    from ..qa.store.filters import CallFilter
    from ..qa.store.reviews import NewReview

review_app = typer.Typer(
    no_args_is_help=True,
    help=say(
        "Look at what the machine is unsure of, correct it, answer appeals.",
        "人工复核：处理待复核项目、改正结论、答复申诉。",
    ),
)

Reviewer = Annotated[
    str | None,
    typer.Option(
        "--reviewer",
        envvar="CALLQA_REVIEWER",
        metavar="NAME",
        help=say("Who reviews; else the user of this machine.", "复核人；默认为当前系统用户。"),
    ),
]
Blind = Annotated[
    bool,
    typer.Option(
        "--second",
        help=say(
            "A blind second review of what others have decided.",
            "盲审：对他人已复核的项目再做一次独立判断。",
        ),
    ),
]
Because = Annotated[str, typer.Option("--reason", metavar="TEXT", help=say("Why.", "理由。"))]
GivenVerdict = Annotated[
    str,
    typer.Argument(metavar="VERDICT", help=say("pass, fail or na.", "通过、不通过或不适用。")),
]
DecideAnew = Annotated[
    bool,
    typer.Option(
        "--anew",
        help=say("Decide again what another person has decided.", "改判他人已复核的项目。"),
    ),
]
MostCalls = Annotated[
    int, typer.Option("--limit", min=1, help=say("At most so many calls.", "最多多少通通话。"))
]
SomeItems = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ITEM…]", help=say("Its items; else all.", "项目；默认全部。")),
]


def wanted_calls(
    database: Database,
    item: str | None,
    agent: str | None,
    group: str | None,
    since: str | None,
    until: str | None,
) -> CallFilter:
    """The calls that options choose.

    Raises:
        UsageError: there is no such item, or no such date.
    """
    from ..qa.period import Period
    from ..qa.store import CallFilter
    from ..qa.store.listing import item_named

    period = Period.of(since, until)
    named = item_named(database, item) if item else None
    return CallFilter(period.since, period.until, agent, group, named)


@review_app.command(
    help=say(
        "Go through what waits: the unsure first, then what was drawn; one key a verdict.",
        "逐项复核：先处理待复核项目，再处理抽检通话；一键一个结论。",
    )
)
def next(  # noqa: A001  (the command's name)
    reviewer: Reviewer = None,
    second: Blind = False,
    item: OnlyItem = None,
    agent: AgentOnly = None,
    group: GroupOnly = None,
    since: Since = None,
    until: Until = None,
    limit: MostCalls = 1000,
    db: Db = None,
) -> None:
    from ..qa.review.desk import Desk
    from ..qa.review.player import Player
    from ..qa.review.words import reviewer_name

    settings = chosen_settings()
    database = existing_store(settings, db).database
    wanted = wanted_calls(database, item, agent, group, since, until)
    with Player(settings.files) as player:
        desk = Desk(
            terminal_console(), database, reviewer_name(reviewer), player,
            key=_key, line=_line, blind=second,
        )  # fmt: skip
        desk.work(wanted, limit)
    done = desk.tally
    typer.echo(
        say(
            f"{done.decided} verdicts, {done.agreed} as the machine's; {done.refused} not taken",
            f"共 {done.decided} 个结论，其中 {done.agreed} 个与机器一致；未采用 {done.refused} 个",
        )
    )


def _key() -> str:
    import click

    try:
        return click.getchar()
    except (EOFError, KeyboardInterrupt):
        return "q"


def _line(what: str) -> str:
    answer: str = typer.prompt(what, default="", show_default=False)
    return answer.strip()


@review_app.command(
    help=say(
        "Show a call's items with who decided what, when and why.",
        "显示通话各项的结论、复核人、时间和理由。",
    )
)
def show(
    call: CallName, item: Annotated[str | None, typer.Argument()] = None, db: Db = None
) -> None:
    from ..errors import UsageError
    from ..qa.review.render import standing_table
    from ..qa.store.audit import record
    from ..qa.store.standing import standing

    database = existing_store(chosen_settings(), db).database
    row = row_of(database, call)
    with database.reading() as session:
        here = standing(session, row)
    if here is None or (item and here.item(item) is None):
        raise UsageError(f"the call has no item {item}", f"该通话没有项目 {item}", where=call)
    record(database, "read", f"review show: call {row}")
    terminal_console().print(standing_table(here, item))


@review_app.command(
    "set",
    help=say("Decide an item of a call.", "给出通话某一项的结论。"),
)
def set_(
    call: CallName,
    item: ItemName,
    verdict: GivenVerdict,
    reason: Because = "",
    reviewer: Reviewer = None,
    second: Blind = False,
    anew: DecideAnew = False,
    db: Db = None,
) -> None:
    from ..qa.review.words import given_verdict, reviewer_name
    from ..qa.store.reviews import NewReview

    database = existing_store(chosen_settings(), db).database
    new = NewReview(
        row_of(database, call), item_of(database, item), given_verdict(verdict), reviewer_name(reviewer), reason,
        second, anew=anew,
    )  # fmt: skip
    _put(database, call, [new])


@review_app.command(
    help=say("Agree with what the machine found of a call.", "同意机器对某通通话的结论。")
)
def accept(
    call: CallName, items: SomeItems = None, reviewer: Reviewer = None, db: Db = None
) -> None:
    from ..errors import UsageError
    from ..qa.review.words import reviewer_name
    from ..qa.store.reviews import NewReview
    from ..qa.store.standing import standing

    database = existing_store(chosen_settings(), db).database
    row, name = row_of(database, call), reviewer_name(reviewer)
    with database.reading() as session:
        here = standing(session, row)
    wanted = {item_of(database, one) for one in items or ()}
    found = [
        one
        for one in (here.judged.scorecard.items if here else ())
        if (
            one.id in wanted
            if wanted
            else one.decision is None and one.verdict not in ("na", "unsure")
        )
    ]
    unsure = [one.id for one in found if one.finding.verdict == "unsure"]
    if unsure:
        raise UsageError(
            f"the machine is unsure of {', '.join(unsure)}: decide with callqa review set",
            f"机器对 {'、'.join(unsure)} 没有结论，请用 callqa review set 给出", where=call,
        )  # fmt: skip
    _put(database, call, [NewReview(row, one.id, one.finding.verdict, name) for one in found])


def _put(database: Database, call: str, new: list[NewReview]) -> None:
    from ..errors import UsageError
    from ..lang import Text
    from ..qa.render import verdict_word
    from ..qa.store.reviews import add

    answers = add(database, new)
    for one, problem in zip(new, answers, strict=True):
        if problem is None:
            typer.echo(f"{call}  {one.item}{say(': ', '：')}{verdict_word(one.verdict)}")
    wrong = [(one, problem) for one, problem in zip(new, answers, strict=True) if problem]
    if wrong:
        one, problem = wrong[0]
        raise UsageError(
            f"{one.item}: {problem.en}", f"{one.item}：{problem.zh}", where=call,
            then=Text("see callqa review show; --anew decides again", "请看 callqa review show；如需改判请加 --anew"),
        )  # fmt: skip


def row_of(database: Database, call: str) -> int:
    """The row of a judged call by its id or path.

    Raises:
        UsageError: there is none.
    """
    from ..qa.store.search import named

    return named(database, call).row


def item_of(database: Database, item: str) -> str:
    """The id of an item by its id or title.

    Raises:
        UsageError: there is none.
    """
    from ..qa.store.listing import item_named

    return item_named(database, item)


@review_app.command(
    help=say(
        "Say what waits, who reviewed what, and how often people agree.", "统计复核进度与一致情况。"
    )
)
def stats(
    agent: AgentOnly = None,
    group: GroupOnly = None,
    since: Since = None,
    until: Until = None,
    db: Db = None,
) -> None:
    from ..qa.review.render import stats_tables
    from ..qa.store.figures import by_agent
    from ..qa.store.queue import waiting
    from ..qa.store.review_stats import review_stats

    database = existing_store(chosen_settings(), db).database
    wanted = wanted_calls(database, None, agent, group, since, until)
    titles = by_agent(database, wanted).titles
    found = review_stats(database, wanted)
    terminal_console().print(stats_tables(found, waiting(database, wanted), titles))
