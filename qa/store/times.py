"""The moments that the store writes down: UTC, to the second."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """This moment as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")
