"""Copies of the database, made and put back while others may be using it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from ...errors import StoreError, UsageError, os_reason
from ...lang import Text
from .audit import note
from .claims import at_work
from .database import Database, cannot_open, create_private, store_error
from .driver import check_key, connect, module, wrong_key
from .key import Key
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
    with _copied(database.path, target, database.key) as part:
        part.replace(target)
    with database.writing() as session:
        note(session, "backup", f"{target.stat().st_size} bytes")
    return target.stat().st_size


def restore(path: Path, source: Path, key: Key | None = None) -> Path | None:
    """Put a copy back in the place of the database; gives where the present one is kept, None where there was none.

    Raises:
        UsageError: there is no such copy, or the key does not open it.
        StoreError: it is not a whole database of callqa, or of a newer version; or a run is at work on the present one.
    """
    if not source.is_file():
        raise UsageError("there is no such file", "没有这个文件", where=source)
    with _opened(source, key) as copy:
        sound(copy, source)
        _known(copy, source)
    with _copied(source, path, key) as part:  # whole before anything is moved
        kept = put_in_place(part, path)
    database = Database(path, key=key)
    with database.writing() as session:
        note(session, "restore", f"{source.stat().st_size} bytes")
    database.close()
    return kept


@contextmanager
def _copied(source: Path, target: Path, key: Key | None) -> Iterator[Path]:
    """A sound copy of a database beside the place where it is to go; gone afterwards if nobody has moved it."""
    part = target.with_name(target.name + ".part")
    create_private(part)
    try:
        with _opened(source, key) as original, _opened(part, key) as copy:
            original.backup(copy, pages=PAGES)
            copy.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file
            sound(copy, part)
        yield part
    except OSError as error:
        raise cannot_open(target, os_reason(error)) from error
    finally:
        part.unlink(missing_ok=True)


def put_in_place(part: Path, path: Path) -> Path | None:
    """Make a whole copy the database; gives where the one before is kept, None where there was none.

    Raises:
        StoreError: a run is at work on it.
    """
    kept = _put_aside(path)
    part.replace(path)
    return kept


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


def _known(copy: Any, where: Path) -> None:
    there = copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    version = there and copy.execute("SELECT version_num FROM alembic_version").fetchone()
    if version is None:
        raise StoreError("it is not a callqa database", "不是 callqa 数据库文件", where=where)
    if version[0] > HEAD:
        raise StoreError(
            f"it has schema {version[0]}, this callqa knows {HEAD}",
            f"数据库结构版本为 {version[0]}，当前 callqa 只支持到 {HEAD}", where=where,
            then=Text("update callqa", "请升级 callqa"),
        )  # fmt: skip


def sound(copy: Any, where: Path) -> None:
    """Refuse a database that is damaged.

    Raises:
        StoreError: it is.
    """
    found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise StoreError(f"it is damaged: {found}", f"文件已损坏：{found}", where=where)


@contextmanager
def _opened(path: Path, key: Key | None) -> Iterator[Any]:
    check_key(path, key)
    try:
        with closing(connect(path, key)) as connection:
            yield connection
    except module(key).Error as error:
        if key and "not a database" in str(error):
            raise wrong_key(path, key) from error
        raise store_error(str(error), path) from error
