"""Which run hears which recording: two runs on one database share the work, and neither does it twice.

A run that is killed cannot give back what it had claimed. So every run holds a lock on a file of its own, which the
system lets go when the run ends, however it ends: a claim whose lock is free is nobody's.
"""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa
from filelock import FileLock, Timeout

from ...settings import private_folder
from .database import Database
from .schema import ClaimRow


class Claims:
    """The claims of one run; a context in which they hold."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mine: set[tuple[str, str]] = set()
        self._owner = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self._folder = _folder(database.path)
        self._lock = _lock(self._folder, self._owner)

    def __enter__(self) -> Self:
        with self._database.guarded():
            private_folder(self._folder)
            self._lock.acquire()
        drop_stale(self._database)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            with self._database.writing() as session:
                session.execute(sa.delete(ClaimRow).filter_by(owner=self._owner))
        finally:
            self._lock.release()
            _remove(self._folder, self._owner)

    def take(self, audio_hash: str, key: str) -> bool:
        """Whether this audio is now ours to hear; False while somebody, this run itself among them, is at it.

        Raises:
            StoreError: the database cannot be written.
        """
        with self._database.writing() as session:
            claim = session.get(ClaimRow, (audio_hash, key))
            if claim is None:
                session.add(ClaimRow(audio_hash=audio_hash, key=key, owner=self._owner))
            elif claim.owner == self._owner or _alive(self._folder, claim.owner):
                return False
            else:
                claim.owner = self._owner
        self._mine.add((audio_hash, key))
        return True

    def release(self, audio_hash: str, key: str) -> None:
        """Give up a claim, if it is ours: the audio has been heard, or cannot be."""
        if (audio_hash, key) not in self._mine:
            return
        self._mine.discard((audio_hash, key))
        with self._database.writing() as session:
            session.execute(
                sa.delete(ClaimRow).filter_by(audio_hash=audio_hash, key=key, owner=self._owner)
            )


def stale(database: Database) -> int:
    """How many claims there are whose run has ended; they do no harm, and the next run takes them over."""
    with database.reading() as session:
        owners = list(session.scalars(sa.select(ClaimRow.owner)))
    return sum(not _alive(_folder(database.path), owner) for owner in owners)


def drop_stale(database: Database) -> None:
    """Forget the claims of runs that have ended."""
    folder = _folder(database.path)
    with database.writing() as session:
        for owner in list(session.scalars(sa.select(ClaimRow.owner).distinct())):
            if not _alive(folder, owner):
                session.execute(sa.delete(ClaimRow).filter_by(owner=owner))


def at_work(path: Path) -> bool:
    """Whether any run holds the database at this path."""
    folder = _folder(path)
    return folder.is_dir() and any(_alive(folder, file.stem) for file in folder.glob("*.lock"))


def _folder(path: Path) -> Path:
    return path.with_name(path.name + ".runs")


def _lock(folder: Path, owner: str) -> FileLock:
    return FileLock(folder / f"{owner}.lock", mode=0o600, thread_local=False)


def _alive(folder: Path, owner: str) -> bool:
    """Whether a run still holds its lock."""
    if not (folder / f"{owner}.lock").exists():
        return False
    lock = _lock(folder, owner)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return True
    lock.release()
    _remove(folder, owner)
    return False


def _remove(folder: Path, owner: str) -> None:
    with suppress(OSError):  # somebody is just looking whether it is held
        (folder / f"{owner}.lock").unlink(missing_ok=True)
