"""Brings a store's schema up to date. One module in `versions` per step; HEAD names the last."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock

from ....errors import StoreError
from ....lang import Text

HEAD = "0005"
FIGURES = "0003"  # the last that changed what is made of scorecards


def current(connection: sa.Connection) -> str | None:
    """The schema version of a database, None where it is new."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if version is None else str(version)


def upgrade(engine: sa.Engine, path: Path) -> str | None:
    """Run the missing steps; two processes that open a new store at once take turns.

    Gives the version that was found, None of a new store.

    Raises:
        StoreError: the store was written by a newer version of callqa.
    """
    with engine.connect() as connection:
        if current(connection) == HEAD:
            return HEAD
    with FileLock(path.with_name(path.name + ".lock"), mode=0o600), engine.begin() as connection:
        version = current(connection)
        if version == HEAD:
            return HEAD
        if version is not None and version > HEAD:
            raise StoreError(
                f"the database has schema {version}, this callqa knows {HEAD}",
                f"数据库结构版本为 {version}，当前 callqa 只支持到 {HEAD}",
                where=path,
                then=Text("update callqa", "请升级 callqa"),
            )
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)
    return version
