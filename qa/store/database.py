"""Opening the store's database, and what can go wrong with it: SQLite through SQLAlchemy, private to the user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ...errors import StoreError, UsageError, os_reason
from ...lang import Text
from ...settings import private_file, private_folder
from .driver import check_key, connect, module, wrong_key
from .key import Key


class Database:
    """An open database: sessions that read, sessions that write; what goes wrong in them is a StoreError."""

    def __init__(self, path: Path, *, create: bool = True, key: Key | None = None) -> None:
        """Open the database and bring its schema up to date; a new one is made private, and encrypted if with a key.

        Raises:
            UsageError: it is not there and is not to be created, or its place cannot be used; or the key is wrong.
            StoreError: it is damaged, locked, of a newer version of callqa, or encrypted and there is no key.
        """
        self.path, self.key = path, key
        if create:
            create_private(path)
        elif not path.is_file():
            raise UsageError(
                "there are no results here yet", "这里还没有评分结果", where=path,
                then=Text("score some first: callqa score PATH", "请先评分：callqa score 路径"),
            )  # fmt: skip
        try:
            check_key(path, key)
        except OSError as error:
            raise cannot_open(path, os_reason(error)) from error
        self._engine = open_engine(path, key)
        self._reading = orm.sessionmaker(self._engine, expire_on_commit=False)
        writing = self._engine.execution_options(writing=True)
        self._writing = orm.sessionmaker(writing, expire_on_commit=False)
        with self.guarded():
            from .migrations import HEAD, upgrade

            self.schema = HEAD
            self.found = upgrade(writing, path)  # the schema that was found

    @property
    def upgraded(self) -> bool:
        """Whether the schema was one with other figures of scorecards."""
        from .migrations import FIGURES

        return self.found is not None and self.found < FIGURES

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[orm.Session]:
        """A session that sees the database as it is now."""
        with self.guarded(), self._reading() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[orm.Session]:
        """A session whose changes are all kept, or none."""
        with self.guarded(), self._writing.begin() as session:
            yield session

    def checkpoint(self) -> None:
        """Bring all changes into the file itself, and leave nothing in the log of changes."""
        with self.guarded(), closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Turn the database's errors into StoreError."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            if self.key and "not a database" in str(error.orig):
                raise wrong_key(self.path, self.key) from error
            raise store_error(str(error.orig), self.path) from error
        except OSError as error:
            raise cannot_open(self.path, os_reason(error)) from error


def open_engine(path: Path, key: Key | None = None) -> sa.Engine:
    """The database at a path, set up for one writer and any number of readers.

    Raises:
        StoreError: there is a key, and SQLCipher is not installed.
    """
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        module=module(key),
        creator=lambda: connect(path, key),
        poolclass=sa.NullPool,  # no connection outlives its use: nothing to close, nothing locked
    )
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "begin", _begin)
    return engine


def create_private(path: Path) -> None:
    try:
        private_folder(path.parent)
        private_file(path)
    except OSError as error:
        raise cannot_open(path, os_reason(error)) from error


def _configure(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")  # safe with WAL, and spares a flush per call
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    """Writers take their turn from the start: a reader that turns writer half way could only be refused."""
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def cannot_open(path: Path, reason: Text) -> UsageError:
    return UsageError(
        f"cannot open the database: {reason.en}", f"无法打开数据库：{reason.zh}", where=path,
        then=Text("choose another place with --db", "请用 --db 指定其他位置"),
    )  # fmt: skip


def store_error(raw: str, path: Path) -> StoreError:
    known = {
        "locked": Text("it is locked by another program", "被其他程序锁定"),
        "readonly": Text("it is read-only", "文件为只读"),
        "full": Text("no space left on the disk", "磁盘空间已满"),
        "disk I/O": Text("the disk reports an error or is full", "磁盘读写错误或空间已满"),
        "not a database": Text("it is not a callqa database", "不是 callqa 数据库文件"),
        "malformed": Text("it is damaged", "文件已损坏"),
        "unable to open": Text("it cannot be opened", "无法打开"),
    }
    reason = next((text for key, text in known.items() if key in raw), Text(raw, raw))
    return StoreError(
        f"the database cannot be used: {reason.en}", f"数据库无法使用：{reason.zh}", where=path,
        then=Text(
            "mend that and run again, or choose another one with --db",
            "请处理后重试，或用 --db 指定其他数据库",
        ),
    )  # fmt: skip
