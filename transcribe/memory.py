"""Gives freed memory back to the system."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Let the C library return what it holds of freed memory, where it can be asked to (glibc).

    It keeps the encoder's large temporaries in pieces, and a recording of an hour would need a fifth more memory than
    one of four minutes. Costs a millisecond or two.
    """
    trim = _trim()
    if trim:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):
        return None  # another C library; on Windows there is no such handle
