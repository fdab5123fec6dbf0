"""Encrypts a database, or takes its encryption away: a whole copy is made, compared, and put in its place."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import Any

from ...errors import StoreError, UsageError, os_reason
from ...lang import Text
from .audit import note
from .backup import put_in_place, sound
from .database import Database, cannot_open, create_private, store_error
from .driver import check_key, connect, encrypted, module, wrong_key
from .key import VARIABLE, Key


def encrypt(path: Path, key: Key | None) -> None:
    """Encrypt the database; the readable file is overwritten with zeros and deleted.

    Raises:
        UsageError: there is no key or no database, or it is encrypted already.
        StoreError: it cannot be read, a run is at work on it, or the disk is full; it is as it was.
    """
    if key is None:
        raise UsageError(
            "there is no key", "没有密钥",
            then=Text(
                f"make one with callqa db key FILE, and name it: [store] key_file, or {VARIABLE}",
                f"先用 callqa db key 文件 生成，再用 [store] key_file 或环境变量 {VARIABLE} 指定",
            ),
        )  # fmt: skip
    _there(path)
    if encrypted(path):
        raise UsageError("it is encrypted already", "数据库已经加密", where=path)
    Database(path).close()  # brings it up to date, and says whether it is one
    _convert(path, None, key)
    _noted(path, key, "encrypt")


def decrypt(path: Path, key: Key | None) -> None:
    """Make an encrypted database readable again.

    Raises:
        UsageError: it is not encrypted, or the key is wrong.
        StoreError: there is no key, or the same as for `encrypt`.
    """
    _there(path)
    if not encrypted(path):
        raise UsageError("it is not encrypted", "数据库未加密", where=path)
    check_key(path, key)
    Database(path, key=key).close()
    _convert(path, key, None)
    _noted(path, None, "decrypt")


def _there(path: Path) -> None:
    if not path.is_file():
        raise UsageError("there are no results here yet", "这里还没有评分结果", where=path)


def _noted(path: Path, key: Key | None, action: str) -> None:
    database = Database(path, key=key)
    with database.writing() as session:
        note(session, action, f"{path.stat().st_size} bytes")
    database.close()


def _convert(path: Path, old: Key | None, new: Key | None) -> None:
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    create_private(part)
    tool = old or new  # SQLCipher reads and writes both kinds
    try:
        with closing(connect(path, old) if old else _plain(path, new)) as source:
            source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            clause = new.pragma if new else ""
            source.execute(f'ATTACH DATABASE ? AS part KEY "{clause}"', (str(part),))
            source.execute("SELECT sqlcipher_export('part')")
            source.execute("DETACH DATABASE part")
            before = _counts(source)
        with closing(connect(part, new)) as copy:
            sound(copy, part)
            if _counts(copy) != before:
                raise StoreError("the copy is not whole", "副本不完整", where=path)
        kept = put_in_place(part, path)
        if kept is not None:
            _destroy(kept, readable=old is None)
    except module(tool).Error as error:
        if old and "not a database" in str(error):
            raise wrong_key(path, old) from error
        raise store_error(str(error), path) from error
    except OSError as error:
        raise cannot_open(path, os_reason(error)) from error
    finally:
        part.unlink(missing_ok=True)


def _plain(path: Path, key: Key | None) -> Any:
    """A readable file opened by the module that can encrypt."""
    return module(key).connect(str(path), isolation_level=None)


def _counts(connection: Any) -> dict[str, int]:
    """How many rows each table has."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for (name,) in names
    }


def _destroy(file: Path, *, readable: bool) -> None:
    """Delete a file; what could be read in it is overwritten, as far as the disk lets a program do that."""
    for ending in ("", "-wal", "-shm"):
        one = file.with_name(file.name + ending)
        if not one.exists():
            continue
        if readable:
            left = one.stat().st_size
            with one.open("r+b", buffering=0) as stream:
                while left > 0:
                    left -= stream.write(bytes(min(left, 1 << 20)))
                os.fsync(stream.fileno())
        one.unlink()
