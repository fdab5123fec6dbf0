"""The trail of what was done with the stored data: who, when, what; never what the data said."""

from __future__ import annotations

import getpass

from sqlalchemy import orm

from .schema import AuditRow
from .times import now


def note(session: orm.Session, action: str, detail: str) -> None:
    """Write an act down, in the transaction that does it."""
    session.add(AuditRow(at=now(), user=_user(), action=action, detail=detail))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without an entry, as in containers
        return "?"
