"""Copies of the database, made and put back while others may be using it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from ...errors import StoreError, UsageError, os_reason
from ...lang import Text
from .audit import note
from .claims import at_work
from .database import BUSY_SECONDS, Database, cannot_open, create_private, store_error
from .migrations import HEAD

PAGES = 2_000  # copied at once; writers get their turn in between


def backup(database: Database, target: Path) -> int:
    """Copy the database as it is at one moment to a new private file; gives its bytes.

    Raises:
        UsageError: the file is there already, or cannot be written.
        StoreError: the database cannot be read, or the disk is full; nothing is left behind.
    """
    if target.exists():
        raise UsageError(
            "this file is there already", "文件已存在", where=target,
            then=Text("choose another name", "请换一个文件名"),
        )  # fmt: skip
    with _copied(database.path, target) as part:
        part.replace(target)
    with database.writing() as session:
        note(session, "backup", f"{target.stat().st_size} bytes")
    return target.stat().st_size


def restore(path: Path, source: Path) -> Path | None:
    """Put a copy back in the place of the database; gives where the present one is kept, None where there was none.

    Raises:
        UsageError: there is no such copy.
        StoreError: it is not a whole database of callqa, or of a newer version; or a run is at work on the present one.
    """
    if not source.is_file():
        raise UsageError("there is no such file", "没有这个文件", where=source)
    with _opened(source) as copy:
        _sound(copy, source)
        _known(copy, source)
    with _copied(source, path) as part:  # whole before anything is moved
        kept = _put_aside(path)
        part.replace(path)
    database = Database(path)
    with database.writing() as session:
        note(session, "restore", f"{source.stat().st_size} bytes")
    database.close()
    return kept


@contextmanager
def _copied(source: Path, target: Path) -> Iterator[Path]:
    """A sound copy of a database beside the place where it is to go; gone afterwards if nobody has moved it."""
    part = target.with_name(target.name + ".part")
    create_private(part)
    try:
        with _opened(source) as original, _opened(part) as copy:
            original.backup(copy, pages=PAGES)
            copy.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file
            _sound(copy, part)
        yield part
    except OSError as error:
        raise cannot_open(target, os_reason(error)) from error
    finally:
        part.unlink(missing_ok=True)


def _put_aside(path: Path) -> Path | None:
    """Move the present database out of the way, with what belongs to it; a damaged one, too."""
    if not path.exists():
        return None
    if at_work(path):
        raise StoreError(
            "a run is at work on it", "有任务正在使用该数据库", where=path,
            then=Text("wait for it, or end it, and try again", "请等待其结束或先停止，再重试"),
        )  # fmt: skip
    stem = f"{path.name}.before-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    kept, number = path.with_name(stem), 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{stem}-{number}")
    try:
        for ending in ("", "-wal", "-shm"):
            beside = path.with_name(path.name + ending)
            if beside.exists():
                beside.replace(kept.with_name(kept.name + ending))
    except OSError as error:
        raise cannot_open(path, os_reason(error)) from error
    return kept


def _known(copy: sqlite3.Connection, where: Path) -> None:
    try:
        version = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        version = None
    if version is None:
        raise StoreError("it is not a callqa database", "不是 callqa 数据库文件", where=where)
    if version[0] > HEAD:
        raise StoreError(
            f"it has schema {version[0]}, this callqa knows {HEAD}",
            f"数据库结构版本为 {version[0]}，当前 callqa 只支持到 {HEAD}", where=where,
            then=Text("update callqa", "请升级 callqa"),
        )  # fmt: skip


def _sound(copy: sqlite3.Connection, where: Path) -> None:
    found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise StoreError(f"it is damaged: {found}", f"文件已损坏：{found}", where=where)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise store_error(str(error), path) from error
