"""Connections to the database's file: by SQLite, or by SQLCipher, which is SQLite with every page encrypted.

An encrypted file has nothing readable in it, its head included; by that the two are told apart.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...errors import StoreError, UsageError
from ...lang import Text
from .key import VARIABLE, Key

BUSY_SECONDS = 30  # how long a writer waits for another
_HEAD = b"SQLite format 3\0"


def encrypted(path: Path) -> bool:
    """Whether the file is encrypted, or no database at all; an empty one is neither.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(len(_HEAD))
    return bool(head) and head != _HEAD


def module(key: Key | None) -> Any:
    """The DB-API module that opens files with this key.

    Raises:
        StoreError: the one that encrypts is not installed.
    """
    if key is None:
        import sqlite3

        return sqlite3
    try:
        from sqlcipher3 import dbapi2
    except ImportError as error:
        install = 'pip install "callqa[encryption]"'
        raise StoreError(
            "SQLCipher, which opens encrypted databases, is not installed",
            "未安装打开加密数据库所需的 SQLCipher", then=Text(f"run: {install}", f"请运行：{install}"),
        ) from error  # fmt: skip
    return dbapi2


def connect(path: Path, key: Key | None) -> Any:
    """A connection; that the key is right shows when something is read.

    Raises:
        StoreError: SQLCipher is needed and not installed. The module's own Error: the file cannot be opened.
    """
    connection = module(key).connect(str(path), timeout=BUSY_SECONDS, isolation_level=None)
    if key is not None:
        connection.execute(
            "PRAGMA cipher_log_level = NONE"
        )  # what is wrong is said by our own errors
        connection.execute(f'PRAGMA key = "{key.pragma}"')
    return connection


def check_key(path: Path, key: Key | None) -> None:
    """Refuse a key for a database that is not encrypted, and none for one that is.

    Raises:
        StoreError: of the two there is one without the other. OSError: the file cannot be read.
    """
    if not path.is_file() or not path.stat().st_size:
        return
    if encrypted(path) and key is None:
        raise StoreError(
            "it is encrypted, or not a callqa database", "数据库已加密，或不是 callqa 数据库文件", where=path,
            then=Text(
                f"give the key: {VARIABLE}, or [store] key_file", f"请提供密钥：环境变量 {VARIABLE} 或 [store] key_file"
            ),
        )  # fmt: skip
    if key is not None and not encrypted(path):
        raise StoreError(
            f"a key is set ({key.where}), but the database is not encrypted",
            f"已设置密钥（{key.where}），但数据库未加密", where=path,
            then=Text("run callqa db encrypt, or take the key away", "请运行 callqa db encrypt，或取消密钥设置"),
        )  # fmt: skip


def wrong_key(path: Path, key: Key) -> UsageError:
    """What to say where a key does not open a file."""
    return UsageError(
        f"the key ({key.where}) does not open it, or it is damaged", f"密钥（{key.where}）不正确，或文件已损坏",
        where=path, then=Text("give the key that it was encrypted with", "请使用加密时的密钥"),
    )  # fmt: skip
