"""Commands that look after the database: its schema, copies of it, whether it is whole, its encryption."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..lang import say
from .options import BackupFile, Db, Deep, Repair
from .terminal import chosen_settings, existing_store, terminal_console

KeyFile = Annotated[Path, typer.Argument(metavar="FILE", help=say("A new file.", "新文件。"))]
db_app = typer.Typer(no_args_is_help=True, help=say("Look after the database.", "维护数据库。"))


@db_app.command(
    help=say(
        "Bring the database to this version of callqa.", "把数据库升级到当前 callqa 版本的结构。"
    )
)
def upgrade(db: Db = None) -> None:
    store = existing_store(chosen_settings(), db)
    before, now = store.database.found, store.database.schema
    typer.echo(
        say(f"upgraded from schema {before} to {now}", f"已从结构版本 {before} 升级到 {now}")
        if store.database.upgraded
        else say(f"nothing to do: schema {now}", f"无需升级：结构版本 {now}")
    )


@db_app.command(
    help=say(
        "Copy the database to a file, even while it is in use.",
        "把数据库备份到文件，使用中也可备份。",
    )
)
def backup(file: BackupFile, db: Db = None) -> None:
    from ..qa.store.backup import backup as copy

    size = copy(existing_store(chosen_settings(), db).database, file)
    typer.echo(say(f"{file}: {size / 1e6:.1f} MB", f"{file}：{size / 1e6:.1f} MB"))


@db_app.command(
    help=say(
        "Put a backup in the place of the database; the present one is kept beside it.",
        "用备份替换数据库；现有数据库另存在旁边。",
    )
)
def restore(file: BackupFile, db: Db = None) -> None:
    from ..qa.store.backup import restore as put_back
    from ..qa.store.key import find_key

    settings = chosen_settings()
    path = db or settings.store_path()
    kept = put_back(path, file, find_key(settings.store.key_file))
    typer.echo(say(f"restored: {path}", f"已恢复：{path}"))
    if kept:
        typer.echo(say(f"the one before: {kept}", f"原数据库：{kept}"))


@db_app.command(
    help=say("Say whether the database is whole.", "检查数据库是否完好。"),
)
def check(db: Db = None, deep: Deep = False, repair: Repair = False) -> None:
    from ..qa.store.check import check as look
    from ..qa.store.check import rebuild

    store = existing_store(chosen_settings(), db)
    if repair:
        rebuild(store.database)
        store.refresh()
        typer.echo(say("figures and search index made anew", "统计数据和检索索引已重建"))
    flaws = list(look(store.database, deep=deep))
    marks = {"problem": say("PROBLEM", "问题"), "note": say("note", "注意")}
    for flaw in flaws:
        typer.echo(f"{marks[flaw.level]}: {flaw.text}")
    bad = any(flaw.level == "problem" for flaw in flaws)
    if not bad:
        typer.echo(say(f"{store.path}: ok", f"{store.path}：正常"))
    elif not repair:
        hint = say(
            "callqa db check --repair makes figures and index anew; else restore a backup",
            "callqa db check --repair 可重建统计和索引；否则请恢复备份",
        )
        typer.echo(hint)
    raise typer.Exit(int(bad))


@db_app.command(help=say("Say how much the database holds.", "显示数据库内容统计。"))
def stats(db: Db = None) -> None:
    from ..qa.store.stats import stats as count
    from ..qa.store_render import stats_table

    store = existing_store(chosen_settings(), db)
    terminal_console().print(stats_table(store.path, count(store.database)))


@db_app.command(
    help=say("Make a key for encryption, in a new file of its own.", "生成加密用的密钥文件。")
)
def key(file: KeyFile) -> None:
    from ..qa.store.key import make_key

    make_key(file)
    typer.echo(str(file))
    typer.echo(
        say(
            "name it as [store] key_file; keep a copy elsewhere: without it, nothing can be read",
            "请在 [store] key_file 中指定，并另行保管副本：丢失密钥，数据无法恢复",
        )
    )


@db_app.command(
    help=say("Encrypt the database with the key that is set.", "用已设置的密钥加密数据库。")
)
def encrypt(db: Db = None) -> None:
    from ..qa.store.encryption import encrypt as do
    from ..qa.store.key import find_key

    settings = chosen_settings()
    path = db or settings.store_path()
    do(path, find_key(settings.store.key_file))
    typer.echo(say(f"encrypted: {path}", f"已加密：{path}"))
    typer.echo(
        say(
            "backups made before are not; delete them where you do not need them",
            "此前的备份未加密，不需要的请删除",
        )
    )


@db_app.command(help=say("Take the encryption away.", "取消数据库加密。"))
def decrypt(db: Db = None) -> None:
    from ..qa.store.encryption import decrypt as do
    from ..qa.store.key import find_key

    settings = chosen_settings()
    path = db or settings.store_path()
    do(path, find_key(settings.store.key_file))
    typer.echo(say(f"no longer encrypted: {path}", f"已取消加密：{path}"))
