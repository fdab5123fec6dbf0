"""Commands about the rules by which calls are scored: score again without recognition, and explain a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ..lang import Text, say
from .options import CallName, CallsWanted, ChecklistName, Db, ItemName, Json, KeepNothing, Offline
from .terminal import chosen_settings, existing_store, refuse_overwriting, terminal_console

if TYPE_CHECKING:
    from ..qa.judge import Judge
    from ..qa.session import Session
    from ..qa.store import Scored
    from ..settings import Settings

rules_app = typer.Typer()


@rules_app.command(
    help=say(
        "Score stored calls again with the checklists as they are now, without recognition; show what changed.",
        "用当前评分表为已存通话重新评分（不重新识别），并显示变化。",
    )
)
def rescore(
    calls: CallsWanted = None,
    checklist: ChecklistName = None,
    db: Db = None,
    json: Json = None,
    dry_run: KeepNothing = False,
    offline: Offline = False,
) -> None:
    from ..qa.jsonlines import JsonLines
    from ..qa.rescore import Changes
    from ..qa.rescore import rescore as rescored
    from ..qa.rescore_render import by_item, changed_row, summary
    from ..qa.session import Session

    settings = _settings(checklist, offline=offline)
    session, path = Session(settings), db or settings.store_path()
    store = existing_store(settings, db)
    if json:
        refuse_overwriting([json], [], path)
    lines = JsonLines(json) if json else None
    console, changes = terminal_console(), Changes()
    try:
        for wanted in calls or (None,):
            known = changes.calls
            for one in rescored(
                store, session.judge_for, wanted, keep=not dry_run, heard=bool(lines)
            ):
                changes.add(one)
                if one.changed:
                    console.print(changed_row(one), markup=False)
                if lines:
                    lines.add(one.result)
            if wanted and changes.calls == known:
                raise _no_call(wanted)
    finally:
        if lines:
            lines.close()
    if changes.moves:
        console.print(by_item(changes))
    console.print(summary(changes, kept=not dry_run))
    if lines and lines.error:
        raise lines.error


@rules_app.command(
    help=say(
        "Explain a verdict: what matched, how well, and what nearly matched and why it did not.",
        "解释一个结论：哪些匹配、匹配程度，以及哪些接近但未匹配。",
    )
)
def explain(
    call: CallName,
    item: ItemName,
    checklist: ChecklistName = None,
    db: Db = None,
    offline: Offline = False,
) -> None:
    from ..errors import UsageError
    from ..qa.explain_render import explanation
    from ..qa.session import Session
    from ..qa.store.audit import of_calls, record

    settings = _settings(checklist, offline=offline)
    session, console = Session(settings), terminal_console()
    store = existing_store(settings, db)
    found = [one for some in store.scored(call) for one in some]
    if not found:
        raise _no_call(call)
    record(store.database, "read", of_calls("explain", (scored.row for scored in found)))
    for scored in found:
        judge = _judge(session, scored, chosen=checklist)
        wanted = judge.checklist.item(item)
        if wanted is None:
            ids = ", ".join(one.id for one in judge.checklist.items)
            raise UsageError(
                f"the checklist {judge.checklist.id} has no item {item}",
                f"评分表 {judge.checklist.id} 中没有项目 {item}",
                then=Text(f"take one of {ids}", f"可用：{ids}"),
            )
        heard = scored.judged
        subject = judge.call(heard.transcript, heard.events, scored.duration, scored.metadata)
        why = judge.checklist.explain(wanted, subject, judge.tools(scored.features))
        console.print(explanation(scored.call_id, wanted, why))


def _settings(checklist: str | None, *, offline: bool) -> Settings:
    settings = chosen_settings().with_options("models", offline=offline or None)
    if checklist:  # an explicit checklist is for every call
        settings = settings.with_options("checklists", default=checklist, only=True)
    return settings


def _judge(session: Session, scored: Scored, *, chosen: str | None) -> Judge:
    """The checklist that the call was scored with, if it is still there; else the one that it would be scored with."""
    from ..errors import ChecklistError

    if chosen is None:
        try:
            return session.judge_of(scored.judged.scorecard.checklist)
        except ChecklistError:
            pass
    return session.judge_for(scored.metadata)


def _no_call(name: str) -> Exception:
    from ..errors import UsageError

    return UsageError(
        f"no scored call {name} in the database", f"数据库中没有已评分的通话 {name}",
        then=Text("score it first: callqa score PATH", "请先评分：callqa score 路径"),
    )  # fmt: skip
