"""Commands by which agents contest a verdict, and are answered."""

from __future__ import annotations

from typing import Annotated

import typer

from ..lang import say
from .options import CallName, Db, ItemName
from .review import Because, GivenVerdict, Reviewer, item_of, row_of
from .terminal import chosen_settings, existing_store, terminal_console

appeals_app = typer.Typer()

OpenedBy = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help=say("Who contests it.", "申诉人。"))
]
AlsoAnswered = Annotated[
    bool, typer.Option("--all", help=say("Answered ones, too.", "包括已答复的。"))
]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help=say("Of the appeal.", "申诉编号。"))]


@appeals_app.command(
    help=say("Contest an item of a call (an agent's appeal).", "对通话的某一项提出申诉。")
)
def appeal(
    call: CallName, item: ItemName, reason: Because = "", by: OpenedBy = None, db: Db = None
) -> None:
    from ..qa.review.words import reviewer_name
    from ..qa.store.appeals import open_appeal

    database = existing_store(chosen_settings(), db).database
    row, named = row_of(database, call), item_of(database, item)
    number = open_appeal(database, row, named, reviewer_name(by), reason)
    typer.echo(say(f"appeal {number}: {call} {named}", f"申诉 {number}：{call} {named}"))


@appeals_app.command(help=say("List the open appeals.", "列出未答复的申诉。"))
def appeals(everything: AlsoAnswered = False, db: Db = None) -> None:
    from ..qa.review.render import appeal_table
    from ..qa.store.appeals import listed

    database = existing_store(chosen_settings(), db).database
    found = listed(database, only_open=not everything)
    if found:
        terminal_console().print(appeal_table(found))
    else:
        typer.echo(say("no appeals", "没有申诉"))


@appeals_app.command(help=say("Answer an appeal; that is final.", "答复申诉；答复即为最终结论。"))
def answer(
    number: Number,
    verdict: GivenVerdict,
    reason: Because = "",
    reviewer: Reviewer = None,
    db: Db = None,
) -> None:
    from ..qa.render import verdict_word
    from ..qa.review.words import given_verdict, reviewer_name
    from ..qa.store.appeals import answer as decide

    database = existing_store(chosen_settings(), db).database
    meant = given_verdict(verdict)
    call = decide(database, number, meant, reviewer_name(reviewer), reason)
    typer.echo(f"{call}{say(': ', '：')}{verdict_word(meant)}")
