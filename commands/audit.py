"""Commands about the trail of who did what with the stored data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..lang import say
from .options import Db, HowMany, OfCall
from .terminal import chosen_settings, existing_store, refuse_overwriting, terminal_console

if TYPE_CHECKING:
    from ..qa.store.audit import Break

audit_app = typer.Typer(
    no_args_is_help=True,
    help=say(
        "The trail of who read, exported, changed and deleted what.",
        "审计记录：谁在何时查看、导出、修改、删除了什么。",
    ),
)

TrailFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FILE]",
        help=say("An exported trail; else the database's own.", "导出的审计文件；默认检查数据库。"),
    ),
]
TrailTo = Annotated[
    Path, typer.Argument(metavar="FILE", help=say("Where to, .jsonl.", "写到哪里，.jsonl。"))
]
ByUser = Annotated[
    str | None, typer.Option("--user", help=say("Of this user only.", "只看该用户。"))
]
OfAction = Annotated[
    str | None,
    typer.Option(
        "--action",
        help=say(
            "Of this kind only: read, export, review, erase …",
            "只看某类操作：read、export、review、erase 等。",
        ),
    ),
]


@audit_app.command(help=say("Show the last acts.", "显示最近的操作。"))
def show(
    user: ByUser = None,
    action: OfAction = None,
    call: OfCall = None,
    limit: HowMany = 20,
    db: Db = None,
) -> None:
    from rich.markup import escape
    from rich.table import Table

    from ..qa.store.audit import latest
    from ..qa.store.search import named

    database = existing_store(chosen_settings(), db).database
    row = named(database, call).row if call else None
    table = Table(box=None, pad_edge=False)
    for title in (
        "#",
        say("at (UTC)", "时间（UTC）"),
        say("user", "用户"),
        say("act", "操作"),
        say("what", "内容"),
    ):
        table.add_column(title, overflow="fold")
    for one in latest(database, limit, who=user, action=action, call=row):
        fields = (str(one.number), one.at.removesuffix("+00:00"), one.user, one.action, one.detail)
        table.add_row(*map(escape, fields))
    terminal_console().print(table)


@audit_app.command(
    help=say(
        "Check that no entry was changed or taken out; of the database, or of an exported file.",
        "检查审计记录有无被改动或删除；可检查数据库或导出的文件。",
    )
)
def verify(file: TrailFile = None, db: Db = None) -> None:
    from ..qa.store.audit import breaks, entries, ever
    from ..qa.store.trail_file import read_trail, unlike

    database = existing_store(chosen_settings(), db).database
    found = list(breaks(entries(database), ever(database)))
    where = str(database.path)
    if file is not None:
        trail = read_trail(file)
        found, where = [*breaks(trail), *unlike(trail, database)], str(file)
    for one in found:
        typer.echo(_line(where, one))
    if not found:
        count = ever(database) if file is None else len(trail)
        typer.echo(say(f"{where}: {count} entries, whole", f"{where}：共 {count} 条，完好"))
    raise typer.Exit(int(bool(found)))


def _line(where: str, one: Break) -> str:
    return say(
        f"{where}: entry {one.number}: {one.text}", f"{where}：第 {one.number} 条：{one.text}"
    )


@audit_app.command(
    help=say(
        "Write the whole trail to a file, to be kept where nobody can change it.",
        "把全部审计记录写成文件，可另存到无法改动的地方。",
    )
)
def export(file: TrailTo, db: Db = None) -> None:
    from ..qa.store.trail_file import write_trail

    settings = chosen_settings()
    refuse_overwriting([file], [], db or settings.store_path())
    count = write_trail(file, existing_store(settings, db).database)
    typer.echo(say(f"{file}: {count} entries", f"{file}：{count} 条"))
