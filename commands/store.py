"""Commands that delete what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ..lang import say
from .options import Before, Db, KeepNothing, OfAgent, OfCall, OfCustomer, OlderThan, Yes
from .terminal import chosen_settings, existing_store

if TYPE_CHECKING:
    from ..qa.store import Store
    from ..qa.store.erase import Selection

store_app = typer.Typer()


@store_app.command(
    help=say(
        "Delete what is stored of one call, one agent or one customer; recordings are not touched.",
        "删除某通通话、某坐席或某客户的全部存储数据；不会删除录音文件。",
    )
)
def forget(
    call: OfCall = None,
    agent: OfAgent = None,
    customer: OfCustomer = None,
    db: Db = None,
    yes: Yes = False,
    dry_run: KeepNothing = False,
) -> None:
    from ..errors import UsageError
    from ..qa.store.erase import of_agent, of_call, of_customer

    given = [
        (make, name)
        for make, name in ((of_call, call), (of_agent, agent), (of_customer, customer))
        if name
    ]
    if len(given) != 1:
        raise UsageError(
            "name one of --call, --agent, --customer",
            "请指定 --call、--agent、--customer 其中之一",
        )
    make, name = given[0]
    _erase(existing_store(chosen_settings(), db), make(name), yes=yes, dry_run=dry_run)


@store_app.command(
    help=say(
        "Delete what is stored of calls older than a limit; recordings are not touched.",
        "删除超过保存期限的通话数据；不会删除录音文件。",
    )
)
def purge(
    older_than: OlderThan = None,
    before: Before = None,
    db: Db = None,
    yes: Yes = False,
    dry_run: KeepNothing = False,
) -> None:
    from ..qa.store.erase import older_than as selection

    settings = chosen_settings()
    limit = _limit(older_than, before, settings.store.keep_days)
    _erase(existing_store(settings, db), selection(limit), yes=yes, dry_run=dry_run)


def _limit(older_than: str | None, before: str | None, keep_days: int | None) -> str:
    """The date before which calls are deleted, as ISO 8601."""
    from ..errors import UsageError
    from ..lang import Text
    from ..qa.period import Period, days_ago

    if older_than and not before:
        return days_ago(older_than)
    if before and not older_than:
        return Period.of(before, None).since or before
    if older_than is None and before is None and keep_days is not None:
        return days_ago(f"{keep_days}d")
    raise UsageError(
        "say how old: --older-than 180d, or --before 2026-01-01",
        "请说明期限：--older-than 180d 或 --before 2026-01-01",
        then=Text("or set [store] keep_days", "也可设置 [store] keep_days"),
    )


def _erase(store: Store, selection: Selection, *, yes: bool, dry_run: bool) -> None:
    """Tell what would be deleted, ask, delete, and name the recordings that remain."""
    from ..qa.store.erase import erase

    would = erase(store.database, selection, keep=True)
    what = say(
        f"{would.calls} calls and {would.records} call records",
        f"{would.calls} 通通话、{would.records} 条通话记录",
    )
    if not would.calls and not would.records:
        typer.echo(say("nothing to delete", "没有可删除的数据"))
        return
    if dry_run:
        typer.echo(say(f"would be deleted: {what}", f"将删除：{what}"))
        return
    if not yes:
        typer.confirm(say(f"delete {what}?", f"确定删除{what}？"), abort=True)
    done = erase(store.database, selection)
    typer.echo(say(f"deleted: {what}", f"已删除：{what}"))
    if done.recordings:
        typer.echo(
            say(
                "these recordings are still there; while they are, scoring them stores them again:",
                "以下录音文件仍在；若再次评分，会重新存入数据：",
            )
        )
        for source in done.recordings:
            typer.echo(source)
