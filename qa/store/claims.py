"""Which run hears which recording: two runs on one database share the work, and neither does it twice.

A run that is killed cannot give back what it had claimed. So every run holds a lock on a file of its own, which the
system lets go when the run ends, however it ends: a claim whose lock is free is nobody's.
"""

from __future__ import annotations

import os
import uuid
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
        self._owner = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        path = database.path
        self._folder = path.with_name(path.name + ".runs")
        self._lock = self._lock_of(self._owner)

    def __enter__(self) -> Self:
        with self._database.guarded():
            private_folder(self._folder)
            self._lock.acquire()
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
            self._remove(self._owner)

    def take(self, audio_hash: str, key: str) -> bool:
        """Whether this audio is now ours to hear; False while somebody, this run itself among them, is at it.

        Raises:
            StoreError: the database cannot be written.
        """
        with self._database.writing() as session:
            claim = session.get(ClaimRow, (audio_hash, key))
            if claim is None:
                session.add(ClaimRow(audio_hash=audio_hash, key=key, owner=self._owner))
                return True
            if claim.owner == self._owner or self.at_work(claim.owner):
                return False
            claim.owner = self._owner
            return True

    def release(self, audio_hash: str, key: str) -> None:
        """Give up a claim: the audio has been heard, or cannot be."""
        with self._database.writing() as session:
            session.execute(
                sa.delete(ClaimRow).filter_by(audio_hash=audio_hash, key=key, owner=self._owner)
            )

    def _lock_of(self, owner: str) -> FileLock:
        return FileLock(self._folder / f"{owner}.lock", mode=0o600, thread_local=False)

    def at_work(self, owner: str) -> bool:
        """Whether the run that has made a claim still holds its lock."""
        if not (self._folder / f"{owner}.lock").exists():
            return False
        lock = self._lock_of(owner)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return True
        lock.release()
        self._remove(owner)
        return False

    def _remove(self, owner: str) -> None:
        (self._folder / f"{owner}.lock").unlink(missing_ok=True)


def stale(database: Database) -> int:
    """How many claims there are whose run has ended; they do no harm, and the next run takes them over."""
    claims = Claims(database)
    with database.reading() as session:
        owners = list(session.scalars(sa.select(ClaimRow.owner)))
    return sum(not claims.at_work(owner) for owner in owners)
