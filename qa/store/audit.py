"""The trail of what was done with the stored data: who, when, what; never what the data said."""

from __future__ import annotations

import getpass

from sqlalchemy import orm

from .schema import AuditRow
from .times import now


def note(session: orm.Session, action: str, detail: str) -> None:
    """Write an act down, in the transaction that does it."""
    session.add(AuditRow(at=now(), user=user(), action=action, detail=detail))


def user() -> str:
    """Who runs this, as the machine knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without an entry, as in containers
        return "?"
