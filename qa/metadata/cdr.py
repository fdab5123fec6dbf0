"""Asterisk's call records, `Master.csv`: a file without headings, a row per channel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ...settings import Settings
from .facts import Problem, Record


def is_cdr(file: Path, settings: Settings) -> bool:
    """Whether a file is one, by its name or its shape."""
    return False


def read_cdr(file: Path, settings: Settings) -> Iterator[Record | Problem]:
    """One record per call."""
    yield from ()
